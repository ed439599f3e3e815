"""`stellar info` and `stellar export`: what a file is, how to repeat it, its rows elsewhere."""

import json
import shlex
import tomllib

import pytest
from click.testing import CliRunner
from sample_results import sample_results

from stellar.campaign.config import RunConfig
from stellar.cli.export import export
from stellar.cli.info import info
from stellar.cli.modes import modes
from stellar.cli.options import build_config, split_execution
from stellar.cli.repeat import command_line
from stellar.errors import InputError, OutputError, UsageError
from stellar.results.export import to_csv


@pytest.fixture
def path(tmp_path):
    return sample_results().save(tmp_path / "sample.h5")


def told(command, *arguments):
    result = CliRunner().invoke(command, list(map(str, arguments)), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_info_tells_origin_counts_units_and_how_to_repeat(path):
    text = told(info, path)
    for words in (
        "numpy",
        "2 well, 1 failed (1 above maximum mass)",
        "Douchin & Haensel 2001",
        "radius_km",
        "gravitational mass",
        'selector = "masses"',
        f"stellar run {path}",
        "stellar modes --eos sly --eos energy-polytrope:n=1,K=100 --masses 1.4,2.5",
    ):
        assert words in text


def test_info_as_json_has_the_same_facts(path):
    facts = json.loads(told(info, path, "--json"))
    assert facts["rows"]["stars"] == {
        "well": 2,
        "failed": 1,
        "by_status": {"OK": 2, "ABOVE_MAXIMUM_MASS": 1},
    }
    assert facts["config"]["eos"] == ["sly", "energy-polytrope:n=1,K=100"]
    assert facts["repeat"][0] == f"stellar run {path}"


def test_the_command_to_repeat_a_run_means_the_same_run():
    """The words of the command line, parsed again, give the configuration back."""
    config = RunConfig(
        "modes",
        ("sly", "polytrope:gamma=2,K=100"),
        "central_densities",
        "1e15,2e15",
        l=(2, 3),
        families=("f", "p"),
        accuracy=1e-7,
        profiles=True,
    )
    words = shlex.split(command_line(tomllib.loads(config.to_toml())))
    given = modes.make_context("modes", words[2:]).params
    split_execution(given)
    assert words[:2] == ["stellar", "modes"]
    assert build_config("modes", given) == config


@pytest.mark.parametrize("command", [info, export])
def test_a_file_that_is_no_result_is_refused_by_name(tmp_path, command):
    path = tmp_path / "text.h5"
    path.write_text("hello")
    with pytest.raises(InputError, match="text.h5"):
        told(command, path)


def test_export_prints_or_writes_the_same_text(path, tmp_path):
    target = tmp_path / "stars.csv"
    printed = told(export, path, "--table", "stars")
    told(export, path, "--table", "stars", "-o", target)
    assert printed == target.read_text() == to_csv(sample_results(), "stars")


def test_export_refuses_to_replace_a_file_unless_told(path, tmp_path):
    target = tmp_path / "a.json"
    target.write_text("precious")
    with pytest.raises(OutputError, match="--overwrite"):
        told(export, path, "--format", "json", "-o", target)
    assert target.read_text() == "precious"
    told(export, path, "--format", "json", "-o", target, "--overwrite")
    assert json.loads(target.read_text())["schema"] == "stellar-results"


def test_export_of_one_table_as_json_is_a_contradiction(path):
    with pytest.raises(UsageError, match="both tables"):
        told(export, path, "--format", "json", "--table", "stars")

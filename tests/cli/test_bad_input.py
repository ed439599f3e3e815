"""Whatever is typed wrongly: the right exit code, one sentence, no traceback, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BU0 = "polytrope:gamma=2,K=100"
DENSITY = ("--central-densities", "7.9e14")
ONE = ("--masses", "1.4")

WRONG = [
    # (command line, exit code, part of the sentence)
    (["mode"], 2, "commands are modes"),
    (["modes"], 2, "--masses"),
    (["modes", "--eos", BU0], 2, "No stars were chosen"),
    (["modes", *ONE], 2, "--eos sly"),
    (["modes", "--eos", "", *ONE], 3, "empty"),
    (["modes", "--eos", BU0, "--masses"], 2, "requires an argument"),
    (["modes", "--eos", BU0, *ONE, "--colour", "red"], 2, "--colour"),
    (["modes", "--eos", BU0, *ONE, "extra"], 2, "extra"),
    (["modes", "--eos", BU0, "--masses", "2.0:1.2"], 2, "backwards"),
    (["modes", "--eos", BU0, "--masses", "nan"], 2, "'nan'"),
    (["modes", "--eos", BU0, "--masses", "-1.4"], 2, "-1.4"),
    (["modes", "--eos", BU0, "--masses", ""], 2, "empty"),
    (["modes", "--eos", BU0, "--masses", "1:2:1e-9"], 2, "1,000,000"),
    (["modes", "--eos", BU0, "--compactness", "max"], 2, "mass"),
    (["modes", "--eos", BU0, "--compactness", "0.1:0.2"], 2, "COUNT"),
    (["modes", "--eos", BU0, *ONE, *DENSITY], 2, "exclude each other"),
    (["modes", "--eos", BU0, *ONE, "--l", "1"], 2, "--gravity cowling"),
    (["modes", "--eos", BU0, *ONE, "--l", "5"], 2, "outside 2 to 4"),
    (["modes", "--eos", BU0, *ONE, "--l", "two"], 2, "'two'"),
    (["modes", "--eos", BU0, *ONE, "--l", "2,2"], 2, "twice"),
    (["modes", "--eos", BU0, *ONE, "--families", "q"], 2, "'q'"),
    (["modes", "--eos", BU0, *ONE, "--families", ","], 2, "empty"),
    (["modes", "--eos", BU0, *ONE, "--n-max", "0"], 2, "--n-max 0"),
    (["modes", "--eos", BU0, *ONE, "--n-max", "2.5"], 2, "2.5"),
    (["modes", "--eos", BU0, *ONE, "--band", "3000"], 2, "two frequencies"),
    (["modes", "--eos", BU0, *ONE, "--gravity", "newton"], 2, "'newton'"),
    (["modes", "--eos", BU0, *ONE, "--solver", "magic"], 2, "'magic'"),
    (["modes", "--eos", BU0, *ONE, "--accuracy", "1e-12"], 2, "1e-09 to 0.001"),
    (["modes", "--eos", BU0, *ONE, "--accuracy", "nan"], 2, "nan"),
    (["modes", "--eos", BU0, *ONE, "--device", "gpu"], 2, "cuda:N"),
    (["modes", "--eos", BU0, *ONE, "--device", "cuda:99"], 2, "torch sees"),
    (["modes", "--eos", BU0, *ONE, "--jobs", "0"], 2, "0"),
    (["modes", "--eos", BU0, *ONE, "--format", "xml"], 2, "xml"),
    (["modes", "--eos", "slyy", *ONE], 3, "sly"),
    (["modes", "--eos", "SLy4x", *ONE], 3, "sly4"),
    (["modes", "--eos", "pp:SLi", *ONE], 3, "SLy"),
    (["modes", "--eos", "pp:", *ONE], 3, "pp:"),
    (["modes", "--eos", "polytrope:gamma=2", *ONE], 3, "K"),
    (["modes", "--eos", "polytrope:gamma=2,K=100,q=1", *ONE], 3, "q"),
    (["modes", "--eos", "polytrope:gamma=two,K=100", *ONE], 3, "two"),
    (["modes", "--eos", "polytrope:gamma=nan,K=100", *ONE], 3, "nan"),
    (["modes", "--eos", "polytrope:gamma=1,K=100", *ONE], 3, "gamma"),
    (["modes", "--eos", "polytrope:gamma=2,K=-1", *ONE], 3, "K"),
    (["modes", "--eos", "polytrope:gamma=2,gamma=3,K=100", *ONE], 3, "gamma"),
    (["modes", "--eos", "polytrope:gamma=2,K=100,gamma1=0x", *ONE], 3, "gamma1"),
    (["modes", "--eos", "constant-density:eps=0", *ONE], 3, "eps"),
    (["modes", "--eos", "neutronium:x=1", *ONE], 3, "neutronium"),
    (["modes", "--eos", "missing/table.csv", *ONE], 3, "missing/table.csv"),
    (["modes", "--eos", BU0, *ONE, "--families", "g"], 3, "gamma1"),
    (["modes", "--eos", BU0, *ONE, "--families", "w", "--gravity", "cowling"], 3, "spacetime"),
    (["modes", "--eos", "constant-density:eps=1e15", *ONE, "--families", "p"], 3, "sound"),
    (["modes", "--eos", BU0, *ONE, "--config", "missing.toml"], 3, "missing.toml"),
    (["structure", "--eos", BU0, *ONE, "--accuracy", "1e-11"], 2, "1e-10 to 0.001"),
    (["structure", "--eos", BU0, *ONE, "--families", "f"], 2, "--families"),
    (["run", "missing.toml"], 3, "missing.toml"),
    (["run", "missing.h5"], 3, "missing.h5"),
    (["info", "missing.h5"], 3, "missing.h5"),
    (["eos", "show", "slyy"], 3, "sly"),
]


@pytest.mark.parametrize(("line", "code", "said"), WRONG, ids=lambda value: str(value)[:60])
def test_wrong_command_lines_end_with_one_sentence(stellar, line, code, said):
    outcome = stellar(*line)
    assert outcome.code == code
    assert said in outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert list(Path.cwd().iterdir()) == []


def test_existing_output_is_refused_before_anything_is_computed(stellar):
    Path("there.h5").write_text("precious")
    outcome = stellar("structure", "--eos", BU0, *DENSITY, "-o", "there.h5")
    assert outcome.code == 5
    assert "there.h5" in outcome.err
    assert "--overwrite" in outcome.err
    assert outcome.out == ""
    assert Path("there.h5").read_text() == "precious"


@pytest.mark.parametrize("target", ["no/such/folder/out.h5", ".", "file/out.h5"])
def test_output_that_cannot_be_written_is_refused_before_anything_is_computed(stellar, target):
    Path("file").write_text("")
    outcome = stellar("structure", "--eos", BU0, *DENSITY, "-o", target)
    assert outcome.code == 5
    assert outcome.out == ""
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_read_only_folder_is_refused(stellar):
    Path("locked").mkdir(mode=0o500)
    outcome = stellar("structure", "--eos", BU0, *DENSITY, "-o", "locked/out.h5")
    assert outcome.code == 5
    assert "locked" in outcome.err


def test_recipe_with_an_unknown_key_is_refused_by_name(stellar):
    Path("recipe.toml").write_text('command = "modes"\ncolour = "red"\n')
    outcome = stellar("run", "recipe.toml")
    assert outcome.code == 3
    assert "colour" in outcome.err
    assert "recipe.toml" in outcome.err


def test_text_file_is_no_result_file(stellar):
    Path("notes.h5").write_text("not HDF5")
    outcome = stellar("info", "notes.h5")
    assert outcome.code == 3
    assert "notes.h5" in outcome.err


def test_mass_above_the_maximum_is_a_failed_row_that_names_it(stellar):
    outcome = stellar("structure", "--eos", BU0, "--masses", "1.4,3", "--format", "csv", "-q")
    assert outcome.code == 4
    header, good, bad = outcome.out.strip().splitlines()
    assert "1.63728" in bad
    assert "1.63728" not in good


def test_family_a_star_cannot_have_is_a_note_beside_others(stellar):
    line = ("--eos", BU0, *DENSITY, "--gravity", "cowling", "--families", "f,g", "--n-max", "1")
    outcome = stellar("modes", *line, "--format", "csv", "-q")
    assert outcome.code == 0
    assert "no g-modes" in outcome.err


def test_name_too_long_for_a_file_is_refused_before_anything_is_computed(stellar):
    outcome = stellar("structure", "--eos", BU0, *DENSITY, "-o", "a" * 300 + ".h5")
    assert outcome.code == 5
    assert len(outcome.err.strip().splitlines()) == 1


def test_run_whose_table_changed_since_is_not_repeated(stellar):
    stellar("eos", "convert", "sly", "mine.csv", "--to", "csv")
    line = ("--eos", "./mine.csv", "--central-densities", "1e15", "-o", "first.h5", "-q")
    assert stellar("structure", *line).code == 0
    assert stellar("run", "first.h5", "-q").code == 0
    stellar("eos", "convert", "bsk24", "mine.csv", "--to", "csv", "--overwrite")
    outcome = stellar("run", "first.h5", "-q")
    assert outcome.code == 3
    assert "first.h5" in outcome.err
    assert "sha256" in outcome.err
    assert outcome.out == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_full_standard_output_is_an_output_error():
    line = [sys.executable, "-m", "stellar", "structure", "--eos", BU0, *DENSITY, "-q"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

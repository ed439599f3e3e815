"""A run's configuration survives TOML unchanged and refuses what is out of range."""

import dataclasses
import tomllib

import pytest

from stellar.campaign.config import RunConfig
from stellar.errors import InputError, UsageError

GOOD = RunConfig("modes", ("sly", "pp:SLy"), "masses", "1.2:2.0/9", l=(2, 3), families=("f", "w"))


def test_configuration_survives_toml():
    assert RunConfig.from_toml(GOOD.to_toml(), "recipe.toml") == GOOD


def test_configuration_with_awkward_text_survives_toml():
    odd = dataclasses.replace(GOOD, eos=('a"b\\c\n', "ü,é"))
    assert RunConfig.from_toml(odd.to_toml(), "recipe.toml") == odd


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"command": "mode"}, "command 'mode'"),
        ({"eos": ()}, "--eos"),
        ({"selector": "radius"}, "'radius'"),
        ({"values": "2:1"}, "backwards"),
        ({"l": ()}, "--l is empty"),
        ({"l": (2, 2)}, "twice"),
        ({"l": (1,)}, "--gravity cowling"),
        ({"l": (0,)}, "outside 2 to 4"),
        ({"l": (5,)}, "outside 2 to 4"),
        ({"l": (0,), "gravity": "cowling"}, "outside 1 to 4"),
        ({"families": ()}, "--families is empty"),
        ({"families": ("f", "q")}, "'q'"),
        ({"families": ("f", "f")}, "twice"),
        ({"n_max": 0}, "--n-max 0"),
        ({"n_max": 51}, "--n-max 51"),
        ({"band": "1000"}, "two frequencies"),
        ({"band": "2000:1000"}, "backwards"),
        ({"gravity": "newton"}, "'newton'"),
        ({"accuracy": 1e-12}, "1e-09 to 0.001"),
        ({"accuracy": 0.1}, "1e-09 to 0.001"),
        ({"accuracy": float("nan")}, "nan"),
        ({"device": "gpu"}, "auto, cpu, cuda or cuda:N"),
        ({"device": "cuda", "solver": "shooting"}, "--solver parode"),
        ({"spin_hz": "100"}, "belongs to `stellar rotation`"),
        ({"command": "rotation", "spin_hz": "700:100/3"}, "backwards"),
        ({"command": "rotation", "values": "1:2/2000", "spin_hz": "1:9/600"}, "1,200,000 rows"),
        ({"command": "love", "l": (1,)}, "outside 2 to 4 for `stellar love`"),
    ],
)
def test_values_out_of_range_are_refused(change, said):
    with pytest.raises(UsageError) as refusal:
        dataclasses.replace(GOOD, **change)
    assert said in str(refusal.value)


def test_structure_may_ask_for_a_finer_accuracy_than_modes():
    assert dataclasses.replace(GOOD, command="structure", accuracy=1e-10).accuracy == 1e-10


@pytest.mark.parametrize(
    ("config", "absent"),
    [
        (RunConfig("structure", ("sly",), "masses", "1.4"), {"l", "n_max", "gravity", "spin_hz"}),
        (RunConfig("love", ("sly",), "masses", "1.4", l=(2, 4)), {"n_max", "gravity", "spin_hz"}),
        (RunConfig("rotation", ("sly",), "masses", "1.4", spin_hz="1:9/3"), {"l", "n_max"}),
    ],
    ids=lambda value: value.command if isinstance(value, RunConfig) else "",
)
def test_a_command_writes_its_own_options_only(config, absent):
    text = config.to_toml()
    assert not absent & tomllib.loads(text).keys()
    assert RunConfig.from_toml(text, "recipe.toml") == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("command = ", "not valid TOML"),
        ('colour = "red"', "unknown key 'colour'"),
        ('command = "modes"', "'eos' is missing"),
        ('eos = "sly"', "must be a list"),
        ("eos = [1]", "'eos' holds 1"),
        ('n_max = "3"', "'n_max' holds '3'"),
        ("n_max = true", "'n_max' holds True"),
        ("accuracy = [1e-6]", "'accuracy'"),
    ],
)
def test_malformed_recipes_are_refused_by_name(text, said):
    with pytest.raises(InputError, match="recipe.toml") as refusal:
        RunConfig.from_toml(text, "recipe.toml")
    assert said in str(refusal.value)

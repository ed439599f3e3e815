"""`stellar love` and `stellar rotation` as a user meets them."""

import json
import math
import shlex
from pathlib import Path

import numpy as np
import pytest

import stellar as package
from stellar.cli.repeat import command_line

STAR = ("--eos", "polytrope:gamma=2,K=100", "--central-densities", "7.905060453455e14")


def test_love_prints_every_degree_and_both_magnetic_numbers(stellar):
    outcome = stellar("love", *STAR, "--json", "-q")
    assert outcome.code == 0
    (star,) = json.loads(outcome.out)["stars"]
    for l in (2, 3, 4):
        # Lambda_l = 2 k_l / ((2l-1)!! C^(2l+1))
        double_factorial = math.prod(range(2 * l - 1, 0, -2))
        expected = 2.0 * star[f"k{l}"] / (double_factorial * star["compactness"] ** (2 * l + 1))
        assert star[f"lambda{l}"] == pytest.approx(expected, rel=1e-9)
    assert star["lambda2"] == pytest.approx(740.820170688, rel=1e-9)
    assert star["k2_magnetic_static"] > 0.0 > star["k2_magnetic_irrotational"]


def test_l_restricts_the_columns(stellar):
    (star,) = json.loads(stellar("love", *STAR, "--l", "3", "--json", "-q").out)["stars"]
    assert {"k3", "lambda3"} <= star.keys()
    assert not {"k2", "k4", "k2_magnetic_static"} & star.keys()


def test_tidal_deformability_falls_along_the_stable_branch(stellar):
    line = ("--eos", "pp:H4", "--masses", "1.0:max/5")
    stellar("love", *line, "--accuracy", "1e-4", "-o", "h4.h5", "-q")
    stars = package.open("h4.h5").stars
    assert np.all(np.diff(stars["mass_msun"]) > 0.0)
    for name in ("lambda2", "lambda3", "lambda4"):
        assert np.all(np.diff(stars[name]) < 0.0), name


def test_rotation_gives_the_coefficients_and_keeps_the_first_law(stellar):
    outcome = stellar("rotation", *STAR, "--json", "-q")
    assert outcome.code == 0
    (star,) = json.loads(outcome.out)["stars"]
    # delta M at fixed baryon mass is I Omega^2/2, exactly
    inertia = star["i_bar"] * star["compactness"] ** 2
    assert star["delta_mass_over_m_fixed_mb"] == pytest.approx(
        0.5 * inertia * star["compactness"], rel=1e-8
    )
    # Q M/J^2 from the quadrupole and the moment of inertia
    expected = star["quadrupole_over_mr2"] / (inertia**2 * star["compactness"])
    assert star["q_bar"] == pytest.approx(expected, rel=1e-8)


def test_rotation_at_given_spins_prints_a_row_each_and_tells_failed_ones(stellar):
    outcome = stellar("rotation", *STAR, "--spin-hz", "100:500/3,2000")
    assert outcome.code == 4
    rows = [line for line in outcome.out.splitlines() if line[:1].isdigit()]
    assert len(rows) == 4
    assert "R_eq [km]" in outcome.out
    assert "invalid parameters" in rows[3]
    assert "mass-shedding estimate" in outcome.out


@pytest.mark.parametrize("command", ["love", "rotation"])
@pytest.mark.parametrize("format_", ["table", "csv", "ecsv"])
def test_every_format_is_printed(stellar, command, format_):
    outcome = stellar(command, *STAR, "--accuracy", "1e-3", "--format", format_, "-q")
    assert outcome.code == 0
    assert "rest-mass" not in outcome.err
    assert len(outcome.out.splitlines()) >= 2


@pytest.mark.parametrize(
    "line", [("love", *STAR, "--l", "2,4"), ("rotation", *STAR, "--spin-hz", "100,200")]
)
def test_run_repeats_a_file_exactly(stellar, line):
    assert stellar(*line, "--accuracy", "1e-3", "-o", "first.h5", "-q").code == 0
    assert stellar("run", "first.h5", "-o", "second.h5", "-q").code == 0
    first = package.open("first.h5")
    assert first.same_data(package.open("second.h5"))
    # and so does the command line that `stellar info` shows
    typed = shlex.split(command_line(first.config))
    assert stellar(*typed[1:], "-o", "third.h5", "-q").code == 0
    assert first.same_data(package.open("third.h5"))


def test_python_gives_the_numbers_of_the_command_line(stellar):
    stellar("rotation", *STAR, "--spin-hz", "100,200.5", "-o", "spin.h5", "-q")
    ours = package.rotation(
        "polytrope:gamma=2,K=100", central_densities=7.905060453455e14, spin_hz=(100, 200.5)
    )
    stored = package.open("spin.h5")
    for name, values in ours.stars.items():
        assert np.array_equal(values, stored.stars[name]), name


def test_python_love_has_the_default_degrees_of_the_command():
    love = package.love(
        "polytrope:gamma=2,K=100", central_densities=7.905060453455e14, accuracy=1e-3
    )
    assert {"k2", "k3", "k4", "k2_magnetic_static"} <= love.stars.keys()


def test_recipe_of_love_without_degrees_asks_for_all(stellar):
    Path("love.toml").write_text(
        'command = "love"\neos = ["polytrope:gamma=2,K=100"]\naccuracy = 1e-3\n'
        'selector = "central_densities"\nvalues = "7.905060453455e14"\n'
    )
    (star,) = json.loads(stellar("run", "love.toml", "--json", "-q").out)["stars"]
    assert {"k2", "k3", "k4"} <= star.keys()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("love", *STAR, "--l", "5"), "outside 2 to 4 for `stellar love`"),
        (("love", *STAR, "--l", "1"), "outside 2 to 4 for `stellar love`"),
        (("love", *STAR, "--l", "2,2"), "names a degree twice"),
        (("love", *STAR, "--families", "f"), "--families"),
        (("love", *STAR, "--gravity", "cowling"), "--gravity"),
        (("rotation", *STAR, "--l", "2"), "--l"),
        (("rotation", *STAR, "--spin-hz", "0"), "not positive"),
        (("rotation", *STAR, "--spin-hz", "nan"), "value is expected"),
        (("rotation", *STAR, "--spin-hz", "100:700"), "write a step"),
        (("rotation", *STAR, "--spin-hz", "700:100/3"), "backwards"),
        (("rotation", *STAR, "--spin-hz", "max"), "stands for a mass only"),
        (("structure", *STAR, "--spin-hz", "100"), "--spin-hz"),
        (("love", *STAR, "--accuracy", "1e-11"), "the range for `stellar love`"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(stellar, line, said):
    outcome = stellar(*line)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""
    assert len(outcome.err.strip().splitlines()) == 1

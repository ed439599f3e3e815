"""Both solvers through the public functions: collocation of batches against shooting.

They share no right-hand side and no method. A subset runs every day; every equation of state of the
catalogue, at five masses and the maximum, by one command:

    pytest -m slow tests/parode/test_agreement.py
"""

from functools import cache

import numpy as np
import pytest
from table_files import lines, write

import stellar
from parode_core import Status
from stellar.eos.catalogue.entries import ENTRIES
from stellar.eos.catalogue.lookup import resolve
from stellar.results.columns import columns_of, error_name

AGREED = 1e-8  # relative
DIVERGES = 0.1  # relative error from which on a coefficient is not determined, as at the maximum
POLYTROPE = "polytrope:gamma=2,K=100"
HYBRID = "css:base=pp:SLy,rho_t=6e14,deps=0.4,cs2=1"
TWINS = "css:base=pp:SLy,rho_t=6e14,deps=0.75,cs2=1"
SURVEYED = ("mit:B=60", "sly4", pytest.param(HYBRID, marks=pytest.mark.slow))
ASKED = "1.4,max,1.7"  # of the polytrope, which carries 1.637 solar masses
MEASURED = [
    name
    for name, column in columns_of("stars").items()
    if column.dtype == "f8" and column.error_of is None
]


@cache
def both(command, spec, selector, values):
    """The tables of stars of the batched solver and of shooting."""
    run = getattr(stellar, command)
    return tuple(
        run(spec, solver=solver, **{selector: values}).stars for solver in ("parode", "shooting")
    )


def assert_agree(found, expected, agreed=AGREED):
    """Same stars, the same numbers, and every difference within the errors."""
    assert np.array_equal(found["status"], expected["status"])
    compared = [name for name in MEASURED if name in expected]
    assert {"mass_msun", "radius_km", "moment_of_inertia_g_cm2"} <= set(compared)
    for name in compared:
        value, other = found[name], expected[name]
        error = found[error_name(name)] + expected[error_name(name)]
        assert np.array_equal(np.isnan(value), np.isnan(other)), name
        known = error < DIVERGES * np.abs(other)
        gap = np.abs(value - other)
        assert np.all(gap[known] <= error[known]), name
        # R hangs on the centre, which near the maximum the mass hardly fixes
        allowed = agreed * np.abs(other) + (error if name == "radius_km" else 0.0)
        assert np.all(gap[known] <= allowed[known]), name


@pytest.mark.parametrize("spec", SURVEYED)
def test_structure_agrees_at_a_mass_and_at_the_maximum(spec):
    assert_agree(*both("structure", spec, "masses", "1.4,max"))


@pytest.mark.parametrize("command", ["love", "rotation"])
@pytest.mark.parametrize("spec", ["pp:SLy", HYBRID])
def test_tides_and_rotation_agree(command, spec):
    assert_agree(*both(command, spec, "central_densities", "5e14,1.2e15"))


def test_stars_of_a_table_of_a_user_agree(tmp_path):
    # the speed of sound has a kink at every row, over which shooting steps: 1e-7 is what it keeps
    eos = write(tmp_path, "csv", lines("csv")[0])
    found, expected = both("structure", eos, "central_pressures", "2e34")
    assert found["status"].tolist() == [Status.OK]
    for name in ("mass_msun", "radius_km", "baryon_mass_msun"):
        assert found[name] == pytest.approx(expected[name], rel=AGREED), name
    for name in ("k2", "lambda2", "i_bar"):
        gap = np.abs(found[name] - expected[name])
        assert np.all(gap <= found[f"{name}_err"] + expected[f"{name}_err"]), name
        assert expected[f"{name}_err"] <= 1e-6 * expected[name], name


def test_every_choice_of_a_star_leads_to_the_star_of_shooting():
    _, shot = both("structure", POLYTROPE, "masses", ASKED)
    choices = {
        "baryon_masses": "baryon_mass_msun",
        "compactness": "compactness",
        "central_pressures": "central_pressure_dyn_cm2",
        "central_densities": "central_density_g_cm3",
        "central_energy_densities": "central_energy_density_g_cm3",
    }
    for selector, column in choices.items():
        choice = {selector: [float(shot[column][0])]}
        star = stellar.structure(POLYTROPE, solver="parode", **choice).stars
        for name in ("mass_msun", "radius_km", "baryon_mass_msun", "k2", "i_bar"):
            assert star[name][0] == pytest.approx(shot[name][0], rel=AGREED), (selector, name)


def test_mass_above_the_maximum_has_its_row_and_the_reason():
    tables = both("structure", POLYTROPE, "masses", ASKED)
    assert_agree(*tables)
    for table in tables:
        assert table["status"].tolist() == [Status.OK, Status.OK, Status.ABOVE_MAXIMUM_MASS]
        assert table["mass_msun"][2] == 1.7
        assert np.isnan(table["radius_km"]).tolist() == [False, False, True]
        assert "1.63728" in table["message"][2]


@pytest.mark.slow
def test_twins_are_found_behind_the_cusp_of_a_strong_transition():
    # Seidov 1971: a jump beyond 1/2 + 3 p_t/(2 eps_t) ends the branch at its onset
    (jump,) = resolve(TWINS).transitions
    assert jump.eps_above / jump.eps_below - 1.0 > 0.5 + 1.5 * jump.p / jump.eps_below
    found, expected = both("structure", TWINS, "masses", "0.8")
    assert found["branch"].tolist() == [1, 2]
    assert found["radius_km"][0] > found["radius_km"][1]
    assert_agree(found, expected)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ENTRIES)
@pytest.mark.parametrize("command", ["love", "rotation"])
def test_catalogue_agrees_at_five_masses_and_at_the_maximum(command, spec):
    assert_agree(*both(command, spec, "masses", "0.8,1.0,1.2,1.4,1.6,max"))

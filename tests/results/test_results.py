"""The laws of results: no silent NaN, a sentence beside every failure, nothing changes later."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sample_results import CONFIG, eos_records, mode_row, mode_rows, sample_results, star_rows

from parode_core import Status
from stellar.results.content import content_hash
from stellar.results.results import EosRecord, Results


def build(stars=None, modes=None, **more):
    stars = star_rows() if stars is None else stars
    return Results.from_rows(CONFIG, stars, mode_rows() if modes is None else modes, **more)


def changed(rows, index, **values):
    return [row | values if number == index else row for number, row in enumerate(rows)]


def test_columns_that_no_row_fills_are_absent():
    results = sample_results()
    assert "k3" not in results.stars
    assert "m_omega_re" not in results.modes
    assert "lambda2" in results.stars


@pytest.mark.parametrize("name", ["mass_msun", "radius_km", "lambda2", "lambda2_err"])
@pytest.mark.parametrize("value", [math.nan, None])
def test_nan_in_a_star_that_claims_success_is_refused(name, value):
    with pytest.raises(ValueError, match=f"status 0, but {name} "):
        build(changed(star_rows(), 0, **{name: value}))


@pytest.mark.parametrize("name", ["frequency_hz", "damping_time_s", "frequency_err_hz"])
def test_nan_in_a_damped_mode_that_claims_success_is_refused(name):
    with pytest.raises(ValueError, match=f"status 0, but {name} "):
        build(modes=changed(mode_rows(), 0, **{name: math.nan}))


def test_infinite_numbers_are_refused_whatever_the_status():
    with pytest.raises(ValueError, match="infinite"):
        build(changed(star_rows(), 1, radius_km=math.inf))


@pytest.mark.parametrize("kind", [{"gravity": "cowling"}, {"family": "radial", "l": 0}])
def test_undamped_modes_need_no_damping_time_but_a_frequency(kind):
    undamped = mode_row(0, 0, "f", 2000.0, None, **kind)
    damped = mode_row(1, 0, "f", 2000.0, 0.2)
    assert math.isnan(build(modes=[undamped, damped]).modes["damping_time_s"][0])
    with pytest.raises(ValueError, match="frequency_hz"):
        build(modes=[undamped | {"frequency_hz": math.nan}, damped])


def test_w_modes_need_no_rayleigh_quotient_but_fluid_modes_do():
    fluid = mode_row(0, 0, "f", 2000.0, 0.2, frequency_rayleigh_hz=2000.0)
    wave = mode_row(1, 0, "w1", 9000.0, 3e-5)
    build(modes=[fluid, wave])
    with pytest.raises(ValueError, match="frequency_rayleigh_hz"):
        build(modes=[fluid, mode_row(1, 0, "p1", 9000.0, 3.0)])


def test_a_solver_that_tells_no_energies_may_stand_beside_one_that_does():
    told = mode_row(0, 0, "f", 2000.0, 0.2, solver="parode", mode_energy_erg=1e52)
    silent = mode_row(1, 0, "f", 2000.0, 0.2, solver="shooting")
    assert math.isnan(build(modes=[told, silent]).modes["mode_energy_erg"][1])
    with pytest.raises(ValueError, match="mode_energy_erg"):
        build(modes=[told, silent | {"solver": "parode"}])


def test_a_failed_row_without_a_message_gets_the_sentence_of_its_status():
    results = sample_results()
    assert results.modes["message"][3] == Status.DEPENDS_ON_FAILED_STAR.message
    assert results.modes["message"][6] == "Nein."


def test_counts_add_up_to_the_rows_asked_for():
    results = sample_results()
    assert results.counts("stars") == (2, 1)
    assert results.counts("modes") == (4, 3)
    assert results.failed == 4


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        ("stars", {"radius": 11.0}, "no column 'radius'"),
        ("stars", {"radius_km": "11"}, "takes f8"),
        ("stars", {"star_id": 5}, "count the rows"),
        ("modes", {"star_id": 7}, "names a star_id"),
        ("modes", {"l": 2.5}, "takes i8"),
        ("modes", {"l": None}, "lacks l"),
        ("modes", {"complete": None}, "lacks complete"),
        ("modes", {"status": 99}, "99"),
    ],
)
def test_rows_that_do_not_fit_the_columns_are_refused(table, values, sentence):
    rows = {"stars": star_rows(), "modes": mode_rows()}
    rows[table] = changed(rows[table], 0, **values)
    with pytest.raises(ValueError, match=sentence):
        build(rows["stars"], rows["modes"])


def test_a_profile_of_a_star_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no such star"):
        build(profiles={9: {"h": [0.1, 0.0]}})


def test_an_eigenfunction_of_a_mode_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no such mode"):
        build(eigenfunctions={99: {"radius_km": [0.0, 11.7]}})


def test_results_with_different_eigenfunctions_differ():
    results = sample_results()
    changed_one = replace(results, eigenfunctions={1: {"radius_km": np.linspace(0.0, 11.8, 9)}})
    assert results.same_data(sample_results())
    assert not results.same_data(changed_one)
    assert content_hash(results) != content_hash(changed_one)


def test_two_equations_of_state_of_one_name_are_refused():
    records = [*eos_records(), EosRecord("sly4", "sly4:gamma1=1.1x")]
    with pytest.raises(ValueError, match="called 'sly4'"):
        build(eos_records=records)


def test_results_cannot_be_changed():
    results = sample_results()
    with pytest.raises(ValueError, match="read-only"):
        results.stars["radius_km"][0] = 1.0
    with pytest.raises(TypeError):
        results.stars["radius_km"] = np.zeros(3)


def test_a_star_without_modes_makes_an_empty_table_of_modes():
    results = build(modes=[])
    assert results.row_count("modes") == 0
    assert not results.modes


def test_the_content_hash_sees_every_value():
    original = content_hash(build())
    for table, row, values in [
        ("stars", 0, {"radius_km": math.nextafter(11.7064321, 12.0)}),
        ("stars", 1, {"message": "Other."}),
        ("modes", 2, {"nodes": 1}),
        ("modes", 0, {"complete": False}),
        ("modes", 6, {"status": Status.NO_ROOT}),
    ]:
        rows = {"stars": star_rows(), "modes": mode_rows()}
        rows[table] = changed(rows[table], row, **values)
        altered = build(rows["stars"], rows["modes"])
        assert not altered.same_data(build())
        assert content_hash(altered) != original

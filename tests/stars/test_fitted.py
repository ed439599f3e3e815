"""Fits to the rows of a result: rows made from a relation give it back, real rows come near it."""

import numpy as np
import pytest
from relation_samples import MODES, REALISTIC, mode_row, realistic_results, star_row

from parode_core import Status
from stellar.constants import C_KM_S, MSUN_KM
from stellar.results.results import Results
from stellar.stars.relations.andersson_kokkotas_1998 import (
    f_damping_time,
    f_frequency,
    p_frequency,
    w_damping_time,
    w_frequency,
)
from stellar.stars.relations.chan_2014 import M_OMEGA
from stellar.stars.relations.fitted import fitted
from stellar.stars.relations.forms import FORMS
from stellar.stars.relations.registry import relation_named

CONFIG = 'command = "modes"\n'


def made(label, l=2, **column):
    """Stars with one mode each, a column of which is a function of the columns of the star."""
    ((name, function),) = column.items()
    stars, modes = [], []
    for number, values in enumerate(REALISTIC):
        star = star_row(number, values)
        stars.append(star)
        values = (l, label, 2000.0, 0.2, 0.08, 1e-5)
        modes.append(mode_row(number, number, values, **{name: float(function(star))}))
    return Results.from_rows(CONFIG, stars, modes)


@pytest.mark.parametrize(
    ("form", "label", "column"),
    [
        ("f-density-2", "f", {"frequency_hz": f_frequency}),
        ("f-damping-2", "f", {"damping_time_s": f_damping_time}),
        ("p1-compactness", "p1", {"frequency_hz": p_frequency}),
        ("w1-compactness", "w1", {"frequency_hz": w_frequency}),
        ("w1-damping", "w1", {"damping_time_s": w_damping_time}),
        ("f-inertia-2", "f", {"m_omega_re": relation_named("f-inertia").predict}),
        ("f-love-2", "f", {"m_omega_re": relation_named("f-love-2").predict}),
    ],
)
def test_rows_on_a_published_relation_give_its_coefficients_back(form, label, column):
    found = fitted(made(label, **column), FORMS[form])
    assert found.used == len(REALISTIC)
    assert found.largest < 1e-11
    np.testing.assert_allclose(found.solution.coefficients, FORMS[form].published, rtol=1e-7)


@pytest.mark.parametrize("l", [3, 4])
def test_f_love_of_higher_degrees_uses_their_own_deformability(l):
    found = fitted(
        made("f", l, m_omega_re=relation_named(f"f-love-{l}").predict), FORMS[f"f-love-{l}"]
    )
    np.testing.assert_allclose(found.solution.coefficients, M_OMEGA[l], rtol=1e-7)


@pytest.mark.parametrize("l", [2, 3, 4])
def test_damping_is_reduced_to_a_pure_number(l):
    # tau = R^(l+2)/(c M^(l+1)) / (0.1 - 0.2 M/R), lengths in km
    def damping_time(star):
        mass, radius = star["mass_msun"] * MSUN_KM, star["radius_km"]
        return radius ** (l + 2) / (C_KM_S * mass ** (l + 1)) / (0.1 - 0.2 * mass / radius)

    found = fitted(made("f", l, damping_time_s=damping_time), FORMS[f"f-damping-cubic-{l}"])
    np.testing.assert_allclose(found.solution.coefficients, [0.1, -0.2, 0.0, 0.0], atol=1e-7)


def test_modes_of_realistic_stars_lie_on_one_f_love_curve_near_the_published_one():
    found = fitted(realistic_results(), FORMS["f-love-2"])
    assert found.used == sum(mode[:2] == (2, "f") for modes in MODES.values() for mode in modes)
    assert found.largest < 1e-3
    x = np.linspace(found.x.min(), found.x.max(), 20)
    published = relation_named("f-love-2").predict({"lambda2": x})
    np.testing.assert_allclose(found.curve(x), published, rtol=2e-3)


def test_failed_rows_are_counted_and_not_used():
    results = made("f", frequency_hz=f_frequency)
    rows = results.rows("modes")
    rows[2] |= {"status": Status.NOT_CONVERGED, "message": "no", "frequency_hz": 9e9}
    found = fitted(Results.from_rows(CONFIG, results.rows("stars"), rows), FORMS["f-density-2"])
    assert (found.used, found.failed, found.eos_count) == (len(REALISTIC) - 1, 1, 4)
    assert 2 not in found.star_id
    assert found.largest < 1e-11


def test_an_undamped_mode_or_a_vanishing_deformability_is_left_out():
    results = made("f", damping_time_s=f_damping_time)
    rows, stars = results.rows("modes"), results.rows("stars")
    rows[0] |= {"damping_time_s": 0.0}
    stars[1] |= {"lambda2": 0.0}
    changed = Results.from_rows(CONFIG, stars, rows)
    assert 0 not in fitted(changed, FORMS["f-damping-2"]).star_id
    assert 1 not in fitted(changed, FORMS["f-love-2"]).star_id


def test_the_farthest_row_is_named():
    results = made("f", frequency_hz=f_frequency)
    rows = results.rows("modes")
    rows[7]["frequency_hz"] *= 1.2
    found = fitted(Results.from_rows(CONFIG, results.rows("stars"), rows), FORMS["f-density-2"])
    assert found.star_id[found.worst] == 7
    assert found.largest > 0.1 > found.median


def test_what_a_fit_lacks_is_said_with_the_command_that_writes_it():
    stars = [{k: v for k, v in star_row(0, REALISTIC[0]).items() if k != "lambda3"}]
    modes = [mode_row(0, 0, (3, "f", 2500.0, 20.0, 0.09, 1e-7))]
    results = Results.from_rows(CONFIG, stars, modes)
    assert fitted(results, FORMS["f-love-3"]).missing == (
        "there is no column lambda3, which `stellar modes --l 3 --families f` writes"
    )
    assert "`stellar modes --l 2 --families f` writes" in fitted(results, FORMS["f-love-2"]).missing
    undetermined = fitted(results, FORMS["f-density-3"])
    assert undetermined.missing == "2 coefficients ask for more rows than 1"
    with pytest.raises(ValueError, match="There is no fit of f-density-3"):
        undetermined.curve(np.array([1.0]))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_has_as_many_published_coefficients_as_it_fits(form):
    assert len(form.published) in (0, form.degree + 1)
    assert fitted(Results.from_rows(CONFIG, [], []), form).missing == "there are no stars"

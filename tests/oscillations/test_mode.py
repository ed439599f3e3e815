"""How far modes are from each other, and what the errors of their stars add to theirs."""

import math

import pytest

from stellar.oscillations.mode import Mode, distances


def test_the_nearest_neighbour_is_what_counts():
    assert distances([1.0, 4.0, 5.0], alone=7.0) == [3.0, 0.25, 0.2]


def test_modes_that_grow_have_distances_too():
    assert distances([-2.0, 2.0], alone=1.0) == [2.0, 2.0]


@pytest.mark.parametrize(("squares", "known"), [([], []), ([2.0], [1.5]), ([0.0], [math.inf])])
def test_one_mode_is_as_far_as_one_says(squares, known):
    assert distances(squares, alone=3.0) == known


def test_errors_of_the_star_reach_every_number_as_much_as_it_feels_them():
    known = {"omega_re_err": 1e-5, "omega_im_err": 1e-6, "energy_err": 0.1, "luminosity_err": 0.2}
    mode = Mode(
        2, "g", 1, "g1", "full", 0.3 + 0.02j, energy=50.0, luminosity=4.0, im_by_star=3.0,
        energy_by_star=100.0, **known,
    )  # fmt: skip
    wider = mode.widened(1e-4)
    assert wider.omega_re_err == pytest.approx(1e-5 + 1e-4 * abs(mode.omega))
    assert wider.omega_im_err == pytest.approx(1e-6 + 3e-4 * 0.02)
    assert wider.energy_err == pytest.approx(0.1 + 1e-2 * 50.0)
    assert wider.luminosity_err == pytest.approx(0.2 + 1.03e-2 * 4.0)
    assert wider._replace(**known) == mode


def test_of_a_mode_without_an_energy_none_is_told():
    mode = Mode(2, "w", 1, "w1", "full", 0.3 + 0.1j, 1e-9, 1e-9)
    assert math.isnan(mode.widened(1e-6).energy_err)
    assert math.isnan(mode.widened(1e-6).luminosity_err)
    assert mode.widened(0.0) == mode

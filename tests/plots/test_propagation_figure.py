"""Characteristic frequencies against the analytic ones of a Newtonian n = 1 polytrope."""

import math

import numpy as np
import pytest

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.plots.canvas import rendered
from stellar.plots.cavities import Cavities, cavities
from stellar.plots.propagation import ModeLine, figure

pytest.importorskip("matplotlib")

RADIUS, CENTRAL, RATIO = 100.0, 1e-10, 1.1  # km, km^-2, and cs2 over ce2: compactness 1e-6


def matter(x):
    """rho, p, m of the polytrope p = 2 R^2 rho^2/pi at x = pi r/R, G = 1, in km."""
    sinc = np.sinc(x / math.pi)
    rho = CENTRAL * sinc
    k = 2.0 * RADIUS**2 / math.pi
    mass = 4.0 * math.pi * CENTRAL * (RADIUS / math.pi) ** 3 * (np.sin(x) - x * np.cos(x))
    return rho, k * rho**2, mass


def profile(points=24, ratio=RATIO):
    """The polytrope at Chebyshev-Lobatto points in r."""
    x = 0.5 * math.pi * (1.0 - np.cos(np.linspace(0.0, math.pi, points)))
    rho, p, mass = matter(x)
    rho, p = np.maximum(rho, 0.0), np.maximum(p, 0.0)
    h = 4.0 * RADIUS**2 / math.pi * rho
    return {
        "h": h,
        "radius_km": x / math.pi * RADIUS,
        "enclosed_mass_msun": mass / MSUN_KM,
        "pressure_dyn_cm2": p / DYN_CM2_TO_KM2,
        "energy_density_g_cm3": rho / G_CM3_TO_KM2,
        "cs2_equilibrium": h,
        "cs2_difference": (ratio - 1.0) * h,
        "nu": np.zeros_like(x),
        "lam": np.zeros_like(x),
    }


def test_frequencies_are_those_of_the_analytic_polytrope():
    found = cavities(profile(), (2, 3))
    inner = (found.place > 0.05) & (found.place < 0.98)
    x = math.pi * found.place[inner]
    rho, _, mass = matter(x)
    sound = 4.0 * RADIUS**2 / math.pi * rho  # ce2
    r = x / math.pi * RADIUS
    lamb = np.sqrt(6.0 * RATIO * sound) / r * HZ_PER_INVERSE_KM
    buoyancy = mass / r**2 * np.sqrt((1.0 - 1.0 / RATIO) / sound) * HZ_PER_INVERSE_KM
    np.testing.assert_allclose(found.lamb[2][inner], lamb, rtol=3e-3)
    np.testing.assert_allclose(found.lamb[3], math.sqrt(2.0) * found.lamb[2], rtol=1e-14)
    np.testing.assert_allclose(found.buoyancy[inner], buoyancy, rtol=3e-3)


def test_a_barotrope_has_no_buoyancy_and_an_unstable_one_a_negative_sign():
    assert np.all(cavities(profile(ratio=1.0), (2,)).buoyancy == 0.0)
    unstable = cavities(profile(ratio=0.9), (2,)).buoyancy
    assert np.all(unstable[:-1] < 0.0)


def test_a_jump_of_density_is_found_where_it_is():
    one = profile()
    doubled = {name: np.insert(values, 10, values[10]) for name, values in one.items()}
    assert cavities(doubled, (2,)).jumps.size == 0
    doubled["energy_density_g_cm3"][11:] *= 0.8
    jumps = cavities(doubled, (2,)).jumps
    assert jumps == pytest.approx([one["radius_km"][10] / RADIUS])


def test_waves_travel_above_both_or_below_both():
    place = np.linspace(0.1, 1.0, 4)
    shown = Cavities(place, np.array([10.0, 50.0, 200.0, 0.0]), {2: np.full(4, 100.0)}, place[:0])
    assert shown.travels(150.0, 2).tolist() == [True, True, False, True]
    assert shown.travels(30.0, 2).tolist() == [False, True, True, False]


def test_modes_are_level_lines_strong_where_they_travel():
    shown = cavities(profile(), (2, 3))
    frequency = float(np.median(shown.lamb[2]))
    modes = [ModeLine(2, "f", frequency), ModeLine(3, "f", 1.1 * frequency)]
    drawn = figure("a star", shown, modes)
    (axis,) = drawn.axes
    (strong,) = [line for line in axis.get_lines() if line.get_linewidth() == 2.2][:1]
    travelling = np.isfinite(strong.get_ydata())
    assert travelling.tolist() == shown.travels(frequency, 2).tolist()
    assert 0.0 < travelling.mean() < 1.0
    assert {text.get_text() for text in axis.texts} == {"f, l=2", "f, l=3"}
    assert rendered(drawn, "png").startswith(b"\x89PNG")

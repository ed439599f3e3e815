"""Spectra between stars whose modes are known functions, and where there is none."""

import numpy as np
import pytest

from stellar.oscillations.chebyshev_series import PositiveSeries, Stretch
from stellar.oscillations.curve_numbers import Between
from stellar.oscillations.interpolated_modes import interpolated_spectra
from stellar.oscillations.mode import Mode, ModeSearch
from stellar.oscillations.mode_stretch import Solved, mode_stretch

STRETCH = Stretch(0.1, 0.4, onset=False)
NODES = STRETCH.nodes(13)
MASS, RADIUS = 2.0, 12.0


def omega(h_c):
    return complex(0.05 + 0.1 * h_c, 1e-5 * np.exp(4.0 * h_c))


def energy(h_c):
    return 0.3 * np.exp(9.0 * h_c)


def mode(h_c, label="f", **changed):
    given = {
        "omega_re_err": 1e-12,
        "omega_im_err": 1e-16,
        "residual": h_c,
        "nodes": 0,
        "energy": energy(h_c),
        "luminosity": 2.0 * omega(h_c).imag * energy(h_c),
        "stationary": omega(h_c).real,
    }
    return Mode(2, label[0], 0, label, "full", omega(h_c), **(given | changed))


def spectra(stars, h_c, searches=None):
    found = searches or [{2: ModeSearch((star,), complete=True)} for star in stars]
    full = np.full(13, 1.0)
    solved = Solved(MASS * full, RADIUS * full, 1e-13, 1e-13, found)
    own = np.full(h_c.size, 1.0)
    between = Between(h_c, MASS * own, RADIUS * own, 1e-12 * own)
    stretch = mode_stretch(STRETCH, NODES, solved)
    return interpolated_spectra(stretch, solved, between, 1e-6)


def test_all_numbers_of_a_mode_are_those_of_its_functions():
    h_c = np.linspace(0.1, 0.4, 50)
    for star, found in zip(h_c.tolist(), spectra([mode(h) for h in NODES], h_c), strict=True):
        (own,) = found[2].modes
        assert own.omega == pytest.approx(omega(star), rel=1e-9)
        assert abs(own.omega.real - omega(star).real) <= own.omega_re_err
        assert abs(own.omega.imag - omega(star).imag) <= own.omega_im_err
        assert own.energy == pytest.approx(energy(star), rel=1e-6)
        assert own.luminosity == pytest.approx(2.0 * omega(star).imag * energy(star), rel=1e-6)
        assert own.stationary == pytest.approx(omega(star).real, rel=1e-9)
        assert own.residual == NODES[-1]
        assert own.message == "Interpolated along the sequence through 13 stars."


@pytest.mark.parametrize(
    "changed", [{"label": "p1"}, {"nodes": 2}, {"message": "Damping from the flux of energy."}]
)
def test_where_neighbours_differ_there_is_no_spectrum(changed):
    stars = [mode(h, **(changed if k > 5 else {})) for k, h in enumerate(NODES)]
    left, middle, right = spectra(stars, 0.5 * (NODES[4:7] + NODES[5:8]))
    assert middle is None
    assert left is not None
    assert right is not None


def test_a_search_that_proves_nothing_tells_nothing():
    searches = [{2: ModeSearch((mode(h),), complete=k != 4)} for k, h in enumerate(NODES.tolist())]
    middles = 0.5 * (NODES[:-1] + NODES[1:])
    told = [found is not None for found in spectra([], middles, searches)]
    assert told == [k not in (3, 4) for k in range(12)]


def test_numbers_that_are_not_known_to_the_accuracy_are_not_told():
    rough = [mode(h, omega_re_err=1e-7) for h in NODES]
    assert spectra(rough, np.array([0.2, 0.3])) == [None, None]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.exp(12.0 * x),
        lambda x: (x - 0.13) ** 2 * (2.0 + np.sin(x)),
        lambda x: ((x - 0.37) * (x + 0.61) * np.exp(2.0 * x)) ** 2,
        lambda x: 2.0 + np.sin(3.0 * x),
    ],
)
def test_squares_and_powers_are_told_to_relative_errors_that_hold(function):
    nodes = -np.cos(np.pi * np.arange(17) / 16)
    x = np.linspace(-1.0, 1.0, 332)
    series = PositiveSeries.of(function(nodes)[None], 1e-12 * function(nodes)[None])
    value, error = (part[0] for part in series.at(x))
    assert (np.abs(value - function(x)) <= error + 1e-13 * function(x)).all()
    assert (error <= 1e-6 * function(x)).mean() > 0.99

"""Modes followed by what they look like: orthogonal shapes, avoided crossings, breaks."""

import numpy as np
import pytest

from stellar.oscillations.continuation import Displacement, followed, share

X = np.linspace(0.0, 1.0, 801)[1:]


def string(*amplitudes, phase=1.0):
    """A sum of sin(n pi x)/x, which are orthogonal in x^2 dx over [0, 1]."""
    shape = sum(a * np.sin((n + 1) * np.pi * X) / X for n, a in enumerate(amplitudes))
    return Displacement(X, phase * shape.astype(complex), 0.0j * X, np.ones_like(X))


def test_shares_are_those_of_orthogonal_functions():
    angle = 0.3
    mixed = string(np.cos(angle), np.sin(angle), phase=2.0j)
    assert share(string(1.0), mixed, 2) == pytest.approx(np.cos(angle) ** 2, abs=1e-5)
    assert share(string(0.0, 1.0), mixed, 2) == pytest.approx(np.sin(angle) ** 2, abs=1e-5)
    assert share(mixed, mixed, 2) == pytest.approx(1.0, abs=1e-12)


def test_tangential_displacement_counts_l_times_l_plus_one():
    radial = Displacement(X, 1.0 + 0.0j * X, 0.0j * X, X)
    both = Displacement(X, 1.0 + 0.0j * X, 1.0 + 0.0j * X, X)
    assert share(radial, both, 2) == pytest.approx(1.0 / 7.0, rel=1e-9)
    assert share(radial, both, 3) == pytest.approx(1.0 / 13.0, rel=1e-9)


def test_points_of_the_two_stars_may_differ():
    coarse = np.linspace(0.0, 1.0, 257)[1:]
    other = Displacement(
        coarse, np.sin(np.pi * coarse) / coarse + 0j, 0j * coarse, 1.0 + 0.0 * coarse
    )
    assert share(string(1.0), other, 1) == pytest.approx(1.0, abs=1e-4)


def test_modes_keep_straight_through_an_avoided_crossing():
    # H = [[t, g], [g, -t]]: by frequency the modes exchange their characters at t = 0
    coupling, path = 0.01, np.linspace(-0.5, 0.5, 8)
    stars, characters = [], []
    for t in path:
        values, vectors = np.linalg.eigh(np.array([[t, coupling], [coupling, -t]]))
        assert values[0] < values[1]
        stars.append([string(*vectors[:, k]) for k in (0, 1)])
        characters.append([int(np.abs(vectors[:, k]).argmax()) for k in (0, 1)])
    modes = followed(stars, 2)
    assert len(modes) == 2
    for mode in modes:
        own = [characters[s][m] for s, m in zip(mode.stars, mode.modes, strict=True)]
        assert len(own) == len(path)
        assert len(set(own)) == 1
        assert min(mode.shares[1:]) > 0.98
        assert np.isnan(mode.shares[0])


def test_what_is_not_found_again_ends_and_what_is_new_begins():
    stars = [[string(1.0), string(0.0, 1.0)], [string(1.0)], [string(0.0, 0.0, 1.0), string(1.0)]]
    found = {(mode.stars, mode.modes) for mode in followed(stars, 2)}
    assert found == {((0, 1, 2), (0, 0, 1)), ((0,), (1,)), ((2,), (0,))}
    assert followed([[], [string(1.0)], []], 2)[0].stars == (1,)

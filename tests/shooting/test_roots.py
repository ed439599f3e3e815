"""Roots of holomorphic functions without guesses, against functions whose roots are known."""

import math

import numpy as np
import pytest
from scipy.special import jn_zeros, jv

from stellar.shooting.roots import (
    build_proxy,
    chebyshev_points,
    count_roots,
    distinct,
    polish,
    rectangle,
    resolve,
)


def test_polynomial_stand_ins_find_every_zero_of_a_bessel_function():
    proxies = resolve(lambda x: jv(0, x), [(1.0, 11.0), (11.0, 25.0)], 20, 1e-10)
    roots = np.sort(np.concatenate([proxy.roots(1.1) for proxy in proxies]).real)
    roots = roots[distinct(roots, 1e-6)]
    assert roots == pytest.approx(jn_zeros(0, 8)[: len(roots)], abs=1e-8)
    assert len(roots) == 8


def test_panel_that_is_too_wide_is_split_until_it_resolves():
    proxies = resolve(lambda x: np.sin(40.0 * x), [(0.1, 3.0)], 16, 1e-9)
    assert len(proxies) > 1
    roots = np.concatenate([proxy.roots(1.05) for proxy in proxies])
    roots = roots[(roots.real > 0.1) & (roots.real < 3.0)]
    found = np.sort(roots[distinct(roots, 1e-6)].real)
    expected = np.arange(2, 39) * math.pi / 40.0
    assert found == pytest.approx(expected, abs=1e-8)


def test_roots_near_a_complex_segment_are_those_inside_its_ellipse():
    # roots at +-1 +- 0.3i about the segment's centre, and one far outside
    roots = np.array([1.0 + 2.3j, 1.9 + 1.8j, 9.0 + 9.0j])
    segment = (0.0 + 2.0j, 3.0 + 2.0j)
    points = chebyshev_points(segment, 12)
    values = np.prod([points - root for root in roots], axis=0)
    found = build_proxy(segment, values).roots(2.0)
    assert sorted(found, key=lambda z: z.real) == pytest.approx(list(roots[:2]), abs=1e-12)


def test_polishing_reaches_full_precision_for_all_seeds_at_once():
    def function(z):
        return np.exp(z) - 1.0

    exact = 2j * math.pi * np.arange(1, 5)
    polished = polish(function, exact * (1.0 + 0.01j), tolerance=1e-9, max_step=0.1)
    assert np.all(polished.converged)
    assert polished.roots == pytest.approx(exact, abs=1e-12)
    assert polished.slopes == pytest.approx(np.ones(4), abs=1e-7)  # h^2/6 of its differences


def test_argument_principle_counts_roots_with_their_multiplicity():
    def function(z):
        return (z - 1.0 - 0.01j) * (z - 2.0 + 0.2j) ** 2 * (z - 5.0)

    contour = rectangle(0.0 - 1.0j, 3.0 + 1.0j, (5, 5))
    assert count_roots(function, contour) == 3


def test_argument_principle_resolves_a_root_close_to_the_contour():
    contour = rectangle(0.0 - 1.0j, 3.0 + 1.0j, (6, 6))
    assert count_roots(lambda z: (z - 1.1 - 0.999j) * (z - 1.1 - 1.001j), contour) == 1


def test_function_without_roots_has_none():
    proxies = resolve(np.exp, [(1.0, 4.0)], 20, 1e-10)
    assert all(proxy.roots(1.5).size == 0 for proxy in proxies)
    assert count_roots(np.exp, rectangle(1.0 - 1.0j, 4.0 + 1.0j, (8, 8))) == 0


def test_unresolvable_function_is_refused():
    with pytest.raises(ArithmeticError, match="polynomials"):
        resolve(lambda x: np.sign(np.sin(1e4 * x) + 0.5), [(1.0, 2.0)], 12, 1e-10)

"""Magnetic Love numbers against Newtonian limits, Legendre functions and another formulation."""

import math

import numpy as np
import pytest
from rotating_stars import DENSITY, energy_polytrope, incompressible, star_of
from scipy.integrate import solve_ivp

from stellar.shooting.magnetic_tides import exterior_magnetic_love_number, magnetic_love


def newtonian(star, flow):
    """k_2 / C, free of its part linear in C."""
    near, far = (magnetic_love(s, flow) / s.compactness for s in star)
    return 2.0 * near - far


@pytest.mark.parametrize(("flow", "expected"), [("static", 3 / 35), ("irrotational", -1 / 35)])
def test_newtonian_homogeneous_sphere(flow, expected):
    # at first order in C: k_2 = (1/15) (q - 2C) with q = R^-5 int r^4 (8 m/r + (3 + 2 theta) m')
    stars = [incompressible(c) for c in (1e-5, 2e-5)]
    assert newtonian(stars, flow) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("flow", ["static", "irrotational"])
def test_newtonian_polytrope_of_index_one(flow):
    # the same quadrature with m = M (sin x - x cos x)/pi, x = pi r/R
    abscissae, weights = np.polynomial.legendre.leggauss(60)
    points, weights = 0.5 * math.pi * (abscissae + 1.0), 0.5 * math.pi * weights
    mass = (np.sin(points) - points * np.cos(points)) / math.pi
    moment = float(np.sum(weights * points**3 * mass)) / math.pi**4  # R^-4 int r^3 (m/M) dr
    expected = {"static": (3.0 - 12.0 * moment) / 15, "irrotational": (4.0 * moment - 1.0) / 15}
    stars = [energy_polytrope(1.0, h_c) for h_c in (1e-5, 2e-5)]
    assert newtonian(stars, flow) == pytest.approx(expected[flow], abs=1e-8)


@pytest.mark.parametrize(("flow", "theta"), [("static", 1.0), ("irrotational", -1.0)])
@pytest.mark.parametrize("compactness", [0.1, 0.3])
def test_the_linear_equation_in_the_interior_schwarzschild_star_agrees(compactness, flow, theta):
    """h0 itself, with the closed forms of m and p, joined to exterior functions of mpmath."""
    mpmath = pytest.importorskip("mpmath")
    radius = math.sqrt(3.0 * compactness / (4.0 * math.pi * DENSITY))
    root = math.sqrt(1.0 - 2.0 * compactness)

    def rates(r, state):
        inner = math.sqrt(1.0 - 2.0 * compactness * (r / radius) ** 2)
        p = DENSITY * (inner - root) / (3.0 * root - inner)
        m = 4.0 * math.pi / 3.0 * DENSITY * r**3
        matter = 4.0 * math.pi * (DENSITY + p)
        bracket = 6.0 / r**2 - 4.0 * m / r**3 + 2.0 * theta * matter
        h, slope = state
        return [slope, (r * matter * slope + bracket * h) / inner**2]

    start = 1e-3 * radius
    solution = solve_ivp(
        rates, (start, radius), [start**3, 3 * start**2], method="DOP853", rtol=1e-12, atol=1e-18
    )
    h, slope = solution.y[:, -1]

    def grow(r):
        return r**3 * (1 - 2 * compactness * radius / r)

    def decay(r):
        return r**-2 * mpmath.hyp2f1(1, 4, 6, 2 * compactness * radius / r)

    at = mpmath.mpf(radius)
    wronskian = grow(at) * slope - mpmath.diff(grow, at) * h
    amplitude = wronskian / (mpmath.diff(decay, at) * h - decay(at) * slope)
    expected = -float(amplitude / at**5) / 3.0
    # start**3 is the regular solution to order (start/R)^2; the rest dies as r^-5
    assert magnetic_love(incompressible(compactness), flow) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("compactness", [1e-5, 1e-3, 0.05, 0.2, 0.4])
def test_exterior_has_no_cancellation_at_any_compactness(compactness):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(60):
        mass, radius = mpmath.mpf(compactness), mpmath.mpf(1)

        def grow(r):
            return r**3 * (1 - 2 * mass / r)

        def decay(r):
            # grow times the integral of 1/grow^2, in closed form with its cancelling logarithm
            return grow(r) * mpmath.quad(lambda s: 1 / grow(s) ** 2, [r, 10 * r, mpmath.inf]) * 5

        y = 3 + mass  # any logarithmic derivative
        a = -(mpmath.diff(grow, radius) - y * grow(radius)) / (
            mpmath.diff(decay, radius) - y * decay(radius)
        )
        expected = float(-a / 3)
    found = exterior_magnetic_love_number(compactness, compactness)
    assert found == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("spec", ["sly", "pp:H4", "mit:B=60"])
def test_static_and_irrotational_fluids_respond_with_opposite_signs(spec):
    star = star_of(spec, 0.2)
    assert magnetic_love(star, "static") > 0.0 > magnetic_love(star, "irrotational")

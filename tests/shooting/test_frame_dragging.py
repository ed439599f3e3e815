"""Moment of inertia against published values and closed Newtonian forms."""

import math

import pytest
from rotating_stars import benchmark_star, energy_polytrope, incompressible

from stellar.shooting.frame_dragging import moment_of_inertia

# Chandrasekhar & Miller 1974, Table I: R/(2M), I/(M R^2)
HOMOGENEOUS = [(1.15, 0.772), (1.3, 0.6695), (1.5, 0.6007), (2.5, 0.4909), (10.0, 0.4182)]


def test_benchmark_star_has_its_moment_of_inertia():
    star = benchmark_star()
    assert moment_of_inertia(star) / star.mass**3 == pytest.approx(14.482431386, abs=5.1e-10)


@pytest.mark.parametrize(("radius", "printed"), HOMOGENEOUS)
def test_homogeneous_stars_match_chandrasekhar_and_miller(radius, printed):
    star = incompressible(0.5 / radius)
    shape = moment_of_inertia(star) / (star.mass * star.radius**2)
    assert shape == pytest.approx(printed, rel=2e-4)


def relative_inertia(star):
    return moment_of_inertia(star) / (star.mass * star.radius**2)


def test_newtonian_sphere_has_two_fifths_m_r_squared():
    near, far = (relative_inertia(incompressible(c)) for c in (1e-5, 2e-5))
    assert 2.0 * near - far == pytest.approx(0.4, abs=1e-9)


def test_newtonian_polytrope_of_index_one_has_its_closed_form():
    near, far = (relative_inertia(energy_polytrope(1.0, h)) for h in (1e-5, 2e-5))
    assert 2.0 * near - far == pytest.approx(2 / 3 * (1 - 6 / math.pi**2), abs=1e-9)

"""The equilibrium star against closed solutions and identities along a sequence."""

import math

import pytest

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.shooting.background import solve_background

BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)
SEQUENCES = {
    "rest-mass polytrope": BU0,
    "energy polytrope n=1": ColdEOS("e1", (EnergyPolytrope(1.0, 100.0),), "energy-polytrope"),
    "energy polytrope n=0.7": ColdEOS("e07", (EnergyPolytrope(0.7, 100.0),), "energy-polytrope"),
}


@pytest.mark.parametrize("compactness", [1e-6, 0.1, 0.3, 0.44])
def test_constant_density_star_is_the_interior_schwarzschild_solution(compactness):
    eps = 1e-3
    root = math.sqrt(1.0 - 2.0 * compactness)
    h_c = math.log1p((1.0 - root) / (3.0 * root - 1.0))
    star = solve_background(ColdEOS("u", (ConstantDensity(eps),), "constant-density"), h_c)
    radius = math.sqrt(3.0 * compactness / (4.0 * math.pi * eps))
    assert star.radius == pytest.approx(radius, rel=1e-11)
    assert star.mass == pytest.approx(compactness * radius, rel=1e-11)


def test_newtonian_limit_of_n_equal_1_has_radius_pi_alpha():
    # R = pi sqrt(K / (2 pi)) at vanishing compactness; the correction is linear in h_c
    near, far = (
        solve_background(SEQUENCES["energy polytrope n=1"], h_c).radius for h_c in (1e-6, 2e-6)
    )
    assert 2.0 * near - far == pytest.approx(math.pi * math.sqrt(100.0 / (2 * math.pi)), rel=1e-9)


def test_benchmark_star_bu0_has_its_published_mass_and_radius():
    star = solve_background(BU0, BU0_H_C)
    assert star.mass / MSUN_KM == pytest.approx(1.40015972951671, rel=1e-11)
    assert star.radius == pytest.approx(14.1543724291801, rel=1e-11)
    assert star.baryon_mass / MSUN_KM == pytest.approx(1.50617624, abs=5.1e-9)


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("h_c", [0.05, 0.25, 0.6])
def test_mass_slope_is_the_derivative_of_the_mass_along_the_sequence(name, h_c):
    step = 1e-3 * h_c
    masses = [solve_background(SEQUENCES[name], h_c + k * step).mass for k in (-2, -1, 1, 2)]
    difference = (masses[0] - 8 * masses[1] + 8 * masses[2] - masses[3]) / (12 * step)
    star = solve_background(SEQUENCES[name], h_c)
    assert star.mass_slope == pytest.approx(difference, abs=3e-8 * star.mass / h_c)


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("h_c", [0.05, 0.25, 0.6])
def test_mass_and_baryon_mass_change_together(name, h_c):
    """dM/dh_c = sqrt(1 - 2C) dM_b/dh_c (Zeldovich & Novikov): the star is an extremum of M."""
    step = 1e-3 * h_c
    stars = [solve_background(SEQUENCES[name], h_c + k * step) for k in (-2, -1, 1, 2)]
    baryon = [star.baryon_mass for star in stars]
    slope = (baryon[0] - 8 * baryon[1] + 8 * baryon[2] - baryon[3]) / (12 * step)
    star = solve_background(SEQUENCES[name], h_c)
    expected = math.sqrt(1.0 - 2.0 * star.compactness) * slope
    assert star.mass_slope == pytest.approx(expected, abs=3e-8 * star.mass / h_c)


def test_a_star_outside_the_equation_of_state_is_refused():
    short = ColdEOS("short", (RestMassPolytrope(2.0, 100.0, h_hi=0.1),), "polytrope")
    with pytest.raises(ArithmeticError, match="outside"):
        solve_background(short, 0.2)

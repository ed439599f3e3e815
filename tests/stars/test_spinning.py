"""A star at a given spin against closed forms, and its warnings."""

import math

import pytest

from stellar.constants import HZ_PER_INVERSE_KM, MSUN_KM
from stellar.stars.spinning import (
    coefficients_warning,
    mass_shedding_hz,
    spin_warning,
    spinning,
)
from stellar.stars.star import Estimate, Star

EXACT = 0.0


def newtonian_sphere(shift_error=1e-12):
    """A homogeneous star with the coefficients of a Maclaurin spheroid of unchanged density.

    The mass of the pressureless limit at fixed central pressure grows by q, its radius by q/3.
    """
    mass, radius = 1.0 * MSUN_KM, 1000.0
    rotation = {
        "delta_mass_over_m": Estimate(1.0, EXACT),
        "xi0_over_r": Estimate(1.0 / 3.0, EXACT),
        "xi0_over_r_fixed_mb": Estimate(1e-3, shift_error),
        "eccentricity_squared": Estimate(2.5, 1e-3),
    }
    return Star(
        h_c=1e-3,
        radius=radius,
        mass=mass,
        baryon_mass=mass,
        moment_of_inertia=0.4 * mass * radius**2,
        central_pressure=1e-9,
        central_energy_density=1e-6,
        central_density=1e-6,
        central_cs2=math.inf,
        stable=True,
        h_c_err=EXACT,
        radius_err=EXACT,
        mass_err=EXACT,
        baryon_mass_err=EXACT,
        moment_of_inertia_err=EXACT,
        rotation=rotation,
    )


def spin_with(star, q):
    """Frequency at which Omega^2 R^3/M is q."""
    return math.sqrt(q * star.mass / star.radius**3) * HZ_PER_INVERSE_KM


def test_maclaurin_spheroid_at_a_small_spin():
    """Volume grows as the mass does, and the axes have the ratio sqrt(1 - e^2)."""
    star, q = newtonian_sphere(), 1e-6
    found = {name: value for name, (value, _) in spinning(star, spin_with(star, q)).items()}
    volume = found["equatorial_radius"] ** 2 * found["polar_radius"] / star.radius**3
    assert volume - 1.0 == pytest.approx(found["mass"] / star.mass - 1.0, abs=1e-10)
    axes = (found["polar_radius"] / found["equatorial_radius"]) ** 2
    assert 1.0 - axes == pytest.approx(found["eccentricity"] ** 2, abs=1e-10)
    assert found["eccentricity"] ** 2 == pytest.approx(2.5 * q, rel=1e-12)
    omega = math.sqrt(q * star.mass / star.radius**3)
    assert found["angular_momentum"] == pytest.approx(0.4 * star.mass * star.radius**2 * omega)


def test_errors_of_coefficients_reach_the_spinning_star():
    star, q = newtonian_sphere(), 1e-4
    found = spinning(star, spin_with(star, q))
    assert found["polar_radius"].error == pytest.approx(star.radius * q * 1e-3 / 3.0)
    eccentricity = found["eccentricity"]
    assert eccentricity.error / eccentricity.value == pytest.approx(0.5 * 1e-3 / 2.5)


def test_mass_shedding_of_one_solar_mass_and_ten_kilometres_is_1080_hz():
    # Haensel, Zdunik, Bejger & Lattimer 2009, eq. 1
    star = newtonian_sphere()
    scaled = mass_shedding_hz(star) * (star.radius / 10.0) ** 1.5
    assert scaled == pytest.approx(1080.0, rel=2e-3)


def test_a_spin_beyond_half_of_mass_shedding_is_warned_of():
    star = newtonian_sphere()
    limit = mass_shedding_hz(star)
    assert spin_warning(star, 0.499 * limit) == ""
    assert "51% of the mass-shedding estimate" in spin_warning(star, 0.51 * limit)


def test_a_coefficient_that_is_all_error_is_told():
    assert coefficients_warning(newtonian_sphere().rotation) == ""
    assert "maximum mass" in coefficients_warning(newtonian_sphere(shift_error=2e-3).rotation)

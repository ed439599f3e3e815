"""Slow rotation against published tables, exact identities and Newtonian limits."""

import math

import numpy as np
import pytest
from layered import Layer, Ramp, two_layers
from rotating_stars import (
    DENSITY,
    benchmark_star,
    energy_polytrope,
    incompressible,
    star_of,
)

from stellar.eos.base import ColdEOS
from stellar.shooting.background import solve_background
from stellar.shooting.slow_rotation import rotation_coefficients, slow_rotation
from stellar.shooting.static_exterior import legendre_q21, legendre_q22
from stellar.shooting.tides import tidal_love
from stellar.stars.quantities import ROTATION_NAMES

# Chandrasekhar & Miller 1974, Table I, in units of J and R_S = 2M: R/R_S, delta M/M without the
# shell of the surface, Q, xi0, xi2, ellipticity e^2/2
HOMOGENEOUS = [
    (1.15, 3.454, 2.076, -0.42403, -1.3942, 6.0898),
    (1.3, 3.225, 2.441, 0.12203, -3.5565, 7.9708),
    (1.5, 2.757, 3.272, 1.074, -6.4841, 9.893),
    (1.7, 2.327, 4.406, 2.0553, -9.1734, 11.088),
    (2.5, 1.259, 10.81, 5.3097, -17.183, 12.131),
    (5.0, 0.3588, 37.73, 10.206, -28.126, 9.0297),
    (20.0, 0.02437, 221.7, 14.9, -38.031, 2.8966),
]
# soft and stiff, with kinks, a first-order transition, a bare surface and baryons of other mass
MATTER = {
    "benchmark": lambda: benchmark_star(1e-11),
    "sly": lambda: star_of("sly", 0.2),
    "bsk24": lambda: star_of("bsk24", 0.25),
    "pp:SLy": lambda: star_of("pp:SLy", 0.2),
    "hybrid": lambda: star_of("css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1", 0.4),
    "bag": lambda: star_of("mit:B=60", 0.3),
    "n = 0.5": lambda: energy_polytrope(0.5, 0.2),
    "n = 2, dilute": lambda: energy_polytrope(2.0, 1e-4),
    "incompressible": lambda: incompressible(0.44),
    "incompressible, dilute": lambda: incompressible(1e-5),
}
# Yagi & Yunes 2017, Table 1: ln y = sum a_i (ln x)^i
I_OF_LOVE = (1.496, 0.05951, 0.02238, -6.953e-4, 8.345e-6)
Q_OF_LOVE = (0.194, 0.09163, 0.04812, -4.283e-3, 1.245e-4)


def coefficients(star, rtol=1e-11):
    return rotation_coefficients(star, slow_rotation(star, rtol))


def newtonian(stars, name):
    """A coefficient free of its part linear in the compactness."""
    near, far = (coefficients(star)[name] for star in stars)
    return 2.0 * near - far


@pytest.mark.parametrize("row", HOMOGENEOUS, ids=lambda row: f"R={row[0]}R_S")
def test_homogeneous_stars_match_chandrasekhar_and_miller(row):
    star = incompressible(0.5 / row[0])
    found = slow_rotation(star)
    r_s, square = 2.0 * star.mass, found.moment_of_inertia**2
    shell = 4.0 * math.pi * star.radius**2 * DENSITY * found.xi0
    ours = (
        (found.delta_mass - shell) / star.mass * r_s**4 / square,
        found.shape.quadrupole * r_s / square,
        found.xi0 * r_s**3 / square,
        found.shape.xi2 * r_s**3 / square,
        0.5 * found.shape.eccentricity_squared * r_s**4 / square,
    )
    assert ours == pytest.approx(row[1:], rel=4e-4)


@pytest.mark.parametrize("name", MATTER)
def test_energy_of_rotation_at_fixed_baryon_mass_is_half_of_i_omega_squared(name):
    """Exact: dM = Omega dJ at fixed baryon mass, so delta M = I/2 per Omega^2."""
    star = MATTER[name]()
    found = slow_rotation(star)
    change = rotation_coefficients(star, found)["delta_mass_over_m_fixed_mb"] * star.radius**3
    assert change == pytest.approx(0.5 * found.moment_of_inertia, rel=1e-10)


def test_mass_and_baryon_mass_change_together_at_fixed_centre():
    """delta M = I/2 + sqrt(1-2C) delta M_b for matter whose baryon factor is 1."""
    star = benchmark_star()
    found = slow_rotation(star, 1e-12)
    lapse = math.sqrt(1.0 - 2.0 * star.compactness)
    expected = 0.5 * found.moment_of_inertia + lapse * found.delta_baryon_mass
    assert found.delta_mass == pytest.approx(expected, rel=1e-12)


def test_newtonian_homogeneous_star_is_a_maclaurin_spheroid():
    """Q = q/2 M R^2, e^2 = 5q/2; its volume at fixed mass, hence its mean radius, is unchanged."""
    stars = [incompressible(c) for c in (1e-5, 2e-5)]
    assert newtonian(stars, "quadrupole_over_mr2") == pytest.approx(0.5, abs=1e-8)
    assert newtonian(stars, "eccentricity_squared") == pytest.approx(2.5, abs=1e-8)
    assert newtonian(stars, "xi2_over_r") == pytest.approx(-2.5 / 3.0, abs=1e-8)
    assert newtonian(stars, "xi0_over_r_fixed_mb") == pytest.approx(0.0, abs=1e-8)
    # p_c = (2 pi/3) eps^2 R^2 (1 - q) unchanged: R grows by q/3 and the mass by q
    assert newtonian(stars, "xi0_over_r") == pytest.approx(1.0 / 3.0, abs=1e-8)
    assert newtonian(stars, "delta_mass_over_m") == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize("n", [0.7, 1.0, 2.0])
def test_newtonian_quadrupole_is_the_tidal_response(n):
    """Q = (2/3) k_2 Omega^2 R^5: the centrifugal potential is a tide."""
    stars = [energy_polytrope(n, h_c) for h_c in (1e-5, 2e-5)]
    near, far = (tidal_love(star)[0] for star in stars)
    expected = 2.0 / 3.0 * (2.0 * near - far)
    assert newtonian(stars, "quadrupole_over_mr2") == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("spec", ["sly", "bsk24", "apr", "pp:H4", "gpp:MPA1"])
def test_realistic_stars_obey_i_love_q(spec):
    star = star_of(spec, 0.2)
    found = coefficients(star)
    x = math.log(tidal_love(star)[1])
    i_bar = slow_rotation(star).moment_of_inertia / star.mass**3
    assert i_bar == pytest.approx(math.exp(np.polyval(I_OF_LOVE[::-1], x)), rel=0.01)
    assert found["q_bar"] == pytest.approx(math.exp(np.polyval(Q_OF_LOVE[::-1], x)), rel=0.01)


def test_density_jump_equals_the_limit_of_a_steep_smooth_layer():
    """The shells that a jump adds are what d eps/dp gives as a smooth wall steepens."""
    inner, outer, h_wall, h_c = 1.3e-3, 1e-3, 0.06, 0.15

    def star_with_layer(width):
        envelope = Layer(outer, 0.0, 0.0, h_wall - width / 2)
        p_lo = float(envelope.evaluate(envelope.h_hi).p)
        ramp = Ramp(outer, inner, p_lo, envelope.h_hi, h_wall + width / 2)
        core = Layer(inner, float(ramp.evaluate(ramp.h_hi).p), ramp.h_hi)
        return solve_background(ColdEOS("ramp", (envelope, ramp, core), "ramp"), h_c)

    sharp = coefficients(solve_background(two_layers(outer, inner, h_wall), h_c))
    wide, narrow = (coefficients(star_with_layer(width)) for width in (4e-3, 2e-3))
    for name in ("delta_mass_over_m", "delta_baryon_mass_over_mb", "xi0_over_r", "q_bar"):
        errors = [wide[name] - sharp[name], narrow[name] - sharp[name]]
        assert abs(errors[1]) < 1e-4 * abs(sharp[name])
        # a layer centred on the jump is wrong at second order in its width
        assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.2), name


def test_bare_surface_equals_the_limit_of_a_thin_skin():
    """Density that falls to zero within a thin skin: what it changes is linear in its width."""
    h_c = 0.15

    def star_with_skin(width):
        skin = Ramp(0.0, DENSITY, 0.0, 0.0, width)
        core = Layer(DENSITY, float(skin.evaluate(width).p), width)
        return solve_background(ColdEOS("skin", (skin, core), "skin"), h_c)

    bare = coefficients(solve_background(ColdEOS("bare", (Layer(DENSITY),), "bare"), h_c))
    wide, narrow = (coefficients(star_with_skin(width)) for width in (2e-4, 1e-4))
    for name in ("delta_mass_over_m", "delta_baryon_mass_over_mb", "xi0_over_r", "q_bar"):
        limit = 2.0 * narrow[name] - wide[name]
        assert limit == pytest.approx(bare[name], rel=1e-5), name


def test_every_coefficient_of_the_contract_is_handed_back():
    assert set(coefficients(benchmark_star(1e-9), 1e-9)) == set(ROTATION_NAMES)


@pytest.mark.parametrize("compactness", [1e-5, 1e-3, 0.05, 0.2, 0.4])
def test_exterior_legendre_functions_equal_closed_forms_in_high_precision(compactness):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(60):
        x = 1 / mpmath.mpf(compactness) - 1
        log = mpmath.log((x + 1) / (x - 1))
        # Hartle & Thorne 1968, eq. 137 and 141
        q21 = mpmath.sqrt(x * x - 1) * ((3 * x * x - 2) / (x * x - 1) - mpmath.mpf(3) / 2 * x * log)
        q22 = mpmath.mpf(3) / 2 * (x * x - 1) * log - x * (3 * x * x - 5) / (x * x - 1)
    assert legendre_q21(compactness) == pytest.approx(float(q21), rel=1e-13)
    assert legendre_q22(compactness) == pytest.approx(float(q22), rel=1e-13)

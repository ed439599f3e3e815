"""A slowly rotating star at a given spin, from the coefficients of second order in it.

With q = Omega^2 R^3/M and everything at unchanged central density (Hartle & Thorne 1968):

    J = I Omega,      M_spin = M (1 + q delta M/M),      e^2 = q e2
    R_eq  = R (1 + q xi0/R + q e2/6),     R_pol = R (1 + q xi0/R - q e2/3)

e2 is the coefficient of the squared eccentricity. The radii are those of the surface embedded in
flat space, eq. 25 there: R_eq is the circumference of the equator over 2 pi. Mass shedding is
estimated by Omega = 0.589 sqrt(M/R^3), which is 1.08 kHz (M/M_sun)^(1/2) (R/10 km)^(-3/2)
(Haensel, Zdunik, Bejger & Lattimer 2009). Lengths in km, G = c = 1.
"""

import math

from stellar.constants import HZ_PER_INVERSE_KM
from stellar.stars.star import Estimate, Estimates, Star

MASS_SHEDDING = 0.589  # Omega / sqrt(M/R^3)
TRUSTED_FRACTION = 0.5  # of the spin of mass shedding; the series in Omega^2 is warned of beyond


def mass_shedding_hz(star: Star) -> float:
    """Estimated spin frequency, Hz, at which matter leaves the equator."""
    return MASS_SHEDDING * math.sqrt(star.mass / star.radius**3) * HZ_PER_INVERSE_KM


def spinning(star: Star, spin_hz: float) -> dict[str, Estimate]:
    """Angular momentum (km^2), mass and radii (km) and eccentricity at a spin.

    Parameters
    ----------
    star : with its coefficients of rotation
    spin_hz : Omega / 2 pi as seen from infinity

    Returns
    -------
    `angular_momentum`, `mass`, `equatorial_radius`, `polar_radius`, `eccentricity`
    """
    omega = spin_hz / HZ_PER_INVERSE_KM
    relative_mass, relative_radius = star.mass_err / star.mass, star.radius_err / star.radius
    q = omega**2 * star.radius**3 / star.mass
    spin = Estimate(q, q * (relative_mass + 3.0 * relative_radius))
    coefficients = star.rotation
    square = _product(spin, coefficients["eccentricity_squared"])
    shift = _product(spin, coefficients["xi0_over_r"])
    change = _product(spin, coefficients["delta_mass_over_m"])
    eccentricity = math.sqrt(square.value)
    return {
        "angular_momentum": Estimate(
            star.moment_of_inertia * omega, star.moment_of_inertia_err * omega
        ),
        "mass": _scaled(star.mass, relative_mass, change),
        "equatorial_radius": _scaled(star.radius, relative_radius, _sum(shift, square, 1.0 / 6.0)),
        "polar_radius": _scaled(star.radius, relative_radius, _sum(shift, square, -1.0 / 3.0)),
        "eccentricity": Estimate(eccentricity, 0.5 * square.error / eccentricity),
    }


def spin_warning(star: Star, spin_hz: float) -> str:
    """A sentence where the spin is too large a part of mass shedding for second order; or empty."""
    limit = mass_shedding_hz(star)
    if spin_hz <= TRUSTED_FRACTION * limit:
        return ""
    return (
        f"{spin_hz:g} Hz is {spin_hz / limit:.0%} of the mass-shedding estimate, {limit:.0f} Hz; "
        f"second order in the spin is trusted up to {TRUSTED_FRACTION:.0%}."
    )


def coefficients_warning(rotation: Estimates) -> str:
    """A sentence where the star is too near the maximum mass for a fixed baryon mass; or empty."""
    shift = rotation["xi0_over_r_fixed_mb"]
    if shift.error <= abs(shift.value):
        return ""
    return (
        "xi0_over_r_fixed_mb is undetermined: at the maximum mass no neighbouring star has the "
        "baryon mass that rotation adds, and the coefficient diverges."
    )


def _product(one: Estimate, other: Estimate) -> Estimate:
    return Estimate(
        one.value * other.value, abs(one.value) * other.error + one.error * abs(other.value)
    )


def _sum(one: Estimate, other: Estimate, weight: float) -> Estimate:
    return Estimate(one.value + weight * other.value, one.error + abs(weight) * other.error)


def _scaled(size: float, relative: float, change: Estimate) -> Estimate:
    """Size (1 + change)."""
    value = size * (1.0 + change.value)
    return Estimate(value, abs(value) * relative + size * change.error)

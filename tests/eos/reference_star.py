"""Maximum-mass star and the star of 1.4 solar masses of an equation of state, by shooting."""

from scipy.optimize import brentq

from stellar.constants import MSUN_KM
from stellar.shooting.background import solve_background
from stellar.shooting.tides import tidal_love

RTOL = 1e-8


def maximum_mass(eos):
    """(M_max in solar masses, its radius in km), of the first maximum above h = 0.15."""

    def slope(h_c):
        return solve_background(eos, h_c, RTOL).mass_slope

    h_hi = next(h for h in (0.25 + 0.1 * i for i in range(20)) if slope(h) < 0.0)
    star = solve_background(eos, brentq(slope, h_hi - 0.1, h_hi, xtol=1e-5), RTOL)
    return star.mass / MSUN_KM, star.radius


def star_of_mass(eos, mass_msun, h_low=0.05, h_high=0.35):
    """The star with this mass, sought between two central log-enthalpies."""
    h_c = brentq(
        lambda h: solve_background(eos, h, RTOL).mass / MSUN_KM - mass_msun,
        h_low,
        h_high,
        xtol=1e-9,
    )
    return solve_background(eos, h_c, RTOL)


def radius_and_lambda(eos, mass_msun=1.4, **bracket):
    """(R in km, Lambda) of a star of given mass."""
    star = star_of_mass(eos, mass_msun, **bracket)
    return star.radius, tidal_love(star, 2, RTOL)[1]

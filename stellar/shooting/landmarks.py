"""The numbers by which an equation of state is known: M_max, and R and Lambda of 1.4 M_sun.

For tables of many equations of state: some twenty stars each instead of a full survey. The
sequence is sampled at central log-enthalpies of neutron stars, 0.05 <= h_c; a maximum of the mass
is a root of dM/dh_c with falling slope.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.shooting.background import Background, solve_background
from stellar.shooting.tides import tidal_love

CANONICAL_MSUN = 1.4
_RTOL = 1e-7
_LOWEST_H, _HIGHEST_H = 0.05, 1.5
_PER_E_FOLD = 5
_XTOL = 1e-7


@dataclass(frozen=True)
class Landmarks:
    """M_max in M_sun, R_1.4 in km, dimensionless Lambda_1.4; NaN where there is no such star."""

    m_max_msun: float
    r_14_km: float
    lambda_14: float


def landmarks(eos: ColdEOS) -> Landmarks:
    """Landmarks of one equation of state, to about 1e-6.

    Of several maxima the highest counts, of several stars of 1.4 M_sun the least dense one.

    Raises
    ------
    ArithmeticError
        If the structure of a star cannot be computed.
    """

    def solve(h_c: float) -> Background:
        return solve_background(eos, h_c, _RTOL)

    top = min(eos.h_max, _HIGHEST_H)
    count = max(8, math.ceil(_PER_E_FOLD * math.log(top / _LOWEST_H)))
    stars = [solve(float(h_c)) for h_c in np.geomspace(_LOWEST_H, top, count)]
    pairs = list(zip(stars, stars[1:], strict=False))
    maxima = [
        solve(brentq(lambda h: solve(h).mass_slope, low.h_c, high.h_c, xtol=_XTOL)).mass / MSUN_KM
        for low, high in pairs
        if low.mass_slope > 0.0 > high.mass_slope
    ]
    m_max = max(maxima, default=math.nan)
    mass = CANONICAL_MSUN * MSUN_KM
    for low, high in pairs:
        # the heavier neighbour may already lie beyond the maximum
        if low.mass < mass <= high.mass:
            star = solve(brentq(lambda h: solve(h).mass - mass, low.h_c, high.h_c, xtol=_XTOL))
            return Landmarks(m_max, star.radius, tidal_love(star, 2, _RTOL)[1])
    return Landmarks(m_max, math.nan, math.nan)

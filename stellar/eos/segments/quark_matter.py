"""Matter with a constant speed of sound, and colour-flavour-locked quark matter, in closed form.

Constant speed of sound c_q from a state (p_0, eps_0) at h_0, with q = 1 + 1/c_q^2:

    p = p_0 + (eps_0 + p_0) (e^(q (h - h_0)) - 1)/q,     eps = eps_0 + (p - p_0)/c_q^2

(Alford, Han & Prakash 2013). The MIT bag is p_0 = 0, eps_0 = 4 B, c_q^2 = 1/3.

Colour-flavour-locked matter, mu the quark chemical potential and mu_0 its value at p = 0, h = 0:

    p = (3/(4 pi^2)) (a4 mu^4 - a2 mu^2) - B,     mu = mu_0 e^h,   a2 = m_s^2 - 4 Delta^2

(Alford, Braby, Paris & Reddy 2005, eq. 2 with the gap of Alford et al. 2001).
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.constants import HBAR_C_MEV_FM, MEV_FM3_TO_KM2
from stellar.eos.base import Array, Segment, Thermo


@dataclass(frozen=True)
class ConstantSoundSpeed(Segment):
    """dp/deps = cs2 from (p_lo, eps_lo) [km^-2] at h_lo inwards."""

    cs2: float
    p_lo: float
    eps_lo: float
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "quark"
    jump: str = "join"

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        lib = math if isinstance(h, float) else np
        growth = 1.0 + 1.0 / self.cs2
        rise = (self.eps_lo + self.p_lo) * lib.expm1(growth * (h - self.h_lo)) / growth
        p = self.p_lo + rise
        return Thermo(p, self.eps_lo + rise / self.cs2, self.cs2 + 0.0 * p, 0.0 * p)


@dataclass(frozen=True)
class ColorFlavorLocked(Segment):
    """p(mu) of the quark chemical potential; quartic, quadratic : km^-2, the two terms at mu_0.

    p = quartic (e^4h - 1) - quadratic (e^2h - 1)
    """

    quartic: float
    quadratic: float
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "quark"

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        lib = math if isinstance(h, float) else np
        p = self.quartic * lib.expm1(4.0 * h) - self.quadratic * lib.expm1(2.0 * h)
        fourth, second = self.quartic * lib.exp(4.0 * h), self.quadratic * lib.exp(2.0 * h)
        enthalpy = 4.0 * fourth - 2.0 * second  # mu dp/dmu
        ce2 = enthalpy / (12.0 * fourth - 2.0 * second)
        return Thermo(p, enthalpy - p, ce2, 0.0 * p)


def surface_potential_mev(a4: float, a2_mev2: float, bag_mev_fm3: float) -> float:
    """Quark chemical potential mu_0 at zero pressure, MeV.

    Parameters
    ----------
    a4 : coefficient of mu^4, 1 for free quarks;  a2_mev2 : m_s^2 - 4 Delta^2
    bag_mev_fm3 : B > 0
    """
    constant = 4.0 * math.pi**2 / 3.0 * bag_mev_fm3 * HBAR_C_MEV_FM**3  # MeV^4
    root = math.sqrt(a2_mev2**2 + 4.0 * a4 * constant)
    # a4 x^2 - a2 x - constant = 0 for x = mu_0^2, without cancellation for either sign of a2
    squared = (a2_mev2 + root) / (2.0 * a4) if a2_mev2 > 0.0 else 2.0 * constant / (root - a2_mev2)
    return math.sqrt(squared)


def color_flavor_locked(a4: float, a2_mev2: float, mu_0_mev: float) -> ColorFlavorLocked:
    """The segment that begins at zero pressure, where mu = mu_0."""
    scale = 3.0 / (4.0 * math.pi**2 * HBAR_C_MEV_FM**3) * MEV_FM3_TO_KM2  # MeV^4 -> km^-2
    return ColorFlavorLocked(scale * a4 * mu_0_mev**4, scale * a2_mev2 * mu_0_mev**2)

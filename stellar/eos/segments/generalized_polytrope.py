"""One piece of a generalized piecewise polytrope, whose speed of sound is continuous.

    p = K rho^Gamma + Lambda,   eps = (1 + a) rho + K rho^Gamma / (Gamma - 1) - Lambda

(O'Boyle et al. 2020, eq. 4.1-4.3). Since eps + p has no Lambda, log-enthalpy and speed of sound are
those of the polytrope: e^h = 1 + a + K rho^(Gamma-1) Gamma/(Gamma-1). Gamma may be negative, K then
is too; K Gamma > 0 always.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stellar.eos.base import Array, Segment, Thermo


@dataclass(frozen=True)
class GeneralizedPolytrope(Segment):
    """A piece with index gamma; k in km^(2 Gamma - 2), offset = Lambda in km^-2."""

    gamma: float
    k: float
    a: float
    offset: float
    h_lo: float
    h_hi: float
    kind: str

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        gamma, lib = self.gamma, math if isinstance(h, float) else np
        ratio = (lib.expm1(h) - self.a) * (gamma - 1.0) / gamma  # K rho^(Gamma - 1)
        reduced = ratio / self.k  # at the surface itself it may fall below 0 by rounding
        reduced = max(reduced, 0.0) if isinstance(h, float) else np.maximum(reduced, 0.0)
        rho = reduced ** (1.0 / (gamma - 1.0))
        p = rho * ratio + self.offset
        eps = (1.0 + self.a) * rho + rho * ratio / (gamma - 1.0) - self.offset
        return Thermo(p, eps, gamma * ratio * lib.exp(-h), 0.0 * p)


def stack_pieces(
    k: float, gammas: Sequence[float], divisions: Sequence[float], kinds: Sequence[str]
) -> tuple[Segment, ...]:
    """Pieces with continuous pressure, energy density and speed of sound.

    Parameters
    ----------
    k : constant of the outermost piece, km^(2 Gamma - 2)
    gammas : indices from the surface inwards
    divisions : dividing rest-mass densities, km^-2, ascending, one fewer than indices
    kinds : the kind of each segment
    """
    segments: list[Segment] = []
    a, offset, h_lo = 0.0, 0.0, 0.0
    for gamma, after, rho, kind in zip(gammas, gammas[1:], divisions, kinds, strict=False):
        stiffness = k * gamma * rho ** (gamma - 1.0)  # dp/drho at the inner end
        h_hi = math.log1p(a + stiffness / (gamma - 1.0))
        segments.append(GeneralizedPolytrope(gamma, k, a, offset, h_lo, h_hi, kind))
        a += stiffness * (after - gamma) / ((gamma - 1.0) * (after - 1.0))
        offset += stiffness * rho * (after - gamma) / (gamma * after)
        k = stiffness / (after * rho ** (after - 1.0))
        h_lo = h_hi
    last = GeneralizedPolytrope(gammas[-1], k, a, offset, h_lo, math.inf, kinds[-1])
    return (*segments, last)

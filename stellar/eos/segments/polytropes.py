"""Single polytropes, the two kinds that must not be mixed, and the incompressible star.

Rest-mass polytrope   p = K rho^Gamma, eps = rho + p / (Gamma - 1)   (Tooper 1965)
Energy polytrope      p = K eps^(1 + 1/n)                            (Tooper 1964)
Constant density      eps = const                                    (Schwarzschild 1916)

In closed form with w = p / rho:  e^h = 1 + w Gamma/(Gamma-1)  for the first, and with w = p / eps:
e^h = (1 + w)^(n+1)  for the second.

Integrators ask for one Python float at a time, for which `math` is several times faster than
numpy; the formulas are the same, so each method picks its library by the type of h.
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.eos.base import Array, Segment, Thermo


def _library(h: Array):
    return math if isinstance(h, float) else np


def _not_below_zero(ratio: Array) -> Array:
    """The surface value 0 where h lies below the end of its segment by rounding."""
    return max(ratio, 0.0) if isinstance(ratio, float) else np.maximum(ratio, 0.0)


@dataclass(frozen=True)
class RestMassPolytrope(Segment):
    """p = K rho^Gamma with eps = (1 + a) rho + p / (Gamma - 1); lengths in km (G = c = 1).

    K : km^(2 Gamma - 2);  a : internal energy left by softer pieces outside (0 for one piece)
    """

    gamma: float
    k: float
    a: float = 0.0
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "polytrope"

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        lib, gamma = _library(h), self.gamma
        ratio = _not_below_zero((lib.expm1(h) - self.a) * (gamma - 1.0) / gamma)  # p / rho
        rho = (ratio / self.k) ** (1.0 / (gamma - 1.0))
        p = rho * ratio
        return Thermo(
            p, (1.0 + self.a) * rho + p / (gamma - 1.0), gamma * ratio * lib.exp(-h), 0.0 * p
        )


@dataclass(frozen=True)
class EnergyPolytrope(Segment):
    """p = K eps^(1 + 1/n); K in km^(2/n)."""

    n: float
    k: float
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "polytrope"

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        ratio = _not_below_zero(_library(h).expm1(h / (self.n + 1.0)))  # p / eps
        eps = (ratio / self.k) ** self.n
        return Thermo(eps * ratio, eps, (1.0 + 1.0 / self.n) * ratio, 0.0 * eps)


@dataclass(frozen=True)
class ConstantDensity(Segment):
    """eps = const, p = eps (e^h - 1); the speed of sound is infinite."""

    eps: float  # km^-2
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "incompressible"

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        p = self.eps * _library(h).expm1(h)
        return Thermo(p, self.eps + 0.0 * p, math.inf + 0.0 * p, 0.0 * p)

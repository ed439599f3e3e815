"""Single polytropes, the two kinds that must not be mixed, and the incompressible star.

Rest-mass polytrope   p = K rho^Gamma, eps = rho + p / (Gamma - 1)   (Tooper 1965)
Energy polytrope      p = K eps^(1 + 1/n)                            (Tooper 1964)
Constant density      eps = const                                    (Schwarzschild 1916)

In closed form with w = p / rho:  e^h = 1 + w Gamma/(Gamma-1)  for the first, and with w = p / eps:
e^h = (1 + w)^(n+1)  for the second.
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.eos.base import Array, Segment, Thermo


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
        gamma = self.gamma
        ratio = np.maximum((np.expm1(h) - self.a) * (gamma - 1.0) / gamma, 0.0)  # p / rho
        rho = (ratio / self.k) ** (1.0 / (gamma - 1.0))
        p = rho * ratio
        return Thermo(
            p, (1.0 + self.a) * rho + p / (gamma - 1.0), gamma * ratio * np.exp(-h), 0.0 * p
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
        ratio = np.maximum(np.expm1(h / (self.n + 1.0)), 0.0)  # p / eps
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
        p = self.eps * np.expm1(h)
        return Thermo(p, self.eps + 0.0 * p, np.inf + 0.0 * p, 0.0 * p)

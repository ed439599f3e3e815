"""Analytic pressure-density fits: zeta(x) with zeta = log10 P [dyn/cm^2], x = log10 rho [g/cm^3].

rho = eps/c^2, for rho >= 1e6 g/cm^3. The log-enthalpy follows by quadrature, dh = dP/(eps + P),
the baryon density from it, so that the first law holds whatever the accuracy of the fit. Such a
fit has no composition, and its speed of sound is good to a few per cent only: it may carry a crust
or the structure of a star, never a g-mode.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import MEV_FM3_TO_DYN_CM2, MEV_FM3_TO_G_CM3

Array = NDArray[np.float64]

LOWEST_LOG_RHO = 6.0
_PANEL = 0.1  # width in x of one Gauss-Legendre panel; the poles of the fits lie 0.05 or more away
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class PressureFit(ABC):
    """A fit; subclasses hold its formula.

    name : row of the table of coefficients
    """

    name: str
    citation: str

    @abstractmethod
    def log_pressure(self, x: Array) -> tuple[Array, Array]:
        """(zeta, d zeta / dx) at x = log10 rho."""

    def state(self, x: Array) -> tuple[Array, Array, Array]:
        """(P, eps, ce2) at x = log10 rho; MeV fm^-3 and units of c."""
        zeta, slope = self.log_pressure(x)
        p = 10.0**zeta / MEV_FM3_TO_DYN_CM2
        eps = 10.0**x / MEV_FM3_TO_G_CM3
        return p, eps, slope * p / eps

    def enthalpy_slope(self, x: Array) -> Array:
        """d h / dx = ln(10) eps ce2 / (eps + P)."""
        p, eps, ce2 = self.state(x)
        return math.log(10.0) * eps * ce2 / (eps + p)

    def enthalpy_gain(self, x: Array) -> Array:
        """Log-enthalpy at x minus that at the lowest density of the fit, by quadrature."""
        x = np.asarray(x, dtype=float)
        last = max(1, math.ceil((float(np.max(x)) - LOWEST_LOG_RHO) / _PANEL))
        edges = np.asarray(LOWEST_LOG_RHO + _PANEL * np.arange(last + 1), dtype=np.float64)
        sums = np.concatenate([[0.0], np.cumsum(self._gauss(edges[:-1], edges[1:]))])
        panel = np.clip(((x - LOWEST_LOG_RHO) / _PANEL).astype(int), 0, last - 1)
        return sums[panel] + self._gauss(edges[panel], x)

    def log_density_at_gain(self, gain: Array, highest: float) -> Array:
        """x at which `enthalpy_gain` has the given values, for x <= highest.

        Raises
        ------
        ArithmeticError
            If Newton's iteration does not settle.
        """
        grid = np.linspace(LOWEST_LOG_RHO, highest, 400)
        x = np.interp(gain, self.enthalpy_gain(grid), grid)
        for _ in range(20):
            change = (gain - self.enthalpy_gain(x)) / self.enthalpy_slope(x)
            x = x + change
            if np.all(np.abs(change) < 1e-9):  # quadratic: what is left is rounding
                return x
        raise ArithmeticError("the density of a crust fit was not found from its log-enthalpy")

    def _gauss(self, start: Array, end: Array) -> Array:
        half = 0.5 * (end - start)
        x = 0.5 * (start + end)[..., None] + half[..., None] * _POINTS
        return half * (self.enthalpy_slope(x) @ _WEIGHTS)


def coefficient_rows(table: str) -> dict[str, tuple[float, ...]]:
    """Rows of a printed table, each a name and its coefficients, in which indented lines go on."""
    rows: dict[str, tuple[float, ...]] = {}
    name = ""
    for line in table.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            name, *words = words
            rows[name] = ()
        rows[name] += tuple(float(word) for word in words)
    return rows


def logistic(z: Array) -> Array:
    """f(z) = 1 / (e^z + 1), with which the fits switch from one regime to the next."""
    return 1.0 / (np.exp(z) + 1.0)


def switched(x: Array, line: tuple[float, ...], width: float, centre: float) -> tuple[Array, Array]:
    """(c0 + c1 x) f(width (centre - x)) and its derivative by x."""
    value, step = line[0] + line[1] * x, logistic(width * (centre - x))
    return value * step, line[1] * step + value * width * step * (1.0 - step)


def outermost(x: Array, a: tuple[float, ...], width: float, centre: float) -> tuple[Array, Array]:
    """(a1 + a2 x + a3 x^3)/(1 + a4 x) f(width (x - centre)) and its derivative by x."""
    bottom = 1.0 + a[3] * x
    value = (a[0] + a[1] * x + a[2] * x**3) / bottom
    slope = (a[1] + 3.0 * a[2] * x**2 - a[3] * value) / bottom
    step = logistic(width * (x - centre))
    return value * step, slope * step - value * width * step * (1.0 - step)


def total(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Sum of functions with their derivatives."""
    values, slopes = zip(*parts, strict=True)
    return np.sum(values, axis=0), np.sum(slopes, axis=0)

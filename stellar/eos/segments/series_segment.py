"""One smooth piece of a tabulated equation of state, thermodynamically consistent to rounding.

With u = ln h and G = d ln P / d u the first law dP = (eps + P) dh reads

    eps + P = P G / h,        1/ce2 = (G + (dG/du)/G - 1) / h - 1

so that D = dG/du is taken as the one tabulated function, a Chebyshev series, and G and ln P are its
first and second integral: whatever the error of D, pressure, energy density and speed of sound
belong to one another exactly. The composition gradients enter through a series of their own, delta.

At the threshold of a new particle the thermodynamic functions are analytic in the square root of
the distance to it: there the series run in s = sqrt((u - u_lo)/(u_hi - u_lo)) instead.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import MEV_FM3_TO_KM2
from stellar.eos.base import Array, Segment, Thermo
from stellar.eos.segments import series
from stellar.errors import InputError

_ROUNDING = 1e-9  # how far outside its segment a log-enthalpy may lie, in units of its length in u
DEGREES_PER_STEP = 3  # errors that methods of eighth order estimate vanish by chance in longer ones
_CLOSURE = 1e-9  # allowed relative mismatch of the integrals with the tabulated values


@dataclass(frozen=True)
class Interval:
    """h_lo <= h <= h_hi mapped to -1 <= t <= 1, by u = ln h or by its square root."""

    h_lo: float
    h_hi: float
    threshold: bool

    @property
    def length(self) -> float:
        """Extent in u."""
        return math.log(self.h_hi / self.h_lo)

    def nodes(self, degree: int) -> NDArray[np.float64]:
        """Log-enthalpies of the Lobatto points."""
        s = 0.5 * (1.0 + series.lobatto_points(degree))
        h = self.h_lo * np.exp(self.length * (s * s if self.threshold else s))
        h[0], h[-1] = self.h_lo, self.h_hi
        return h

    def integrate(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """Series of the integral over u from h_lo."""
        # du = (L/2) dt, or with the square root u = u_lo + L s^2: du = L s dt, s = (1 + t)/2
        weighted = (
            series.product(coefficients, np.array([0.5, 0.5])) if self.threshold else coefficients
        )
        return series.integral_from_start(weighted) * self.length * (1.0 if self.threshold else 0.5)

    def position(self, h: Array) -> Array:
        """T at log-enthalpy h.

        Raises
        ------
        ArithmeticError
            If h lies outside the interval by more than rounding.
        """
        if isinstance(h, float):
            fraction = math.log(h / self.h_lo) / self.length if h > 0.0 else -1.0
            if not -_ROUNDING <= fraction <= 1.0 + _ROUNDING:
                raise ArithmeticError(self._outside(h))
            fraction = min(max(fraction, 0.0), 1.0)
            return 2.0 * (math.sqrt(fraction) if self.threshold else fraction) - 1.0
        h = np.asarray(h, dtype=float)
        fraction = np.log(np.where(h > 0.0, h, np.nan) / self.h_lo) / self.length
        if not np.all((fraction >= -_ROUNDING) & (fraction <= 1.0 + _ROUNDING)):
            raise ArithmeticError(self._outside(h))
        fraction = np.clip(fraction, 0.0, 1.0)
        return 2.0 * (np.sqrt(fraction) if self.threshold else fraction) - 1.0

    def _outside(self, h: Array) -> str:
        return f"log-enthalpy {h} outside the segment [{self.h_lo}, {self.h_hi}]"


@dataclass(frozen=True, eq=False)
class SeriesSegment(Segment):
    """Segment whose matter is given by Chebyshev series; see `from_nodes`.

    table_h : log-enthalpies of the rows it was built from
    thermodynamics : rows ln P [km^-2], G, D, delta of coefficients over degree
    extras : names of further quantities and `extra_series`, their rows of coefficients
    """

    h_lo: float
    h_hi: float
    kind: str
    interval: Interval
    thermodynamics: NDArray[np.float64]
    extras: tuple[str, ...]
    extra_series: NDArray[np.float64]
    table_h: NDArray[np.float64] | None = None

    @property
    def threshold(self) -> bool:
        """Whether the series run in the square root of the distance to `h_lo`."""
        return self.interval.threshold

    @property
    def detail(self) -> int:
        """A step of an integration follows a polynomial of about DEGREES_PER_STEP."""
        return math.ceil(self.thermodynamics.shape[1] / DEGREES_PER_STEP)

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        ln_p, g, d, delta = series.evaluate(self.thermodynamics, self.interval.position(h))
        p = math.exp(ln_p) if isinstance(ln_p, float) else np.exp(ln_p)
        enthalpy = p * g / h
        return Thermo(p, enthalpy - p, 1.0 / ((g + d / g - 1.0) / h - 1.0), delta)

    def quantities(self, h: Array) -> dict[str, Array]:
        """The further quantities at log-enthalpy h, such as fractions per baryon."""
        if not self.extras:
            return {}
        values = series.evaluate(self.extra_series, self.interval.position(h))
        return dict(zip(self.extras, values, strict=True))


def index_slope(
    h: NDArray[np.float64],
    p: NDArray[np.float64],
    eps: NDArray[np.float64],
    ce2: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """G = d ln P / d ln h and D = dG / d ln h from a state; p and eps in the same unit."""
    g = h * (eps + p) / p
    return g, g * (h * (1.0 + 1.0 / ce2) + 1.0 - g)


def from_nodes(
    interval: Interval,
    kind: str,
    columns: Mapping[str, NDArray[np.float64]],
    extras: Mapping[str, NDArray[np.float64]],
) -> SeriesSegment:
    """Segment through states at the Lobatto points of an interval.

    Parameters
    ----------
    columns : `P`, `eps` [MeV fm^-3], `ce2`, `delta` at `interval.nodes(len - 1)`
    extras : further quantities at the same points

    Raises
    ------
    InputError
        If P, eps and ce2 contradict each other.
    """
    p = columns["P"]
    h = interval.nodes(len(p) - 1)
    g, d = index_slope(h, p, columns["eps"], columns["ce2"])
    d_series = series.coefficients(d)
    g_series = interval.integrate(d_series)
    g_series[0] += g[0]
    ln_p_series = interval.integrate(g_series)
    ln_p_series[0] += math.log(p[0])
    rebuilt = np.asarray(
        series.evaluate(series.stacked([ln_p_series, g_series]), interval.position(h))
    )
    mismatch = float(np.max(np.abs([rebuilt[0] - np.log(p), rebuilt[1] / g - 1.0])))
    if not mismatch <= _CLOSURE:
        raise InputError(
            f"The columns P, eps and ce2 contradict the first law by {mismatch:.1e} between "
            f"h = {interval.h_lo:.6g} and {interval.h_hi:.6g}; at most {_CLOSURE:g} is allowed."
        )
    ln_p_series[0] += math.log(MEV_FM3_TO_KM2)
    rows = series.stacked([ln_p_series, g_series, d_series, series.coefficients(columns["delta"])])
    extra_rows = [series.coefficients(values) for values in extras.values()]
    return SeriesSegment(
        h_lo=interval.h_lo,
        h_hi=interval.h_hi,
        kind=kind,
        interval=interval,
        thermodynamics=rows,
        extras=tuple(extras),
        extra_series=series.stacked(extra_rows) if extra_rows else np.empty((0, 1)),
        table_h=h,
    )

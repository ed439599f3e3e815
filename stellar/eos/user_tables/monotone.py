"""ln eps as a smooth function of ln P through the rows of a table, and the log-enthalpies on it.

Slopes at the rows are those of the cubic spline, limited so that the cubic Hermite interpolant
rises everywhere (Fritsch & Carlson 1980; Hyman 1983): 0 < m < 3 min(neighbouring secants). Then

    dh = dP / (eps + P) = d ln P / (1 + eps / P)

is integrated over the same interpolant by Gauss-Legendre quadrature. Integrating over the rows
themselves, by the trapezoid rule, is wrong by several per cent for tables in common use.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEEPEST = 2.9  # largest slope in the same unit; 3 would let the interpolant stand still
_FLATTEST = 0.05  # smallest slope, in units of the flatter neighbouring secant
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(12)


def limited_slopes(x: Array, y: Array) -> Array:
    """Slopes dy/dx at the points of a rising curve that keep its Hermite interpolant rising."""
    from scipy.interpolate import CubicSpline

    secants = np.diff(y) / np.diff(x)
    if len(x) == 2:
        return np.repeat(secants, 2)
    # the spline through three points is the parabola
    slopes = np.asarray(CubicSpline(x, y)(x, 1))
    flatter = np.minimum(np.append(secants, secants[-1]), np.insert(secants, 0, secants[0]))
    return np.asarray(np.clip(slopes, _FLATTEST * flatter, _STEEPEST * flatter))


def hermite(x: Array, y: Array, slopes: Array, row: NDArray[np.intp], at: Array) -> Array:
    """Cubic Hermite interpolant between the points row and row + 1, at `at`."""
    width = x[row + 1] - x[row]
    t = (at - x[row]) / width
    left = (1.0 + 2.0 * t) * y[row] + t * width * slopes[row]
    right = (3.0 - 2.0 * t) * y[row + 1] - (1.0 - t) * width * slopes[row + 1]
    return (1.0 - t) ** 2 * left + t * t * right


def enthalpy_gains(x: Array, y: Array, slopes: Array) -> Array:
    """Log-enthalpy at each row minus that at the first; x = ln P, y = ln eps."""
    half = 0.5 * np.diff(x)[:, None]
    at = 0.5 * (x[:-1] + x[1:])[:, None] + half * _POINTS
    rows = np.broadcast_to(np.arange(len(x) - 1)[:, None], at.shape)
    steps = half[:, 0] * (1.0 / (1.0 + np.exp(hermite(x, y, slopes, rows, at) - at)) @ _WEIGHTS)
    return np.concatenate([[0.0], np.cumsum(steps)])

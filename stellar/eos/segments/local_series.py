"""A long Chebyshev series as many short polynomials, which cost far less to evaluate.

The series runs in a place 0 <= w <= 1 of its segment (u = ln h as a fraction, or its square root).
Its degree N resolves lengths ~ (pi/N) sin theta with w = (1 - cos theta)/2, so the sub-intervals
are of equal length in theta: all of them are resolved alike by

    f(w) = sum_k a_k x^k,     x = (w - centre) scale,  -1 <= x <= 1,     k <= DEGREE.

Their number is doubled until the last two local Chebyshev coefficients are hardly more than
rounding: the remainder is smaller again, by the ratio at which they fall (Trefethen 2013, ch. 8).
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from stellar.eos.segments import series

Array = NDArray[np.float64]

DEGREE = 9  # of the local polynomials
FEWEST_TERMS = 31  # of a series that is worth the conversion
_MOST = 4096  # sub-intervals
_TAIL = 2e-14  # the last coefficients relative to the largest value


class LocalSeries(NamedTuple):
    """Polynomials on sub-intervals of a segment.

    centre, scale : of the sub-intervals in w, [sub-interval]
    coefficients : a_k of each series, [sub-interval, series, k]
    """

    centre: Array
    scale: Array
    coefficients: Array


def local_series(matrix: Array) -> LocalSeries | None:
    """The rows of a matrix of Chebyshev coefficients as local polynomials.

    Parameters
    ----------
    matrix : coefficients in t = 2 w - 1, [series, degree + 1]

    Returns
    -------
    The polynomials; None if no admissible number of sub-intervals resolves the series.
    """
    return _converted(matrix.tobytes(), matrix.shape[1])


@lru_cache(maxsize=64)  # a catalogue's segments are made anew each time, with the same content
def _converted(content: bytes, terms: int) -> LocalSeries | None:
    matrix = np.frombuffer(content).reshape(-1, terms)
    for count in _counts(terms):
        at_middle, deviations = _samples(terms, count)
        middle = (matrix.astype(np.longdouble) @ at_middle).astype(float)
        values = (matrix @ deviations).reshape(len(matrix), count, DEGREE + 1)
        local = series.coefficients(values)
        largest = np.max(np.abs(middle), axis=1)
        if np.all(np.max(np.abs(local[..., -2:]), axis=(1, 2)) <= _TAIL * largest):
            coefficients = local @ _POWERS
            coefficients[..., 0] += middle
            ends = _ends(count)
            centre, scale = 0.5 * (ends[1:] + ends[:-1]), 2.0 / np.diff(ends)
            return LocalSeries(centre, scale, np.moveaxis(coefficients, 1, 0))
    return None


def _counts(terms: int) -> list[int]:
    """Numbers of sub-intervals to try: those of 2^j and 3 2^j from the number of terms on."""
    powers = [2**j for j in range(3, _MOST.bit_length())]
    return [n for power in powers for n in (power, power + power // 2) if terms <= n <= _MOST]


def _ends(count: int) -> Array:
    """Ends of the sub-intervals in w, about equidistant in theta.

    Multiples of 2^-50, so that the middle of two of them is a number without rounding.
    """
    return np.rint(2.0**50 * np.sin(0.5 * math.pi * np.arange(count + 1) / count) ** 2) / 2.0**50


@lru_cache(maxsize=8)
def _samples(terms: int, count: int) -> tuple[NDArray[np.longdouble], Array]:
    """T_k in the middle of all sub-intervals [k, sub-interval] and at their Lobatto points.

    The latter [k, sub-interval * point] less the former, as a product, so that rounding of a large
    value stays out of the local coefficients. The former in extended precision where the machine
    has it: the angle of degree k multiplies rounding by k.
    """
    degree = np.arange(float(terms))[:, None]
    ends = _ends(count).astype(np.longdouble)
    middle = _angle(0.5 * (ends[1:] + ends[:-1]))[:, None]
    share = 0.5 * (1.0 + series.lobatto_points(DEGREE))
    point = _angle(ends[:-1, None] + np.diff(ends)[:, None] * share)
    half_sum, half_difference = (
        (0.5 * angle).astype(float).ravel() for angle in (point + middle, point - middle)
    )
    # cos a - cos b = -2 sin((a + b)/2) sin((a - b)/2)
    deviations = -2.0 * np.sin(degree * half_sum) * np.sin(degree * half_difference)
    return np.cos(degree * middle.T), deviations


def _angle(place: NDArray[np.longdouble]) -> NDArray[np.longdouble]:
    """arccos(2 w - 1), from the half angle: near the ends the cosine would lose half the digits."""
    return 2.0 * np.arctan2(np.sqrt(1.0 - place), np.sqrt(place))


def _power_coefficients() -> Array:
    """Coefficients in powers of each T_k, [k, power]."""
    rows = [chebyshev.cheb2poly(row) for row in np.eye(DEGREE + 1)]
    return np.array([np.pad(row, (0, DEGREE + 1 - len(row))) for row in rows])


_POWERS = _power_coefficients()

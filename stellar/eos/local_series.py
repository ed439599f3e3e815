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

from stellar.eos import series

Array = NDArray[np.float64]

DEGREE = 10  # of the local polynomials
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
    matrix = np.frombuffer(content).reshape(-1, terms).astype(np.longdouble)
    count = 2 ** math.ceil(math.log2(0.8 * terms))
    while count <= _MOST:
        values = (matrix @ _samples(terms, count)).reshape(len(matrix), count, DEGREE + 1)
        middle = values[..., DEGREE // 2, None].astype(float)
        local = series.coefficients((values - middle).astype(float))
        largest = np.max(np.abs(middle), axis=(1, 2))
        if np.all(np.max(np.abs(local[..., -2:]), axis=(1, 2)) <= _TAIL * largest):
            ends = _ends(count)
            coefficients = local @ _POWERS
            coefficients[..., :1] += middle
            return LocalSeries(
                0.5 * (ends[1:] + ends[:-1]), 2.0 / np.diff(ends), np.moveaxis(coefficients, 1, 0)
            )
        count *= 2
    return None


def _ends(count: int) -> Array:
    """Ends of the sub-intervals in w, equidistant in theta; exact near 0."""
    return np.sin(0.5 * math.pi * np.arange(count + 1) / count) ** 2


@lru_cache(maxsize=8)
def _samples(terms: int, count: int) -> NDArray[np.longdouble]:
    """T_k at the local Lobatto points of all sub-intervals, [k, sub-interval * point].

    In extended precision where the machine has it: the angle of degree k multiplies rounding by k.
    """
    ends = _ends(count).astype(np.longdouble)
    share = 0.5 * (1.0 + series.lobatto_points(DEGREE))
    place = ends[:-1, None] + np.diff(ends)[:, None] * share
    # pi - theta from the half angle: the cosine itself would lose half the digits near the ends
    angle = 2.0 * np.arctan2(np.sqrt(1.0 - place), np.sqrt(place))
    return np.cos(np.multiply.outer(np.arange(float(terms)), angle.ravel()))


def _power_coefficients() -> Array:
    """Coefficients in powers of each T_k, [k, power]."""
    rows = [chebyshev.cheb2poly(row) for row in np.eye(DEGREE + 1)]
    return np.array([np.pad(row, (0, DEGREE + 1 - len(row))) for row in rows])


_POWERS = _power_coefficients()

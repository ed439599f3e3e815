"""Chebyshev series on one interval, the way tables of matter are stored and evaluated.

    f(t) = sum_k c_k T_k(t),  -1 <= t <= 1,     T_k(t) = cos(k arccos t)

Values at the Lobatto points t_j = -cos(pi j / N) determine them (Trefethen 2013, ch. 3).
"""

import math
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Array = NDArray[np.float64]


def lobatto_points(degree: int) -> Array:
    """The N + 1 points t_j, ascending, exactly antisymmetric."""
    j = np.arange(degree + 1)
    return np.sin(0.5 * math.pi * (2 * j - degree) / degree)


def coefficients(values: Array) -> Array:
    """Coefficients c_k from the values at the Lobatto points, along the last axis."""
    degree = values.shape[-1] - 1
    j = np.arange(degree + 1)
    # cos(pi k j / N) with the integer product reduced first: exact symmetries, full accuracy
    cosines = np.cos(math.pi / degree * (np.multiply.outer(j, j) % (2 * degree)))
    weights = np.full(degree + 1, 1.0)
    weights[[0, -1]] = 0.5
    signs = 1.0 - 2.0 * (j % 2)  # T_k(-cos a) = (-1)^k cos(k a)
    return 2.0 / degree * weights * signs * ((values * weights) @ cosines)


def integral_from_start(series: Array) -> Array:
    """Coefficients of the integral over t that vanishes at t = -1."""
    return np.asarray(chebyshev.chebint(series, lbnd=-1), dtype=np.float64)


def product(left: Array, right: Array) -> Array:
    """Coefficients of the product of two series."""
    return np.asarray(chebyshev.chebmul(left, right), dtype=np.float64)


def relative_tail(series: Array) -> float:
    """Largest of the last two coefficients relative to the largest of all."""
    magnitude = np.abs(series)
    return float(np.max(magnitude[..., -2:]) / np.max(magnitude))


def stacked(rows: list[Array]) -> Array:
    """Series of different lengths as one matrix, padded with zeros."""
    length = max(len(row) for row in rows)
    return np.array([np.pad(row, (0, length - len(row))) for row in rows])


@cache
def _degrees(length: int) -> Array:
    return np.arange(float(length))


def evaluate(matrix: Array, t: Array | float) -> Array | list[float]:
    """Values of all rows at t: a list of floats for a float, else an array (row, *t.shape).

    The cosine form costs two calls for a vector of degrees; a recurrence in Python would cost one
    per degree.
    """
    degrees = _degrees(matrix.shape[1])
    if isinstance(t, float):
        return matrix.dot(np.cos(math.acos(t) * degrees)).tolist()
    basis = np.cos(np.multiply.outer(np.arccos(t), degrees))
    return np.moveaxis(basis @ matrix.T, -1, 0)

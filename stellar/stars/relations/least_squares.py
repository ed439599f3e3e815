"""Linear least squares with errors of the coefficients, for rows that come in groups.

    minimise |X a - y|^2,   cov(a) = s^2 (X^T X)^-1,   s^2 = |X a - y|^2 / (rows - coefficients)

The covariance takes the residuals of all rows as independent. Rows of one equation of state are
not: the jackknife leaves out one group after another (Efron 1982, ch. 3),

    var(a) = (g - 1)/g sum_i (a_(i) - mean a_(i))^2        with a_(i) the fit without group i
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

Array = NDArray[np.float64]

_RANK = 1e-10  # of a column that is a combination of the others
_FEWEST_GROUPS = 3  # for an error from groups


class UndeterminedError(ArithmeticError):
    """The rows do not determine the coefficients."""


@dataclass(frozen=True)
class LeastSquares:
    """A fit.

    coefficients, standard_errors, group_errors : [coefficient]; the last are NaN where there are
        too few groups
    fitted : X a, [row];  scatter : s
    """

    coefficients: Array
    standard_errors: Array
    group_errors: Array
    fitted: Array
    scatter: float


def least_squares(design: Array, values: Array, groups: NDArray[np.intp]) -> LeastSquares:
    """Fit y = X a.

    Parameters
    ----------
    design : X, [row, coefficient];  values : y, [row]
    groups : number of the group of each row, from 0 without gaps

    Raises
    ------
    UndeterminedError
        If there are no more rows than coefficients, or too few different ones.
    """
    rows, count = design.shape
    lengths = np.linalg.norm(design, axis=0)
    if rows <= count:
        raise UndeterminedError(f"{count} coefficients ask for more rows than {rows}")
    if not np.all(lengths > 0.0):
        raise UndeterminedError("the rows are too alike to determine the coefficients")
    basis, triangle = qr(design / lengths, mode="economic")
    if np.abs(np.diag(triangle)).min() < _RANK:
        raise UndeterminedError("the rows are too alike to determine the coefficients")
    back = solve_triangular(triangle, np.eye(count)) / lengths[:, None]  # basis -> coefficients
    rotated = basis.T @ values
    fitted = basis @ rotated
    scatter = float(np.linalg.norm(values - fitted)) / (rows - count) ** 0.5
    return LeastSquares(
        back @ rotated,
        scatter * np.linalg.norm(back, axis=1),
        _jackknife(basis, values, groups, back),
        fitted,
        scatter,
    )


def _jackknife(basis: Array, values: Array, groups: NDArray[np.intp], back: Array) -> Array:
    """Errors of the coefficients from fits without one group each.

    In the orthonormal basis Q, without group i, (1 - Q_i^T Q_i) b = Q^T y - Q_i^T y_i.
    """
    count = int(groups.max()) + 1
    size = basis.shape[1]
    if count < _FEWEST_GROUPS:
        return np.full(size, np.nan)
    taken = np.zeros((count, size, size))
    np.add.at(taken, groups, basis[:, :, None] * basis[:, None, :])
    pulled = np.zeros((count, size))
    np.add.at(pulled, groups, basis * values[:, None])
    left = np.eye(size) - taken
    if np.linalg.eigvalsh(left).min() < _RANK:  # one group alone determines a coefficient
        return np.full(size, np.nan)
    without = np.linalg.solve(left, (pulled.sum(axis=0) - pulled)[:, :, None])[:, :, 0] @ back.T
    squares = (without - without.mean(axis=0)) ** 2
    return np.sqrt((count - 1.0) / count * squares.sum(axis=0))

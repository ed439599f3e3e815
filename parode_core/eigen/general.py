"""General pencils, real or complex: A q = lambda B q where B may be rank-deficient.

With a shift sigma that is no eigenvalue, T = (A - sigma B)^-1 B has T q = q / (lambda - sigma).
Columns in which B is zero are columns of T that are zero: the eigenvalues are those of the square
block T_c of the other columns, and infinite eigenvalues, B q = 0, are mostly gone before they are
computed. From T_c z = mu z follow lambda = sigma + 1/mu and q = T z / mu; from u^T T_c = mu u^T the
left vector y, y^T (A - sigma B) = u^T. Values are most accurate next to the shift.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.eigen.decomposition import eigenpairs, eigenvalues
from parode_core.eigen.spectrum import (
    Spectrum,
    ascending,
    blank,
    check_square,
    finite_lanes,
    lane_status,
    or_identity,
)
from parode_core.status import Status

EPSILON = torch.finfo(torch.float64).eps


def general_pencil(
    a: Tensor,
    b: Tensor,
    shift: Tensor | complex = 0.0,
    *,
    columns: Tensor | None = None,
    vectors: bool = False,
    left: bool = False,
) -> Spectrum:
    """Eigenvalues of A q = lambda B q, all but those that are infinite for want of a column of B.

    Parameters
    ----------
    a, b : [lane, n, n], float64 or complex128
    shift : sigma, a number or [lane]; not an eigenvalue, near those that are wanted
    columns : indices of the columns where B may be non-zero, [mode]; None: those where it is in
        some lane, at the price of one look at the data
    vectors : whether right eigenvectors are wanted, of unit largest component
    left : whether left eigenvectors are wanted too, of unit largest component

    Returns
    -------
    A spectrum with complex values, [lane, mode]. A lane that is not finite gets NON_FINITE_INPUT,
    one whose A - sigma B is singular to rounding SINGULAR.

    Raises
    ------
    ValueError, TypeError
        If the matrices are not two of one shape [lane, n, n] in double precision.
    """
    check_square(a, b)
    shift = _per_lane(shift, a)
    dtype = torch.promote_types(torch.promote_types(a.dtype, b.dtype), shift.dtype)
    a, b, shift = a.to(dtype), b.to(dtype), shift.to(dtype)
    finite = finite_lanes(a, b) & shift.isfinite()
    if columns is None:
        used = (b != 0.0) & finite[:, None, None]
        columns = used.any(dim=0).any(dim=0).nonzero()[:, 0]
    a, b = or_identity(a, finite), or_identity(b, finite)
    shift = torch.where(finite, shift, 0.0)
    inverse = _shift_inverse(a, b, shift, columns)
    block = or_identity(inverse.whole[:, columns], inverse.regular)
    if not (vectors or left):
        mu, converged = eigenvalues(block)
        status = _status(finite, inverse.regular, converged)
        values, _ = ascending(blank(_values(mu, shift), status))
        return Spectrum(values, status)
    mu, inner, converged = eigenpairs(block)
    status = _status(finite, inverse.regular, converged)
    right = inverse.cols.mT * (inverse.whole.to(inner.dtype) @ inner)
    right = blank(_normalised(right), status)
    left_columns = None
    if left:
        solution = _left(inverse.factors.to(inner.dtype), inverse.pivots, inner, columns)
        left_columns = blank(_normalised(inverse.rows * solution), status)
    values, (right_columns, left_columns) = ascending(
        blank(_values(mu, shift), status), right, left_columns
    )
    return Spectrum(values, status, right_columns, left_columns)


class _ShiftInverse(NamedTuple):
    """(A - sigma B)^-1 B of finite lanes, in equilibrated rows and columns.

    whole : the columns of T where B is not zero, [lane, n, mode]
    factors, pivots : of A - sigma B, the identity in lanes that are not regular
    rows, cols : factors of equilibration, [lane, n, 1] and [lane, 1, n]
    regular : lanes whose A - sigma B is not singular to rounding, [lane]
    """

    whole: Tensor
    factors: Tensor
    pivots: Tensor
    rows: Tensor
    cols: Tensor
    regular: Tensor


def _shift_inverse(a: Tensor, b: Tensor, shift: Tensor, columns: Tensor) -> _ShiftInverse:
    shifted = a - shift[:, None, None] * b
    rows, cols = _equilibration(shifted)
    factors, pivots, info = torch.linalg.lu_factor_ex(rows * shifted * cols)
    regular = (info == 0) & _well_separated(factors)
    factors = or_identity(factors, regular)
    whole = torch.linalg.lu_solve(factors, pivots, (rows * b * cols)[:, :, columns])
    return _ShiftInverse(whole, factors, pivots, rows, cols, regular & finite_lanes(whole))


def _per_lane(shift: Tensor | complex, like: Tensor) -> Tensor:
    if isinstance(shift, Tensor):
        return shift.expand(like.shape[0])
    dtype = torch.complex128 if isinstance(shift, complex) else torch.float64
    return torch.full((like.shape[0],), shift, dtype=dtype, device=like.device)


def _equilibration(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Factors of rows [lane, n, 1] and columns [lane, 1, n] that make the largest entries one."""
    size = matrix.abs()
    rows = size.amax(dim=2, keepdim=True)
    rows = 1.0 / torch.where(rows > 0.0, rows, 1.0)
    columns = (rows * size).amax(dim=1, keepdim=True)
    return rows, 1.0 / torch.where(columns > 0.0, columns, 1.0)


def _well_separated(factors: Tensor) -> Tensor:
    """Whether no pivot of an equilibrated matrix is zero to rounding, [lane]."""
    pivots = factors.diagonal(dim1=1, dim2=2).abs()
    return pivots.amin(dim=1) > EPSILON * pivots.amax(dim=1)


def _values(mu: Tensor, shift: Tensor) -> Tensor:
    """lambda = sigma + 1/mu, infinite for mu = 0."""
    zero = mu == 0.0
    return torch.where(zero, torch.inf, shift.unsqueeze(1) + 1.0 / torch.where(zero, 1.0, mu))


def _left(factors: Tensor, pivots: Tensor, inner: Tensor, columns: Tensor) -> Tensor:
    """y of y^T (A - sigma B) = u^T, with u^T a row of the inverse of the block's right vectors."""
    rows, _ = torch.linalg.inv_ex(inner)
    known = inner.new_zeros(factors.shape[0], factors.shape[1], inner.shape[2])
    known[:, columns] = rows.mT.conj()
    return torch.linalg.lu_solve(factors, pivots, known, adjoint=True).conj()


def _normalised(vectors: Tensor) -> Tensor:
    size = vectors.abs().amax(dim=1, keepdim=True)
    return vectors / torch.where(size > 0.0, size, 1.0)


def _status(finite: Tensor, regular: Tensor, converged: Tensor) -> Tensor:
    return lane_status(
        (finite, Status.NON_FINITE_INPUT),
        (regular, Status.SINGULAR),
        (converged, Status.NOT_CONVERGED),
    )

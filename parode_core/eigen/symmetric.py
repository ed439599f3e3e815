"""Symmetric pencils: A q = lambda B q with A = A^H and B = B^H positive definite.

B = L L^H turns the pencil into C z = lambda z, C = L^-1 A L^-H, q = L^-H z (Golub & Van Loan 2013,
8.7.2). Rows and columns are first scaled to a unit diagonal of B, which comes within a factor n of
the best diagonal scaling there is (van der Sluis 1969).
"""

import torch
from torch import Tensor

from parode_core.eigen.spectrum import (
    Spectrum,
    blank,
    check_square,
    finite_lanes,
    guarded,
    lane_status,
    or_identity,
)
from parode_core.status import Status


def symmetric_pencil(a: Tensor, b: Tensor, *, vectors: bool = False) -> Spectrum:
    """Every eigenvalue of A q = lambda B q, real and ascending.

    Parameters
    ----------
    a, b : symmetric or Hermitian, B positive definite, [lane, n, n]; the lower triangle of B and
        the Hermitian part of A count
    vectors : whether the eigenvectors are wanted, normalised to q^H B q = 1

    Returns
    -------
    A spectrum with real values [lane, n]. A lane that is not finite gets NON_FINITE_INPUT, one
    whose B is not positive definite SINGULAR.

    Raises
    ------
    ValueError, TypeError
        If the matrices are not two of one shape [lane, n, n] in double precision.
    """
    check_square(a, b)
    finite = finite_lanes(a, b)
    a, b = or_identity(a, finite), or_identity(b, finite)
    diagonal = b.diagonal(dim1=1, dim2=2).real
    positive = diagonal > 0.0
    scale = torch.where(positive, torch.where(positive, diagonal, 1.0).rsqrt(), 1.0)
    outer = scale.unsqueeze(2) * scale.unsqueeze(1)
    lower, info = torch.linalg.cholesky_ex(b * outer)
    definite = positive.all(dim=1) & (info == 0)
    lower = or_identity(lower, definite)
    half = torch.linalg.solve_triangular(lower, a * outer, upper=False)
    reduced = torch.linalg.solve_triangular(lower, half.mH, upper=False)
    sound = definite & finite_lanes(reduced)
    reduced = or_identity(0.5 * (reduced + reduced.mH), sound)
    if not vectors:
        (values,), converged = guarded(lambda c: (torch.linalg.eigvalsh(c),), reduced)
        status = _status(finite, sound, converged)
        return Spectrum(blank(values, status), status)
    (values, columns), converged = guarded(torch.linalg.eigh, reduced)
    status = _status(finite, sound, converged)
    right = scale.unsqueeze(2) * torch.linalg.solve_triangular(lower.mH, columns, upper=True)
    return Spectrum(blank(values, status), status, blank(right, status))


def _status(finite: Tensor, definite: Tensor, converged: Tensor) -> Tensor:
    return lane_status(
        (finite, Status.NON_FINITE_INPUT),
        (definite, Status.SINGULAR),
        (converged, Status.NOT_CONVERGED),
    )

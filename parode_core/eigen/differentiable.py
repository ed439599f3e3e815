"""Gradients of simple eigenvalues with respect to the matrices of their pencil.

For A q = lambda B q and y^T A = lambda y^T B the two-sided Rayleigh quotient

    lambda = y^T A q / y^T B q,      d lambda = y^T (dA - lambda dB) q / (y^T B q)

is stationary in q and y (Ostrowski 1959): with both held fixed its first derivatives are those of
the eigenvalue. For higher ones the vectors take a Newton step of the bordered system

    (A - lambda B) q = 0,    c^T q = 1      (c: conjugate of the vector itself, held fixed)

which makes their first derivatives exact, and those of lambda up to the third. Everything is made
of plain tensor operations: autograd and torch.func go through.
"""

import torch
from torch import Tensor


def differentiable_eigenvalues(
    a: Tensor,
    b: Tensor,
    right: Tensor,
    left: Tensor | None = None,
    *,
    higher: bool = False,
) -> Tensor:
    """Simple eigenvalues of known eigenvectors as a differentiable function of the pencil.

    Parameters
    ----------
    a, b : the pencil, [lane, n, n]
    right, left : eigenvectors, columns [lane, n, mode]; without left ones the pencil is taken as
        Hermitian, y = conj(q)
    higher : whether second and third derivatives are wanted, at the price of a solve a mode

    Returns
    -------
    Eigenvalues, [lane, mode]; of a multiple one the derivatives are not defined, and infinite or
    NaN here.
    """
    right = right.detach()
    left = right.conj() if left is None else left.detach()
    dtype = torch.promote_types(torch.promote_types(a.dtype, b.dtype), right.dtype)
    a, b, right, left = (tensor.to(dtype) for tensor in (a, b, right, left))
    if higher:
        values = _quotient(a, b, right, left)
        right, left = (
            _newton_step(a, b, right, values),
            _newton_step(a.mT, b.mT, left, values),
        )
    return _quotient(a, b, right, left)


def _quotient(a: Tensor, b: Tensor, right: Tensor, left: Tensor) -> Tensor:
    return (left * (a @ right)).sum(dim=1) / (left * (b @ right)).sum(dim=1)


def _newton_step(a: Tensor, b: Tensor, columns: Tensor, values: Tensor) -> Tensor:
    """Vectors [lane, n, mode] after one step; the change of lambda is the bordering unknown."""
    vectors = columns.mT  # [lane, mode, n]
    shifted = a.unsqueeze(1) - values[:, :, None, None] * b.unsqueeze(1)
    border = (vectors @ b.mT).unsqueeze(3)
    fixed = (vectors.conj() / (vectors.abs() ** 2).sum(dim=2, keepdim=True)).unsqueeze(2)
    corner = torch.zeros_like(border[:, :, :1])
    bordered = torch.cat(
        (torch.cat((shifted, -border), dim=3), torch.cat((fixed, corner), dim=3)), dim=2
    )
    residual = (shifted @ vectors.unsqueeze(3)).squeeze(3)
    known = torch.cat((-residual, torch.zeros_like(residual[:, :, :1])), dim=2)
    step = torch.linalg.solve(bordered, known.unsqueeze(3)).squeeze(3)
    return (vectors + step[:, :, :-1]).mT

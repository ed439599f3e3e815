"""Small dense matrices in an orthonormal basis of a Krylov space, where they are Hessenberg.

From a vector b = |b| Q e_1 the process of Arnoldi (1951) makes T an upper Hessenberg matrix H,
T Q = Q H + rest. With as many vectors as T has rows the rest is zero and H is T in another basis;
with fewer, eigenvalues of H approach those of T, the largest first. Vectors are made orthogonal
twice: once leaves what rounding took (Giraud et al. 2005). For large operators and more than one
vector see `krylov`.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class KrylovForm(NamedTuple):
    """A matrix in the basis of its Krylov space.

    basis : Q, a vector a row, [lane, vector, row];  matrix : H, [lane, vector, vector]
    size : |b|, [lane]
    """

    basis: Tensor
    matrix: Tensor
    size: Tensor


def krylov_form(matrix: Tensor, start: Tensor, vectors: int | None = None) -> KrylovForm:
    """Orthonormal basis and Hessenberg matrix.

    Parameters
    ----------
    matrix : T, [lane, n, n]
    start : b, [lane, n]
    vectors : how many; None: n

    Returns
    -------
    A form whose vectors are zero, with eigenvalues zero, once the space is exhausted exactly.
    """
    lanes, unknowns = start.shape
    vectors = unknowns if vectors is None else min(vectors, unknowns)
    # a row times a matrix runs through memory in order
    transposed = matrix.mT.contiguous()
    basis, small = (
        start.new_zeros(lanes, vectors, unknowns),
        start.new_zeros(lanes, vectors, vectors),
    )
    conjugate = torch.zeros_like(basis)
    following, size = start[:, None], _length(start)
    length = size
    for k in range(vectors):
        spent = length == 0.0
        own = torch.where(spent, 0.0, following[:, 0] / torch.where(spent, 1.0, length))
        basis[:, k], conjugate[:, k] = own, own.conj()
        known, dual = basis[:, : k + 1], conjugate[:, : k + 1].mT
        following = own[:, None] @ transposed
        part = following @ dual
        following = torch.baddbmm(following, part, known, alpha=-1.0)
        again = following @ dual
        following = torch.baddbmm(following, again, known, alpha=-1.0)
        small[:, k, : k + 1] = (part + again)[:, 0]
        length = _length(following[:, 0])
        if k + 1 < vectors:
            small[:, k, k + 1] = length[:, 0]
    return KrylovForm(basis, small.mT, size[:, 0])


def _length(vector: Tensor) -> Tensor:
    """Euclidean, real, [lane, 1]."""
    parts = torch.view_as_real(vector).flatten(1) if vector.is_complex() else vector
    return parts.square().sum(dim=1, keepdim=True).sqrt()

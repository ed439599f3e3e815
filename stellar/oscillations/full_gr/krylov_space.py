"""The part of a large operator that matters: its block Krylov space, for many lanes at once.

With orthonormal columns Q of span{b, T b, T^2 b, ...} and H = Q^T T Q, eigenvalues of H approach
those of T, the largest first, and c Q (1 + d H)^-1 Q^T b approaches c (1 + d T)^-1 b (Arnoldi 1951;
Saad 2011, ch. 6). Every block is orthogonalised twice, columns that are left with rounding alone
become zero: a lane whose space is exhausted goes on with eigenvalues zero.
"""

from collections.abc import Callable

import torch
from torch import Tensor

ROUNDING = 1e-13  # of a column, below which what is left of it is rounding


def krylov_space(
    apply: Callable[[Tensor], Tensor], start: Tensor, steps: int
) -> tuple[Tensor, Tensor]:
    """Basis and projection of an operator.

    Parameters
    ----------
    apply : T, takes and returns [lane, row, column]
    start : b, [lane, row, column]
    steps : blocks of as many columns as b has

    Returns
    -------
    Q [lane, row, steps * column] and H [lane, steps * column, steps * column].
    """
    width = start.shape[2]
    size = steps * width
    q = start.new_zeros(*start.shape[:2], size)
    h = start.new_zeros(start.shape[0], size, size)
    block, _ = _orthonormal(start)
    block, _ = _orthonormal(block)
    for step in range(steps):
        own = slice(step * width, (step + 1) * width)
        q[:, :, own] = block
        done = q[:, :, : own.stop]
        image = apply(block)
        first = done.mT @ image
        rest, scale = _orthonormal(image - done @ first, image)
        second = done.mT @ rest
        rest, again = _orthonormal(rest - done @ second, rest)
        h[:, : own.stop, own] = first + second @ scale
        if step + 1 < steps:
            h[:, own.stop : own.stop + width, own] = again @ scale
        block = rest
    return q, h


def _orthonormal(columns: Tensor, before: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Orthonormal columns, or zero, and the triangular matrix that gives the old ones back.

    before : the columns that these are what is left of, which tells what is rounding
    """
    gram = columns.mT @ columns
    width = columns.shape[2]
    whole = columns if before is None else before
    floor = ROUNDING**2 * whole.square().sum(dim=1)
    # Cholesky by columns; the triangle is small, and its inverse is as well
    factor = torch.zeros_like(gram)
    inverse = torch.zeros_like(gram)
    for j in range(width):
        known = factor[:, :j, j]
        pivot = gram[:, j, j] - known.square().sum(dim=1)
        there = pivot > torch.maximum(floor[:, j], ROUNDING * gram[:, j, j])
        root = torch.where(there, pivot, 1.0).sqrt()
        scale = torch.where(there, 1.0 / root, 0.0)
        rest = gram[:, j, j:] - (known.unsqueeze(1) @ factor[:, :j, j:]).squeeze(1)
        factor[:, j, j:] = rest * scale.unsqueeze(1)
        unit = -(inverse[:, :j, :j] @ known.unsqueeze(2)).squeeze(2)
        inverse[:, :j, j] = unit * scale.unsqueeze(1)
        inverse[:, j, j] = scale
    return columns @ inverse, factor

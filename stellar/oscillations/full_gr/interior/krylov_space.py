"""The part of a large operator that matters: its block Krylov space, for many lanes at once.

With orthonormal columns Q of span{b, T b, T^2 b, ...}, T Q = Q H + rest, eigenvalues of H approach
those of T, the largest first, and c Q (1 + d H)^-1 Q^T b approaches c (1 + d T)^-1 b (Arnoldi 1951;
Saad 2011, ch. 6). Every image is orthogonalised twice. A column of which rounding alone is left
becomes zero: a lane whose space is exhausted goes on with eigenvalues zero.
"""

from collections.abc import Callable

import torch
from torch import Tensor

ROUNDING = 1e-13  # of a column, below which what is left of it is rounding


def krylov_space(
    apply: Callable[[Tensor], Tensor], start: Tensor, steps: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Basis and projection of an operator.

    Parameters
    ----------
    apply : T, takes and returns [lane, row, column]
    start : b, a few columns [lane, row, column]
    steps : blocks of as many columns as b has

    Returns
    -------
    Q [lane, row, vector], H [lane, vector, vector], Q^T b [lane, vector, column], and F, with which
    T Q y - Q H y has the size of F y_last, y_last the last components of y, [lane, column, column].
    """
    width = start.shape[2]
    size = steps * width
    # vectors are rows, so that those that are there lie together in memory
    q = start.new_zeros(start.shape[0], size, start.shape[1])
    h = start.new_zeros(start.shape[0], size, size)
    block, first = _orthonormal(start.mT, start.mT)
    for step in range(steps):
        own = slice(step * width, (step + 1) * width)
        q[:, own] = block
        known = q[:, : own.stop]
        image = apply(block.mT).mT
        part = image @ known.mT
        rest = image - part @ known
        again = rest @ known.mT
        block, scale = _orthonormal(rest - again @ known, image)
        h[:, : own.stop, own] = (part + again).mT
        if own.stop < size:
            h[:, own.stop : own.stop + width, own] = scale
    drive = torch.cat((first, first.new_zeros(first.shape[0], size - width, width)), dim=1)
    return q.mT, h, drive, scale


def _orthonormal(rows: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """Orthonormal rows, or zero, and the triangular matrix whose columns give the old ones back.

    before : the rows that these are what is left of, which tells what is rounding
    """
    lanes, width, _ = rows.shape
    factor = rows.new_zeros(lanes, width, width)
    whole = ROUNDING * before.square().sum(dim=2).sqrt()
    done: list[Tensor] = []
    for j in range(width):
        rest = rows[:, j]
        for _ in range(2):
            for i, other in enumerate(done):
                overlap = (other * rest).sum(dim=1)
                factor[:, i, j] += overlap
                rest = rest - overlap.unsqueeze(1) * other
        size = rest.square().sum(dim=1).sqrt()
        there = size > whole[:, j]
        factor[:, j, j] = torch.where(there, size, 0.0)
        scale = torch.where(there, 1.0 / torch.where(there, size, 1.0), 0.0)
        done.append(rest * scale.unsqueeze(1))
    return torch.stack(done, dim=1), factor

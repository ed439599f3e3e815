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
) -> tuple[Tensor, Tensor, Tensor]:
    """Basis and projection of an operator.

    Parameters
    ----------
    apply : T, takes and returns [lane, row, column]
    start : b, a few columns [lane, row, column]
    steps : blocks of as many columns as b has

    Returns
    -------
    Q [lane, row, vector], H [lane, vector, vector] and Q^T b [lane, vector, column].
    """
    width = start.shape[2]
    size = steps * width
    # rows of Q are its vectors, so that those that are there lie together in memory
    q = start.new_zeros(start.shape[0], size, start.shape[1])
    h = start.new_zeros(start.shape[0], size, size)
    block, first = _orthonormal(start, start)
    for step in range(steps):
        own = slice(step * width, (step + 1) * width)
        q[:, own] = block.mT
        known = q[:, : own.stop]
        image = apply(block)
        part = known @ image
        rest = image - known.mT @ part
        again = known @ rest
        block, scale = _orthonormal(rest - known.mT @ again, image)
        h[:, : own.stop, own] = part + again
        if own.stop < size:
            h[:, own.stop : own.stop + width, own] = scale
    drive = torch.cat((first, first.new_zeros(first.shape[0], size - width, width)), dim=1)
    return q.mT, h, drive


def _orthonormal(columns: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """Orthonormal columns, or zero, and the triangular matrix that gives the old ones back.

    before : the columns that these are what is left of, which tells what is rounding
    """
    lanes, _, width = columns.shape
    factor = columns.new_zeros(lanes, width, width)
    done: list[Tensor] = []
    for j in range(width):
        rest = columns[:, :, j]
        for _ in range(2):
            for i, other in enumerate(done):
                overlap = (other * rest).sum(dim=1)
                factor[:, i, j] += overlap
                rest = rest - overlap.unsqueeze(1) * other
        size = rest.square().sum(dim=1).sqrt()
        whole = before[:, :, j].square().sum(dim=1).sqrt()
        there = size > ROUNDING * whole
        factor[:, j, j] = torch.where(there, size, 0.0)
        scale = torch.where(there, 1.0 / torch.where(there, size, 1.0), 0.0)
        done.append(rest * scale.unsqueeze(1))
    return torch.stack(done, dim=2), factor

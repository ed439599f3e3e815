"""The part of a large operator that matters: its block Krylov space, for many lanes at once.

With a basis Q of span{b, T b, T^2 b, ...}, T Q = Q H + rest, eigenvalues of H approach those of T,
the largest first, and c Q (1 + d H)^-1 e approaches c (1 + d T)^-1 b, b = Q e (Arnoldi 1951; Saad
2011, ch. 6). Columns are orthonormal in the rows that tell the size of a column, a sketch of it:
long columns are read once a step instead of four times (Balabanov & Grigori 2022). A column of
which rounding alone is left becomes zero: a lane whose space is exhausted goes on with eigenvalues
zero.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

ROUNDING = 1e-13  # of a column, below which what is left of it is rounding


def krylov_space(
    apply: Callable[[Tensor], Tensor], start: Tensor, steps: int, telling: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Basis and projection of an operator.

    Parameters
    ----------
    apply : T, takes and returns [lane, row, column]
    start : b, a few columns [lane, row, column]
    steps : blocks of as many columns as b has
    telling : rows that tell the size of a column, many more than there are columns; all if None

    Returns
    -------
    Q [lane, row, vector], H [lane, vector, vector], e [lane, vector, column], and F, with which
    T Q y - Q H y has the size of F y_last, y_last the last components of y, [lane, column, column].
    """
    width = start.shape[2]
    size = steps * width
    whole = telling is None
    sketched = _itself if telling is None else partial(torch.index_select, dim=2, index=telling)
    # vectors are rows, so that those that are there lie together in memory, alone as in company
    q = start.new_zeros(start.shape[0], size, start.shape[1])
    sketch = q if telling is None else q.new_zeros(q.shape[0], size, telling.shape[0])
    h = start.new_zeros(start.shape[0], size, size)
    image = start.mT.contiguous()
    told = sketched(image)
    block, first = _orthonormal(image, told, told)
    for step in range(steps):
        own = slice(step * width, (step + 1) * width)
        q[:, own] = block
        if not whole:
            sketch[:, own] = sketched(block)
        known, seen = q[:, : own.stop], sketch[:, : own.stop]
        image = apply(block.mT).mT.contiguous()
        told = sketched(image)
        part = told @ seen.mT
        # twice is enough (Giraud et al. 2005); of sketches the first rest is read there alone
        rest = image.baddbmm(part, known, alpha=-1.0) if whole else image
        again = (rest if whole else told.baddbmm(part, seen, alpha=-1.0)) @ seen.mT
        part = part + again
        rest = rest.baddbmm(again if whole else part, known, alpha=-1.0)
        block, scale = _orthonormal(rest, sketched(rest), told)
        h[:, : own.stop, own] = part.mT
        if own.stop < size:
            h[:, own.stop : own.stop + width, own] = scale
    drive = torch.cat((first, first.new_zeros(first.shape[0], size - width, width)), dim=1)
    return q.mT, h, drive, scale


def _itself(rows: Tensor) -> Tensor:
    return rows


def _orthonormal(rows: Tensor, told: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """Rows with orthonormal sketches, or zero, and the triangular matrix that gives the old ones.

    told : their sketches;  before : those of what they are left of, which tells what is rounding
    """
    lanes, width, _ = rows.shape
    factor = rows.new_zeros(lanes, width, width)
    whole = ROUNDING * before.square().sum(dim=2).sqrt()
    done: list[tuple[Tensor, Tensor]] = []
    for j in range(width):
        rest, seen = rows[:, j], told[:, j]
        for _ in range(2):
            for i, (other, other_seen) in enumerate(done):
                overlap = (other_seen * seen).sum(dim=1, keepdim=True)
                factor[:, i, j] += overlap[:, 0]
                rest, seen = rest - overlap * other, seen - overlap * other_seen
        size = seen.square().sum(dim=1).sqrt()
        there = size > whole[:, j]
        factor[:, j, j] = torch.where(there, size, 0.0)
        scale = torch.where(there, 1.0 / torch.where(there, size, 1.0), 0.0).unsqueeze(1)
        done.append((rest * scale, seen * scale))
    return torch.stack([row for row, _ in done], dim=1), factor

"""Work in tiles of rows: every call of a function has one shape, whoever else is in the batch.

A row is one searched contour or one set of trial roots and belongs to a lane (its owner); several
rows may belong to one lane. Rows are dealt out in tiles of fixed size, the last one filled by
repetition, so that a row's bits do not depend on how many other rows are still at work.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from parode_core.lanes import take

Kernel = Callable[..., tuple[Tensor, ...]]


def in_tiles(
    kernel: Kernel, parameters: Any, owner: Tensor, rows: tuple[Tensor, ...], rows_per_call: int
) -> tuple[Tensor, ...]:
    """Apply a kernel to rows, tile by tile.

    Parameters
    ----------
    kernel : kernel(parameters of the rows, *rows) -> tuple of tensors [row, ...]
    parameters : lane tree, [lane, ...]
    owner : lane of each row, [row], at least one row
    rows : tensors [row, ...]
    rows_per_call : rows in every call

    Returns
    -------
    What the kernel returns for all rows, in their order.
    """
    count = owner.shape[0]
    places = torch.arange(count, device=owner.device)
    fill = -count % rows_per_call
    places = torch.cat((places, places[-1:].expand(fill))) if fill else places
    found = []
    for tile in places.split(rows_per_call):
        chosen = take(parameters, owner.index_select(0, tile))
        found.append(kernel(chosen, *(row.index_select(0, tile) for row in rows)))
    return tuple(torch.cat(parts)[:count] for parts in zip(*found, strict=True))

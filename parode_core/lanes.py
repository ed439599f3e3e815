"""The lane axis: one lane is one member of a batch, and no lane sees another.

Vectorised elementary functions and products of matrices differ in the last bit between the body of
a loop and its tail, so a lane would feel where in the batch it stands. Lanes therefore travel in
whole tiles, which fill the loops: pad before elementwise work, and drop the padding behind it.
Trees of lanes are tensors [lane, ...], tuples and named tuples of trees, None, and objects with a
method `select(lanes)`.
"""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor

from parode_core.allocation import keep_freed_memory
from parode_core.repeatable import settle

settle()
keep_freed_memory()

TILE = 48  # a multiple of 12 and of 24, the rows at once of products with AVX2 and with AVX-512

Tree = TypeVar("Tree")


@runtime_checkable
class Selectable(Protocol):
    """A batch that knows how to give some of its lanes."""

    def select(self, lanes: Tensor) -> "Selectable":
        """The lanes with these indices; an index may repeat."""
        ...


def take(tree: Tree, lanes: Tensor) -> Tree:
    """The lanes with these indices of every tensor of a tree.

    A tensor with one lane is shared by all lanes and stays as it is.
    """
    return _take(tree, lanes)


def spread(tree: Tree, lanes: Tensor) -> Tree:
    """The lanes with these indices, with a copy of what is shared for each of them.

    A lane alone is then computed with the same shapes as the same lane in a batch: whether a loop
    ends in a tail would otherwise depend on what its batch shares.
    """
    return _take(tree, lanes, shared=lanes * 0)


def _take(tree: Any, lanes: Tensor, shared: Tensor | None = None) -> Any:
    if tree is None:
        return None
    if isinstance(tree, Tensor):
        if tree.shape[0] > 1:
            return tree.index_select(0, lanes)
        return tree if shared is None else tree.index_select(0, shared)
    if isinstance(tree, tuple):
        parts = [_take(part, lanes, shared) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    if isinstance(tree, Selectable):
        return tree.select(lanes)
    raise TypeError(
        f"a lane tree is made of tensors, tuples, None and objects with select(lanes); "
        f"it holds a {type(tree).__name__}."
    )


def padded(lanes: Tensor) -> Tensor:
    """Indices filled up to whole tiles by repeating the last one, [lane]."""
    missing = -lanes.shape[0] % TILE
    return torch.cat((lanes, lanes[-1:].expand(missing))) if missing else lanes


def several(lanes: Tensor) -> Tensor:
    """At least two lanes: one would pass for shared, and its products take other kernels."""
    return lanes if lanes.shape[0] > 1 else lanes.repeat(2)


def rows_times(rows: Tensor, matrix: Tensor) -> Tensor:
    """Rows [..., n] times a matrix [n, m], in whole tiles: no row feels how many there are."""
    flat = rows.flatten(0, -2)
    count = flat.shape[0]
    missing = -count % TILE
    if missing:
        flat = torch.cat((flat, flat.new_zeros(missing, flat.shape[1])))
    return (flat @ matrix)[:count].unflatten(0, rows.shape[:-1])


def finite(tree: Any, count: int) -> Tensor:
    """Whether every number of a lane is finite, [lane]; shared tensors count for all lanes."""
    parts = list(tensors(tree))
    # a sum is finite where its terms are, and cheaper to look at
    whole = [part.reshape(part.shape[0], -1).sum(dim=1).isfinite() for part in parts]
    device = parts[0].device if parts else None
    found = torch.ones(count, dtype=torch.bool, device=device)
    for part in whole:
        found = found & part
    return found


def tensors(tree: Any) -> Iterator[Tensor]:
    """Every floating tensor of a tree; what an object with `select` holds is not looked into."""
    if isinstance(tree, Tensor):
        if tree.is_floating_point() or tree.is_complex():
            yield tree
    elif isinstance(tree, tuple):
        for part in tree:
            yield from tensors(part)


def tiles(groups: Tensor) -> tuple[Tensor, Tensor]:
    """Cut lanes into tiles of one group each.

    Parameters
    ----------
    groups : number of the group of each lane, 0 ... count - 1, [lane]

    Returns
    -------
    members : index of the lane in each place of each tile, [tile, place]; a group that does not
        fill its last tile repeats its last lane there
    group : group of each tile, [tile]
    """
    order = torch.argsort(groups, stable=True)
    sizes = torch.bincount(groups)
    counts = (sizes + TILE - 1) // TILE
    group = torch.repeat_interleave(torch.arange(len(sizes), device=groups.device), counts)
    first_lane, first_tile = sizes.cumsum(0) - sizes, counts.cumsum(0) - counts
    number = torch.arange(len(group), device=groups.device) - first_tile[group]
    place = number[:, None] * TILE + torch.arange(TILE, device=groups.device)
    place = torch.minimum(place, sizes[group, None] - 1)
    return order[first_lane[group, None] + place], group

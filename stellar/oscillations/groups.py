"""Which stars are computed together.

Stars of one number of elements, with buoyancy or without, make a group: none is computed with
elements that it does not have, whatever stands beside it.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from stellar.oscillations.nodal_star import NodeStar

ENTRIES = 1 << 21  # of the matrices held at once: 16 MB


@dataclass(frozen=True)
class Group:
    """Stars that are computed together: their elements that have a length, and buoyancy."""

    first: int
    count: int
    stratified: bool


def groups(star: NodeStar) -> list[tuple[Group, Tensor]]:
    """Groups and their lanes; a star never meets elements that it does not have."""
    first = star.central.to(torch.long).argmax(dim=1)
    count = star.live.sum(dim=1).clamp(min=1)
    keys = torch.stack((first, count, star.stratified.to(torch.long)), dim=1)
    kinds, owner = torch.unique(keys, dim=0, return_inverse=True)
    return [
        (Group(start, elements, bool(buoyant)), torch.nonzero(owner == number)[:, 0])
        for number, (start, elements, buoyant) in enumerate(kinds.tolist())
    ]


def lanes_at_once(group: Group, unknowns: int) -> int:
    """How many stars of a group have matrices that stay near the processor.

    unknowns : of an element
    """
    return max(4, ENTRIES // (group.count * unknowns**2))


def trimmed(star: NodeStar, group: Group) -> NodeStar:
    """The stars without the elements that have no length."""
    own = slice(group.first, group.first + group.count)
    edges, grading = star.mesh.edges, star.mesh.grading
    kept = replace(
        star.mesh,
        edges=edges[:, own.start : own.stop + 1].contiguous(),
        grading=grading[:, own].contiguous(),
    )
    parts = (part[:, own].contiguous() for part in (star.segment, star.x_ratio, star.v_ratio))
    segment, x_ratio, v_ratio = parts
    return NodeStar(kept, star.eos, segment, x_ratio, v_ratio)

"""Which stars are computed together, and their responses put side by side again.

Stars of one number of elements, with buoyancy or without, make a group: none is computed with
elements or combinations that it does not have, whatever stands beside it.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.nodal_star import NodeStar

ENTRIES = 1 << 21  # of the matrices held at once: 16 MB
BY_LANE = ("compactness", "radius", "shift", "constant", "status")
# what stands where a row has no more poles
BY_POLE = {
    "mu": 0.0,
    "rho": 0.0,
    "resolved": False,
    "nodes": 0,
    "signed_nodes": 0,
}


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


def lanes_at_once(group: Group, size: int) -> int:
    """How many stars of a group have matrices that stay near the processor."""
    return max(4, ENTRIES // (group.count * (4 * size) ** 2))


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


def joined(star: NodeStar, parts: list[tuple[Group, Response]], places: list[Tensor]) -> Response:
    """One response of all stars.

    Parameters
    ----------
    star : all stars
    parts : responses of some of them
    places : which lanes these are
    """
    back = torch.argsort(torch.cat(places))
    width = max(part.mu.shape[1] for _, part in parts)
    columns = {
        name: torch.cat([getattr(part, name) for _, part in parts])[back] for name in BY_LANE
    }
    for name, nothing in BY_POLE.items():
        rows = [_filled(getattr(part, name), width, nothing) for _, part in parts]
        columns[name] = torch.cat(rows)[back]
    shares = [
        _placed(_filled(part.interface_shares, width, 0.0), group.first, star.mesh.elements - 1)
        for group, part in parts
    ]
    whole = torch.cat(shares)[back]
    return Response(l=parts[0][1].l, interface_shares=whole, jumps=star.jumps, **columns)


def _filled(values: Tensor, width: int, nothing: float) -> Tensor:
    """Rows [lane, pole, ...] with as many poles."""
    missing = width - values.shape[1]
    rest = values.new_full((values.shape[0], missing, *values.shape[2:]), nothing)
    return torch.cat((values, rest), dim=1)


def _placed(values: Tensor, first: int, count: int) -> Tensor:
    """Values [lane, pole, place] among `count` places, from the place `first`."""
    whole = values.new_zeros(*values.shape[:2], count)
    whole[:, :, first : first + values.shape[2]] = values
    return whole

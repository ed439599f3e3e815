"""Responses of groups of stars put side by side again."""

import torch
from torch import Tensor

from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.groups import Group
from stellar.oscillations.nodal_star import NodeStar

BY_LANE = ("compactness", "radius", "shift", "constant", "status")
# what stands where a row has no more poles
BY_POLE = {
    "mu": 0.0,
    "rho": 0.0,
    "resolved": False,
    "nodes": 0,
    "signed_nodes": 0,
}


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

"""Stars whose nodes crowd at thresholds of their matter.

Where a new particle appears the buoyancy begins like a root of h - h_t, and polynomials in h on the
element above the threshold converge slowly. With h - h_t ~ tau^2 there the root is smooth. Such
elements are told by their neighbours: their segment of the equation of state ends with them,
and had to be cut to be resolved.
"""

from dataclasses import replace

import torch
from torch import Tensor

from parode_core.collocation.elements import AFFINE, GRADED_RIGHT, mesh
from stellar.oscillations.nodal_star import NodeStar


def graded(star: NodeStar) -> NodeStar:
    """The same stars with the elements above thresholds graded towards them."""
    old = star.mesh
    grading = old.grading.expand(star.lanes, -1)
    chosen = _above_thresholds(star) & (grading == AFFINE)
    weights = _weights(old.basis.size, old.basis.name, star.x_ratio)
    whole = star.in_whole_tiles()  # products are the same in every company
    x_ratio, v_ratio = (
        torch.where(chosen.unsqueeze(2), (moved @ weights)[: star.lanes], own)
        for moved, own in ((whole.x_ratio, star.x_ratio), (whole.v_ratio, star.v_ratio))
    )
    crowded = replace(old, grading=torch.where(chosen, GRADED_RIGHT, grading))
    return replace(star, mesh=crowded, x_ratio=x_ratio, v_ratio=v_ratio)


def _above_thresholds(star: NodeStar) -> Tensor:
    """Elements at the lower end of a segment that was cut, [lane, element]."""
    live, segment = star.live, star.segment
    same = (segment[:, 1:] == segment[:, :-1]) & live[:, 1:] & live[:, :-1]
    none = torch.zeros_like(live[:, :1])
    cut, goes_on = torch.cat((none, same), dim=1), torch.cat((same, none), dim=1)
    return live & cut & ~goes_on & star.stratified.unsqueeze(1)


def _weights(size: int, name: str, like: Tensor) -> Tensor:
    """From values at the nodes of an affine element to those of a graded one, by columns."""
    edges = torch.tensor([[0.0, 2.0]], dtype=like.dtype, device=like.device)
    grading = torch.tensor([[GRADED_RIGHT]], device=like.device)
    one = mesh(edges, size, name=name, grading=grading)
    return one.basis.interpolation(one.from_start[0, 0] - 1.0).mT

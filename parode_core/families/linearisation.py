"""Inverses of linearisations, as matrices that serve many lanes.

A correction is `inverse` on the rows of each element, then `response` on what the states at the
edges add; these follow by `edges` from the corrections met so far at the start and at the right
ends, and from the boundary rows.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from parode_core.collocation.residual import Collocation


@dataclass(frozen=True)
class Linearisations:
    """Linearisations at the centres of cells, and solutions at the points of their grids.

    inverse : [cell, element, component * node, component * node]
    response : [cell, element, component * node, component]
    edges : [cell, element * component, component + element * component + boundary row]
    samples : solutions at the points, [cell, element * component * node, point]
    contraction : largest factor seen by which a correction of a member shrinks to the next, [cell]
    good : whether the centre was solved and its inverse is finite, [cell]
    """

    inverse: Tensor
    response: Tensor
    edges: Tensor
    samples: Tensor
    contraction: Tensor
    good: Tensor

    def select(self, cells: Tensor) -> "Linearisations":
        """Those of the cells with these indices; an index may repeat."""
        return Linearisations(*(getattr(self, part.name)[cells] for part in fields(self)))

    def joined(self, other: "Linearisations") -> "Linearisations":
        """Those of both, one after the other."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        return Linearisations(*(torch.cat(pair) for pair in pairs))


def linearise(collocation: Collocation, y: Tensor, unknown: float) -> Linearisations:
    """The inverse of the linearisation at y [component, lane, element, node], for each lane.

    The only sample is y itself, and the contraction is said to be `unknown`.
    """
    components, lanes, elements, nodes = y.shape
    inverse, info = torch.linalg.inv_ex(collocation.local_matrices(y))
    left_rows = (1.0 - collocation.mask[:, 0, :, 0]).T  # [element, component]
    response = inverse[..., ::nodes] * left_rows.unsqueeze(1)
    edges, edge_info = _edge_inverse(collocation, y, response)
    finite = torch.ones(lanes, dtype=torch.bool, device=y.device)
    for part in (inverse, edges):
        finite = finite & part.flatten(1).isfinite().all(dim=1)
    good = finite & (info == 0).all(dim=1) & (edge_info == 0)
    samples = y.permute(1, 2, 0, 3).reshape(lanes, -1, 1)
    contraction = torch.full((lanes,), unknown, dtype=torch.float64, device=y.device)
    return Linearisations(inverse, response, edges, samples, contraction, good)


def _edge_inverse(collocation: Collocation, y: Tensor, response: Tensor) -> tuple[Tensor, Tensor]:
    """What the edge states are, given the corrections at the ends and the boundary rows.

    With t_e the part of the left state of element e that its own rows do not fix,

        t_e - G_e U_(e-1) t_(e-1) = G_e z_(e-1)(right),
        B_left (z_0(left) + P_0(left) t_0) + B_right (z(right) + U t)(last) = r_boundary.
    """
    n, lanes, elements, nodes = y.shape
    split = response.unflatten(2, (n, nodes))
    at_left = split[:, 0, :, 0]
    at_right = torch.einsum("becnk,n->beck", split, collocation.right.to(y.dtype))
    jump = collocation.jump_matrices(y)
    left, right = collocation.boundary_matrices(y)
    free, rows = list(collocation.problem.free), left.shape[1]
    system = torch.eye(n * elements, dtype=y.dtype, device=y.device).repeat(lanes, 1, 1)
    loads = y.new_zeros(lanes, n * elements, n + n * elements + rows)
    if free:
        system[:, free] = 0.0
        system[:, free, :n] = left @ at_left
        system[:, free, -n:] += right @ at_right[:, -1]
        loads[:, free, :n] = -left
        loads[:, free, n * elements : n + n * elements] = -right
        loads[:, free, n + n * elements :] = torch.eye(rows, dtype=y.dtype, device=y.device)
    for number in range(1, elements):
        here = slice(number * n, (number + 1) * n)
        before = slice((number - 1) * n, number * n)
        system[:, here, before] = -jump[:, number - 1] @ at_right[:, number - 1]
        loads[:, here, here] = jump[:, number - 1]
    return torch.linalg.solve_ex(system, loads)

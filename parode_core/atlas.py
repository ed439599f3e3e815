"""Charts of families, and the linearisations at the centres of their cells.

A family is charted by a few coordinates, and the chart is cut into fixed cells of a given size. The
problem is solved once at the centre of a cell, and the inverse of its linearisation there serves
every member of the cell. Cells are fixed in the chart, not fitted to a batch: what a lane is given
depends on the lane alone. An `Atlas` keeps the cells it has met, for whoever calls again.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation import Collocation
from parode_core.elements import Mesh
from parode_core.lanes import padded, take
from parode_core.newton import Newton, solve
from parode_core.problem import Problem


@dataclass(frozen=True)
class Chart:
    """Coordinates of a family of problems.

    coordinates : parameters -> [lane, coordinate]
    members : coordinates [cell, coordinate] -> parameters and mesh of the members there
    spacing : size of a cell in each coordinate
    """

    coordinates: Callable[[Any], Tensor]
    members: Callable[[Tensor], tuple[Any, Mesh]]
    spacing: tuple[float, ...]

    def cells(self, parameters: Any) -> Tensor:
        """Number of the cell of each lane in each coordinate, [lane, coordinate]; 0 for NaN."""
        coordinates = self.coordinates(parameters)
        return torch.round(coordinates / self._sizes(coordinates)).nan_to_num(0.0, 0.0, 0.0).long()

    def centres(self, cells: Tensor) -> tuple[Any, Mesh]:
        """Parameters and mesh at the centres of cells [cell, coordinate]."""
        return self.members(cells * self._sizes(cells))

    def groups(self, parameters: Any) -> tuple[Tensor, Tensor]:
        """The cells met [cell, coordinate], and the number among them of each lane, [lane]."""
        cells = self.cells(parameters)
        low = cells.amin(dim=0)
        # one number a cell: sorting numbers is much faster than sorting rows
        extent = cells.amax(dim=0) - low + 1
        stride = torch.cat((extent.flip(0).cumprod(0).flip(0)[1:], torch.ones_like(extent[:1])))
        numbers, group = torch.unique(((cells - low) * stride).sum(dim=1), return_inverse=True)
        return numbers[:, None] // stride % extent + low, group

    def _sizes(self, like: Tensor) -> Tensor:
        return torch.tensor(self.spacing, dtype=torch.float64, device=like.device)


@dataclass(frozen=True)
class Linearisations:
    """Solutions at the centres of cells, and the inverses of their linearisations as matrices.

    A correction is `inverse` on the rows of each element, then `response` on what the states at the
    edges add; these follow by `edges` from the corrections met so far at the start and at the right
    ends, and from the boundary rows.

    y : [cell, component, element, node]
    inverse : [cell, element, component * node, component * node]
    response : [cell, element, component * node, component]
    edges : [cell, element * component, component + element * component + boundary row]
    good : whether the centre was solved and its inverse is finite, [cell]
    """

    y: Tensor
    inverse: Tensor
    response: Tensor
    edges: Tensor
    good: Tensor

    def select(self, cells: Tensor) -> "Linearisations":
        """Those of the cells with these indices; an index may repeat."""
        return Linearisations(*(getattr(self, part.name)[cells] for part in fields(self)))

    def joined(self, other: "Linearisations") -> "Linearisations":
        """Those of both, one after the other."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        return Linearisations(*(torch.cat(pair) for pair in pairs))


class Atlas:
    """A problem, a chart of its family, and the cells met so far.

    Keep one from call to call: a cell is solved once. The results do not depend on what it holds.
    """

    def __init__(self, problem: Problem, chart: Chart, newton: Newton | None = None) -> None:
        self.problem, self.chart = problem, chart
        self.newton = newton or Newton()
        self._place: dict[tuple[int, ...], int] = {}
        self._kept: Linearisations | None = None

    def __len__(self) -> int:
        return len(self._place)

    def at(self, cells: Tensor) -> Linearisations:
        """The linearisations of cells [cell, coordinate], solved where they are new."""
        keys = [tuple(cell) for cell in cells.tolist()]
        new = [number for number, key in enumerate(keys) if key not in self._place]
        if new or self._kept is None:
            found = self._solve(cells[new])
            self._kept = found if self._kept is None else self._kept.joined(found)
            for number in new:
                self._place[keys[number]] = len(self._place)
        index = torch.tensor([self._place[key] for key in keys], device=cells.device)
        return self._kept.select(index)

    def _solve(self, cells: Tensor) -> Linearisations:
        count = cells.shape[0]
        parameters, mesh = self.chart.centres(cells)
        solution = solve(self.problem, parameters, mesh, count, method=self.newton)
        index = padded(torch.arange(count, device=cells.device))
        part = mesh.select(index)
        given = self.problem.fields(part, take(parameters, index))
        # the centre of a cell that has no solution gives no inverse either
        y = torch.where(solution.ok[:, None, None, None], solution.y, 1.0)
        y = y[index].movedim(-1, 0).contiguous()
        found = linearise(Collocation(self.problem, part, given), y).select(index[:count])
        return replace(found, good=found.good & solution.ok)


def linearise(collocation: Collocation, y: Tensor) -> Linearisations:
    """The inverse of the linearisation at y [component, lane, element, node], for each lane."""
    components, lanes, elements, nodes = y.shape
    inverse, info = torch.linalg.inv_ex(collocation.local_matrices(y))
    left_rows = (1.0 - collocation.mask[:, 0, :, 0]).T  # [element, component]
    response = inverse[..., ::nodes] * left_rows.unsqueeze(1)
    edges, edge_info = _edge_inverse(collocation, y, response)
    finite = torch.ones(lanes, dtype=torch.bool, device=y.device)
    for part in (inverse, edges):
        finite = finite & part.flatten(1).isfinite().all(dim=1)
    good = finite & (info == 0).all(dim=1) & (edge_info == 0)
    return Linearisations(y.movedim(0, 1), inverse, response, edges, good)


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

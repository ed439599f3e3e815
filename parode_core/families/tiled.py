"""Corrections of tiles: lanes of one cell at a time, by matrix products and elementwise work.

Values lie in memory as [element, component, node, lane], lanes running fastest, so that a tile is a
block of columns that the inverse of its cell multiplies, and nothing is ever reordered. The state
shown to a problem is a view of it, [lane, element, node, component].

A correction of size d that is to shrink by the factor q leaves an error d q/(1 - q). For q stands
the larger of that of the last two corrections and the largest of the grid of the cell; before there
are two corrections, the latter with a margin.
"""

from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.families.linearisation import Linearisations
from parode_core.lanes import TILE, finite
from parode_core.solvers.newton import PHASE
from parode_core.solvers.outset import scales
from parode_core.solvers.solution import unresolved

SLOW = 0.5  # a lane whose corrections shrink by less than this is given up
MARGIN = 2.0  # a member may contract so much slower than the slowest of the grid
UNKNOWN = 0.499  # what is assumed of a contraction that was not seen
NOISE = 100.0  # roundings a correction needs to be told from noise
WAITING, CONVERGED, STRAGGLING = 0, 1, 2


class Tiles:
    """Tiles on their way.

    problem, parameters, mesh : of the lanes, a whole number of tiles
    centres : linearisation of the cell of each tile
    weights : of the samples of its cell in the start of a lane, [lane, point]

    y : [element, component, node, lane]; all others [lane]
    state : WAITING, CONVERGED or STRAGGLING;  iterations : corrections taken
    correction : size of the last one;  ahead : estimated error it left
    contraction : largest factor by which a correction shrank to the next
    """

    def __init__(
        self,
        problem: Problem,
        parameters: Any,
        mesh: Mesh,
        centres: Linearisations,
        weights: Tensor,
    ) -> None:
        # a lane alone is computed with the shapes it has in a batch, whatever the batch shares
        every = torch.arange(weights.shape[0], device=weights.device)
        given = problem.fields(mesh.spread(every), parameters)
        self.collocation = Collocation(problem, mesh, lanes_last(given))
        self.centres = centres
        self.y = self._start(weights)
        lanes = self.y.shape[-1]
        self.scale = scales(problem, given, self.y.movedim(1, 0))
        self.slopes = self.collocation.slopes(self.y).movedim(0, 1)
        self.speed = self.collocation.speed.permute(1, 2, 0).unsqueeze(1)
        good = finite((parameters, mesh.edges), lanes) & centres.good.repeat_interleave(TILE)
        self.state = torch.where(good, WAITING, STRAGGLING)
        self.iterations = torch.zeros_like(self.state)
        self.correction = torch.full((lanes,), torch.nan, dtype=torch.float64, device=good.device)
        self.ahead = self.correction.clone()
        self.usual = centres.contraction.repeat_interleave(TILE)
        self.first = (MARGIN * self.usual).clamp(max=UNKNOWN)
        self.contraction = torch.zeros_like(self.correction)

    def _start(self, weights: Tensor) -> Tensor:
        """Polynomials through the samples of the cells."""
        mesh, components = self.collocation.mesh, self.collocation.problem.components
        columns = weights.unflatten(0, (-1, TILE)).transpose(1, 2).to(self.centres.samples.dtype)
        values = torch.bmm(self.centres.samples, columns).movedim(0, 1)
        return values.reshape(mesh.elements, components, mesh.basis.size, -1)

    @property
    def states(self) -> Tensor:
        """y as a caller sees it, [lane, element, node, component]."""
        return self.y.permute(3, 0, 2, 1)

    def run(self, tolerance: float, most: int) -> None:
        """Correct until every lane has converged or straggles."""
        for number in range(most):
            asks = self.y.device.type == "cpu" or number % PHASE == 0
            if asks and not bool((self.state == WAITING).any()):
                return
            self.correct(tolerance)
        self.state = torch.where(self.state == WAITING, STRAGGLING, self.state)

    def correct(self, tolerance: float) -> None:
        """One correction of every waiting lane; no question to the device."""
        step = self._step(*self._rows())
        length = self._length(step)
        waiting, later = self.state == WAITING, self.iterations > 0
        ratio = torch.where(later, length / self.correction, 0.0)
        factor = torch.where(later, ratio.maximum(self.usual), self.first)
        rounding = self._rounding()
        slow = ~(ratio < SLOW) | ~length.isfinite()
        ahead = length * factor / (1.0 - factor)
        still = length <= rounding
        close = (~slow & (ahead <= tolerance)) | still
        # a lane that has ended is multiplied by zero; one that straggles is not used again
        tile = waiting.to(step.dtype).unflatten(0, (-1, TILE))
        y = self.y.flatten(1, 2).unflatten(2, (-1, TILE))
        y.addcmul_(step, tile, value=-1.0)
        seen = waiting & later & (length > NOISE * rounding)
        self.contraction = torch.where(seen, self.contraction.maximum(ratio), self.contraction)
        self.correction = torch.where(waiting, length, self.correction)
        self.ahead = torch.where(waiting, ahead, self.ahead)
        self.iterations = self.iterations + waiting
        self.state = torch.where(waiting & slow, STRAGGLING, self.state)
        self.state = torch.where(waiting & close, CONVERGED, self.state)

    def residual(self) -> Tensor:
        """Largest entry of the residual of a lane in units of the scale, [lane]."""
        rows, boundary = self._rows()
        nodes = rows.abs().amax(dim=(0, 2)).T / self.scale
        return torch.cat((nodes, boundary.abs()), dim=1).amax(dim=1)

    def tail(self) -> Tensor:
        """What the coefficients of a lane leave beyond the last one, as `solution.tail`, [lane]."""
        matrix = self.collocation.mesh.basis.coefficients.to(self.y.dtype)
        size = torch.matmul(matrix, self.y).abs().permute(3, 0, 1, 2)
        return unresolved(size / self.scale[:, None, :, None])

    def _rows(self) -> tuple[Tensor, Tensor]:
        """Rows of the elements, like y, and boundary rows [lane, row]."""
        problem, given = self.collocation.problem, self.collocation.fields
        rate = problem.rhs(self.states, given).permute(1, 3, 2, 0)
        rows = torch.matmul(self.slopes, self.y)
        rows.addcmul_(self.speed, rate, value=-1.0)
        inner, boundary = self.collocation.conditions(self.y.permute(1, 3, 0, 2))
        rows[1:, :, 0] = inner.permute(1, 2, 0)
        rows[0, :, 0].index_fill_(0, self.collocation.free, 0.0)
        return rows, boundary

    def _step(self, rows: Tensor, boundary: Tensor) -> Tensor:
        """Approximate solution of (derivative) d = rows, [element, row, tile, place]."""
        tiled = rows.flatten(1, 2).unflatten(2, (-1, TILE)).movedim(2, 1)
        whole = [
            torch.bmm(self.centres.inverse[:, number], part) for number, part in enumerate(tiled)
        ]
        if len(whole) > 1 or boundary.shape[1] > 0:
            edges = self._edge_states(whole, boundary)
            response = self.centres.response.unbind(1)
            whole = [
                part + torch.bmm(to_left, edge)
                for part, to_left, edge in zip(whole, response, edges, strict=True)
            ]
        together = torch.stack(whole) if len(whole) > 1 else whole[0].unsqueeze(0)
        return together.movedim(1, 2)

    def _edge_states(self, whole: list[Tensor], boundary: Tensor) -> tuple[Tensor, ...]:
        """What the edges add to the left states, [tile, component, place] of each element."""
        components = self.collocation.problem.components
        ends = self.collocation.right.to(self.y.dtype)
        split = [part.unflatten(1, (components, -1)) for part in whole]
        right = [(ends @ part) for part in split]
        outside = boundary.unflatten(0, (-1, TILE)).transpose(1, 2)
        known = torch.cat((split[0][:, :, 0], *right, outside), dim=1)
        return torch.bmm(self.centres.edges, known).split(components, dim=1)

    def _length(self, step: Tensor) -> Tensor:
        """Size of a step in units of the scale, [lane]."""
        components = self.collocation.problem.components
        peak = step.abs().unflatten(1, (components, -1)).amax(dim=(0, 2)).flatten(1)
        return (peak.T / self.scale).amax(dim=1)

    def _rounding(self) -> float:
        """Corrections below this are noise of the differentiation, whose rounding grows as N^2."""
        nodes = self.y.shape[2]
        return 4.0 * nodes**2 * torch.finfo(torch.float64).eps


def lanes_last(tree: Any) -> Any:
    """The same tree, values on nodes [lane, element, node, ...] with lanes running fastest."""
    if isinstance(tree, torch.Tensor) and tree.ndim > 2 and tree.shape[0] > 1:
        return tree.movedim(0, -1).contiguous().movedim(-1, 0)
    if isinstance(tree, tuple):
        parts = [lanes_last(part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return tree

"""Chord Newton: one inverse serves all lanes of a cell of a family (`atlas`).

An iteration is the residual, two or three matrix products, and elementwise work: no factorisation.
Lanes stand in tiles of 64 of one cell each, start from the solution at the centre of the cell, and
are frozen one by one. The estimated error of a lane after a correction of size d that shrank by the
factor q is d q/(1 - q). A lane that does not contract goes to Newton's method on its own.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from parode_core.atlas import Atlas, Linearisations
from parode_core.collocation import Collocation, Residual
from parode_core.elements import Mesh
from parode_core.lanes import TILE, finite, take, tiles
from parode_core.newton import PHASE, Newton, scales
from parode_core.newton import solve as newton_solve
from parode_core.solution import Solution, tail
from parode_core.status import Status

SLOW = 0.5  # a lane whose corrections shrink by less than this goes to Newton
CHUNK = 1 << 14  # nodes iterated at once: what belongs to them stays in cache
WAITING, CONVERGED, STRAGGLING = 0, 1, 2


@dataclass(frozen=True)
class Chord:
    """How to iterate.

    tolerance : estimated error of a finished lane from the iteration, in units of the scale
    most : corrections after which a lane goes to Newton
    newton : how stragglers are solved
    """

    tolerance: float = 1e-12
    most: int = 40
    newton: Newton = field(default_factory=Newton)


def solve(
    atlas: Atlas, parameters: Any, mesh: Mesh, lanes: int, *, method: Chord | None = None
) -> Solution:
    """Solve the members of a family.

    Parameters
    ----------
    atlas : problem, chart and the cells met so far
    parameters : tree of tensors [lane, ...]
    mesh : elements of the lanes, or shared ones; as many, with the same basis, as in the chart
    lanes : number of lanes
    method : default `Chord()`

    Returns
    -------
    Solution with a status for each lane; `iterations` counts those of both methods.
    """
    method = method or Chord()
    cells, group = atlas.chart.groups(parameters)
    centres = atlas.at(cells)
    members, cell = tiles(group)
    step = max(1, CHUNK // (TILE * mesh.elements * mesh.basis.size))
    found = _Gathered(centres.y, lanes)
    for part in torch.arange(len(cell), device=cell.device).split(step):
        index = members[part].flatten()
        state = _Iteration(atlas, parameters, mesh, index, centres.select(cell[part]))
        state.run(method)
        found.put(index, state)
    return _with_newton(found, atlas, parameters, mesh, method)


class _Iteration:
    """Tiles on their way: y [component, lane, element, node], the rest [lane]."""

    def __init__(
        self, atlas: Atlas, parameters: Any, mesh: Mesh, index: Tensor, centres: Linearisations
    ) -> None:
        problem, part, own = atlas.problem, mesh.select(index), take(parameters, index)
        given = problem.fields(part, own)
        self.collocation = Collocation(problem, part, given)
        self.solver = _TileSolver(self.collocation, centres)
        y = centres.y.repeat_interleave(TILE, dim=0).movedim(0, 1)
        self.y = y.contiguous()
        self.scale = scales(problem, given, self.y)
        lanes = index.shape[0]
        good = finite((given, part.edges), lanes) & centres.good.repeat_interleave(TILE)
        self.state = torch.where(good, WAITING, STRAGGLING)
        self.iterations = torch.zeros_like(self.state)
        self.correction = torch.full_like(self.y[0, :, 0, 0].real, torch.inf)
        self.ahead = self.correction.clone()

    def run(self, method: Chord) -> None:
        """Correct until every lane has converged or straggles."""
        for number in range(method.most):
            asks = self.y.device.type == "cpu" or number % PHASE == 0
            if asks and not bool((self.state == WAITING).any()):
                return
            self.correct(method.tolerance)
        self.state = torch.where(self.state == WAITING, STRAGGLING, self.state)

    def correct(self, tolerance: float) -> None:
        """One correction of every waiting lane; no question to the device."""
        step = self.solver.correct(self.collocation.residual(self.y))
        length = (step.abs().amax(dim=(2, 3)).T / self.scale).amax(dim=1)
        waiting = self.state == WAITING
        first = self.correction.isinf()
        ratio = torch.where(first, 0.0, length / self.correction)
        slow = ~(ratio < SLOW) | ~length.isfinite()
        # one correction alone says nothing about the next
        ahead = torch.where(first, length, length * ratio / (1.0 - ratio))
        close = (~first & ~slow & (ahead <= tolerance)) | (length <= self._rounding())
        self.y = torch.where(waiting[:, None, None], self.y - step, self.y)
        self.correction = torch.where(waiting, length, self.correction)
        self.ahead = torch.where(waiting, ahead, self.ahead)
        self.iterations = self.iterations + waiting
        self.state = torch.where(waiting & slow, STRAGGLING, self.state)
        self.state = torch.where(waiting & close, CONVERGED, self.state)

    def _rounding(self) -> float:
        """Corrections below this are noise of the differentiation, whose rounding grows as N^2."""
        nodes = self.y.shape[-1]
        return 4.0 * nodes**2 * torch.finfo(torch.float64).eps


class _TileSolver:
    """Corrections of tiles by the inverses of their cells."""

    def __init__(self, collocation: Collocation, centres: Linearisations) -> None:
        self.ends = collocation.right.to(centres.y.dtype)
        self.inverse = centres.inverse.transpose(-1, -2).contiguous()
        self.response = centres.response.transpose(-1, -2).contiguous()
        self.edges = centres.edges.transpose(-1, -2).contiguous()
        self.coupled = centres.y.shape[2] > 1 or bool(collocation.problem.free)

    def correct(self, residual: Residual) -> Tensor:
        """Approximate solution of (derivative) d = residual, [component, lane, element, node]."""
        rows = residual.nodes
        n, lanes, elements, nodes = rows.shape
        rows[:, :, 1:, 0] = residual.inner.movedim(-1, 0)
        tiled = rows.reshape(n, -1, TILE, elements, nodes).permute(1, 3, 2, 0, 4)
        whole = torch.matmul(tiled.reshape(-1, elements, TILE, n * nodes), self.inverse)
        if self.coupled:
            whole = whole + self._edge_states(whole, residual.boundary, n, nodes) @ self.response
        split = whole.reshape(-1, elements, TILE, n, nodes).permute(3, 0, 2, 1, 4)
        return split.reshape(n, lanes, elements, nodes)

    def _edge_states(self, whole: Tensor, boundary: Tensor, n: int, nodes: int) -> Tensor:
        """What the edges add to the left states, [tile, element, 64, component]."""
        split = whole.unflatten(-1, (n, nodes))
        right = (split @ self.ends).movedim(1, 2).flatten(2)
        known = torch.cat((split[:, 0, :, :, 0], right, boundary.unflatten(0, (-1, TILE))), dim=2)
        return (known @ self.edges).unflatten(2, (-1, n)).movedim(1, 2)


class _Gathered:
    """Values of lanes as tiles deliver them; a repeated lane has the same values in each place."""

    def __init__(self, like: Tensor, lanes: int) -> None:
        _, n, elements, nodes = like.shape
        self.y = like.new_empty(n, lanes, elements, nodes)
        self.state = torch.empty(lanes, dtype=torch.int64, device=like.device)
        self.iterations = torch.empty_like(self.state)
        self.correction = torch.empty(lanes, dtype=torch.float64, device=like.device)
        self.residual, self.error = self.correction.clone(), self.correction.clone()

    def put(self, index: Tensor, found: _Iteration) -> None:
        """Store the lanes of some tiles."""
        y, mesh, scale = found.y, found.collocation.mesh, found.scale
        self.y[:, index] = y
        self.state[index] = found.state
        self.iterations[index] = found.iterations
        self.correction[index] = found.correction
        self.residual[index] = found.collocation.residual(y).size(scale)
        self.error[index] = tail(y.movedim(0, -1), mesh, scale) + found.ahead


def _with_newton(
    found: _Gathered, atlas: Atlas, parameters: Any, mesh: Mesh, method: Chord
) -> Solution:
    """The lanes that converged, and the stragglers by Newton's method."""
    y = found.y.movedim(0, -1)
    status = torch.where(found.state == CONVERGED, int(Status.OK), int(Status.NOT_CONVERGED))
    late = torch.nonzero(found.state == STRAGGLING).flatten()
    whole = Solution(
        mesh, y, status, found.residual, found.iterations, found.correction, found.error
    )
    if late.shape[0] == 0:
        return whole
    own = newton_solve(
        atlas.problem,
        take(parameters, late),
        mesh.select(late),
        late.shape[0],
        method=method.newton,
    )
    y[late] = own.y
    status[late] = own.status
    found.iterations[late] += own.iterations
    found.residual[late], found.correction[late] = own.residual, own.correction
    found.error[late] = own.error
    return whole

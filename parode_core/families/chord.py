"""Chord Newton: one inverse serves all lanes of a cell of a family (`atlas`).

An iteration is the residual, a few matrix products, and elementwise work: no factorisation. Lanes
stand in tiles of one cell each (`tiled`), start from the polynomial through the samples of
the cell, and are frozen one by one. A lane that does not contract goes to Newton's method on its
own.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.families.atlas import Atlas
from parode_core.families.chart import groups
from parode_core.families.tiled import CONVERGED, STRAGGLING, Tiles
from parode_core.lanes import TILE, padded, spread, take, tiles
from parode_core.solvers.newton import Newton
from parode_core.solvers.newton import solve as newton_solve
from parode_core.solvers.solution import Solution
from parode_core.status import Status

CHUNK = 1 << 17  # nodes iterated at once: many enough that calls cost little beside their work


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
    every = padded(torch.arange(lanes, device=mesh.edges.device))
    place = atlas.chart.locate(spread(parameters, every))
    cells, group = groups(place.cells)
    centres = atlas.at(cells)
    members, cell = tiles(group[:lanes])
    step = max(1, CHUNK // (TILE * mesh.elements * mesh.basis.size))
    found = _Gathered(atlas.problem, mesh, centres.samples.dtype, lanes)
    for part in torch.arange(len(cell), device=cell.device).split(step):
        index = members[part].flatten()
        own, elements = spread(parameters, index), mesh.select(index)
        chosen = centres.select(cell[part])
        weights = atlas.chart.weights(place.inside[index])
        state = Tiles(atlas.problem, own, elements, chosen, weights)
        state.run(method.tolerance, method.most)
        found.put(index, state)
    return _with_newton(found, atlas, parameters, mesh, method)


class _Gathered:
    """Values of lanes as tiles deliver them; a repeated lane has the same values in each place."""

    def __init__(self, problem: Problem, mesh: Mesh, dtype: torch.dtype, lanes: int) -> None:
        device = mesh.edges.device
        shape = (lanes, mesh.elements, mesh.basis.size, problem.components)
        self.y = torch.empty(shape, dtype=dtype, device=device)
        self.state = torch.empty(lanes, dtype=torch.int64, device=device)
        self.iterations = torch.empty_like(self.state)
        self.correction = torch.empty(lanes, dtype=torch.float64, device=device)
        self.residual, self.error = self.correction.clone(), self.correction.clone()

    def put(self, index: Tensor, found: Tiles) -> None:
        """Store the lanes of some tiles."""
        self.y[index] = found.states
        self.state[index] = found.state
        self.iterations[index] = found.iterations
        self.correction[index] = found.correction
        self.residual[index] = found.residual()
        self.error[index] = found.tail() + found.ahead


def _with_newton(
    found: _Gathered, atlas: Atlas, parameters: Any, mesh: Mesh, method: Chord
) -> Solution:
    """The lanes that converged, and the stragglers by Newton's method."""
    status = torch.where(found.state == CONVERGED, int(Status.OK), int(Status.NOT_CONVERGED))
    late = torch.nonzero(found.state == STRAGGLING).flatten()
    whole = Solution(
        mesh, found.y, status, found.residual, found.iterations, found.correction, found.error
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
    found.y[late] = own.y
    status[late] = own.status
    found.iterations[late] += own.iterations
    found.residual[late], found.correction[late] = own.residual, own.correction
    found.error[late] = own.error
    return whole

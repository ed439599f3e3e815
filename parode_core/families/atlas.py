"""An atlas of a family: the cells of its chart that were met, solved once and kept.

The problem is solved at the centre of a cell by Newton's method, and the inverse of its
linearisation there serves every member of the cell. The members at the grid of the cell are then
solved with it: polynomials through them are where other members start, and how fast their
corrections shrank says how far a correction can be trusted.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.families.chart import Chart
from parode_core.families.linearisation import Linearisations, linearise
from parode_core.families.tiled import CONVERGED, UNKNOWN, Tiles
from parode_core.lanes import TILE, padded, spread
from parode_core.solvers.newton import Newton, solve

SAMPLED = 1e-13  # tolerance of the samples
MOST_CORRECTIONS = 40


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
            found = self._sampled(cells[new], self._centres(cells[new]))
            self._kept = found if self._kept is None else self._kept.joined(found)
            for number in new:
                self._place[keys[number]] = len(self._place)
        index = torch.tensor([self._place[key] for key in keys], device=cells.device)
        return self._kept.select(index)

    def _members(self, cells: Tensor, places: Tensor) -> tuple[Any, Mesh, Tensor]:
        """Parameters, mesh and indices of members at places, TILE of them a cell.

        places : [place, coordinate]; the last is repeated until the tile is full
        """
        place = torch.arange(TILE, device=cells.device).clamp(max=places.shape[0] - 1)
        coordinates = self.chart.coordinates_at(cells, places[place]).flatten(0, 1)
        parameters, mesh = self.chart.members(coordinates)
        return parameters, mesh, torch.arange(coordinates.shape[0], device=cells.device)

    def _centres(self, cells: Tensor) -> Linearisations:
        """Solutions and linearisations at the centres alone."""
        count = cells.shape[0]
        origin = torch.zeros(1, cells.shape[1], dtype=torch.float64, device=cells.device)
        parameters, mesh = self.chart.members(self.chart.coordinates_at(cells, origin)[:, 0])
        solution = solve(self.problem, parameters, mesh, count, method=self.newton)
        index = padded(torch.arange(count, device=cells.device))
        part = mesh.spread(index)
        given = self.problem.fields(part, spread(parameters, index))
        # the centre of a cell that has no solution gives no inverse either
        y = torch.where(solution.ok[:, None, None, None], solution.y, 1.0)
        y = y[index].movedim(-1, 0).contiguous()
        found = linearise(Collocation(self.problem, part, given), y, UNKNOWN)
        found = found.select(index[:count])
        return replace(found, good=found.good & solution.ok)

    def _sampled(self, cells: Tensor, centres: Linearisations) -> Linearisations:
        """The same with solutions at the grids; a cell keeps its centre alone if one is missing."""
        grid = self.chart.grid.to(cells.device)
        parameters, mesh, index = self._members(cells, grid)
        tiles = Tiles(
            self.problem, spread(parameters, index), mesh.select(index), centres,
            torch.ones(index.shape[0], 1, dtype=torch.float64, device=cells.device),
        )  # fmt: skip
        tiles.run(SAMPLED, MOST_CORRECTIONS)
        whole = (tiles.state.unflatten(0, (-1, TILE)) == CONVERGED).all(dim=1)
        points = grid.shape[0]
        found = tiles.y.flatten(0, 2).unflatten(1, (-1, TILE))[..., :points].movedim(1, 0)
        samples = torch.where(whole[:, None, None], found, centres.samples)
        slowest = tiles.contraction.unflatten(0, (-1, TILE)).amax(dim=1)
        seen = whole & (points > 1) & (slowest < UNKNOWN)
        contraction = torch.where(seen, slowest, UNKNOWN)
        return replace(centres, samples=samples, contraction=contraction)

"""Charts of families of problems, and polynomials over the cells of a chart.

A family is charted by a few coordinates, and the chart is cut into fixed cells of a given size.
Cells are fixed in the chart, not fitted to a batch: what a lane is given depends on the lane alone.
A function over a cell is represented by its values at a grid of Chebyshev points, up to 7 in each
coordinate and TILE together,

    f(u) = sum_k f(u_k) prod_c l_kc(u_c),        u in [-1, 1]^coordinates,

with the Lagrange polynomials l of the points (Berrut & Trefethen 2004).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.lanes import TILE

MOST_POINTS = 7  # in one coordinate
FARTHEST = 1 << 20  # cells from the origin beyond which a lane is not in the chart


@dataclass(frozen=True)
class Chart:
    """Coordinates of a family of problems.

    coordinates : parameters -> [lane, coordinate]
    members : coordinates [member, coordinate] -> parameters and mesh of the members there
    spacing : size of a cell in each coordinate
    """

    coordinates: Callable[[Any], Tensor]
    members: Callable[[Tensor], tuple[Any, Mesh]]
    spacing: tuple[float, ...]

    def locate(self, parameters: Any) -> "Places":
        """Where lanes are in the chart.

        A lane that is not in the chart, or not a number, is given the cell at the origin.
        """
        coordinates = self.coordinates(parameters)
        scaled = coordinates / self._sizes(coordinates)
        numbers = torch.round(scaled)
        numbers = torch.where(numbers.abs() < FARTHEST, numbers, 0.0)
        return Places(numbers.long(), 2.0 * (scaled - numbers))

    def coordinates_at(self, cells: Tensor, places: Tensor) -> Tensor:
        """Coordinates of places [place, coordinate] in every cell, [cell, place, coordinate]."""
        return (cells.unsqueeze(1) + 0.5 * places) * self._sizes(places)

    @cached_property
    def points(self) -> Tensor:
        """Chebyshev points of one coordinate, [point]: one if the coordinates are many."""
        dimensions = len(self.spacing)
        count = max(k for k in range(1, MOST_POINTS + 1) if k**dimensions <= TILE or k == 1)
        angle = math.pi * torch.arange(count, dtype=torch.float64) / max(1, count - 1)
        return -torch.cos(angle) if count > 1 else torch.zeros_like(angle)

    @property
    def grid(self) -> Tensor:
        """All points of a cell, [point, coordinate]."""
        return torch.cartesian_prod(*[self.points] * len(self.spacing)).reshape(
            -1, len(self.spacing)
        )

    def weights(self, inside: Tensor) -> Tensor:
        """Values of the polynomials of the grid at places [lane, coordinate], [lane, point]."""
        lagrange = torch.linalg.inv(torch.linalg.vander(self.points)).to(inside.device)
        powers = torch.linalg.vander(inside, N=lagrange.shape[0])
        factors = torch.matmul(powers.unsqueeze(-2), lagrange).squeeze(-2)
        whole = factors[:, 0]
        for factor in factors.unbind(1)[1:]:
            whole = (whole.unsqueeze(2) * factor.unsqueeze(1)).flatten(1)
        return whole

    def _sizes(self, like: Tensor) -> Tensor:
        return torch.tensor(self.spacing, dtype=torch.float64, device=like.device)


class Places(NamedTuple):
    """Where lanes are: their cell, and -1 to 1 inside it, both [lane, coordinate]."""

    cells: Tensor
    inside: Tensor


def groups(cells: Tensor) -> tuple[Tensor, Tensor]:
    """The cells met [cell, coordinate], and the number among them of each lane, [lane]."""
    group = torch.zeros_like(cells[:, 0])
    # sorting numbers is much faster than sorting rows; one coordinate at a time, the numbers of
    # pairs stay below the square of the number of lanes
    for coordinate in cells.unbind(1):
        values, rank = torch.unique(coordinate, return_inverse=True)
        _, group = torch.unique(group * len(values) + rank, return_inverse=True)
    lanes = torch.arange(cells.shape[0], device=cells.device)
    first = torch.empty_like(lanes[: int(group.max()) + 1]).scatter_(0, group, lanes)
    return cells[first], group

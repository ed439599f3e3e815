"""Counts from the phase alone, for functions whose derivative costs too much.

The count is the sum of the phase steps arg(f_(k+1) / f_k) round the contour over 2 pi, always an
integer; it is believed when no step exceeds a quarter turn and half of the points say the same. Of
the points that a mesh adds to the one before it a third crowd where the phase turns fast.
"""

import math
from typing import Any

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.contour import ContourCount, regraded
from parode_core.nonlinear_eigen.functions import HolomorphicFunction
from parode_core.nonlinear_eigen.regions import Cells, Region
from parode_core.nonlinear_eigen.rows import in_tiles
from parode_core.status import Status

FIRST_STEPS = 16
EVEN = 2.0  # new places dealt out evenly for each one dealt out by turn
LARGEST_STEP = math.pi / 2


@torch.no_grad()
def count_by_phase(
    function: HolomorphicFunction,
    region: Region,
    parameters: Any = None,
    *,
    max_points: int = 4096,
) -> ContourCount:
    """Count roots less poles inside one region per lane by unwrapping the phase of f.

    Parameters
    ----------
    function : scalar or matrix function; its derivative is not used
    region : one region per lane
    parameters : lane tree handed to the function
    max_points : points on a contour after which a lane is given up
    """
    cells = Cells.of(region)
    lanes = cells.owner.shape[0]
    count, points = torch.zeros_like(cells.owner), torch.zeros_like(cells.owner)
    status = torch.full_like(count, int(Status.ACCURACY_NOT_REACHED))
    largest = torch.full_like(cells.half_width, torch.nan)
    previous = torch.full_like(cells.half_width, torch.nan)
    steps, rows = FIRST_STEPS, cells.owner
    fresh = torch.arange(steps, dtype=cells.box.dtype, device=cells.box.device) / steps
    fresh = fresh.expand(lanes, 4, steps)
    places, phase = fresh[..., :0], torch.complex(fresh, fresh)[..., :0]
    while rows.numel() and 4 * steps <= max_points:
        # what is known of a mesh is part of the next one
        seen = _phases(function, cells.select(rows), parameters, fresh)
        places, order = torch.cat((places, fresh), dim=2).sort(dim=2)
        phase = torch.cat((phase, seen), dim=2).gather(2, order)
        turn, finite = _turns(phase), torch.isfinite(phase).all(2).all(1)
        number, widest = turn.sum((1, 2)) / (2 * math.pi), turn.abs().amax((1, 2))
        sure = (widest < LARGEST_STEP) & (number.round() == previous[rows])
        state = torch.where(sure, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
        status[rows] = torch.where(finite, state, int(Status.NON_FINITE_STATE))
        previous[rows], largest[rows], points[rows] = number.round(), widest, 4 * steps
        count[rows] = torch.where(finite & sure, number, 0.0).round().to(count.dtype)
        # the one host check of this mesh
        going = finite & ~sure
        rows, places, phase, steps = rows[going], places[going], phase[going], 2 * steps
        fresh = _between(places, turn[going].abs())
    unknown = torch.full_like(largest, torch.nan)
    return ContourCount(count, largest / (2 * math.pi), points, unknown, status)


def _phases(function: HolomorphicFunction, cells: Cells, parameters: Any, places: Tensor) -> Tensor:
    """Phase of f at places on the four sides, [cell, 4, place]."""
    z = cells.boundary(places)[0].flatten(1)
    (phase,) = in_tiles(
        lambda chosen, points: (function.phase(points, chosen),),
        parameters,
        cells.owner,
        (z,),
        function.rows_per_call,
    )
    return phase.reshape(places.shape)


def _turns(phase: Tensor) -> Tensor:
    """Phase turned from each point to the next, which may be on the next side."""
    whole = phase.flatten(1)
    return (whole.roll(-1, 1) * whole.conj()).angle().reshape(phase.shape)


def _between(places: Tensor, turn: Tensor) -> Tensor:
    """As many new places as there are, a third of them where the phase turns fast."""
    end = torch.ones_like(places[..., :1])
    return regraded(torch.cat((places, end), dim=2), turn, even=EVEN)[..., 1::2]

"""Counts from the phase alone, for functions whose derivative costs too much.

The count is the sum of the phase steps arg(f_(k+1) / f_k) round the contour over 2 pi, always an
integer; it is believed when no step exceeds a quarter turn and a mesh twice as fine agrees. Nodes
crowd where the phase turns fast.
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

FIRST_STEPS = 8
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
    steps = FIRST_STEPS
    breaks = torch.linspace(0, 1, steps + 1, dtype=cells.box.dtype, device=cells.box.device)
    breaks = breaks.expand(lanes, 4, steps + 1).contiguous()
    rows = cells.owner
    while rows.numel() and 4 * steps <= max_points:
        turn, finite = _phase_steps(function, cells.select(rows), parameters, breaks)
        number, widest = turn.sum((1, 2)) / (2 * math.pi), turn.abs().amax((1, 2))
        sure = (widest < LARGEST_STEP) & (number.round() == previous[rows])
        state = torch.where(sure, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
        status[rows] = torch.where(finite, state, int(Status.NON_FINITE_STATE))
        previous[rows], largest[rows], points[rows] = number.round(), widest, 4 * steps
        count[rows] = torch.where(finite & sure, number, 0.0).round().to(count.dtype)
        # the one host check of this mesh
        going = finite & ~sure
        rows, breaks, steps = rows[going], regraded(breaks[going], turn[going].abs()), 2 * steps
    unknown = torch.full_like(largest, torch.nan)
    return ContourCount(count, largest / (2 * math.pi), points, unknown, status)


def _phase_steps(
    function: HolomorphicFunction, cells: Cells, parameters: Any, breaks: Tensor
) -> tuple[Tensor, Tensor]:
    """Phase turned between neighbouring points, [cell, 4, step], and finiteness, [cell]."""
    rows, steps = breaks.shape[0], breaks.shape[2] - 1
    z = cells.boundary(breaks[:, :, :-1])[0].reshape(rows, -1)
    (phase,) = in_tiles(
        lambda chosen, points: (function.phase(points, chosen),),
        parameters,
        cells.owner,
        (z,),
        function.rows_per_call,
    )
    turn = (phase.roll(-1, 1) * phase.conj()).angle()
    return turn.reshape(rows, 4, steps), torch.isfinite(phase).all(1)

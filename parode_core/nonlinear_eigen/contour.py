"""Counts and moments of the roots inside a contour, by the argument principle.

The moments s_k = (1 / 2 pi i) integral zeta^k f'/f dz, zeta = (z - c) / r on the disc that holds
the contour, are the sums of zeta^k over the roots less those over the poles; s_0 is the count
(Delves & Lyness 1967; Kravanja & Van Barel 2000). Each of four sides is cut into panels with 16
Gauss-Legendre nodes. The panels are doubled, and laid anew so that each turns the phase of f by the
same amount, until the count is an integer within the tolerance and no panel turns the phase by more
than 6 radians: a root next to the contour draws the panels to itself, and one on it never settles.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.bases.jacobi import gauss_jacobi
from parode_core.nonlinear_eigen.functions import HolomorphicFunction
from parode_core.nonlinear_eigen.regions import Cells, Region
from parode_core.nonlinear_eigen.rows import in_tiles
from parode_core.status import Status

NODES = 16
LARGEST_PANEL_PHASE = 6.0
# a count this close to an integer on one mesh needs no second mesh to confirm it
CERTAIN = 1e-6


@dataclass(frozen=True)
class ContourCount:
    """Roots less poles inside contours, per lane.

    Attributes
    ----------
    count : nearest integer, [lane]; 0 where the status is not OK
    distance : distance of the computed count from that integer in the complex plane, [lane]; for
        phase unwrapping, where a count is always an integer, the largest phase step over 2 pi
    points : points of the last mesh, [lane]
    clearance : smallest |f / f'| met on the contour, about the distance of the nearest root, [lane]
    status : OK; ACCURACY_NOT_REACHED, a root or pole lies on or next to the contour;
        NON_FINITE_STATE, [lane]
    """

    count: Tensor
    distance: Tensor
    points: Tensor
    clearance: Tensor
    status: Tensor


@dataclass
class ContourMoments:
    """Moments [cell, order] in zeta = (z - centre) / radius, and what else is known, [cell]."""

    moments: Tensor
    centre: Tensor
    radius: Tensor
    distance: Tensor
    points: Tensor
    clearance: Tensor
    status: Tensor

    @property
    def count(self) -> Tensor:
        """Nearest integer to the count, [cell]; 0 where it is not finite."""
        return self.moments[:, 0].real.nan_to_num(0.0, 0.0, 0.0).round().to(torch.int64)


@torch.no_grad()
def count_roots(
    function: HolomorphicFunction,
    region: Region,
    parameters: Any = None,
    *,
    tolerance: float = 1e-2,
    max_points: int = 4096,
) -> ContourCount:
    """Count roots less poles inside one region per lane from the logarithmic derivative.

    Parameters
    ----------
    function : scalar or matrix function
    region : one region per lane
    parameters : lane tree handed to the function
    tolerance : largest distance from an integer that is accepted
    max_points : points on a contour after which a lane is given up
    """
    found = contour_moments(function, Cells.of(region), parameters, 1, tolerance, max_points)
    settled = found.status == Status.OK
    count = torch.where(settled, found.count, 0)
    return ContourCount(count, found.distance, found.points, found.clearance, found.status)


def contour_moments(
    function: HolomorphicFunction,
    cells: Cells,
    parameters: Any,
    orders: int,
    tolerance: float,
    max_points: int,
) -> ContourMoments:
    """Moments s_0 ... s_(orders-1) of every cell, on meshes doubled until the count settles."""
    found = _unsettled(cells, orders)
    panels = 2
    breaks = torch.linspace(0, 1, panels + 1, dtype=cells.box.dtype, device=cells.box.device)
    breaks = breaks.expand(cells.owner.shape[0], 4, panels + 1).contiguous()
    rows = torch.arange(cells.owner.shape[0], device=cells.owner.device)
    while rows.numel() and 4 * NODES * panels <= max_points:
        part = cells.select(rows)
        moments, phase, clearance, finite = _integrals(
            function, part, parameters, breaks, found.centre[rows], found.radius[rows], orders
        )
        status = _judge(found, rows, moments[:, 0], phase.amax((1, 2)), tolerance, finite)
        found.moments[rows], found.clearance[rows] = moments, clearance
        found.points[rows], found.status[rows] = 4 * NODES * panels, status
        # the one host check of this mesh: which contours go on to the next one
        going = status == Status.ACCURACY_NOT_REACHED
        rows, breaks, panels = rows[going], regraded(breaks[going], phase[going]), 2 * panels
    return found


def _unsettled(cells: Cells, orders: int) -> ContourMoments:
    centre, radius = cells.hull()
    nothing = torch.full_like(radius, torch.nan)
    moments = torch.complex(nothing, nothing)[:, None].repeat(1, orders)
    points = torch.zeros_like(cells.owner)
    status = torch.full_like(points, int(Status.ACCURACY_NOT_REACHED))
    return ContourMoments(moments, centre, radius, nothing.clone(), points, nothing.clone(), status)


def _judge(
    found: ContourMoments,
    rows: Tensor,
    count: Tensor,
    phase: Tensor,
    tolerance: float,
    finite: Tensor,
) -> Tensor:
    """Status of contours after one mesh; stores how far their counts are from an integer."""
    distance = (count - count.real.round()).abs()
    change = (count - found.moments[rows, 0]).abs()
    found.distance[rows] = distance
    sure = (distance < min(CERTAIN, tolerance)) | ((distance < tolerance) & (change < tolerance))
    settled = sure & (phase < LARGEST_PANEL_PHASE)
    status = torch.where(settled, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    return torch.where(finite, status, int(Status.NON_FINITE_STATE))


def _integrals(
    function: HolomorphicFunction,
    cells: Cells,
    parameters: Any,
    breaks: Tensor,
    centre: Tensor,
    radius: Tensor,
    orders: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Moments [cell, order], phase turned on each panel [cell, 4, panel], clearance, finiteness."""
    count, panels = breaks.shape[0], breaks.shape[2] - 1
    nodes, weights = gauss_jacobi(NODES)
    nodes, weights = nodes.to(breaks), weights.to(breaks)
    middle, half = (breaks[..., 1:] + breaks[..., :-1]) / 2, breaks.diff(dim=-1) / 2
    t = (middle[..., None] + half[..., None] * nodes).reshape(count, 4, panels * NODES)
    z, tangent = (part.reshape(count, -1) for part in cells.boundary(t))
    tangent = tangent * (half[..., None] * weights).reshape(count, -1)
    log_derivative, finite = in_tiles(
        lambda chosen, points: _log_derivative(function.sample(points, chosen)),
        parameters,
        cells.owner,
        (z,),
        function.rows_per_call,
    )
    # a node exactly on a root: leave it to the next mesh, whose nodes lie elsewhere
    hit = finite & ~torch.isfinite(log_derivative)
    log_derivative = torch.where(hit, 0.0, log_derivative)
    turned = log_derivative * tangent
    phase = turned.abs().reshape(count, 4, panels, NODES).sum(-1)
    phase = torch.where(hit.any(1)[:, None, None], torch.inf, phase)
    zeta, power, moments = (z - centre[:, None]) / radius[:, None], turned / (2j * math.pi), []
    for _ in range(orders):
        moments.append(power.sum(1))
        power = power * zeta
    clearance = torch.where(hit, 0.0, 1 / log_derivative.abs()).amin(1)
    return torch.stack(moments, 1), phase, clearance, finite.all(1)


def _log_derivative(sample: Any) -> tuple[Tensor, Tensor]:
    finite = torch.isfinite(sample.value) & torch.isfinite(sample.derivative)
    return sample.log_derivative, finite


def regraded(breaks: Tensor, weight: Tensor, even: float = 1.0) -> Tensor:
    """Twice as many panels, half of them dealt out evenly and half by weight squared.

    The square brings the panels to a root next to the contour in fewer meshes: the turn that a
    panel shows there is too small as long as its nodes are further from the root than the contour.

    Parameters
    ----------
    breaks : panel boundaries, [row, side, panel + 1], from 0 to 1
    weight : how much the phase turns on each panel, [row, side, panel]
    even : panels dealt out evenly for each one dealt out by weight
    """
    panels = weight.shape[-1]
    weight = torch.where(torch.isfinite(weight), weight, 0.0).square()
    share = weight / weight.sum(-1, keepdim=True).clamp_min(torch.finfo(weight.dtype).tiny)
    density = (share + even * breaks.diff(dim=-1)).cumsum(-1)
    density = torch.cat((torch.zeros_like(density[..., :1]), density / density[..., -1:]), -1)
    wanted = torch.arange(1, 2 * panels, dtype=breaks.dtype, device=breaks.device) / (2 * panels)
    wanted = wanted.expand(*breaks.shape[:2], -1).contiguous()
    upper = torch.searchsorted(density, wanted).clamp(1, panels)
    low, high = density.gather(-1, upper - 1), density.gather(-1, upper)
    start, end = breaks.gather(-1, upper - 1), breaks.gather(-1, upper)
    inner = start + (end - start) * (wanted - low) / (high - low)
    return torch.cat((breaks[..., :1], inner, breaks[..., -1:]), -1)

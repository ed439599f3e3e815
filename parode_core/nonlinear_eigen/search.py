"""All roots of holomorphic functions inside one region per lane, with a certificate.

The moments of the outer contour count the roots and give trial roots; these are polished together,
coinciding ones are counted by small circles, and what is found is taken out of the moments:
s_k - sum_j m_j zeta_j^k. What remains is searched again; a cell with too many roots, or one that
does not come out even, is cut in two (Kravanja & Van Barel 2000, ch. 1; Delves & Lyness 1967).
A lane is complete when the count of its outer contour equals the number of roots found and all
moments are used up: a pole inside leaves moments behind even where the counts agree.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.clusters import RootTable, empty_table, resolved_roots
from parode_core.nonlinear_eigen.contour import ContourMoments, contour_moments
from parode_core.nonlinear_eigen.functions import HolomorphicFunction
from parode_core.nonlinear_eigen.moments import numbers_with_power_sums
from parode_core.nonlinear_eigen.polish import polish
from parode_core.nonlinear_eigen.regions import Cells, Region
from parode_core.status import Status

# more roots than this make the polynomial of the moments ill-conditioned: cut the cell
CELL_CAPACITY = 8
ROUNDS = 3
CUTS = (0.5, 0.43, 0.58)
LARGEST_DEFECT = 1e-6


@dataclass(frozen=True)
class RootSet:
    """Roots of every lane, sorted by their real parts.

    Attributes
    ----------
    values : roots, complex, NaN-padded, [lane, root]
    mask : which entries hold a root, [lane, root]
    multiplicities : 0 where there is no root; a cluster closer than rounding lets see counts as
        one root whose error is its spread, [lane, root]
    residual : |f / f'|, [lane, root]
    error : error estimate, in units of z, [lane, root]
    iterations : Newton steps, [lane, root]
    status : OK, ACCURACY_NOT_REACHED (see error) or NO_ROOT in padding, [lane, root]
    count : roots less poles inside, by the argument principle, [lane]
    found : roots found, with multiplicity, [lane]
    distance : distance of the count from an integer, [lane]
    clearance : about the distance of the contour from the nearest root, [lane]
    defect : largest moment left when the roots are taken out, per root, [lane]
    points : points of the outer contour, [lane]
    complete : the contour settled, count == found, and nothing is left in the moments, [lane]
    lane_status : OK; NO_ROOT, complete and empty; ACCURACY_NOT_REACHED, a root or pole on or next
        to the contour; NOT_CONVERGED, the roots found are not those counted; NON_FINITE_STATE
    """

    values: Tensor
    mask: Tensor
    multiplicities: Tensor
    residual: Tensor
    error: Tensor
    iterations: Tensor
    status: Tensor
    count: Tensor
    found: Tensor
    distance: Tensor
    clearance: Tensor
    defect: Tensor
    points: Tensor
    complete: Tensor
    lane_status: Tensor


@dataclass(frozen=True)
class _Search:
    """What stays the same during one search."""

    function: HolomorphicFunction
    parameters: Any
    accuracy: float
    tolerance: float
    max_points: int

    def moments(self, cells: Cells) -> ContourMoments:
        """Moments of the contours of cells."""
        return contour_moments(
            self.function,
            cells,
            self.parameters,
            CELL_CAPACITY + 1,
            self.tolerance,
            self.max_points,
        )


@torch.no_grad()
def find_roots(
    function: HolomorphicFunction,
    region: Region,
    parameters: Any = None,
    *,
    max_roots: int = 32,
    accuracy: float = 1e-9,
    tolerance: float = 1e-2,
    max_points: int = 4096,
    max_depth: int = 6,
) -> RootSet:
    """Find all roots inside one region per lane.

    The function must be holomorphic inside, up to poles: `FactoredFunction` takes known ones out,
    others leave their lane incomplete.

    Parameters
    ----------
    function : scalar or matrix function
    region : one region per lane
    parameters : lane tree handed to the function
    max_roots : slots per lane; a lane with more roots is not complete
    accuracy : largest error, relative to |z| + radius / 1000, of a root with status OK
    tolerance : largest distance of a count from an integer
    max_points : points on a contour after which it is given up
    max_depth : how often a cell may be cut in two
    """
    search = _Search(function, parameters, accuracy, tolerance, max_points)
    cells = Cells.of(region)
    outer = moments = search.moments(cells)
    owners: list[Tensor] = []
    tables: list[RootTable] = []
    for depth in range(max_depth + 1):
        table, even = _roots_of_cells(search, cells, moments)
        crowded = (moments.count > CELL_CAPACITY) | ((moments.status == Status.OK) & ~even)
        going = crowded & (moments.status != Status.NON_FINITE_STATE) & (depth < max_depth)
        owners.append(cells.owner[~going])
        tables.append(RootTable(*(part[~going] for part in table)))
        cells = cells.select(going)
        if not cells.owner.numel():
            break
        cells, moments = _split(search, cells, moments.count[going])
    return _root_set(outer, torch.cat(owners), tables, max_roots)


def _roots_of_cells(
    search: _Search, cells: Cells, moments: ContourMoments
) -> tuple[RootTable, Tensor]:
    """Roots of cells [cell, slot] and whether they use up the moments, [cell]."""
    rows = cells.owner.shape[0]
    table = empty_table(rows, CELL_CAPACITY, moments.moments)
    sane = (moments.status != Status.NON_FINITE_STATE) & (moments.count.abs() <= CELL_CAPACITY)
    even = torch.zeros_like(sane)
    for _ in range(ROUNDS):
        left = _moments_left(moments, table)
        missing = moments.count - table.multiplicity.sum(1)
        even = sane & (missing == 0) & (_defect(left, moments) <= _allowed_defect(moments))
        open_rows = (sane & (missing > 0)).nonzero()[:, 0]
        if not open_rows.numel():
            break
        part, known = cells.select(open_rows), RootTable(*(piece[open_rows] for piece in table))
        centre, radius = moments.centre[open_rows], moments.radius[open_rows]
        zeta = numbers_with_power_sums(left[open_rows, 1:], missing[open_rows])
        fresh = _polished(search, part, centre, radius, zeta, known)
        known = known.joined(fresh)
        for whole, piece in zip(table, known, strict=True):
            whole[open_rows] = piece
    left = _moments_left(moments, table)
    even = even | (
        sane
        & (moments.count == table.multiplicity.sum(1))
        & (_defect(left, moments) <= _allowed_defect(moments))
    )
    return table, even


def _polished(
    search: _Search, cells: Cells, centre: Tensor, radius: Tensor, zeta: Tensor, known: RootTable
) -> RootTable:
    """New roots inside cells from trial roots zeta [cell, slot], apart from the known ones."""
    trial = polish(
        search.function,
        centre[:, None] + radius[:, None] * zeta,
        radius,
        search.parameters,
        known=known.values,
        owner=cells.owner,
        accuracy=search.accuracy,
    )
    fresh = resolved_roots(
        search.function, cells, radius, trial, search.parameters, search.accuracy, search.max_points
    )
    apart = (fresh.values[:, :, None] - known.values[:, None, :]).abs()
    touching = (
        10 * (fresh.error[:, :, None] + known.error[:, None, :]) + 1e-12 * radius[:, None, None]
    )
    twice = (apart <= touching).any(2)
    return fresh.masked((fresh.multiplicity > 0) & cells.contains(fresh.values) & ~twice)


def _moments_left(moments: ContourMoments, table: RootTable) -> Tensor:
    """Moments less those of the roots found, [cell, order]."""
    used = table.multiplicity > 0
    zeta = (table.values - moments.centre[:, None]) / moments.radius[:, None]
    zeta = torch.where(used, zeta, 0.0)
    power, left = table.multiplicity.to(zeta.dtype), []
    for order in range(moments.moments.shape[1]):
        left.append(moments.moments[:, order] - power.sum(1))
        power = power * zeta
    return torch.stack(left, 1)


def _defect(left: Tensor, moments: ContourMoments) -> Tensor:
    return left.abs().amax(1) / moments.count.abs().clamp_min(1)


def _allowed_defect(moments: ContourMoments) -> Tensor:
    """Moments are as exact as the count, whose error its distance from the integer shows."""
    return (10 * moments.distance).clamp_min(LARGEST_DEFECT)


def _split(search: _Search, cells: Cells, count: Tensor) -> tuple[Cells, ContourMoments]:
    """Halves of cells with their moments; a cut that runs next to a root is moved."""
    halves = cells.split(CUTS[0])
    moments = search.moments(halves)
    for cut in CUTS[1:]:
        settled = (moments.status == Status.OK).reshape(-1, 2).all(1)
        uneven = ~settled | (moments.count.reshape(-1, 2).sum(1) != count)
        rows = uneven.nonzero()[:, 0]
        if not rows.numel():
            break
        moved = cells.select(rows).split(cut)
        places = torch.stack((2 * rows, 2 * rows + 1), 1).reshape(-1)
        halves.box[places] = moved.box
        again = search.moments(moved)
        for name, value in vars(again).items():
            getattr(moments, name)[places] = value
    return halves, moments


def _root_set(
    outer: ContourMoments, owners: Tensor, tables: list[RootTable], max_roots: int
) -> RootSet:
    """Roots of all cells gathered per lane, sorted, without doubles, and judged."""
    lanes = outer.count.shape[0]
    joined = RootTable(*(torch.cat(parts) for parts in zip(*tables, strict=True)))
    row, slot = (joined.multiplicity > 0).nonzero(as_tuple=True)
    roots = RootTable(*(part[row, slot] for part in joined))
    owner = owners[row]
    order = torch.argsort(roots.values.real, stable=True)
    order = order[torch.argsort(owner[order], stable=True)]
    owner, roots = owner[order], RootTable(*(part[order] for part in roots))
    per_lane = torch.bincount(owner, minlength=lanes)
    place = torch.arange(len(owner), device=owner.device) - (per_lane.cumsum(0) - per_lane)[owner]
    kept = place < max_roots
    table = empty_table(lanes, max_roots, outer.moments)
    for whole, part in zip(table, roots, strict=True):
        whole[owner[kept], place[kept]] = part[kept]
    if len(tables) > 1:
        table = _without_doubles(table, outer.radius)
    return _judged(outer, table, per_lane <= max_roots)


def _without_doubles(table: RootTable, radius: Tensor) -> RootTable:
    """Roots that two neighbouring cells have both found, once."""
    distance = (table.values[:, :, None] - table.values[:, None, :]).abs()
    reach = 10 * (table.error[:, :, None] + table.error[:, None, :]) + 1e-12 * radius[:, None, None]
    earlier = torch.ones_like(distance[0], dtype=torch.bool).tril(-1)
    double = ((distance <= reach) & earlier).any(2)
    return empty_table(double.shape[0], double.shape[1], table.values).joined(
        table.masked((table.multiplicity > 0) & ~double)
    )


def _judged(outer: ContourMoments, table: RootTable, fits: Tensor) -> RootSet:
    left = _moments_left(outer, table)
    found = table.multiplicity.sum(1)
    settled = outer.status == Status.OK
    defect = _defect(left, outer)
    even = (found == outer.count) & (defect <= _allowed_defect(outer)) & fits
    complete = settled & even
    status = torch.where(found > 0, int(Status.OK), int(Status.NO_ROOT))
    status = torch.where(settled & ~even, int(Status.NOT_CONVERGED), status)
    return RootSet(
        table.values,
        table.multiplicity > 0,
        table.multiplicity,
        table.residual,
        table.error,
        table.iterations,
        table.status,
        outer.count,
        found,
        outer.distance,
        outer.clearance,
        defect,
        outer.points,
        complete,
        torch.where(settled, status, outer.status),
    )

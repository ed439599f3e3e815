"""Tables of roots, and what is made of trial roots that coincide or stay inexact.

Trial roots within reach of each other are taken for one cluster. A small circle round it is counted
by the argument principle: its count is the multiplicity m, and its moments give the centre of mass
c + r s_1 / m and the spread sqrt(s_2 / m - (s_1 / m)^2) of the roots inside, both to rounding level
even where single roots are lost in the noise of f (Kravanja & Van Barel 2000, ch. 3).
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.contour import contour_moments
from parode_core.nonlinear_eigen.deflate import coinciding_groups
from parode_core.nonlinear_eigen.functions import HolomorphicFunction
from parode_core.nonlinear_eigen.polish import PolishedRoots
from parode_core.nonlinear_eigen.regions import Cells
from parode_core.status import Status

# reach of a trial root: ten errors, within these parts of the radius of its cell
SMALLEST_REACH = 1e-9
LARGEST_REACH = 1e-2
# circle round a cluster: this part of the cell or ten spreads, but clear of the next root
CIRCLE = 1e-3


class RootTable(NamedTuple):
    """Roots of rows, all [row, slot]; `multiplicity` is 0 in unused slots, whose values are NaN."""

    values: Tensor
    multiplicity: Tensor
    residual: Tensor
    error: Tensor
    iterations: Tensor
    status: Tensor

    def masked(self, mask: Tensor) -> "RootTable":
        """The same table with only the roots under the mask."""
        blank = empty_table(mask.shape[0], mask.shape[1], self.values)
        return RootTable(
            *(torch.where(mask, own, none) for own, none in zip(self, blank, strict=True))
        )

    def joined(self, other: "RootTable") -> "RootTable":
        """Both tables in the slots of this one, used slots first; surplus roots fall off."""
        slots = self.values.shape[1]
        both = [torch.cat(parts, 1) for parts in zip(self, other, strict=True)]
        order = torch.argsort((both[1] == 0).to(torch.int8), dim=1, stable=True)[:, :slots]
        return RootTable(*(part.gather(1, order) for part in both))


def empty_table(rows: int, slots: int, like: Tensor) -> RootTable:
    """A table without roots on the device of `like`, a complex tensor."""
    nothing = torch.full((rows, slots), torch.nan, dtype=like.dtype, device=like.device)
    none = torch.zeros((rows, slots), dtype=torch.int64, device=like.device)
    status = torch.full_like(none, int(Status.NO_ROOT))
    real = nothing.real
    return RootTable(nothing, none, real.clone(), real.clone(), none.clone(), status)


def resolved_roots(
    function: HolomorphicFunction,
    cells: Cells,
    radius: Tensor,
    trial: PolishedRoots,
    parameters: Any,
    accuracy: float,
    max_points: int,
) -> RootTable:
    """Simple roots as they are, clusters and inexact roots as counted by a circle.

    Parameters
    ----------
    cells : cell of each row
    radius : length scale of each cell, [cell]
    trial : trial roots, [cell, slot]
    accuracy : largest relative error of a root with status OK

    Returns
    -------
    RootTable [cell, slot]; trial roots that no circle confirms are left out.
    """
    length = radius[:, None]
    usable = torch.isfinite(trial.values) & torch.isfinite(trial.error)
    reach = torch.minimum(
        (10 * trial.error).maximum(SMALLEST_REACH * length), LARGEST_REACH * length
    )
    leader = coinciding_groups(trial.values, reach.nan_to_num(0.0), usable)
    slots = torch.arange(leader.shape[1], device=leader.device)
    member = (leader[:, None, :] == slots[:, None]) & usable[:, None, :]
    size = member.sum(2)
    simple = usable & (size == 1) & (trial.status == Status.OK)
    inexact = (size > 0) & ~simple
    multiplicity = simple.to(torch.int64)
    table = RootTable(
        trial.values, multiplicity, trial.residual, trial.error, trial.iterations, trial.status
    )
    row, slot = inexact.nonzero(as_tuple=True)
    if row.numel():
        table = _counted(
            function, cells, radius, table, member, (row, slot), parameters, accuracy, max_points
        )
    return table.masked(table.multiplicity > 0)


def _counted(
    function: HolomorphicFunction,
    cells: Cells,
    radius: Tensor,
    table: RootTable,
    member: Tensor,
    where: tuple[Tensor, Tensor],
    parameters: Any,
    accuracy: float,
    max_points: int,
) -> RootTable:
    """Put what circles round the clusters at [row, slot] say into the table."""
    row, slot = where
    inside, values = member[row, slot], table.values[row]
    safe = torch.where(inside, values, 0.0)
    middle = safe.sum(1) / inside.sum(1)
    away = (values - middle[:, None]).abs()
    spread = torch.where(inside, away, 0.0).amax(1)
    clear = torch.where(inside | ~torch.isfinite(away), torch.inf, away).amin(1)
    rho = torch.minimum((10 * spread).maximum(CIRCLE * radius[row]), 0.4 * clear)
    circle = Cells(
        cells.owner[row],
        middle,
        rho,
        rho,
        torch.tensor([0.0, 1.0, -1.0, 1.0], dtype=rho.dtype, device=rho.device).repeat(len(rho), 1),
        elliptic=True,
    )
    found = contour_moments(function, circle, parameters, 3, 1e-3, max_points)
    settled = (found.status == Status.OK) & (spread < rho)
    count = torch.where(settled, found.count, 0).clamp_min(0)
    mean = found.moments[:, 1] / count
    variance = (found.moments[:, 2] / count - mean.square()).abs()
    centre, width = middle + rho * mean, rho * variance.sqrt().maximum(found.distance)
    best = torch.where(inside, table.error[row], torch.inf).argmin(1)
    single = count == 1
    value = torch.where(single, table.values[row, best], centre)
    error = torch.where(single, table.error[row, best], width)
    good = error <= accuracy * (value.abs() + 1e-3 * radius[row])
    status = torch.where(good, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    residual = table.residual[row, best]
    changed = RootTable(*(part.clone() for part in table))
    new = (value, count, residual, error, table.iterations[row, best], status)
    for part, entry in zip(changed, new, strict=True):
        part[row, slot] = entry
    return changed

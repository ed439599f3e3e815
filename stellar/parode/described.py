"""Stars at their centres: solved in one batch, described, and with the modes that are wanted."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.order import Order, Request, SolvedStar
from stellar.parode.batches import USABLE, Batch
from stellar.parode.modes import mode_searches
from stellar.parode.nodal import radial_profiles, stability
from stellar.parode.order_parts import Parts, Told, joined
from stellar.parode.properties import Row, describe
from stellar.parode.surveys import survey_sequences
from stellar.parode.trials import width_by_star
from stellar.stars.collocation.properties import Wanted as Quantities
from stellar.stars.collocation.solve import Resolution, Stars
from stellar.stars.star import Estimate, Star
from stellar.stars.targets import Target

UNRESOLVED = "Not every element of this star is resolved; its errors are those of two resolutions."


@dataclass(frozen=True)
class Task:
    """Stars to be solved, by their places in a list of all.

    batch : of the equations of state of the requests
    targets : the number of the request and the target of each
    centres : central log-enthalpies of those that were found, by place
    accuracy : of the solution
    """

    batch: Batch
    requests: Sequence[Request]
    targets: Sequence[tuple[int, Target]]
    centres: Mapping[int, float]
    accuracy: float

    def order(self, place: int) -> Order:
        """What is asked of a star."""
        return self.requests[self.targets[place][0]].order


def described(
    task: Task, places: Iterable[int], wanted: Mapping[int, Parts], told: Mapping[int, Told]
) -> dict[int, SolvedStar]:
    """Some of the stars, by place.

    Parameters
    ----------
    wanted : the parts of their orders whose modes are searched for, by place
    told : searches for the other parts
    """
    places = list(places)
    if not places:
        return {}
    order = task.requests[0].order
    quantities = Quantities(order.tides, order.magnetic_tides, order.rotation)
    numbers, targets = zip(*(task.targets[k] for k in places), strict=True)
    h_c = [task.centres[k] for k in places]
    # incompressible stars have an infinite central pressure before they lose their balance
    by_centre = [
        target.branch is None and not task.batch.equations[number].incompressible
        for number, target in zip(numbers, targets, strict=True)
    ]
    nodal = order.profiles or any(by_centre) or any(wanted.values())
    resolution = Resolution.of(task.accuracy)
    stars = task.batch.stars(numbers, h_c, quantities, resolution, nodal=nodal)
    steady = stability(stars.nodal, by_centre)
    _by_turning_points(task.batch.equations, numbers, h_c, steady, order.device)
    profiles = radial_profiles(stars.nodal) if order.profiles else {}
    found: dict[int, SolvedStar] = {}
    for lane, (k, row) in enumerate(zip(places, rows(stars), strict=True)):
        target, status = targets[lane], int(stars.status[lane])
        if status not in USABLE or not math.isfinite(row["mass"].value):
            reason = f"The star could not be computed: {Status(status).message}"
            found[k] = SolvedStar.missing(target, reason)
            continue
        star = describe(target, task.order(k), h_c[lane], row, bool(steady[lane]))
        unresolved = UNRESOLVED if status == int(Status.ACCURACY_NOT_REACHED) else ""
        found[k] = SolvedStar(target, star, {}, profiles.get(lane), message=unresolved)
    return _with_modes(found, stars, places, wanted, told)


def _with_modes(
    found: dict[int, SolvedStar],
    stars: Stars,
    places: Sequence[int],
    wanted: Mapping[int, Parts],
    told: Mapping[int, Told],
) -> dict[int, SolvedStar]:
    """The stars with the modes that are wanted of them, beside those that are told."""
    lanes = {
        lane: star for lane, k in enumerate(places) if (star := found[k].star) and wanted.get(k)
    }
    widths = {lane: width(star) for lane, star in lanes.items()}
    own = {lane: dict(told.get(places[lane], {})) for lane in lanes}
    for part in sorted({part for lane in lanes for part in wanted[places[lane]]}):
        orders = {
            lane: wanted[places[lane]][part] for lane in lanes if part in wanted[places[lane]]
        }
        for lane, search in mode_searches(stars.nodal, orders, widths, inside=True).items():
            own[lane][part] = search
    searched = {
        places[lane]: replace(found[places[lane]], searches=joined(parts))
        for lane, parts in own.items()
    }
    return found | searched


def width(star: Star) -> float:
    """Relative error of frequencies by that of their star: its centre, its mass and its radius."""
    size = width_by_star(star.mass, star.radius, star.mass_err, star.radius_err)
    return star.h_c_err / star.h_c + size


def _by_turning_points(
    equations: Sequence[ColdEOS],
    numbers: Sequence[int],
    h_c: Sequence[float],
    stable: list[bool | None],
    device: str,
) -> None:
    """Decide what the radial mode did not: a star is stable on a stable branch of its sequence."""
    open_ = sorted({numbers[lane] for lane, known in enumerate(stable) if known is None})
    if not open_:
        return
    found = dict(zip(open_, survey_sequences([equations[k] for k in open_], device), strict=True))
    for lane, known in enumerate(stable):
        if known is None:
            branches = found[numbers[lane]].branches
            stable[lane] = any(
                branch.points[0].h_c <= h_c[lane] <= branch.points[-1].h_c for branch in branches
            )


def rows(stars: Stars) -> list[Row]:
    """Quantities with errors, star by star."""
    names = list(stars.values)
    columns = zip(
        *(
            zip(stars.values[name].tolist(), stars.errors[name].tolist(), strict=True)
            for name in names
        ),
        strict=True,
    )
    return [
        {name: Estimate(*pair) for name, pair in zip(names, row, strict=True)} for row in columns
    ]

"""The batched solver behind the commands: all stars of all equations of state of a tile at once."""

import math
from collections.abc import Sequence as Many
from dataclasses import replace

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.order import Order, Request, SolvedStar
from stellar.parode.batches import USABLE, Batch
from stellar.parode.modes import mode_searches
from stellar.parode.nodal import radial_profiles, stability
from stellar.parode.properties import Row, describe
from stellar.parode.trials import width_by_star
from stellar.stars.collocation.properties import Wanted as Quantities
from stellar.stars.collocation.solve import Resolution, Stars
from stellar.stars.conversation import answer_all
from stellar.stars.sequence import Sequence
from stellar.stars.star import Estimate, Star
from stellar.stars.survey import survey_steps
from stellar.stars.targets import Target

UNRESOLVED = "Not every element of this star is resolved; its errors are those of two resolutions."
FINER = 1e-3  # accuracy of the solution, of that asked for


def survey_sequences(equations: Many[ColdEOS]) -> list[Sequence]:
    """The stable branches of every equation of state; one that fails says why."""
    batch, owners = Batch(equations), range(len(equations))
    outcomes = answer_all(
        [survey_steps(eos, white_dwarfs=False) for eos in equations],
        lambda asked: batch.answers(asked, owners),
    )
    return [
        Sequence.failed(eos.name, outcome) if isinstance(outcome, ArithmeticError) else outcome
        for eos, outcome in zip(equations, outcomes, strict=True)
    ]


def solve_stars(requests: Many[Request]) -> list[list[SolvedStar]]:
    """Solve the targets of every request; one that fails becomes a status and a sentence.

    The orders of all requests are the same but for the modes.
    """
    batch = Batch([request.eos for request in requests])
    places = [
        (number, target) for number, request in enumerate(requests) for target in request.targets
    ]
    owners = [number for number, _ in places]
    accuracy = FINER * min(request.order.accuracy for request in requests)
    centres = answer_all(
        [_centre(target) for _, target in places],
        lambda asked: batch.answers(asked, owners, accuracy),
    )
    good = [k for k, centre in enumerate(centres) if isinstance(centre, float)]
    found = _described(batch, requests, places, {k: centres[k] for k in good}, accuracy)
    solved: list[list[SolvedStar]] = [[] for _ in requests]
    for k, (number, target) in enumerate(places):
        centre = centres[k]
        solved[number].append(found[k] if k in found else SolvedStar.missing(target, str(centre)))
    return solved


def _centre(target: Target):
    """The search for the central log-enthalpy of a target."""
    if target.status is not Status.OK:
        raise ArithmeticError(target.message)
    return (yield from target.locate_steps())


def _described(
    batch: Batch,
    requests: Many[Request],
    places: list[tuple[int, Target]],
    centres: dict[int, float],
    accuracy: float,
) -> dict[int, SolvedStar]:
    """The stars at their centres, by their place."""
    if not centres:
        return {}
    order = requests[0].order
    quantities = Quantities(order.tides, order.magnetic_tides, order.rotation)
    numbers, targets = zip(*(places[k] for k in centres), strict=True)
    h_c, resolution = list(centres.values()), Resolution.of(accuracy)
    # incompressible stars have an infinite central pressure before they lose their balance
    by_centre = [
        target.branch is None and not batch.equations[number].incompressible
        for number, target in zip(numbers, targets, strict=True)
    ]
    nodal = order.profiles or any(by_centre) or order.modes is not None
    stars = batch.stars(numbers, h_c, quantities, resolution, nodal=nodal)
    steady = stability(stars.nodal, by_centre)
    _by_turning_points(batch.equations, numbers, h_c, steady)
    profiles = radial_profiles(stars.nodal) if order.profiles else {}
    found: dict[int, SolvedStar] = {}
    for lane, (k, row) in enumerate(zip(centres, rows(stars), strict=True)):
        target, status = targets[lane], int(stars.status[lane])
        if status not in USABLE or not math.isfinite(row["mass"].value):
            reason = f"The star could not be computed: {Status(status).message}"
            found[k] = SolvedStar.missing(target, reason)
            continue
        own = requests[numbers[lane]].order
        star = describe(target, own, h_c[lane], row, bool(steady[lane]))
        unresolved = UNRESOLVED if status == int(Status.ACCURACY_NOT_REACHED) else ""
        found[k] = SolvedStar(target, star, {}, profiles.get(lane), message=unresolved)
    return _with_modes(
        found, list(centres), stars, {k: requests[places[k][0]].order for k in found}
    )


def _with_modes(
    found: dict[int, SolvedStar], places: list[int], stars: Stars, orders: dict[int, Order]
) -> dict[int, SolvedStar]:
    """The stars with the modes that their orders ask for.

    places : of each lane of the batch
    """
    lanes = {
        lane: found[k].star
        for lane, k in enumerate(places)
        if found[k].star is not None and orders[k].modes is not None
    }
    if not lanes:
        return found
    searches = mode_searches(
        stars.nodal,
        {lane: orders[places[lane]] for lane in lanes},
        {lane: _width(star) for lane, star in lanes.items()},
        inside=True,
    )
    return found | {
        places[lane]: replace(found[places[lane]], searches=own) for lane, own in searches.items()
    }


def _width(star: Star) -> float:
    """Relative error of frequencies by that of their star: its centre, its mass and its radius."""
    size = width_by_star(star.mass, star.radius, star.mass_err, star.radius_err)
    return star.h_c_err / star.h_c + size


def _by_turning_points(
    equations: Many[ColdEOS], numbers: Many[int], h_c: Many[float], stable: list[bool | None]
) -> None:
    """Decide what the radial mode did not: a star is stable on a stable branch of its sequence."""
    open_ = sorted({numbers[lane] for lane, known in enumerate(stable) if known is None})
    if not open_:
        return
    found = dict(zip(open_, survey_sequences([equations[k] for k in open_]), strict=True))
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

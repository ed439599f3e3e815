"""The batched solver behind the commands: all stars of all equations of state of a tile at once."""

from collections.abc import Sequence as Many
from dataclasses import replace

from parode_core import Status
from stellar.oscillations.order import Request, SolvedStar
from stellar.parode.batches import FINER, Batch
from stellar.parode.described import Task, described, width
from stellar.parode.interpolation import crowds, interpolated
from stellar.parode.order_parts import Told, joined, parts_of
from stellar.parode.surveys import survey_sequences
from stellar.stars.conversation import answer_all
from stellar.stars.targets import Target

__all__ = ["solve_stars", "survey_sequences"]

TOGETHER = 256  # stars with modes whose nodes are in memory at once


def solve_stars(requests: Many[Request]) -> list[list[SolvedStar]]:
    """Solve the targets of every request; one that fails becomes a status and a sentence.

    The orders of all requests are the same but for the modes.
    """
    batch = Batch([request.eos for request in requests], requests[0].order.device)
    targets = [
        (number, target) for number, request in enumerate(requests) for target in request.targets
    ]
    owners = [number for number, _ in targets]
    accuracy = FINER * min(request.order.accuracy for request in requests)
    centres = answer_all(
        [_centre(target) for _, target in targets],
        lambda asked: batch.answers(asked, owners, accuracy),
    )
    good = {k: centre for k, centre in enumerate(centres) if isinstance(centre, float)}
    found = _solved(Task(batch, requests, targets, good, accuracy))
    solved: list[list[SolvedStar]] = [[] for _ in requests]
    for k, (number, target) in enumerate(targets):
        missing = None if k in found else SolvedStar.missing(target, str(centres[k]))
        solved[number].append(missing or found[k])
    return solved


def _centre(target: Target):
    """The search for the central log-enthalpy of a target."""
    if target.status is not Status.OK:
        raise ArithmeticError(target.message)
    return (yield from target.locate_steps())


def _solved(task: Task) -> dict[int, SolvedStar]:
    """All stars whose centres are known, with their modes, by place."""
    found, told = _interpolated(task)
    wanted = {}
    for k in task.centres:
        order = task.order(k)
        own = told.get(k, {})
        # what one search can find together is not searched for in parts
        parts = {part: one for part, one in parts_of(order).items() if part not in own}
        wanted[k] = parts if own else {0: order} if parts else {}
    alone = [k for k in task.centres if k not in found or wanted[k]]
    together = TOGETHER if any(wanted.values()) else max(1, len(alone))
    for start in range(0, len(alone), together):
        found |= described(task, alone[start : start + together], wanted, told)
    return found


def _interpolated(task: Task) -> tuple[dict[int, SolvedStar], dict[int, Told]]:
    """Stars of large crowds, and what sequences tell of their modes, by part of their orders.

    The stars themselves are solved, and have those modes.
    """
    many = crowds(task)
    found = described(task, [k for crowd in many for k in crowd.stars], {}, {})
    stars = {k: solved.star for k, solved in found.items() if solved.star is not None}
    widths = {k: width(star) for k, star in stars.items()}
    told = interpolated(task, many, stars, widths)
    return {
        k: replace(solved, searches=joined(told.get(k, {}))) for k, solved in found.items()
    }, told

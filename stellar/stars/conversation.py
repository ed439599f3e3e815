"""Computations that ask for stars as they go, alone or many side by side.

A search over a sequence is a generator: it yields the central log-enthalpies whose stars it wants
next, and is sent those stars. Whoever drives it decides how they are computed: one at a time, or
for thousands of searches in one batch.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from stellar.stars.equilibrium import Point

Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """Stars asked for: central log-enthalpies, and whether to full accuracy."""

    h_c: tuple[float, ...]
    fine: bool = False


Answer = list[Point | None]  # None: there is no such star
Steps = Generator[Wanted, Answer, Result]
SolveMany = Callable[[list[tuple[int, Wanted]]], list[Answer]]


def answer(steps: Steps[Result], solve: Callable[[Wanted], Answer]) -> Result:
    """Drive one search to its result; what it raises is raised."""
    (outcome,) = answer_all([steps], lambda asked: [solve(wanted) for _, wanted in asked])
    if isinstance(outcome, ArithmeticError):
        raise outcome
    return outcome


def answer_all(
    searches: Sequence[Steps[Result]], solve: SolveMany
) -> list[Result | ArithmeticError]:
    """Drive searches side by side: what all of them want next is computed in one call.

    Parameters
    ----------
    searches : generators that have not been started
    solve : from (number of the search, what it wants) to its stars

    Returns
    -------
    For each search its result, or the ArithmeticError that ended it.
    """
    results: dict[int, Result | ArithmeticError] = {}
    waiting: dict[int, Wanted] = {}
    for number, steps in enumerate(searches):
        _step(number, steps, None, waiting, results)
    while waiting:
        asked = list(waiting.items())
        answers = solve(asked)
        waiting = {}
        for (number, _), stars in zip(asked, answers, strict=True):
            _step(number, searches[number], stars, waiting, results)
    return [results[number] for number in range(len(searches))]


def _step(
    number: int,
    steps: Steps[Result],
    stars: Answer | None,
    waiting: dict[int, Wanted],
    results: dict[int, Result | ArithmeticError],
) -> None:
    """Let a search go on until it wants stars or has its result."""
    try:
        waiting[number] = next(steps) if stars is None else steps.send(stars)
    except StopIteration as end:
        results[number] = end.value
    except ArithmeticError as failure:
        results[number] = failure


def together(searches: Sequence[Steps[Result]]) -> Steps[list[Result]]:
    """Searches of one sequence as a single one that asks for what all of them want.

    Raises
    ------
    ArithmeticError
        The first that any of them raises.
    """
    results: dict[int, Result | ArithmeticError] = {}
    waiting: dict[int, Wanted] = {}
    for number, steps in enumerate(searches):
        _step(number, steps, None, waiting, results)
    while waiting:
        asked, waiting = waiting, {}
        wanted = tuple(h for want in asked.values() for h in want.h_c)
        stars = yield Wanted(wanted, any(want.fine for want in asked.values()))
        for number, want in asked.items():
            own, stars = stars[: len(want.h_c)], stars[len(want.h_c) :]
            _step(number, searches[number], own, waiting, results)
    return [_raised(results[number]) for number in range(len(searches))]


def _raised(outcome: Result | ArithmeticError) -> Result:
    if isinstance(outcome, ArithmeticError):
        raise outcome
    return outcome

"""The solvers a run can use: one line each.

A solver surveys the sequence of an equation of state and turns targets into solved stars; it may
take any number of targets at once, and says how many it likes in a tile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from stellar.eos.base import ColdEOS
from stellar.errors import UsageError
from stellar.oscillations.order import Order, SolvedStar
from stellar.stars.sequence import Sequence
from stellar.stars.targets import Target


@dataclass(frozen=True)
class Solver:
    """Where a solver lives and how it wants its work cut; imported when first used."""

    name: str
    module: str
    stars_per_tile: int

    def survey_sequence(self, eos: ColdEOS) -> Sequence:
        """The stable branches of an equation of state."""
        return self._function("survey_sequence")(eos)

    def solve_stars(self, eos: ColdEOS, targets: list[Target], order: Order) -> list[SolvedStar]:
        """Solve the targets; a failed one becomes a status, never an exception."""
        return self._function("solve_stars")(eos, targets, order)

    def _function(self, name: str) -> Callable:
        return getattr(import_module(self.module), name)


SOLVERS = {"shooting": Solver("shooting", "stellar.shooting.solver", stars_per_tile=1)}


def solver_named(name: str) -> Solver:
    """Look a solver up; UsageError names the known ones."""
    if name not in SOLVERS:
        raise UsageError(f"--solver '{name}' is unknown; it is one of {', '.join(SOLVERS)}.")
    return SOLVERS[name]

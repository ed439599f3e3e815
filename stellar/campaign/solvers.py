"""The solvers a run can use: one line each.

A solver surveys the sequences of equations of state and turns targets into solved stars; it takes
any number of both at once, and says how many it likes in a tile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from stellar.eos.base import ColdEOS
from stellar.errors import UsageError
from stellar.oscillations.order import Request, SolvedStar
from stellar.stars.sequence import Sequence as StarSequence


@dataclass(frozen=True)
class Solver:
    """Where a solver lives and how it wants its work cut; imported when first used.

    commands : what it computes
    sequences_per_task, stars_per_tile : how many it likes to be given together
    """

    module: str
    commands: tuple[str, ...]
    sequences_per_task: int
    stars_per_tile: int

    def survey_sequences(self, equations: Sequence[ColdEOS]) -> list[StarSequence]:
        """The stable branches of every equation of state; one that fails says why."""
        return self._function("survey_sequences")(equations)

    def solve_stars(self, requests: Sequence[Request]) -> list[list[SolvedStar]]:
        """Solve all targets; a failed one becomes a status, never an exception."""
        return self._function("solve_stars")(requests)

    def _function(self, name: str) -> Callable:
        return getattr(import_module(self.module), name)


SOLVERS = {
    "shooting": Solver("stellar.shooting.solver", ("structure", "love", "rotation", "modes"), 1, 1),
    "parode": Solver("stellar.parode.solver", ("structure", "love", "rotation"), 64, 1024),
}


def solver_named(name: str) -> Solver:
    """Look a solver up; UsageError names the known ones."""
    if name not in SOLVERS:
        raise UsageError(f"--solver '{name}' is unknown; it is one of {', '.join(SOLVERS)}.")
    return SOLVERS[name]


def default_solver(command: str) -> str:
    """The first solver that computes a command."""
    return next(name for name, solver in SOLVERS.items() if command in solver.commands)

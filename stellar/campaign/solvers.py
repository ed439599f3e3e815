"""The solvers a run can use: one line each.

A solver surveys the sequences of equations of state and turns targets into solved stars; it takes
any number of both at once, and says how many it likes in a tile.
"""

import math
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

    commands : what it computes;  gravities : with which modes can be had
    eigenfunctions : whether it hands back modes along the radius
    sequences_per_task, stars_per_tile : how many it likes to be given together
    oscillating_per_tile : the same of stars whose modes are asked for
    crowd : stars of one sequence from which on modes may be interpolated: they stay together
    moves : whether it computes on other devices than the CPU
    """

    module: str
    commands: tuple[str, ...]
    gravities: tuple[str, ...]
    eigenfunctions: bool
    sequences_per_task: int
    stars_per_tile: int
    oscillating_per_tile: int
    crowd: float
    moves: bool

    def computes(self, command: str, gravity: str) -> bool:
        """Whether it computes a command; `gravity` counts for modes alone."""
        return command in self.commands and (command != "modes" or gravity in self.gravities)

    def tile_size(self, command: str, stars: int, jobs: int) -> int:
        """How many of a run's stars stand in a tile, so that no process is idle."""
        most = self.oscillating_per_tile if command == "modes" else self.stars_per_tile
        return min(most, -(-stars // jobs))

    def survey_sequences(self, equations: Sequence[ColdEOS], device: str) -> list[StarSequence]:
        """The stable branches of every equation of state; one that fails says why."""
        survey = self._function("survey_sequences")
        return survey(equations, device) if self.moves else survey(equations)

    def solve_stars(self, requests: Sequence[Request]) -> list[list[SolvedStar]]:
        """Solve all targets; a failed one becomes a status, never an exception."""
        return self._function("solve_stars")(requests)

    def _function(self, name: str) -> Callable:
        return getattr(import_module(self.module), name)


AUTO = "auto"
SOLVERS = {
    "parode": Solver(
        "stellar.parode.solver",
        ("structure", "love", "rotation", "modes"),
        ("full", "cowling"),
        eigenfunctions=True,
        sequences_per_task=64,
        stars_per_tile=4096,
        oscillating_per_tile=288,  # whole tiles of lanes
        crowd=64,
        moves=True,
    ),
    "shooting": Solver(
        "stellar.shooting.solver",
        ("structure", "love", "rotation", "modes"),
        ("full", "cowling"),
        eigenfunctions=False,
        sequences_per_task=1,
        stars_per_tile=1,
        oscillating_per_tile=1,
        crowd=math.inf,
        moves=False,
    ),
}


def solver_named(name: str) -> Solver:
    """Look a solver up; UsageError names the known ones."""
    if name not in SOLVERS:
        raise UsageError(
            f"--solver '{name}' is unknown; it is one of {', '.join((AUTO, *SOLVERS))}."
        )
    return SOLVERS[name]


def check_solver(name: str, command: str, gravity: str, *, eigenfunctions: bool = False) -> None:
    """Refuse a solver that does not compute a command, or not with this gravity."""
    if eigenfunctions and name != AUTO and not solver_named(name).eigenfunctions:
        able = next(key for key, solver in SOLVERS.items() if solver.eigenfunctions)
        raise UsageError(
            f"--solver {name} hands back no modes along the radius; --eigenfunctions needs "
            f"--solver {able}."
        )
    if name == AUTO or solver_named(name).computes(command, gravity):
        return
    able = next(key for key, solver in SOLVERS.items() if solver.computes(command, gravity))
    asked = f"`stellar {command}`" + (f" --gravity {gravity}" if command == "modes" else "")
    raise UsageError(f"--solver {name} does not compute {asked}; use --solver {able}.")


def check_moves(name: str, device: str) -> None:
    """Refuse a solver that stays on the CPU for another device."""
    if not solver_named(name).moves:
        able = next(key for key, solver in SOLVERS.items() if solver.moves)
        raise UsageError(
            f"--solver {name} computes on the CPU; --device {device} needs --solver {able}."
        )


def chosen_solver(name: str, command: str, gravity: str) -> str:
    """The solver asked for, or the first that computes a command."""
    if name != AUTO:
        return name
    return next(key for key, solver in SOLVERS.items() if solver.computes(command, gravity))

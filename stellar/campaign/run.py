"""From a configuration to results: resolve, survey, cut into tiles, compute, gather."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.campaign.config import LOVE_DEGREES, RunConfig
from stellar.campaign.executors import WorkerDiedError, run
from stellar.campaign.families import split_families
from stellar.campaign.records import eos_record
from stellar.campaign.solvers import chosen_solver, solver_named
from stellar.campaign.tiles import Manner, Part, Solved, Tile, compute_tile, lost, resolved, written
from stellar.constants import HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue import resolve_many
from stellar.eos.ensembles import RejectedEOS
from stellar.errors import InputError
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order, SolvedStar
from stellar.results.results import Results
from stellar.results.rows import join_columns
from stellar.stars.sequence import Sequence
from stellar.stars.targets import CENTRE_SELECTORS, Target, centre_target, sequence_targets

Progress = Callable[[str, int, int], None]  # stage, done, total

MAGNETIC_DEGREE = 2  # the one degree of the magnetic Love numbers


@dataclass(frozen=True)
class Member:
    """One equation of state of a run: how it was asked for, what it is, what its stars shall have.

    asked : the specification as typed, the same for all members of an ensemble
    manner : with which solver, and how its rows are written
    """

    asked: str
    eos: ColdEOS | RejectedEOS
    order: Order
    manner: Manner


@dataclass(frozen=True)
class Plan:
    """What a run will do: its equations of state with their orders, and the notes.

    notes : sentences for the user about families that a star cannot have
    """

    config: RunConfig
    members: tuple[Member, ...]
    notes: tuple[str, ...]


def plan(config: RunConfig) -> Plan:
    """Resolve the equations of state and decide which modes each star is asked for.

    Raises
    ------
    InputError
        Unknown or malformed specifications, or no requested family that can exist.
    """
    members, notes = [], []
    for spec in config.eos:
        equations = resolve_many(spec)
        for eos in equations:
            # one sentence for a whole ensemble, not one a draw
            order, sentences = _order(config, eos, eos.name if len(equations) == 1 else spec)
            if not isinstance(eos, RejectedEOS):
                notes += [sentence for sentence in sentences if sentence not in notes]
            members.append(Member(spec, eos, order, _manner(config, eos)))
    possible = any(m.order.families or isinstance(m.eos, RejectedEOS) for m in members)
    if config.command == "modes" and not possible:
        raise InputError(" ".join(notes))
    return Plan(config, tuple(members), tuple(notes))


def _manner(config: RunConfig, eos: ColdEOS | RejectedEOS) -> Manner:
    solver = config.solver
    if isinstance(eos, ColdEOS):
        solver = chosen_solver(config.solver, config.command, eos)
    return Manner(solver, config.accuracy, tuple(config.spins))


def _order(config: RunConfig, eos: ColdEOS | RejectedEOS, name: str) -> tuple[Order, list[str]]:
    if config.command != "modes":
        return _star_order(config), []
    families, sentences = split_families(eos, config.families, config.gravity, name)
    band = config.band_hz
    if band is not None:
        band = (band[0] / HZ_PER_INVERSE_KM, band[1] / HZ_PER_INVERSE_KM)
    request = ModeRequest(families, config.n_max, band)
    order = Order(config.accuracy, config.l, request, config.gravity, config.profiles)
    return replace(order, tides=_tides_beside(config)), sentences


def _tides_beside(config: RunConfig) -> tuple[int, ...]:
    """Love numbers of the degrees that oscillate, which f-Love relations compare them with."""
    if config.gravity != "full":
        return (LOVE_DEGREES[0],)
    return LOVE_DEGREES[:1] + tuple(l for l in LOVE_DEGREES[1:] if l in config.l)


def _star_order(config: RunConfig) -> Order:
    """What the commands on stars that do not oscillate ask for."""
    plain = Order(config.accuracy, profiles=config.profiles)
    if config.command == "love":
        return replace(plain, tides=config.l, magnetic_tides=MAGNETIC_DEGREE in config.l)
    return replace(plain, rotation=config.command == "rotation")


def compute(
    planned: Plan, jobs: int = 1, progress: Progress = lambda stage, done, total: None
) -> Results:
    """Run a plan.

    Parameters
    ----------
    planned : from `plan`
    jobs : number of processes; the numbers do not depend on it
    progress : called as work is done
    """
    sequences = _surveys(planned, jobs, progress)
    pieces = _cut(planned, sequences)
    places = [place for place, piece in enumerate(pieces) if isinstance(piece, Tile)]
    tiles = [piece for piece in pieces if isinstance(piece, Tile)]
    done, total = 0, sum(tile.star_count for tile in tiles)
    with closing(run(compute_tile, tiles, jobs)) as outcomes:
        for index, outcome in outcomes:
            if isinstance(outcome, WorkerDiedError):
                outcome = lost(tiles[index], str(outcome))
            pieces[places[index]] = outcome
            done += tiles[index].star_count
            progress("stars", done, total)
    return _gather(planned, sequences, [piece for piece in pieces if isinstance(piece, Solved)])


def _surveys(planned: Plan, jobs: int, progress: Progress) -> list[Sequence | None]:
    """The sequence of each equation of state, where the choice of stars needs it."""
    config, members = planned.config, planned.members
    sequences: list[Sequence | None] = [None] * len(members)
    if config.selector in CENTRE_SELECTORS:
        return sequences
    sound = [n for n, m in enumerate(members) if isinstance(m.eos, ColdEOS)]
    groups = [
        group
        for name in dict.fromkeys(members[n].manner.solver for n in sound)
        for group in _groups([n for n in sound if members[n].manner.solver == name], name)
    ]
    tasks = [
        (members[group[0]].manner.solver, tuple(members[n].eos.spec for n in group))
        for group in groups
    ]
    done = 0
    with closing(run(_survey, tasks, jobs)) as outcomes:
        for index, outcome in outcomes:
            group = groups[index]
            if isinstance(outcome, WorkerDiedError):
                outcome = [Sequence((), None, None, str(outcome))] * len(group)
            for number, sequence in zip(group, outcome, strict=True):
                sequences[number] = sequence
            done += len(group)
            progress("sequences", done, len(sound))
    return sequences


def _groups(members: list[int], solver: str) -> list[list[int]]:
    size = solver_named(solver).sequences_per_task
    return [members[start : start + size] for start in range(0, len(members), size)]


def _survey(task: tuple[str, tuple[str, ...]]) -> list[Sequence]:
    solver, specs = task
    return solver_named(solver).survey_sequences([resolved(spec) for spec in specs])


def _cut(planned: Plan, sequences: list[Sequence | None]) -> list[Tile | Solved]:
    """The run in the order of its rows: tiles, and rows that need no computation."""
    pieces: list[Tile | Solved] = []
    tile = _OpenTile(pieces)
    for member, sequence in zip(planned.members, sequences, strict=True):
        targets = _targets(planned.config, member.eos, sequence)
        if isinstance(member.eos, RejectedEOS):
            tile.close()
            stars = [SolvedStar.missing(target) for target in targets]
            pieces.append(written([(member.eos, member.order, stars)], member.manner))
        else:
            tile.add(member, targets)
    tile.close()
    return pieces


class _OpenTile:
    """A tile that is being filled; closed tiles go to the end of a list."""

    def __init__(self, closed: list[Tile | Solved]) -> None:
        self.closed, self.room = closed, 0
        self.parts: list[Part] = []
        self.manner: Manner | None = None

    def add(self, member: Member, targets: list[Target]) -> None:
        """Add stars, in as many tiles as they need."""
        if member.manner != self.manner:
            self.close()
            self.manner = member.manner
            self.room = solver_named(member.manner.solver).stars_per_tile
        while targets:
            here, targets = targets[: self.room], targets[self.room :]
            self.parts.append(Part(member.eos.name, member.eos.spec, tuple(here), member.order))
            self.room -= len(here)
            if self.room == 0:
                self.close()
                self.room = solver_named(member.manner.solver).stars_per_tile

    def close(self) -> None:
        """Hand the tile on, if it holds anything."""
        if self.parts and self.manner is not None:
            self.closed.append(Tile(tuple(self.parts), self.manner))
        self.parts = []


def _targets(
    config: RunConfig, eos: ColdEOS | RejectedEOS, sequence: Sequence | None
) -> list[Target]:
    if isinstance(eos, RejectedEOS):
        return [
            Target(config.selector, value, status=Status.INVALID_PARAMETERS, message=eos.reason)
            for value in config.range.expand(0.0)
        ]
    if sequence is None:
        return [centre_target(eos, config.selector, value) for value in config.range.expand()]
    heaviest = sequence.heaviest
    maximum = heaviest.mass / MSUN_KM if heaviest else 0.0
    return sequence_targets(eos, sequence, config.selector, config.range.expand(maximum))


def _gather(planned: Plan, sequences: list[Sequence | None], pieces: list[Solved]) -> Results:
    """Everything as one result, rows numbered through."""
    profiles: dict[int, Mapping[str, NDArray[np.float64]]] = {}
    stars, modes, star_count, mode_count = [], [], 0, 0
    for piece in pieces:
        profiles |= {star_count + number: profile for number, profile in piece.profiles.items()}
        if piece.stars:
            stars.append({**piece.stars, "star_id": piece.stars["star_id"] + star_count})
        if piece.modes:
            numbers = {
                "star_id": piece.modes["star_id"] + star_count,
                "mode_id": piece.modes["mode_id"] + mode_count,
            }
            modes.append({**piece.modes, **numbers})
        star_count, mode_count = star_count + piece.star_count, mode_count + piece.mode_count
    records = [
        eos_record(member.eos, sequence)
        for member, sequence in zip(planned.members, sequences, strict=True)
    ]
    return Results.from_columns(
        planned.config.to_toml(),
        join_columns("stars", stars),
        join_columns("modes", modes),
        records,
        profiles=profiles,
    )

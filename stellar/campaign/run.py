"""From a configuration to results: resolve, survey, cut into tiles, compute, gather.

A tile is a pure function from its description to solved stars: it can run in any process, in any
order, and a failure inside it becomes a status of its own rows.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.campaign.config import RunConfig
from stellar.campaign.executors import WorkerDiedError, run
from stellar.campaign.families import split_families
from stellar.campaign.records import eos_record
from stellar.campaign.rows import Row, accuracy_status, mode_rows, profile_columns
from stellar.campaign.solvers import solver_named
from stellar.campaign.star_rows import star_rows
from stellar.constants import HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue import resolve, resolve_many
from stellar.eos.ensembles import RejectedEOS
from stellar.errors import InputError
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order, SolvedStar
from stellar.results.results import Results
from stellar.stars.sequence import Sequence
from stellar.stars.targets import CENTRE_SELECTORS, Target, centre_target, sequence_targets

Progress = Callable[[str, int, int], None]  # stage, done, total

STAR_ACCURACY = tuple(
    (name, f"{name}_err") for name in ("mass_msun", "radius_km", "lambda2", "lambda3", "lambda4")
)
MAGNETIC_DEGREE = 2  # the one degree of the magnetic Love numbers
MODE_ACCURACY = (("frequency_hz", "frequency_err_hz"),)


@dataclass(frozen=True)
class Tile:
    """A batch of stars of one equation of state, to be solved together."""

    solver: str
    eos_spec: str
    targets: tuple[Target, ...]
    order: Order


@dataclass(frozen=True)
class Member:
    """One equation of state of a run: how it was asked for, what it is, what its stars shall have.

    asked : the specification as typed, the same for all members of an ensemble
    """

    asked: str
    eos: ColdEOS | RejectedEOS
    order: Order


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
    solver_named(config.solver)
    members, notes = [], []
    for spec in config.eos:
        resolved = resolve_many(spec)
        for eos in resolved:
            # one sentence for a whole ensemble, not one a draw
            order, sentences = _order(config, eos, eos.name if len(resolved) == 1 else spec)
            if not isinstance(eos, RejectedEOS):
                notes += [sentence for sentence in sentences if sentence not in notes]
            members.append(Member(spec, eos, order))
    possible = any(m.order.families or isinstance(m.eos, RejectedEOS) for m in members)
    if config.command == "modes" and not possible:
        raise InputError(" ".join(notes))
    return Plan(config, tuple(members), tuple(notes))


def _order(config: RunConfig, eos: ColdEOS | RejectedEOS, name: str) -> tuple[Order, list[str]]:
    if config.command != "modes":
        return _star_order(config), []
    families, sentences = split_families(eos, config.families, config.gravity, name)
    band = config.band_hz
    if band is not None:
        band = (band[0] / HZ_PER_INVERSE_KM, band[1] / HZ_PER_INVERSE_KM)
    request = ModeRequest(families, config.n_max, band)
    return Order(config.accuracy, config.l, request, config.gravity, config.profiles), sentences


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
    config = planned.config
    sequences = _surveys(planned, jobs, progress)
    solved: list[list[SolvedStar]] = [[] for _ in planned.members]
    tiles, places = [], []
    for number, member in enumerate(planned.members):
        targets = _targets(config, member.eos, sequences[number])
        solved[number] = [_without_star(target) for target in targets]
        if isinstance(member.eos, RejectedEOS):
            continue
        size = solver_named(config.solver).stars_per_tile
        for start in range(0, len(targets), size):
            batch = tuple(targets[start : start + size])
            tiles.append(Tile(config.solver, member.eos.spec, batch, member.order))
            places.append((number, start))
    with closing(run(compute_tile, tiles, jobs)) as outcomes:
        for done, (index, outcome) in enumerate(outcomes, start=1):
            (number, start), tile = places[index], tiles[index]
            stars = _lost(tile, outcome) if isinstance(outcome, WorkerDiedError) else outcome
            solved[number][start : start + len(stars)] = stars
            progress("stars", done, len(tiles))
    return _gather(planned, sequences, solved)


def _surveys(planned: Plan, jobs: int, progress: Progress) -> list[Sequence | None]:
    """The sequence of each equation of state, where the choice of stars needs it."""
    config, members = planned.config, planned.members
    sequences: list[Sequence | None] = [None] * len(members)
    if config.selector in CENTRE_SELECTORS:
        return sequences
    sound = [n for n, m in enumerate(members) if not isinstance(m.eos, RejectedEOS)]
    tasks = [(config.solver, members[number].eos.spec) for number in sound]
    with closing(run(_survey, tasks, jobs)) as outcomes:
        for done, (index, outcome) in enumerate(outcomes, start=1):
            if isinstance(outcome, WorkerDiedError):
                outcome = Sequence((), None, None, str(outcome))
            sequences[sound[index]] = outcome
            progress("sequences", done, len(tasks))
    return sequences


def _survey(task: tuple[str, str]) -> Sequence:
    solver, spec = task
    try:
        return solver_named(solver).survey_sequence(_resolved(spec))
    except ArithmeticError as failure:
        return Sequence((), None, None, f"The sequence of {spec} failed: {failure}")


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


def compute_tile(tile: Tile) -> list[SolvedStar]:
    """Solve the stars of one tile."""
    return solver_named(tile.solver).solve_stars(
        _resolved(tile.eos_spec), list(tile.targets), tile.order
    )


@lru_cache(maxsize=256)
def _resolved(spec: str) -> ColdEOS:
    return resolve(spec)


def _without_star(target: Target) -> SolvedStar:
    """What stands in a row until its star is computed, and for ever where there is none."""
    return SolvedStar(target, None, {}, status=target.status, message=target.message)


def _lost(tile: Tile, death: WorkerDiedError) -> list[SolvedStar]:
    return [
        SolvedStar(target, None, {}, status=Status.COMPUTATION_FAILED, message=str(death))
        for target in tile.targets
    ]


def _gather(
    planned: Plan, sequences: list[Sequence | None], solved: list[list[SolvedStar]]
) -> Results:
    config = planned.config
    stars: list[Row] = []
    modes: list[Row] = []
    profiles: dict[int, dict[str, NDArray[np.float64]]] = {}
    for member, batch in zip(planned.members, solved, strict=True):
        eos, order = member.eos, member.order
        for star in batch:
            star_id = len(stars)
            own = star_rows(eos, star, star_id, config.spins)
            stars += [accuracy_status(row, config.accuracy, STAR_ACCURACY) for row in own]
            rows = mode_rows(eos, star, order, config.solver, star_id)
            modes += [
                {"mode_id": len(modes) + k} | accuracy_status(row, config.accuracy, MODE_ACCURACY)
                for k, row in enumerate(rows)
            ]
            if star.profile is not None and isinstance(eos, ColdEOS):
                profile = profile_columns(eos, star.profile)
                profiles |= {star_id + number: profile for number in range(len(own))}
    records = [
        eos_record(member.eos, sequence)
        for member, sequence in zip(planned.members, sequences, strict=True)
    ]
    return Results.from_rows(
        config.to_toml(),
        stars,
        modes,
        records,
        profiles=profiles,
    )

"""From a configuration to results: resolve, survey, cut into tiles, compute, gather.

A tile is a pure function from its description to solved stars: it can run in any process, in any
order, and a failure inside it becomes a status of its own rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from parode_core import Status
from stellar.campaign.config import RunConfig
from stellar.campaign.executors import WorkerDiedError, run
from stellar.campaign.families import split_families
from stellar.campaign.records import eos_record
from stellar.campaign.rows import Row, accuracy_status, mode_rows, profile_columns, star_row
from stellar.campaign.solvers import solver_named
from stellar.constants import HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue import resolve
from stellar.errors import InputError
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order, SolvedStar
from stellar.results.results import EosRecord, Results
from stellar.stars.sequence import Sequence
from stellar.stars.targets import CENTRE_SELECTORS, Target, centre_target, sequence_targets

Progress = Callable[[str, int, int], None]  # stage, done, total

STAR_ACCURACY = tuple((name, f"{name}_err") for name in ("mass_msun", "radius_km", "lambda2"))
MODE_ACCURACY = (("frequency_hz", "frequency_err_hz"),)


@dataclass(frozen=True)
class Tile:
    """A batch of stars of one equation of state, to be solved together."""

    solver: str
    eos_spec: str
    targets: tuple[Target, ...]
    order: Order


@dataclass(frozen=True)
class Plan:
    """What a run will do: for each equation of state its object and its order, and the notes.

    notes : sentences for the user about families that a star cannot have
    """

    config: RunConfig
    members: tuple[tuple[ColdEOS, Order], ...]
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
        eos = resolve(spec)
        order, sentences = _order(config, eos)
        notes += [sentence for sentence in sentences if sentence not in notes]
        members.append((eos, order))
    if config.command == "modes" and not any(order.families for _, order in members):
        raise InputError(" ".join(notes))
    return Plan(config, tuple(members), tuple(notes))


def _order(config: RunConfig, eos: ColdEOS) -> tuple[Order, list[str]]:
    if config.command != "modes":
        return Order(config.accuracy, profiles=config.profiles), []
    families, sentences = split_families(eos, config.families, config.gravity)
    band = config.band_hz
    if band is not None:
        band = (band[0] / HZ_PER_INVERSE_KM, band[1] / HZ_PER_INVERSE_KM)
    request = ModeRequest(families, config.n_max, band)
    return Order(config.accuracy, config.l, request, config.gravity, config.profiles), sentences


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
    tiles, owners = [], []
    for member, (eos, order) in enumerate(planned.members):
        targets = _targets(config, eos, sequences[member])
        size = solver_named(config.solver).stars_per_tile
        for start in range(0, len(targets), size):
            batch = tuple(targets[start : start + size])
            tiles.append(Tile(config.solver, eos.spec, batch, order))
            owners.append(member)
    solved: list[list[SolvedStar]] = [[] for _ in tiles]
    for done, (index, outcome) in enumerate(run(compute_tile, tiles, jobs), start=1):
        solved[index] = (
            _lost(tiles[index], outcome) if isinstance(outcome, WorkerDiedError) else outcome
        )
        progress("stars", done, len(tiles))
    records = [
        eos_record(eos, sequence)
        for (eos, _), sequence in zip(planned.members, sequences, strict=True)
    ]
    return _gather(planned, owners, solved, records)


def _surveys(planned: Plan, jobs: int, progress: Progress) -> list[Sequence | None]:
    """The sequence of each equation of state, where the choice of stars needs it."""
    config, members = planned.config, planned.members
    sequences: list[Sequence | None] = [None] * len(members)
    if config.selector in CENTRE_SELECTORS:
        return sequences
    tasks = [(config.solver, eos.spec) for eos, _ in members]
    for done, (index, outcome) in enumerate(run(_survey, tasks, jobs), start=1):
        if isinstance(outcome, WorkerDiedError):
            outcome = Sequence((), None, None, str(outcome))
        sequences[index] = outcome
        progress("sequences", done, len(members))
    return sequences


def _survey(task: tuple[str, str]) -> Sequence:
    solver, spec = task
    try:
        return solver_named(solver).survey_sequence(_resolved(spec))
    except ArithmeticError as failure:
        return Sequence((), None, None, f"The sequence of {spec} failed: {failure}")


def _targets(config: RunConfig, eos: ColdEOS, sequence: Sequence | None) -> list[Target]:
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


def _lost(tile: Tile, death: WorkerDiedError) -> list[SolvedStar]:
    return [
        SolvedStar(target, None, {}, status=Status.COMPUTATION_FAILED, message=str(death))
        for target in tile.targets
    ]


def _gather(
    planned: Plan, owners: list[int], solved: list[list[SolvedStar]], records: list[EosRecord]
) -> Results:
    config = planned.config
    stars: list[Row] = []
    modes: list[Row] = []
    profiles = {}
    for member, batch in zip(owners, solved, strict=True):
        eos, order = planned.members[member]
        for star in batch:
            star_id = len(stars)
            stars.append(
                accuracy_status(star_row(eos, star, star_id), config.accuracy, STAR_ACCURACY)
            )
            rows = mode_rows(eos, star, order, config.solver, star_id)
            modes += [
                {"mode_id": len(modes) + k} | accuracy_status(row, config.accuracy, MODE_ACCURACY)
                for k, row in enumerate(rows)
            ]
            if star.profile is not None:
                profiles[star_id] = profile_columns(eos, star.profile)
    return Results.from_rows(
        config.to_toml(),
        stars,
        modes,
        records,
        profiles=profiles,
    )

"""Tiles: batches of stars that are solved together, from a description to rows.

A tile is a pure function of its description: it can run in any process, in any order. It resolves
its equations of state, surveys their sequences, finds the stars that are meant and solves them;
what it hands back are columns.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.campaign.config import RunConfig
from stellar.campaign.members import Member, order_of
from stellar.campaign.records import member_records
from stellar.campaign.rows import (
    Row,
    accuracy_status,
    eigenfunction_columns,
    mode_rows,
    profile_columns,
)
from stellar.campaign.solvers import solver_named
from stellar.campaign.star_rows import star_columns
from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import RejectedEOS
from stellar.oscillations.order import Order, Request, SolvedStar
from stellar.results.pieces import Piece, packed
from stellar.results.rows import columns_from_rows
from stellar.stars.sequence import Sequence as StarSequence
from stellar.stars.targets import CENTRE_SELECTORS, Target, centre_target, sequence_targets

MODE_ACCURACY = (("frequency_hz", "frequency_err_hz"),)


@dataclass(frozen=True)
class Part:
    """Stars of one equation of state: its values number `start` to `stop` (None: to the last).

    expected : how many stars that is, as a rule
    together : whether the number of processes does not decide where the part ends, so that modes
        may be interpolated along it
    """

    member: Member
    start: int
    stop: int | None
    expected: int
    together: bool = False

    def halves(self) -> "list[Part]":
        """Two parts that hold the same stars; itself where it cannot be divided."""
        if self.expected < 2:
            return [self]
        middle, left = self.start + self.expected // 2, self.expected // 2
        return [
            replace(self, stop=middle, expected=left),
            replace(self, start=middle, expected=self.expected - left),
        ]


@dataclass(frozen=True)
class Tile:
    """Stars to be solved together."""

    config: RunConfig
    parts: tuple[Part, ...]

    @property
    def expected(self) -> int:
        """How many stars it holds, as a rule: `max` and several branches leave it open."""
        return sum(part.expected for part in self.parts)

    def halves(self) -> "list[Tile]":
        """Two tiles that hold the same stars in the same order; itself if it holds one."""
        parts = self.parts if len(self.parts) > 1 else tuple(self.parts[0].halves())
        middle = len(parts) // 2
        return [replace(self, parts=own) for own in (parts[:middle], parts[middle:]) if own]


class Finished(NamedTuple):
    """A finished tile.

    data : its rows as bytes of `stellar.results.pieces`
    stars, failed : how many rows of stars, and of stars and modes that are not well
    seconds : it took
    """

    data: bytes
    stars: int
    failed: int
    seconds: float


def finish_tile(tile: Tile) -> Finished:
    """Compute a tile, as bytes that travel and lie on disks."""
    began = time.perf_counter()
    return finished(compute_tile(tile), time.perf_counter() - began)


def finished(piece: Piece, seconds: float) -> Finished:
    """A piece as bytes, with what is told about it."""
    statuses = piece.statuses("stars") + piece.statuses("modes")
    failed = statuses.total() - statuses[int(Status.OK)]
    return Finished(packed(piece), piece.row_count("stars"), failed, seconds)


@dataclass
class _Work:
    """A part on its way: its matter, what was surveyed, which stars are meant, what they are."""

    part: Part
    eos: ColdEOS | RejectedEOS
    order: Order
    sequence: StarSequence | None = None
    targets: Sequence[Target] = ()
    stars: Sequence[SolvedStar] = ()


def compute_tile(tile: Tile) -> Piece:
    """Solve the stars of a tile."""
    config = tile.config
    works = [_work(config, part) for part in tile.parts]
    for name in dict.fromkeys(part.member.solver for part in tile.parts):
        own = [work for work in works if work.part.member.solver == name]
        _solve(config, name, [(work, work.eos) for work in own if isinstance(work.eos, ColdEOS)])
    for work in works:
        if isinstance(work.eos, RejectedEOS):
            work.targets = _meant(config, work)
            work.stars = [SolvedStar.missing(target) for target in work.targets]
    return _written(config, works)


def lost_tile(tile: Tile, reason: str) -> Piece:
    """The rows of a tile that no worker survives."""
    works = [_work(tile.config, part) for part in tile.parts]
    for work in works:
        if tile.config.selector not in CENTRE_SELECTORS:
            work.sequence = StarSequence((), None, None, reason)
        work.targets = _meant(tile.config, work)
        work.stars = [SolvedStar.missing(target, reason) for target in work.targets]
    return _written(tile.config, works)


def _work(config: RunConfig, part: Part) -> _Work:
    eos = part.member.equation()
    order = order_of(config, eos)[0]
    return _Work(part, eos, replace(order, interpolate=part.together))


def _solve(config: RunConfig, name: str, works: list[tuple[_Work, ColdEOS]]) -> None:
    """Survey and solve what one solver has in a tile, all of it together."""
    if not works:
        return
    solver, device = solver_named(name), works[0][0].order.device
    if config.selector not in CENTRE_SELECTORS:
        if len(works) == 1:  # perhaps one of several tiles of the same equation of state
            sequences = [_surveyed(name, works[0][0].part.member, device)]
        else:
            sequences = solver.survey_sequences([eos for _, eos in works], device)
        for (work, _), sequence in zip(works, sequences, strict=True):
            work.sequence = sequence
    for work, _ in works:
        work.targets = _meant(config, work)
    requests = [Request(eos, tuple(work.targets), work.order) for work, eos in works]
    for (work, _), stars in zip(works, solver.solve_stars(requests), strict=True):
        work.stars = stars


@lru_cache(maxsize=16)
def _surveyed(solver: str, member: Member, device: str) -> StarSequence:
    eos = member.equation()
    if isinstance(eos, RejectedEOS):
        return StarSequence((), None, None, eos.reason)
    return solver_named(solver).survey_sequences([eos], device)[0]


def forget_surveys() -> None:
    """Survey anew, as `members.forget_matter`."""
    _surveyed.cache_clear()


def _meant(config: RunConfig, work: _Work) -> list[Target]:
    """The targets of a part, in the order asked."""
    eos, sequence, selector = work.eos, work.sequence, config.selector
    heaviest = sequence.heaviest if sequence else None
    maximum = heaviest.mass / MSUN_KM if heaviest else 0.0
    values = config.range.expand(maximum)[work.part.start : work.part.stop]
    if isinstance(eos, RejectedEOS):
        status, why = Status.INVALID_PARAMETERS, eos.reason
        return [Target(selector, value, status=status, message=why) for value in values]
    if sequence is None:
        return [centre_target(eos, selector, value) for value in values]
    return sequence_targets(eos, sequence, selector, values)


def _written(config: RunConfig, works: Sequence[_Work]) -> Piece:
    """Solved stars as columns, in their order."""
    names: list[str] = []
    stars: list[SolvedStar] = []
    modes: list[Row] = []
    rows_each = len(config.spins) or 1
    profiles: dict[int, Mapping[str, NDArray[np.float64]]] = {}
    functions: dict[int, Mapping[str, NDArray[np.float64]]] = {}
    for work in works:
        eos, solver = work.eos, work.part.member.solver
        for star in work.stars:
            star_id = rows_each * len(stars)
            names.append(eos.name)
            stars.append(star)
            for row, curves in mode_rows(eos, star, work.order, solver, star_id):
                if curves is not None:
                    functions[len(modes)] = eigenfunction_columns(curves)
                checked = accuracy_status(row, config.accuracy, MODE_ACCURACY)
                modes.append({"mode_id": len(modes)} | checked)
            if star.profile is not None and isinstance(eos, ColdEOS):
                profile = profile_columns(eos, star.profile)
                profiles |= {star_id + number: profile for number in range(rows_each)}
    records = [
        record
        for work in works
        if work.part.start == 0
        for record in member_records(work.part.member, work.eos, work.sequence)
    ]
    return Piece(
        star_columns(names, stars, config.accuracy, config.spins),
        columns_from_rows("modes", modes),
        profiles,
        functions,
        eos=tuple(records),
    )

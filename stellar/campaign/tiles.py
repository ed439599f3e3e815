"""Tiles: batches of stars that are solved together, from a description to columns.

A tile is a pure function of its description: it can run in any process, in any order. What it hands
back are columns, which stay small however many stars a run has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stellar.campaign.rows import Row, accuracy_status, mode_rows, profile_columns
from stellar.campaign.solvers import solver_named
from stellar.campaign.star_rows import star_rows
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue import resolve
from stellar.eos.ensembles import RejectedEOS
from stellar.oscillations.order import Order, Request, SolvedStar
from stellar.results.rows import columns_from_rows
from stellar.stars.targets import Target

STAR_ACCURACY = tuple(
    (name, f"{name}_err") for name in ("mass_msun", "radius_km", "lambda2", "lambda3", "lambda4")
)
MODE_ACCURACY = (("frequency_hz", "frequency_err_hz"),)

Columns = Mapping[str, NDArray]


@dataclass(frozen=True)
class Part:
    """Stars of one equation of state, by its name and specification, since it may travel far."""

    name: str
    spec: str
    targets: tuple[Target, ...]
    order: Order

    @property
    def eos(self) -> ColdEOS:
        """The equation of state under its name in the run, as of a member of an ensemble."""
        found = resolved(self.spec)
        return found if found.name == self.name else replace(found, name=self.name)


@dataclass(frozen=True)
class Manner:
    """How the stars of a run are solved and written down, the same for all of them."""

    solver: str
    accuracy: float
    spins: tuple[float, ...] = ()


@dataclass(frozen=True)
class Tile:
    """Stars to be solved together."""

    parts: tuple[Part, ...]
    manner: Manner

    @property
    def star_count(self) -> int:
        """Number of targets."""
        return sum(len(part.targets) for part in self.parts)


@dataclass(frozen=True)
class Solved:
    """Rows of some stars as columns; star_id and mode_id count from zero."""

    stars: Columns
    modes: Columns
    profiles: Mapping[int, Mapping[str, NDArray[np.float64]]] = field(default_factory=dict)

    @property
    def star_count(self) -> int:
        """Number of rows of stars."""
        return len(self.stars["status"]) if self.stars else 0

    @property
    def mode_count(self) -> int:
        """Number of rows of modes."""
        return len(self.modes["status"]) if self.modes else 0


def compute_tile(tile: Tile) -> Solved:
    """Solve the stars of a tile."""
    requests = [Request(part.eos, part.targets, part.order) for part in tile.parts]
    outcomes = solver_named(tile.manner.solver).solve_stars(requests)
    return written(
        [
            (request.eos, request.order, stars)
            for request, stars in zip(requests, outcomes, strict=True)
        ],
        tile.manner,
    )


def lost(tile: Tile, reason: str) -> Solved:
    """The rows of a tile whose worker died."""
    return written(
        [
            (
                part.eos,
                part.order,
                [SolvedStar.missing(target, reason) for target in part.targets],
            )
            for part in tile.parts
        ],
        tile.manner,
    )


@lru_cache(maxsize=4096)
def resolved(spec: str) -> ColdEOS:
    """An equation of state by its specification."""
    return resolve(spec)


def written(
    outcomes: Sequence[tuple[ColdEOS | RejectedEOS, Order, Sequence[SolvedStar]]], manner: Manner
) -> Solved:
    """Solved stars as columns, in their order."""
    stars: list[Row] = []
    modes: list[Row] = []
    profiles: dict[int, Mapping[str, NDArray[np.float64]]] = {}
    for eos, order, batch in outcomes:
        for star in batch:
            star_id = len(stars)
            own = star_rows(eos, star, star_id, manner.spins)
            stars += [accuracy_status(row, manner.accuracy, STAR_ACCURACY) for row in own]
            rows = mode_rows(eos, star, order, manner.solver, star_id)
            modes += [
                {"mode_id": len(modes) + k} | accuracy_status(row, manner.accuracy, MODE_ACCURACY)
                for k, row in enumerate(rows)
            ]
            if star.profile is not None and isinstance(eos, ColdEOS):
                profile = profile_columns(eos, star.profile)
                profiles |= {star_id + number: profile for number in range(len(own))}
    return Solved(columns_from_rows("stars", stars), columns_from_rows("modes", modes), profiles)

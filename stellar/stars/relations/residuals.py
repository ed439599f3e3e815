"""How far the rows of a result lie from a universal relation.

The residual is value/prediction - 1, as in the publications. Rows that failed, and rows outside the
span of the fit, are counted and not used. Modes are joined to their stars by star_id.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.results.results import Results, Table
from stellar.stars.relations.relation import ModeKind, Relation

# which command computes a column; columns not named here come with every star or mode
_COMMANDS = {"i_bar": "structure", "lambda3": "love", "lambda4": "love", "q_bar": "rotation"}


@dataclass(frozen=True)
class Residuals:
    """The rows of one result beside one relation.

    star_id, eos, mass_msun, values, predictions : of the rows used, [row]
    failed : rows with a status other than 0;  outside : well rows outside the span of the fit
    missing : why no row can be compared, in one sentence; empty if rows can
    """

    relation: Relation
    star_id: NDArray[np.int64]
    eos: NDArray[np.str_]
    mass_msun: NDArray[np.float64]
    values: NDArray[np.float64]
    predictions: NDArray[np.float64]
    failed: int = 0
    outside: int = 0
    missing: str = ""

    @property
    def used(self) -> int:
        """Number of rows that the statistics are made of."""
        return len(self.values)

    @property
    def residuals(self) -> NDArray[np.float64]:
        """value/prediction - 1 of the rows used."""
        return self.values / self.predictions - 1.0

    @property
    def median(self) -> float:
        """Median of |residual|; NaN if no row is used."""
        return float(np.median(np.abs(self.residuals))) if self.used else math.nan

    @property
    def worst(self) -> int | None:
        """Index of the row with the largest |residual|; None if no row is used."""
        return int(np.argmax(np.abs(self.residuals))) if self.used else None

    @property
    def largest(self) -> float:
        """Largest |residual|; NaN if no row is used."""
        return float(np.max(np.abs(self.residuals))) if self.used else math.nan


def residuals(results: Results, relation: Relation) -> Residuals:
    """Compare every row of a result with one relation.

    A result that lacks what the relation needs gives no rows and a sentence in `missing`.
    """
    missing = _missing(results, relation)
    if missing:
        none = np.zeros(0)
        return Residuals(
            relation, np.zeros(0, np.int64), np.zeros(0, str), none, none, none, missing=missing
        )
    stars = results.stars
    rows, values, well = _rows(results, relation)
    failed = int(np.count_nonzero(~well))
    rows, values = rows[well], values[well]
    inside = relation.within_span(_columns(stars, rows, relation))
    outside = int(np.count_nonzero(~inside))
    rows, values = rows[inside], values[inside]
    return Residuals(
        relation,
        stars["star_id"][rows],
        stars["eos"][rows],
        stars["mass_msun"][rows],
        values,
        relation.predict(_columns(stars, rows, relation)),
        failed,
        outside,
    )


def _columns(stars: Table, rows: NDArray[np.intp], relation: Relation) -> Table:
    return {name: stars[name][rows] for name in relation.abscissa.needs}


def _rows(
    results: Results, relation: Relation
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_]]:
    """Row of the star, value of the ordinate, and whether both rows are well."""
    stars = results.stars
    star_well = stars["status"] == 0
    if relation.mode is None:
        return np.arange(len(star_well)), stars[relation.ordinate], star_well
    chosen = _modes_of(results.modes, relation.mode)
    modes = {name: results.modes[name][chosen] for name in ("star_id", "status", relation.ordinate)}
    star_rows = modes["star_id"]  # stars are numbered by their rows
    return star_rows, modes[relation.ordinate], (modes["status"] == 0) & star_well[star_rows]


def _modes_of(modes: Table, kind: ModeKind) -> NDArray[np.bool_]:
    return (modes["l"] == kind.l) & (modes["label"] == kind.label) & (modes["gravity"] == "full")


def _missing(results: Results, relation: Relation) -> str:
    if not results.stars:
        return "there are no stars"
    needed = dict.fromkeys(("mass_msun", *relation.abscissa.needs))
    if relation.mode is None:
        needed[relation.ordinate] = None
    absent = [name for name in needed if name not in results.stars]
    if absent:
        columns = "is no column" if len(absent) == 1 else "are no columns"
        commands = dict.fromkeys(_COMMANDS.get(name, "structure") for name in absent)
        remedy = " and ".join(f"`stellar {command}`" for command in commands)
        writes = "writes" if len(commands) == 1 else "write"
        return f"there {columns} {' and '.join(absent)}, which {remedy} {writes}"
    kind = relation.mode
    if kind is None:
        return ""
    modes = results.modes
    if not modes or relation.ordinate not in modes or not _modes_of(modes, kind).any():
        family = kind.label.rstrip("0123456789")
        return (
            f"there is no {kind.label}-mode of l = {kind.l} in full general relativity, which "
            f"`stellar modes --l {kind.l} --families {family}` writes"
        )
    return ""

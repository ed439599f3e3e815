"""Which rows of a result can be held against a relation: a column of stars or of one kind of mode.

Modes are joined to their stars by star_id.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stellar.results.results import Results, Table
from stellar.stars.relations.relation import Abscissa, ModeKind

# which command computes a column; columns not named here come with every star or mode
_COMMANDS = {"i_bar": "structure", "lambda3": "love", "lambda4": "love", "q_bar": "rotation"}


class Comparable(Protocol):
    """What says which rows it is about: a published relation, or a form to fit.

    ordinate : column of the mode, or of the star where `mode` is None
    """

    @property
    def ordinate(self) -> str: ...  # noqa: D102
    @property
    def abscissa(self) -> Abscissa: ...  # noqa: D102
    @property
    def mode(self) -> ModeKind | None: ...  # noqa: D102


class Sample(NamedTuple):
    """Rows of one ordinate: row of the star, value, and whether star and mode are well, [row]."""

    star: NDArray[np.intp]
    values: NDArray[np.float64]
    well: NDArray[np.bool_]


def sample_of(results: Results, asked: Comparable) -> Sample:
    """The rows of a result, well or not; call `missing` first."""
    stars = results.stars
    star_well = stars["status"] == 0
    if asked.mode is None:
        return Sample(np.arange(len(star_well)), stars[asked.ordinate], star_well)
    chosen = _modes_of(results.modes, asked.mode)
    modes = {name: results.modes[name][chosen] for name in ("star_id", "status", asked.ordinate)}
    star = modes["star_id"]  # stars are numbered by their rows
    return Sample(star, modes[asked.ordinate], (modes["status"] == 0) & star_well[star])


def columns_at(stars: Table, rows: NDArray[np.intp], asked: Comparable) -> Table:
    """The columns of the abscissa of some stars."""
    return {name: stars[name][rows] for name in asked.abscissa.needs}


def missing(results: Results, asked: Comparable) -> str:
    """Why no row of a result can be compared, in words; empty if rows can."""
    if not results.stars:
        return "there are no stars"
    needed = dict.fromkeys(("mass_msun", *asked.abscissa.needs))
    if asked.mode is None:
        needed[asked.ordinate] = None
    absent = [name for name in needed if name not in results.stars]
    if absent:
        return _absent_columns(absent, asked.mode)
    kind, modes = asked.mode, results.modes
    if kind is not None and not (
        modes and asked.ordinate in modes and _modes_of(modes, kind).any()
    ):
        return (
            f"there is no {kind.label}-mode of l = {kind.l} in full general relativity, which "
            f"`{_mode_command(kind)}` writes"
        )
    return ""


def _modes_of(modes: Table, kind: ModeKind) -> NDArray[np.bool_]:
    return (modes["l"] == kind.l) & (modes["label"] == kind.label) & (modes["gravity"] == "full")


def _mode_command(kind: ModeKind) -> str:
    family = kind.label.rstrip("0123456789")
    return f"stellar modes --l {kind.l} --families {family}"


def _absent_columns(absent: list[str], kind: ModeKind | None) -> str:
    columns = "is no column" if len(absent) == 1 else "are no columns"
    commands = dict.fromkeys(_command(name, kind) for name in absent)
    remedy = " and ".join(f"`{command}`" for command in commands)
    writes = "writes" if len(commands) == 1 else "write"
    return f"there {columns} {' and '.join(absent)}, which {remedy} {writes}"


def _command(name: str, kind: ModeKind | None) -> str:
    """What writes a column; beside modes of a degree come the Love numbers of that degree."""
    if kind is not None and name == f"lambda{kind.l}":
        return _mode_command(kind)
    return f"stellar {_COMMANDS.get(name, 'structure')}"

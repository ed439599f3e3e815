"""Rows of modes as curves: one for each equation of state, branch, degree and label.

A curve runs along a quantity of the star; a row that failed leaves a gap in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.errors import InputError
from stellar.results.results import Results, Table
from stellar.stars.relations.andersson_kokkotas_1998 import DENSITY

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Along:
    """A quantity of the star along which modes are drawn.

    symbol : for an axis;  needs : columns of stars it is made of
    """

    symbol: str
    needs: tuple[str, ...]
    of: Callable[[Table], Array]


ALONG = {
    "mass": Along(r"$M$ [$M_\odot$]", ("mass_msun",), lambda stars: stars["mass_msun"]),
    "compactness": Along(r"$GM/(Rc^2)$", ("compactness",), lambda stars: stars["compactness"]),
    "mean-density": Along(
        r"$[(M/1.4\,M_\odot)/(R/10\,\mathrm{km})^3]^{1/2}$", DENSITY.needs, DENSITY.of
    ),
}


@dataclass(frozen=True)
class Kind:
    """Modes that belong together: one label of one degree, in full gravity or without."""

    family: str
    l: int
    n: int
    label: str
    gravity: str


@dataclass(frozen=True)
class ModeRows:
    """Modes with the quantity along which they are drawn, all [row].

    x : that quantity, NaN where the star has none;  curve : number of the curve of the row
    eos : number of the equation of state in `names`
    frequency, damping_time : Hz and s, NaN where there is none, with estimated errors
    well : whether the status is 0
    """

    names: tuple[str, ...]
    along: Along
    eos: NDArray[np.intp]
    curve: NDArray[np.intp]
    kinds: tuple[Kind, ...]
    kind: NDArray[np.intp]
    x: Array
    frequency: Array
    frequency_err: Array
    damping_time: Array
    damping_time_err: Array
    well: NDArray[np.bool_]

    def of_kind(self, number: int) -> list[NDArray[np.intp]]:
        """Rows of each curve of one kind, along x; rows without a place on x are left out."""
        rows = np.flatnonzero((self.kind == number) & np.isfinite(self.x))
        rows = rows[np.lexsort((self.x[rows], self.curve[rows]))]
        return np.split(rows, np.flatnonzero(np.diff(self.curve[rows])) + 1) if rows.size else []


def mode_rows(
    results: Results,
    along: str = "mass",
    *,
    degrees: Sequence[int] = (),
    families: Sequence[str] = (),
    source: str = "the result",
) -> ModeRows:
    """The modes of a result, those of some degrees and families if any are named.

    Raises
    ------
    InputError
        If there are none, or if the stars lack the quantity; `source` names the file.
    """
    stars, modes = results.stars, results.modes
    if not modes:
        raise InputError(
            f"{source} holds no modes: `stellar modes ... -o FILE.h5` writes a file that does."
        )
    chosen = np.ones(len(modes["status"]), dtype=bool)
    if degrees:
        chosen &= np.isin(modes["l"], degrees)
    if families:
        chosen &= np.isin(modes["family"], families)
    if not chosen.any():
        raise InputError(f"{source} holds no modes like that: it has {_what_there_is(modes)}.")
    absent = [name for name in ALONG[along].needs if name not in stars]
    if absent:
        raise InputError(
            f"{source} has no column {absent[0]} of stars; `--against mass` does without."
        )
    return _rows(stars, {name: column[chosen] for name, column in modes.items()}, ALONG[along])


def _what_there_is(modes: Table) -> str:
    families = ", ".join(dict.fromkeys(modes["family"].tolist()))
    degrees = ", ".join(str(l) for l in sorted(set(modes["l"].tolist())))
    return f"families {families} of l = {degrees}"


def _rows(stars: Table, modes: Table, along: Along) -> ModeRows:
    names, eos = _numbered(modes["eos"])
    described = list(
        zip(
            *(modes[name].tolist() for name in ("family", "l", "n", "label", "gravity")),
            strict=True,
        )
    )
    kinds = sorted(set(described), key=lambda kind: kind[1:])
    place = {kind: number for number, kind in enumerate(kinds)}
    star = modes["star_id"]
    branch = stars["branch"][star] if "branch" in stars else np.zeros_like(star)
    _, curve = np.unique(np.stack([eos, branch]), axis=1, return_inverse=True)
    absent = np.full(len(star), np.nan)
    return ModeRows(
        names,
        along,
        eos,
        curve,
        tuple(Kind(*kind) for kind in kinds),
        np.array([place[kind] for kind in described], dtype=np.intp),
        along.of(stars)[star],
        modes["frequency_hz"],
        modes.get("frequency_err_hz", absent),
        modes.get("damping_time_s", absent),
        modes.get("damping_time_err_s", absent),
        modes["status"] == 0,
    )


def _numbered(names: NDArray[np.str_]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Different names in the order of their first row, and the number of each row's name."""
    different, first, inverse = np.unique(names, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return tuple(different[order].tolist()), rank[inverse]

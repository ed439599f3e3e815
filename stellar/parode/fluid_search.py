"""From the resolved fluid modes of one star to a search: labels, what was asked for, completeness.

The signed node count rises by one from each mode to the next, so that a list of modes whose counts
have no gap is complete between its ends (see `oscillations.labels`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from parode_core import Status
from stellar.oscillations.labels import SMALLEST_SHARE, FluidMode, Label, label_fluid, label_name
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch


class Resolved(NamedTuple):
    """One resolved mode: what its label needs, omega with its errors, km^-1, and the residual.

    status, note : what is to be said of it beyond its label
    im_by_star, apart : as in `Mode`
    """

    shape: FluidMode
    omega: complex
    omega_re_err: float
    omega_im_err: float = 0.0
    residual: float = 0.0
    status: Status = Status.OK
    note: str = ""
    im_by_star: float = 1.0
    apart: float = math.nan


@dataclass(frozen=True)
class Ladder:
    """Which signed counts the modes of a star can have.

    lowest : None where g-modes go on for ever;  highest : None where p-modes do
    jumps : number of density jumps
    """

    lowest: int | None
    highest: int | None
    jumps: int

    @classmethod
    def of(cls, *, stratified: bool, compressible: bool, jumps: int) -> "Ladder":
        """Counts of a star; an incompressible one has no p-modes."""
        return cls(None if stratified else -jumps, None if compressible else 0, jumps)


@lru_cache(maxsize=64)
def expected(request: ModeRequest, ladder: Ladder) -> tuple[str, ...]:
    """Labels of the fluid modes that a request with n_max means in one star."""
    highest = request.n_max if ladder.highest is None else 0
    deepest = request.n_max if ladder.lowest is None else 0
    orders = {
        "f": range(1),
        "p": range(1, highest + 1),
        "g": range(1, deepest + 1),
        "i": range(1, min(request.n_max, ladder.jumps) + 1),
    }
    return tuple(
        label_name(family, n)
        for family, members in orders.items()
        if family in request.families
        for n in members
    )


def fluid_search(
    found: Sequence[Resolved],
    request: ModeRequest,
    ladder: Ladder,
    l: int,
    gravity: str,
    *,
    missing: int | None = None,
) -> ModeSearch:
    """The modes asked for among all that were resolved, and whether none of them is missing.

    Parameters
    ----------
    found : in ascending frequency
    missing : modes of the band that are not in the list, by the argument principle; None where it
        was not asked or does not settle, and the node counts decide
    """
    labels = label_fluid([mode.shape for mode in found])
    modes = [
        _mode(mode, label, l, gravity)
        for mode, label in zip(found, labels, strict=True)
        if _is_wanted(mode, label, request)
    ]
    if request.band is not None:
        gap, weak = _gap_in_band(found, request.band, ladder), ""
        if missing is not None:
            gap = f"The argument principle counts {missing:+d} modes more." if missing else ""
    else:
        gap, weak = _gap_by_order(found, {mode.label for mode in modes}, request, ladder)
    return ModeSearch(tuple(modes), complete=not gap, message=gap or weak)


def _is_wanted(mode: Resolved, label: Label, request: ModeRequest) -> bool:
    if label.family not in request.families:
        return False
    if request.band is None:
        return label.n <= request.n_max
    return request.band[0] <= mode.omega.real <= request.band[1]


def _gap_by_order(
    found: Sequence[Resolved], labels: set[str], request: ModeRequest, ladder: Ladder
) -> tuple[str, str]:
    """Why modes that a request with n_max means are missing, and jumps too weak for a mode."""
    counts = [mode.shape.signed_nodes for mode in found]
    missing = [label for label in expected(request, ladder) if label not in labels]
    faint = [label for label in missing if label.startswith("i")]
    if len(faint) < len(missing) or not counts or (faint and min(counts) > -ladder.jumps):
        return f"Not resolved: {', '.join(missing)}." if missing else "", ""
    bottom = -request.n_max - ladder.jumps if {"g", "i"} & set(request.families) else 0
    top = request.n_max if "p" in request.families else 0
    gap = _gap([count for count in counts if bottom <= count <= top])
    weak = (
        f"None of the {-min(counts)} modes looked at below f holds {SMALLEST_SHARE:.0%} of its "
        f"buoyancy energy at the density jump of {', '.join(faint)}."
    )
    return gap, weak if faint else ""


def _gap_in_band(found: Sequence[Resolved], band: tuple[float, float], ladder: Ladder) -> str:
    """What is missing in a band, its neighbours on both sides included; empty if nothing is."""
    below = [mode for mode in found if mode.omega.real < band[0]]
    above = [mode for mode in found if mode.omega.real > band[1]]
    inside = [mode for mode in found if band[0] <= mode.omega.real <= band[1]]
    around = below[-1:] + inside + above[:1]
    counts = [mode.shape.signed_nodes for mode in around]
    if not above and (not counts or counts[-1] != ladder.highest):
        return "The modes at the upper end of the band are not resolved."
    if not below and (not counts or counts[0] != ladder.lowest):
        return "The modes at the lower end of the band are not resolved."
    return _gap(counts)


def _gap(counts: Sequence[int]) -> str:
    """A list without a gap has as many modes as its counts span."""
    spanned = counts[-1] - counts[0] + 1 if counts else 0
    if spanned == len(counts):
        return ""
    return f"The signed node counts span {spanned} modes where {len(counts)} are resolved."


def _mode(mode: Resolved, label: Label, l: int, gravity: str) -> Mode:
    return Mode(
        l=l,
        family=label.family,
        n=label.n,
        label=label.label,
        gravity=gravity,
        omega=mode.omega,
        omega_re_err=mode.omega_re_err,
        omega_im_err=mode.omega_im_err,
        im_by_star=mode.im_by_star,
        residual=mode.residual,
        nodes=mode.shape.nodes,
        apart=mode.apart,
        status=mode.status,
        message=" ".join(filter(None, (label.note, mode.note))),
    )

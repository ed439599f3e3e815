"""From the checked rows of a user's table to an equation of state.

Rows of equal pressure are the two sides of a first-order transition; between transitions lie smooth
stretches, each of which becomes one `HermiteSegment`, two where the composition begins inside it.
Below the first row a polytrope with the pressure, energy density and adiabatic index of that row
leads to zero pressure, where h = 0. Rows with h < 1e-6, a skin of some centimetres, give way to a
polytrope that has P, eps and h of the first row inside. Log-enthalpies are integrated over the
interpolant; a column of densities fixes the rest mass per baryon only.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2
from stellar.eos.base import Array, ColdEOS, Composition, Segment
from stellar.eos.segments.hermite_segment import HermiteSegment, local_cubics, quintics
from stellar.eos.segments.polytropes import RestMassPolytrope
from stellar.eos.segments.series_segment import index_slope
from stellar.eos.tables.table import EXTRAS, atmosphere
from stellar.eos.user_tables.findings import Finding
from stellar.eos.user_tables.monotone import enthalpy_gains, hermite, limited_slopes
from stellar.eos.user_tables.raw_table import RawTable

Rows = NDArray[np.float64]

_TAIL_INDICES = (1.2, 10.0)  # adiabatic indices of a first row that a polytropic tail can carry on
_COLD_GAS_INDEX = 5.0 / 3.0  # of the tail otherwise: free electrons at rest
_SKIN = 1e-6  # log-enthalpy below which rows give way to the tail: h = h_c - x^2 resolves no less
_SOFTEST = 1e-3  # smallest ce2 between two rows, in units of the smaller one at them
_MOST_HALVINGS = 8
_INSIDE = np.array([0.1, 0.25, 0.5, 0.75, 0.9])


@dataclass(frozen=True, eq=False)
class Stretch:
    """Smooth rows from one transition to the next: ln P, ln eps, slopes, log-enthalpies."""

    x: Rows
    y: Rows
    slopes: Rows
    h: Rows


@dataclass(frozen=True)
class RowComposition(Composition):
    """Fractions between the rows of a table; NaN where it has none."""

    segments: tuple[HermiteSegment, ...]

    def fractions(self, h: Array) -> dict[str, Array]:
        """`Y_e`, `Y_mu`, `Y_p` per baryon and `mu_e` in MeV, each of the shape of h."""
        points = np.atleast_1d(np.asarray(h, dtype=float))
        rows = {name: np.full(points.shape, math.nan) for name in EXTRAS}
        for segment in self.segments:
            inside = (points >= segment.h_lo) & (points <= segment.h_hi)
            if np.any(inside):
                for name, values in segment.quantities(points[inside]).items():
                    rows[name][inside] = values
        found: dict[str, Array] = {}
        for name, values in rows.items():
            found[name] = values if np.ndim(h) else float(values[0])
        return found


def transitions_after(p: Rows) -> list[int]:
    """Indices of the rows that begin a new stretch because the pressure has not risen."""
    return [i + 1 for i in range(len(p) - 1) if p[i + 1] == p[i]]


def stretches(raw: RawTable, use_ce2: bool = False) -> tuple[RestMassPolytrope, list[Stretch]]:
    """The tail below the first row, and the smooth stretches of the table.

    Parameters
    ----------
    use_ce2 : take the slopes from the column `ce2` instead of from the neighbouring rows
    """
    p, eps = raw.columns["P"], raw.columns["eps"]
    edges = [0, *transitions_after(p), len(p)]
    tail: RestMassPolytrope | None = None
    found, h = [], 0.0
    for start, end in zip(edges, edges[1:], strict=False):
        rows = slice(start, end)
        x, y = np.log(p[rows]), np.log(eps[rows])
        slopes = limited_slopes(x, y)
        if use_ce2:
            slopes = p[rows] / (eps[rows] * raw.columns["ce2"][rows])
        if tail is None:
            tail = _tail(float(p[0]), float(eps[0]), float(slopes[0]))
            h = tail.h_hi
        piece = Stretch(x, y, slopes, h + enthalpy_gains(x, y, slopes))
        found.append(piece)
        h = float(piece.h[-1])
    if tail is None:
        raise ArithmeticError("a table without rows is no matter")
    return tail, found


def _tail(p: float, eps: float, slope: float) -> RestMassPolytrope:
    low, high = _TAIL_INDICES
    index = (1.0 + p / eps) / slope  # Gamma = ce2 (eps + P)/P
    if not low <= index <= high:
        index = _COLD_GAS_INDEX
    return atmosphere(p, eps, index * p / (eps + p))


def _skin(p: float, eps: float, h: float) -> RestMassPolytrope:
    """The polytrope that has pressure and energy density [MeV fm^-3] at a given log-enthalpy."""
    rest_mass = (eps + p) * math.exp(-h)
    gamma = 1.0 + p / (eps - rest_mass)
    k = p * MEV_FM3_TO_KM2 / (rest_mass * MEV_FM3_TO_KM2) ** gamma
    return RestMassPolytrope(gamma, k, 0.0, 0.0, h, "atmosphere")


def tail_note(raw: RawTable) -> Finding | None:
    """What to say when the tail cannot carry on the adiabatic index of the first row."""
    p, eps = raw.columns["P"], raw.columns["eps"]
    tail, pieces = stretches(raw)
    index = (1.0 + p[0] / eps[0]) / pieces[0].slopes[0]
    if pieces[0].h[0] < _SKIN or abs(tail.gamma / index - 1.0) < 1e-9:
        return None
    return Finding(
        "W_TAIL",
        f"the adiabatic index {index:.3g} of the first row cannot be carried on to zero pressure; "
        f"below it a polytrope of index {tail.gamma:.3g} is used.",
        int(raw.lines[0]) or None,
    )


def log_enthalpies(raw: RawTable, use_ce2: bool = False) -> Rows:
    """Log-enthalpy of every row."""
    return np.concatenate([piece.h for piece in stretches(raw, use_ce2)[1]])


def matter_segment(
    piece: Stretch, kind: str, delta: Rows, extras: Mapping[str, Rows]
) -> HermiteSegment:
    """The segment through the rows of a stretch; delta and extras are given at the rows."""
    x, y, slopes, h = _refined(piece)
    p, eps = np.exp(x), np.exp(y)
    g, d = index_slope(h, p, eps, p / (eps * slopes))
    u, rows_u = np.log(h), np.log(piece.h)
    resample = {
        name: _on_knots(rows_u, local_cubics(rows_u, values), u)
        for name, values in {"delta": delta, **extras}.items()
    }
    return HermiteSegment(
        h_lo=float(h[0]),
        h_hi=float(h[-1]),
        kind=kind,
        knots=tuple(u.tolist()),
        quintics=quintics(u, x + math.log(MEV_FM3_TO_KM2), g, d),
        delta_cubics=resample.pop("delta"),
        extra_cubics=resample,
        table_h=piece.h,
    )


def _refined(piece: Stretch) -> tuple[Rows, Rows, Rows, Rows]:
    """Rows of a stretch, with points of its monotone interpolant where the quintic needs them.

    Between two rows of very different stiffness the quintic of ln P can bend so much that ce2
    vanishes or changes its sign; enough points of a rising curve always mend that.
    """
    x, y, slopes, h = piece.x, piece.y, piece.slopes, piece.h
    for _ in range(_MOST_HALVINGS):
        ce2 = np.exp(x - y) / slopes
        ratio = _inverse_speeds(x, y, slopes, h) * np.minimum(ce2[:-1], ce2[1:])[:, None]
        stiffer = 0.2 * np.minimum(ce2[:-1], ce2[1:]) / np.maximum(ce2[:-1], ce2[1:])
        bad = np.flatnonzero(np.any((ratio > 1.0 / _SOFTEST) | (ratio < stiffer[:, None]), axis=1))
        if not bad.size:
            return x, y, slopes, h
        secant = (y[bad + 1] - y[bad]) / (x[bad + 1] - x[bad])
        middle = 0.5 * (x[bad] + x[bad + 1])
        y_middle = hermite(x, y, slopes, bad, middle)
        slope_middle = 1.5 * secant - 0.25 * (slopes[bad] + slopes[bad + 1])
        x, y = np.insert(x, bad + 1, middle), np.insert(y, bad + 1, y_middle)
        slopes = np.insert(slopes, bad + 1, slope_middle)
        h = h[0] + enthalpy_gains(x, y, slopes)
    if np.any(_inverse_speeds(x, y, slopes, h) <= 0.0):
        raise ArithmeticError("the speed of sound changes too abruptly between two rows")
    return x, y, slopes, h


def _inverse_speeds(x: Rows, y: Rows, slopes: Rows, h: Rows) -> Rows:
    """1/ce2 of the quintics at some points inside each interval, [interval, point]."""
    p, eps = np.exp(x), np.exp(y)
    g, d = index_slope(h, p, eps, p / (eps * slopes))
    u = np.log(h)
    c = quintics(u, x, g, d)
    t = _INSIDE * np.diff(u)[:, None]
    c1, c2, c3, c4, c5 = (column[:, None] for column in c.T[1:])
    g_in = c1 + t * (2.0 * c2 + t * (3.0 * c3 + t * (4.0 * c4 + t * 5.0 * c5)))
    d_in = 2.0 * c2 + t * (6.0 * c3 + t * (12.0 * c4 + t * 20.0 * c5))
    return np.asarray((g_in + d_in / g_in - 1.0) / np.exp(u[:-1, None] + t) - 1.0)


def _on_knots(rows_u: Rows, cubics: Rows, knots: Rows) -> Rows:
    """Coefficients of a piecewise cubic on a finer set of knots."""
    if len(knots) == len(rows_u):
        return cubics
    i = np.clip(np.searchsorted(rows_u, knots[:-1], side="right") - 1, 0, len(rows_u) - 2)
    t = (knots[:-1] - rows_u[i])[:, None]
    c0, c1, c2, c3 = (column[:, None] for column in cubics[i].T)
    return np.concatenate(
        [
            c0 + t * (c1 + t * (c2 + t * c3)),
            c1 + t * (2.0 * c2 + 3.0 * t * c3),
            c2 + 3.0 * t * c3,
            c3,
        ],
        axis=1,
    )


def baryon_factor(raw: RawTable, h: Rows) -> float:
    """f in rho_b = f (eps + P) e^-h with rho_b = m_u n; 1 where the table has no densities.

    The first law makes n e^h/(eps + P) a constant; the median over the rows is taken.
    """
    if "n" not in raw.columns:
        return 1.0
    enthalpy = raw.columns["eps"] + raw.columns["P"]
    return float(ATOMIC_MASS_UNIT_MEV * np.median(raw.columns["n"] * np.exp(h) / enthalpy))


def equation_of_state(
    raw: RawTable,
    spec: str,
    delta: Rows,
    composition_start: int | None,
    provenance: tuple[tuple[str, str], ...],
    use_ce2: bool = False,
) -> ColdEOS:
    """The equation of state through checked rows.

    Parameters
    ----------
    delta : frozen minus equilibrium squared speed of sound at each row
    composition_start : first row at which fractions are known, None without any
    """
    tail, pieces = stretches(raw, use_ce2)
    extras = {name: raw.columns[name] for name in EXTRAS if name in raw.columns}
    skipped = int(np.searchsorted(pieces[0].h, _SKIN))
    if 0 < skipped < len(pieces[0].h) - 1:
        outermost = pieces[0]
        p_first, eps_first = math.exp(outermost.x[skipped]), math.exp(outermost.y[skipped])
        tail = _skin(p_first, eps_first, float(outermost.h[skipped]))
    else:
        skipped = 0
    segments: list[Segment] = [tail]
    with_fractions, start = [], 0
    for piece in pieces:
        end = start + len(piece.h)
        cut = composition_start if composition_start is not None else end
        for low, high in ((max(start, skipped), min(end, cut + 1)), (max(start, cut), end)):
            if high - low < 2:
                continue
            rows = slice(low - start, high - start)
            part = Stretch(piece.x[rows], piece.y[rows], piece.slopes[rows], piece.h[rows])
            inner = low >= cut
            known = {name: values[low:high] for name, values in extras.items()} if inner else {}
            segment = matter_segment(
                part,
                "table",
                delta[low:high] if inner else np.zeros(high - low),
                {name: values for name, values in known.items() if np.all(np.isfinite(values))},
            )
            segments.append(segment)
            if inner:
                with_fractions.append(segment)
        start = end
    h = np.concatenate([piece.h for piece in pieces])
    return ColdEOS(
        name=spec,
        segments=tuple(segments),
        spec=spec,
        baryon_factor=baryon_factor(raw, h),
        stratified=bool(np.any(delta)),
        composition=RowComposition(tuple(with_fractions)) if with_fractions else None,
        provenance=provenance,
    )

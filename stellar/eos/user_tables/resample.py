"""Rows of an equation of state for a table: few, and where they are needed.

Half of the rows are spread over each segment evenly in w = int |d ln P| + 3 |d ln ce2|. The others
go one after another into the intervals in which a reader, who knows P and eps only, would get the
speed of sound least right: its slope d ln eps/d ln P from the limited spline through the rows is
compared with the true one at the rows and between them. So rows crowd where the matter changes its
stiffness, as at neutron drip and at particle thresholds. Every break is a row, a density jump two
rows of equal pressure.
"""

import numpy as np
from numpy.typing import NDArray

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2
from stellar.eos.base import ColdEOS, Segment, Thermo
from stellar.eos.tables.table import EXTRAS
from stellar.eos.user_tables.monotone import hermite, limited_slopes
from stellar.eos.user_tables.raw_table import RawTable

Rows = NDArray[np.float64]

_HIGHEST_H = 1.0  # of an equation of state that does not end
_LOWEST_H = 1e-6
_NARROWEST = 2e-3  # in ln P; closer rows would say more about their rounding than about matter
_FINE = 4000
_STIFFNESS_WEIGHT = 3.0
_FEWEST_IN_SEGMENT = 4
_ROUNDS = 40  # in about so many rounds the second half of the rows is placed


def resampled(eos: ColdEOS, count: int) -> RawTable:
    """A table of about `count` rows.

    Parameters
    ----------
    eos : any equation of state; an incompressible one has no rows
    count : number of rows, which a break between two segments shares; at least four a segment

    Raises
    ------
    ArithmeticError
        If the matter has no finite speed of sound.
    """
    top = min(eos.h_max, _HIGHEST_H)
    pieces = [s for s in eos.segments if s.h_lo < top and s.kind != "atmosphere"]
    rows = _spread(pieces, count // 2, top)
    shared = sum(_shared(pieces))
    while (missing := count + shared - sum(map(len, rows))) > 0:
        rows = _refined(pieces, rows, min(missing, max(1, count // _ROUNDS)))
    parts = [
        _states(eos, segment, h[1:] if shared else h)
        for segment, h, shared in zip(pieces, rows, _shared(pieces), strict=True)
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # the two sides of a jump agree to rounding only, and a table says so by equal pressures
    p = columns["P"]
    equal = np.flatnonzero(np.abs(np.diff(p)) < 1e-9 * p[1:]) + 1
    p[equal] = p[equal - 1]
    if not eos.stratified:
        del columns["delta_all"]
    if eos.composition is None:
        columns = {name: values for name, values in columns.items() if name not in EXTRAS}
    attributes = (("resampled_from", eos.spec), *eos.provenance)
    return RawTable(eos.spec, "resampled", columns, np.zeros(len(p), dtype=np.int64)).about(
        attributes
    )


def _spread(pieces: list[Segment], count: int, top: float) -> list[Rows]:
    """Log-enthalpies of the first rows of each segment."""
    grids = [_fine(segment, max(segment.h_lo, _LOWEST_H), top) for segment in pieces]
    weights = [_weight(segment, grid) for segment, grid in zip(pieces, grids, strict=True)]
    total = sum(weight[-1] for weight in weights)
    rows = []
    for grid, weight in zip(grids, weights, strict=True):
        number = max(_FEWEST_IN_SEGMENT, round(count * weight[-1] / total))
        h = np.interp(np.linspace(0.0, weight[-1], number), weight, grid)
        h[0], h[-1] = grid[0], grid[-1]
        rows.append(h)
    return rows


def _refined(pieces: list[Segment], rows: list[Rows], number: int) -> list[Rows]:
    """The rows with `number` more, in the middle of the intervals that are worst."""
    errors = _slope_errors(pieces, rows)
    worst = np.argsort(-np.concatenate(errors), kind="stable")[:number]
    chosen = np.zeros(sum(map(len, errors)), dtype=bool)
    chosen[worst] = True
    edges = np.cumsum([len(error) for error in errors])[:-1]
    finer = []
    for h, marks in zip(rows, np.split(chosen, edges), strict=True):
        after = np.flatnonzero(marks)
        finer.append(np.insert(h, after + 1, np.sqrt(h[after] * h[after + 1])))
    return finer


def _slope_errors(pieces: list[Segment], rows: list[Rows]) -> list[Rows]:
    """For each interval how wrong the slope d ln eps/d ln P of a reader is, relative."""
    errors: list[Rows] = []
    run: list[int] = []
    shared = _shared(pieces)
    for number in range(len(pieces)):
        run.append(number)
        if number + 1 < len(pieces) and shared[number + 1]:
            continue
        errors += _run_errors([pieces[k] for k in run], [rows[k] for k in run])
        run = []
    return errors


def _run_errors(pieces: list[Segment], rows: list[Rows]) -> list[Rows]:
    """The same for segments without a jump between them."""
    states = [segment.evaluate(h) for segment, h in zip(pieces, rows, strict=True)]
    first = [0 if number == 0 else 1 for number in range(len(pieces))]
    x, y, true = (
        np.concatenate([part[k:] for part, k in zip(parts, first, strict=True)])
        for parts in zip(*(_log_state(state) for state in states), strict=True)
    )
    slopes = limited_slopes(x, y)
    at_rows = np.abs(slopes / true - 1.0)
    errors, start = [], 0
    for segment, h in zip(pieces, rows, strict=True):
        here = slice(start, start + len(h))
        middle = _log_state(segment.evaluate(np.sqrt(h[:-1] * h[1:])))
        intervals = np.arange(start, start + len(h) - 1)
        step = 1e-4 * np.diff(x[here])
        read = (
            hermite(x, y, slopes, intervals, middle[0] + step)
            - hermite(x, y, slopes, intervals, middle[0] - step)
        ) / (2.0 * step)
        ends = 0.5 * (at_rows[here][:-1] + at_rows[here][1:])
        error = (np.abs(read / middle[2] - 1.0) + ends) * np.sqrt(np.diff(y[here]))
        errors.append(np.where(np.diff(x[here]) > _NARROWEST, error, 0.0))
        start += len(h) - 1
    return errors


def _log_state(state: Thermo) -> tuple[Rows, Rows, Rows]:
    """Arrays ln P, ln eps and d ln eps/d ln P."""
    slope = state.p / (state.eps * state.cs2_equilibrium)
    return np.log(state.p), np.log(state.eps), np.asarray(slope)


def _shared(pieces: list[Segment]) -> list[bool]:
    """For each segment whether its first row is also the last one of the segment outside it."""
    pairs = zip(pieces, pieces[1:], strict=False)
    return [False, *(not _jumps(outer, inner) for outer, inner in pairs)]


def _fine(segment: Segment, low: float, top: float) -> Rows:
    """A grid that is dense at both ends, where thresholds lie."""
    s = np.sin(0.5 * np.pi * np.linspace(0.0, 1.0, _FINE)) ** 2
    high = min(segment.h_hi, top)
    grid = low * (high / low) ** s
    grid[0], grid[-1] = low, high
    return np.asarray(grid)


def _weight(segment: Segment, grid: Rows) -> Rows:
    state = segment.evaluate(grid)
    if not np.all(np.isfinite(state.cs2_equilibrium)):
        raise ArithmeticError("matter without a finite speed of sound has no table")
    steps = np.abs(np.diff(np.log(state.p)))
    steps = steps + _STIFFNESS_WEIGHT * np.abs(np.diff(np.log(state.cs2_equilibrium)))
    return np.concatenate([[0.0], np.cumsum(steps)])


def _jumps(outer: Segment, inner: Segment) -> bool:
    below, above = outer.evaluate(outer.h_hi).eps, inner.evaluate(inner.h_lo).eps
    return bool(abs(float(above) / float(below) - 1.0) > 1e-9)


def _states(eos: ColdEOS, segment: Segment, h: Rows) -> dict[str, Rows]:
    state = segment.evaluate(h)
    enthalpy = np.asarray(state.eps + state.p) / MEV_FM3_TO_KM2
    n = eos.baryon_factor * enthalpy * np.exp(-h) / ATOMIC_MASS_UNIT_MEV
    inside = np.clip(h, segment.h_lo * (1.0 + 1e-13), segment.h_hi * (1.0 - 1e-13))
    fractions = eos.composition.fractions(inside) if eos.composition else {}
    unknown = np.full(h.shape, np.nan)
    return {
        "n": n,
        "P": np.asarray(state.p) / MEV_FM3_TO_KM2,
        "eps": np.asarray(state.eps) / MEV_FM3_TO_KM2,
        "mu_B": enthalpy / n,
        "ce2": np.asarray(state.cs2_equilibrium, dtype=float),
        "delta_all": np.asarray(state.delta, dtype=float),
        **{name: np.asarray(fractions.get(name, unknown)) for name in EXTRAS},
    }

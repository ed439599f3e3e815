"""The outer part of an equation of state: its segments below a density or pressure."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from stellar.eos.base import Array, ColdEOS, Composition, Segment
from stellar.eos.roots import bracketed_root

_COMPACT_H = 3.0  # an unbounded segment is searched up to here


@dataclasses.dataclass(frozen=True)
class OuterComposition(Composition):
    """The composition of another equation of state, unknown from h_end inwards."""

    base: Composition
    h_end: float

    def fractions(self, h: Array) -> dict[str, Array]:
        """As those of the base; NaN beyond h_end."""
        points = np.asarray(h, dtype=float)
        known = self.base.fractions(np.minimum(points, self.h_end))
        found: dict[str, Array] = {}
        for name, value in known.items():
            kept = np.where(points <= self.h_end, value, math.nan)
            found[name] = kept if points.ndim else float(kept)
        return found


def enthalpy_at(
    eos: ColdEOS, quantity: Callable[[Segment, float], float], value: float, what: str
) -> float:
    """Log-enthalpy at which an increasing quantity has a value.

    Parameters
    ----------
    quantity : (segment, h) -> number, increasing inwards
    what : name and unit of the value, for the sentence

    Raises
    ------
    ArithmeticError
        If the value lies in a density jump or above the range of the equation of state.
    """
    reached = 0.0
    for segment in eos.segments:
        top = min(segment.h_hi, _COMPACT_H)
        low, high = quantity(segment, segment.h_lo), quantity(segment, top)
        if value < low:
            raise ArithmeticError(f"{what} lies in the density jump of {eos.name} or below it")
        if value <= high:
            return _root(segment, quantity, value, top)
        reached = high
    raise ArithmeticError(f"{what} is {value / reached:.4g} times the highest of {eos.name}")


def _root(
    segment: Segment, quantity: Callable[[Segment, float], float], value: float, top: float
) -> float:
    def excess(h: float) -> float:
        return math.log(max(quantity(segment, h), 1e-300) / value)  # 0 at a surface

    return bracketed_root(excess, segment.h_lo, top, xtol=1e-16)


def outer_segments(eos: ColdEOS, h_end: float) -> tuple[Segment, ...]:
    """The segments up to h_end, the last one cut there."""
    kept = [segment for segment in eos.segments if segment.h_lo < h_end]
    last = kept[-1]
    if last.h_hi > h_end:
        kept[-1] = _ending_at(last, h_end)
    return tuple(kept)


def origin(base: ColdEOS) -> tuple[tuple[str, str], ...]:
    """What is known of the matter outside, for the provenance of what is built on it."""
    return tuple((f"base_{key}", text) for key, text in base.provenance)


def _ending_at(segment: Segment, h_end: float) -> Segment:
    changes: dict[str, object] = {"h_hi": h_end}
    if segment.table_h is not None:
        changes["table_h"] = segment.table_h[segment.table_h <= h_end]
    return dataclasses.replace(segment, **changes)  # type: ignore[type-var]

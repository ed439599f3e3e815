"""Stratification put in by hand: an adiabatic index Gamma1 other than that of equilibrium.

    cs2_frozen = Gamma1 p / (eps + p),    delta = cs2_frozen - cs2_equilibrium

with Gamma1 either a multiple of the equilibrium index, Gamma1 = factor Gamma, for which
delta = (factor - 1) cs2_equilibrium without cancellation, or a constant (Krueger et al. 2015).
"""

from dataclasses import dataclass

from stellar.eos.base import Array, Segment, Thermo
from stellar.eos.specification import number, quoted, shortest
from stellar.errors import InputError

_HIGHEST = 100.0


@dataclass(frozen=True)
class FrozenIndex:
    """The option `gamma1=`: a multiple of the equilibrium index (`1.1x`) or a constant (`2.2`)."""

    value: float
    relative: bool

    @property
    def stratifies(self) -> bool:
        """Whether delta differs from zero."""
        return not (self.relative and self.value == 1.0)

    @property
    def item(self) -> str:
        """As it stands in a specification."""
        return f"gamma1={shortest(self.value)}{'x' if self.relative else ''}"

    def wrap(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """The same matter with this index."""
        if not self.stratifies:
            return segments
        return tuple(
            StratifiedSegment(segment, self, segment.h_lo, segment.h_hi, segment.kind, segment.jump)
            for segment in segments
        )


def read_frozen_index(text: str, spec: str) -> FrozenIndex:
    """The value of gamma1 as typed in a specification.

    Raises
    ------
    InputError
        If it is neither a multiple such as `1.1x` nor a number in the allowed range.
    """
    relative = text[-1:] in "xX"
    value = number(text[:-1] if relative else text)
    if value is None or not 0.0 < value <= _HIGHEST:
        raise InputError(
            f"In {quoted(spec)} the parameter gamma1 is {quoted(text)}, but it must be a "
            f"multiple of the equilibrium index such as 1.1x, or a constant such as 2.2, with "
            f"0 < gamma1 <= {_HIGHEST:g}."
        )
    return FrozenIndex(value, relative)


@dataclass(frozen=True)
class StratifiedSegment(Segment):
    """A segment whose frozen speed of sound is that of another adiabatic index."""

    base: Segment
    index: FrozenIndex
    h_lo: float
    h_hi: float
    kind: str
    jump: str

    @property
    def threshold(self) -> bool:
        """As that of the base."""
        return self.base.threshold

    @property
    def detail(self) -> int:
        """As that of the base."""
        return self.base.detail

    @property
    def rough(self) -> bool:
        """As that of the base."""
        return self.base.rough

    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h."""
        p, eps, cs2, _ = self.base.evaluate(h)
        if self.index.relative:
            return Thermo(p, eps, cs2, (self.index.value - 1.0) * cs2)
        enthalpy = eps + p
        if isinstance(h, float):
            frozen = self.index.value * p / enthalpy if enthalpy > 0.0 else 0.0
        else:
            # p / (eps + p) -> 0 at the surface of a polytrope, where both vanish
            frozen = self.index.value * p / (enthalpy + (enthalpy == 0.0))
        return Thermo(p, eps, cs2, frozen - cs2)

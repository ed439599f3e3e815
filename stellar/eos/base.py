"""What an equation of state is to everything above it: a cold barotrope in log-enthalpy.

The independent variable is h = int dp / (eps + p), zero at the surface, so that a star occupies
the fixed interval [0, h_c] and the metric potential is nu = nu_R - 2 h (Lindblom 1992).
Pressure and energy density are in km^-2 (G = c = 1), speeds of sound in units of c.

An equation of state is a stack of smooth `Segment`s from the surface inwards. Where two meet, a
derivative jumps (a kink) or the energy density itself does (a `Transition`). Nothing is ever
evaluated across such a break: the caller asks the segment on the side it stands on.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64] | float


class Thermo(NamedTuple):
    """State of matter at given log-enthalpies, each of the shape of the argument.

    p, eps : pressure and energy density, km^-2
    cs2_equilibrium : d p / d eps along the barotrope, c = 1; infinite if incompressible
    delta : cs2_frozen - cs2_equilibrium, stored on its own because it is a small difference
    """

    p: Array
    eps: Array
    cs2_equilibrium: Array
    delta: Array


class Segment(ABC):
    """A smooth piece of an equation of state, h_lo <= h <= h_hi.

    threshold : whether it is analytic in sqrt(h - h_lo), as above the onset of a particle
    detail : least number of steps in which an integration can follow it
    rough : whether it is made of polynomials, at whose joints the control of steps is lost
    jump : what a jump of the energy density at h_lo is, if there is one: join | first_order
    """

    h_lo: float
    h_hi: float
    table_h: NDArray[np.float64] | None = None  # log-enthalpies of the rows it was built from
    threshold: bool = False
    detail: int = 1
    rough: bool = False
    jump: str = "join"
    kind: str  # outer_crust, inner_crust, core, quark, atmosphere, polytrope, ...

    @abstractmethod
    def evaluate(self, h: Array) -> Thermo:
        """State at log-enthalpy h (float or array); one-sided limits at the two ends."""


@dataclass(frozen=True)
class Transition:
    """A jump of the energy density at equal pressure (first-order transition or a join)."""

    h: float
    p: float  # km^-2
    eps_below: float  # km^-2, on the side of the surface
    eps_above: float  # km^-2, on the side of the centre
    kind: str  # first_order | join


@dataclass(frozen=True)
class ColdEOS:
    """A cold equation of state: segments from the surface inwards, without gaps.

    baryon_factor : f in rho_b = f (eps + p) e^-h, the rest-mass density
    stratified : whether delta is non-zero anywhere (only then are there g-modes)
    spec : the resolved specification that recreates this object
    composition : optional, how fractions and lepton potentials follow h
    provenance : what is stored beside results: source, citation, parameters, hash
    """

    name: str
    segments: tuple[Segment, ...]
    spec: str
    baryon_factor: float = 1.0
    stratified: bool = False
    composition: "Composition | None" = None
    provenance: tuple[tuple[str, str], ...] = ()

    @property
    def h_max(self) -> float:
        """Largest log-enthalpy at which the equation of state is defined; may be infinite."""
        return self.segments[-1].h_hi

    @property
    def breaks(self) -> tuple[float, ...]:
        """Inner boundaries between segments, ascending in h."""
        return tuple(segment.h_lo for segment in self.segments[1:])

    @property
    def rough(self) -> bool:
        """Whether a segment is."""
        return any(segment.rough for segment in self.segments)

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Breaks at which the energy density jumps by more than rounding."""
        found = []
        for outer, inner in zip(self.segments, self.segments[1:], strict=False):
            below, above = outer.evaluate(outer.h_hi), inner.evaluate(inner.h_lo)
            if abs(above.eps - below.eps) > 1e-9 * above.eps:
                found.append(
                    Transition(
                        inner.h_lo, float(above.p), float(below.eps), float(above.eps), inner.jump
                    )
                )
        return tuple(found)

    @property
    def incompressible(self) -> bool:
        """Whether the speed of sound is infinite throughout."""
        middles = (0.5 * (s.h_lo + min(s.h_hi, s.h_lo + 1.0)) for s in self.segments)
        states = (s.evaluate(h) for s, h in zip(self.segments, middles, strict=True))
        return all(math.isinf(float(state.cs2_equilibrium)) for state in states)

    def segment_at(self, h: float) -> Segment:
        """The segment that holds h; at a break the inner one."""
        for segment in reversed(self.segments):
            if h >= segment.h_lo:
                return segment
        return self.segments[0]

    def evaluate(self, h: float) -> Thermo:
        """State at one log-enthalpy; at a break the inner side."""
        return self.segment_at(h).evaluate(h)

    def rest_mass_density(self, h: float) -> float:
        """rho_b = f (eps + p) e^-h in km^-2."""
        return self.rest_mass_density_in(self.segment_at(h), h)

    def rest_mass_density_in(self, segment: Segment, h: float) -> float:
        """As `rest_mass_density`, on a chosen side of a break."""
        state = segment.evaluate(h)
        return self.baryon_factor * float(state.eps + state.p) * math.exp(-h)


class Composition(ABC):
    """Particle fractions of matter in equilibrium as functions of log-enthalpy."""

    @abstractmethod
    def fractions(self, h: Array) -> dict[str, Array]:
        """Fractions per baryon (`Y_e`, `Y_mu`, ...) and `mu_e` in MeV; NaN where unknown."""

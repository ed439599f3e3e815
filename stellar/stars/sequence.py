"""The sequence of stars of one equation of state: extrema of the mass, branches, chosen stars.

Along the central log-enthalpy h_c the mass has extrema where dM/dh_c = 0, and at each of them one
radial mode changes its stability (Bardeen, Thorne & Meltzer 1966): a curve M(R) that turns
counter-clockwise with rising h_c loses a mode, one that turns clockwise gains it back. Counting
from the dilute end gives the stable branches, twin stars among them.

Nothing here integrates anything: a solver hands in functions of h_c.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq

from stellar.eos.base import ColdEOS

DILUTE_H = 1e-3  # where a survey begins
COMPACT_H = 2.5  # where it ends if the equation of state does not (central redshift of e^2.5)
POINTS_PER_E_FOLD = 10
EXTREMUM_XTOL = 1e-6  # relative, of extrema that only bound a branch
WHITE_DWARF_COMPACTNESS = 0.01  # a stable branch that ends below this is not one of neutron stars
ROOT_RTOL = 4.0 * np.finfo(float).eps


class Equilibrium(Protocol):
    """What a sequence needs to know of a star; lengths in km."""

    @property
    def h_c(self) -> float:
        """Central log-enthalpy."""
        ...

    @property
    def mass(self) -> float:
        """Gravitational mass."""
        ...

    @property
    def radius(self) -> float:
        """Areal radius."""
        ...

    @property
    def baryon_mass(self) -> float:
        """Baryon mass."""
        ...

    @property
    def mass_slope(self) -> float:
        """dM/dh_c."""
        ...

    @property
    def radius_slope(self) -> float:
        """dR/dh_c."""
        ...


Solve = Callable[[float], Equilibrium]


@dataclass(frozen=True)
class Point:
    """A star of the survey; mass, radius, baryon mass, dM/dh_c and dR/dh_c in km."""

    h_c: float
    mass: float
    radius: float
    baryon_mass: float
    mass_slope: float
    radius_slope: float

    @property
    def compactness(self) -> float:
        """M / R."""
        return self.mass / self.radius


@dataclass(frozen=True)
class Branch:
    """A stable stretch of the sequence; `number` counts from 1 with rising central density."""

    number: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Sequence:
    """The surveyed sequence of one equation of state.

    branches : stable branches of neutron stars, from the dilute to the dense end
    maximum : the heaviest stable star, or None where the mass still rises at the end of the range
    heaviest : the heaviest stable star met, a maximum or not
    failure : why the survey failed, empty if it did not
    """

    branches: tuple[Branch, ...]
    maximum: Point | None
    heaviest: Point | None
    failure: str = ""


def survey(eos: ColdEOS, solve: Solve, solve_finely: Solve) -> Sequence:
    """Walk the sequence, locate the extrema of the mass and cut it into stable branches.

    Parameters
    ----------
    eos : the equation of state
    solve : star of a central log-enthalpy, to the few digits that brackets need; the walk ends
        where it raises ArithmeticError
    solve_finely : the same to full accuracy, for the maximum
    """
    points = _walk(eos, solve)
    points, extrema = _insert_extrema(points, solve)
    branches, start, unstable = [], 0, 0 if points and points[0].mass_slope > 0.0 else 1
    for end in [*extrema, len(points) - 1]:
        if unstable == 0 and end > start:
            branches.append(tuple(points[start : end + 1]))
        if end in extrema:
            unstable += _turn(points, end)
        start = end
    tops = {points[index].h_c for index in extrema}
    branches = [
        _refine_top(branch, solve_finely) if branch[-1].h_c in tops else branch
        for branch in _neutron_star_branches(branches)
    ]
    heaviest = max((branch[-1] for branch in branches), key=lambda top: top.mass, default=None)
    at_the_end = heaviest is None or heaviest.h_c == points[-1].h_c
    numbered = tuple(Branch(number, kept) for number, kept in enumerate(branches, start=1))
    return Sequence(numbered, None if at_the_end else heaviest, heaviest)


def _walk(eos: ColdEOS, solve: Solve) -> list[Point]:
    top = min(eos.h_max, COMPACT_H)
    bottom = min(DILUTE_H, 1e-3 * top)
    count = math.ceil(POINTS_PER_E_FOLD * math.log(top / bottom))
    grid = set(np.geomspace(bottom, top, count).tolist())
    # a break can hide a short unstable stretch: look closely on both of its sides
    for transition in eos.transitions:
        grid |= {
            transition.h * (1.0 + side * offset)
            for side in (-1, 1)
            for offset in (1e-6, 0.01, 0.03)
        }
    points = []
    for h_c in sorted(h for h in grid if bottom <= h <= top):
        try:
            points.append(as_point(solve(h_c)))
        except ArithmeticError:
            break
    return points


def as_point(star: Equilibrium) -> Point:
    """Keep what a sequence needs of a star."""
    return Point(
        star.h_c, star.mass, star.radius, star.baryon_mass, star.mass_slope, star.radius_slope
    )


def _insert_extrema(points: list[Point], solve: Solve) -> tuple[list[Point], list[int]]:
    """Insert the stars with dM/dh_c = 0 between the points where the slope changes sign."""
    complete, extrema = points[:1], []
    for left, right in zip(points, points[1:], strict=False):
        if left.mass_slope * right.mass_slope < 0.0:
            extrema.append(len(complete))
            complete.append(_extremum(solve, left.h_c, right.h_c, EXTREMUM_XTOL * left.h_c))
        complete.append(right)
    return complete, extrema


def _extremum(solve: Solve, low: float, high: float, xtol: float) -> Point:
    """The star with dM/dh_c = 0 between two others."""
    h_c = brentq(lambda h: solve(h).mass_slope, low, high, xtol=xtol, rtol=ROOT_RTOL)
    return as_point(solve(h_c))


def _refine_top(branch: tuple[Point, ...], solve: Solve) -> tuple[Point, ...]:
    """The branch with its heaviest star located anew, to full accuracy."""
    rough = branch[-1].h_c
    half = 0.5 * (rough - branch[-2].h_c)
    for width in (1e-4 * rough, half):
        low, high = rough - width, rough + width
        if solve(low).mass_slope > 0.0 > solve(high).mass_slope:
            return (*branch[:-1], _extremum(solve, low, high, 1e-13))
    raise ArithmeticError(f"no maximum of the mass near central log-enthalpy {rough:.9g}")


def _turn(points: list[Point], index: int) -> int:
    """+1 where the curve M(R) turns counter-clockwise at an extremum, -1 where clockwise.

    The slope of the radius at the extremum itself decides: between white dwarfs and neutron stars
    the radius changes fiftyfold from one point of the survey to the next.
    """
    shrinking = points[index].radius_slope < 0.0
    is_maximum = points[index - 1].mass_slope > 0.0
    return 1 if shrinking == is_maximum else -1


def _neutron_star_branches(branches: list[tuple[Point, ...]]) -> list[tuple[Point, ...]]:
    """Drop white dwarfs where the sequence also has something more compact."""
    compact = [
        branch
        for branch in branches
        if max(p.compactness for p in branch) > WHITE_DWARF_COMPACTNESS
    ]
    return compact or branches


def find_on_branch(
    branch: Branch, solve: Solve, quantity: Callable[[Equilibrium], float], value: float
) -> float | None:
    """Central log-enthalpy of the first star of a branch at which `quantity` has `value`.

    Returns None if no two neighbouring points of the survey enclose the value.
    """
    for left, right in zip(branch.points, branch.points[1:], strict=False):
        low, high = quantity(left) - value, quantity(right) - value
        if low == 0.0:
            return left.h_c
        if high == 0.0:
            return right.h_c
        if low * high < 0.0:
            return _root(lambda h: quantity(solve(h)) - value, left.h_c, right.h_c)
    return None


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root in a bracket that a coarser solve found: widened by a hair if this one disagrees."""
    margin = 1e-3 * (high - low)
    for bracket in ((low, high), (low - margin, high + margin)):
        if function(bracket[0]) * function(bracket[1]) <= 0.0:
            return float(brentq(function, *bracket, xtol=1e-15, rtol=ROOT_RTOL))
    raise ArithmeticError(f"no star between central log-enthalpies {low:.12g} and {high:.12g}")

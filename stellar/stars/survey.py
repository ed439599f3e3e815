"""The survey of a sequence: a grid of stars, the extrema of the mass, the stable branches.

Nothing here integrates anything: the survey asks for stars (`conversation`), and whoever drives it
computes them, one at a time or for thousands of equations of state side by side.
"""

import math
from collections.abc import Callable

import numpy as np

from stellar.eos.base import ColdEOS
from stellar.stars.conversation import Answer, Steps, Wanted, answer, together
from stellar.stars.equilibrium import Equilibrium, Point, as_point
from stellar.stars.roots import bracketed_root
from stellar.stars.sequence import Branch, Sequence, stable_stretches

DILUTE_H = 1e-3  # where a survey begins
CRUST_H = 0.0275  # where it begins if white dwarfs are left out: about the lightest neutron star
ENVELOPE_KM = 1000.0  # a larger star belongs to the white dwarfs
DILUTEST_H = 1e-5  # where it begins if no crust divides the matter down there
POINTS_BELOW = 5  # of those between the two: stars are alike there
COMPACT_H = 2.5  # where it ends if the equation of state does not (central redshift of e^2.5)
INCOMPRESSIBLE_H = 4.5  # the same without a maximum mass: within 1e-3 of the Buchdahl limit
POINTS_PER_E_FOLD = 10
EXTREMUM_XTOL = 1e-6  # relative, of extrema that only bound a branch
MAXIMUM_XTOL = 1e-13  # of the heaviest star of a branch

Solve = Callable[[float], Equilibrium]


def survey(eos: ColdEOS, solve: Solve, solve_finely: Solve) -> Sequence:
    """Survey with stars computed one at a time.

    Parameters
    ----------
    eos : the equation of state
    solve : star of a central log-enthalpy, to the few digits that brackets need; the survey ends
        where it raises ArithmeticError
    solve_finely : the same to full accuracy, for the maximum
    """
    return answer(survey_steps(eos), answer_singly(solve, solve_finely))


def answer_singly(solve: Solve, solve_finely: Solve) -> Callable[[Wanted], Answer]:
    """Compute wanted stars in their order, up to the first that does not exist."""

    def stars(wanted: Wanted) -> Answer:
        compute = solve_finely if wanted.fine else solve
        found: Answer = [None] * len(wanted.h_c)
        for number, h_c in enumerate(wanted.h_c):
            try:
                found[number] = as_point(compute(h_c))
            except ArithmeticError:
                break
        return found

    return stars


def survey_steps(eos: ColdEOS, *, white_dwarfs: bool = True) -> Steps[Sequence]:
    """Walk the sequence, locate the extrema of the mass and cut it into stable branches.

    white_dwarfs : whether matter with a crust is surveyed through the white dwarfs as well; they
        are no branch of neutron stars, and their envelopes of thousands of km take most of the work
    """
    grid = _grid(eos)
    if white_dwarfs or not _crusted(eos):
        points = _leading((yield Wanted(grid)))
    else:
        beyond = (CRUST_H, *(h for h in grid if h > CRUST_H))
        points = _behind_white_dwarfs((yield Wanted(beyond)))
    points, extrema = yield from _with_extrema(points)
    tops = {points[index].h_c for index in extrema}
    stretches = yield from together(
        [_with_exact_top(stretch, tops) for stretch in stable_stretches(points, extrema)]
    )
    heaviest = max((stretch[-1] for stretch in stretches), key=lambda top: top.mass, default=None)
    at_the_end = heaviest is None or heaviest.h_c == points[-1].h_c
    numbered = tuple(Branch(number, kept) for number, kept in enumerate(stretches, start=1))
    return Sequence(numbered, None if at_the_end else heaviest, heaviest)


def largest_h(eos: ColdEOS) -> float:
    """Largest central log-enthalpy at which stars are looked for."""
    return min(eos.h_max, INCOMPRESSIBLE_H if eos.incompressible else COMPACT_H)


def _grid(eos: ColdEOS) -> tuple[float, ...]:
    top = largest_h(eos)
    bottom = min(DILUTE_H, 1e-3 * top)
    count = math.ceil(POINTS_PER_E_FOLD * math.log(top / bottom))
    grid = set(np.geomspace(bottom, top, count).tolist())
    if not _crusted(eos) and bottom > DILUTEST_H:
        grid |= set(np.geomspace(DILUTEST_H, bottom, POINTS_BELOW, endpoint=False).tolist())
        bottom = DILUTEST_H
    # a break can hide a short unstable stretch: look closely on both of its sides
    for transition in eos.transitions:
        grid |= {
            transition.h * (1.0 + side * offset)
            for side in (-1, 1)
            for offset in (1e-6, 0.01, 0.03)
        }
    return tuple(sorted(h for h in grid if bottom <= h <= top))


def _crusted(eos: ColdEOS) -> bool:
    """Whether a crust divides the matter of dilute stars."""
    return eos.segments[0].h_hi <= min(DILUTE_H, 1e-3 * largest_h(eos))


def _behind_white_dwarfs(stars: Answer) -> list[Point]:
    """The stars from the first that is no extended one, the falling ones before it left out."""
    start = next(
        (k for k, star in enumerate(stars) if star is not None and star.radius < ENVELOPE_KM), 0
    )
    return _leading(stars[start:])


def _leading(stars: Answer) -> list[Point]:
    """The stars before the first that could not be computed."""
    points: list[Point] = []
    for star in stars:
        if star is None:
            break
        points.append(star)
    return points


def _with_extrema(points: list[Point]) -> Steps[tuple[list[Point], list[int]]]:
    """The points with the stars of dM/dh_c = 0 among them, and the indices of these."""
    pairs = list(zip(points, points[1:], strict=False))
    turning = [pair for pair in pairs if pair[0].mass_slope * pair[1].mass_slope < 0.0]
    found = yield from together(
        [_extremum(low, high, EXTREMUM_XTOL * low.h_c) for low, high in turning]
    )
    complete = sorted([*points, *found], key=lambda star: star.h_c)
    tops = {star.h_c for star in found}
    return complete, [index for index, star in enumerate(complete) if star.h_c in tops]


def _extremum(low: Point, high: Point, xtol: float, *, fine: bool = False) -> Steps[Point]:
    """The star with dM/dh_c = 0 between two others."""
    return bracketed_root(low, high, lambda star: star.mass_slope, xtol, fine=fine)


def _with_exact_top(stretch: tuple[Point, ...], tops: set[float]) -> Steps[tuple[Point, ...]]:
    """A stable stretch with its heaviest star located anew, to full accuracy."""
    rough = stretch[-1].h_c
    if rough not in tops:
        return stretch
    half = 0.5 * (rough - stretch[-2].h_c)
    for width in (1e-4 * rough, half):
        low, high = yield Wanted((rough - width, rough + width), fine=True)
        if low is not None and high is not None and low.mass_slope > 0.0 > high.mass_slope:
            top = yield from _extremum(low, high, MAXIMUM_XTOL, fine=True)
            return (*stretch[:-1], top)
    raise ArithmeticError(f"no maximum of the mass near central log-enthalpy {rough:.9g}")

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
from stellar.stars.roots import bracketed_root, interpolated_root
from stellar.stars.sequence import Branch, Sequence, stable_stretches

DILUTE_H = 1e-3  # where a survey begins
CRUST_H = 0.0275  # where it begins if white dwarfs are left out: about the lightest neutron star
ENVELOPE_KM = 1000.0  # a larger star belongs to the white dwarfs
DILUTEST_H = 1e-5  # where it begins if no crust divides the matter down there
POINTS_BELOW = 5  # of those between the two: stars are alike there
COMPACT_H = 2.5  # where it ends if the equation of state does not (central redshift of e^2.5)
INCOMPRESSIBLE_H = 4.5  # the same without a maximum mass: within 1e-3 of the Buchdahl limit
POINTS_PER_E_FOLD = 10
INSIDE = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)  # of an interval that holds an extremum
AROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)  # of a maximum, in units of NEAR h_c at first
NEAR = 2e-3
BREAK = 1e-5  # relative distance of two surveyed stars that enclose a break
DILUTE_SIDE = 1e-13
KINK = 1e-4  # of d ln M/d ln h_c: at a smooth extremum it is zero to many digits
MAXIMUM_XTOL = 1e-9  # relative error of h_c; that of the mass is its square

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
    pairs = zip(points, points[1:], strict=False)
    turning = [pair for pair in pairs if pair[0].mass_slope * pair[1].mass_slope < 0.0]
    found = yield from together([_rough_extremum(low, high) for low, high in turning])
    complete = sorted([*points, *found], key=lambda star: star.h_c)
    tops = {star.h_c for star in found}
    return complete, [index for index, star in enumerate(complete) if star.h_c in tops]


def _slope(star: Point) -> float:
    return star.mass_slope


def _rough_extremum(low: Point, high: Point) -> Steps[Point]:
    """The star with dM/dh_c = 0 between two others, as well as a polynomial tells."""
    length = high.h_c - low.h_c
    if length < BREAK * low.h_c:
        return (yield from _cusp(low, high))
    inside = yield Wanted(tuple(low.h_c + part * length for part in INSIDE))
    stars = [low, *(star for star in inside if star is not None), high]
    root = interpolated_root(stars, _slope)
    if root is None:  # the ends differ in sign: only a slope that is no number leads here
        raise ArithmeticError(f"no extremum of the mass near {low.h_c:.9g}")
    (star,) = yield Wanted((root,))
    if star is None:
        raise ArithmeticError(f"no star near the extremum of the mass at {root:.9g}")
    return star


def _cusp(low: Point, high: Point) -> Steps[Point]:
    """The star at a break that the two others enclose, seen from its dilute side.

    Behind a strong transition dM/dh_c changes its sign at once: the extremum is the break itself.
    """
    (star,) = yield Wanted((0.5 * (low.h_c + high.h_c) * (1.0 - DILUTE_SIDE),), fine=True)
    if star is None:
        raise ArithmeticError(f"no star at the break at {low.h_c:.9g} could be computed")
    return star


def is_cusp(star: Point) -> bool:
    """Whether an extremum of the mass is one of a kink, where dM/dh_c does not vanish."""
    return abs(star.mass_slope) * star.h_c > KINK * star.mass


def _with_exact_top(stretch: tuple[Point, ...], tops: set[float]) -> Steps[tuple[Point, ...]]:
    """A stable stretch with its heaviest star located anew, to full accuracy."""
    rough = stretch[-1].h_c
    if rough not in tops or is_cusp(stretch[-1]):
        return stretch
    half = 0.5 * (rough - stretch[-2].h_c)
    for width in (NEAR * rough, half):
        around = yield Wanted(tuple(rough + width * part for part in AROUND), fine=True)
        stars = [star for star in around if star is not None]
        root = interpolated_root(stars, _slope)
        if root is not None and len(stars) == len(AROUND):
            top = yield from _polished(stars, root)
            return (*stretch[:-1], top)
    raise ArithmeticError(f"no maximum of the mass near central log-enthalpy {rough:.9g}")


def _polished(stars: list[Point], root: float) -> Steps[Point]:
    """The star at the root of a polynomial; where that is not good enough, by bracketing it."""
    (top,) = yield Wanted((root,), fine=True)
    if top is None:
        raise ArithmeticError(f"no star with central log-enthalpy {root:.12g} could be computed")
    low = max((star for star in stars if star.mass_slope > 0.0), key=lambda star: star.h_c)
    high = min((star for star in stars if star.h_c > low.h_c), key=lambda star: star.h_c)
    steep = (low.mass_slope - high.mass_slope) / (high.h_c - low.h_c)
    if abs(top.mass_slope) <= MAXIMUM_XTOL * root * steep:
        return top
    return (yield from bracketed_root(low, high, _slope, 0.1 * MAXIMUM_XTOL * root, fine=True))

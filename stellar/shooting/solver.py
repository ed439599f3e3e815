"""The shooting baseline as a solver: targets in, solved stars out, one star at a time.

Every quantity is computed at two tolerances; the difference is its error estimate.
"""

import math

import numpy as np

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.oscillations.order import Order, SolvedStar
from stellar.shooting.background import Background, solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.profile import radial_profile
from stellar.shooting.quasinormal import find_modes
from stellar.shooting.radial import count_unstable, radial_modes
from stellar.shooting.tides import tidal_love
from stellar.stars.sequence import Sequence, survey
from stellar.stars.star import Star
from stellar.stars.targets import Target

SURVEY_RTOL = 1e-9
SMALLEST_RTOL = 1e-13
COARSER = 30.0  # ratio of the two tolerances that every error estimate compares
SAFETY = 3.0
ROUNDING = 1e-14  # relative floor of every error estimate


def tolerance(accuracy: float) -> float:
    """Tolerance of the integrations for a requested accuracy of the result."""
    return max(1e-3 * accuracy, SMALLEST_RTOL)


def survey_sequence(eos: ColdEOS) -> Sequence:
    """The stable branches of an equation of state."""
    return survey(eos, lambda h_c: solve_background(eos, h_c, SURVEY_RTOL))


def solve_stars(eos: ColdEOS, targets: list[Target], order: Order) -> list[SolvedStar]:
    """Solve each target; one that fails becomes a status and a sentence."""
    return [_solve(eos, target, order) for target in targets]


def _solve(eos: ColdEOS, target: Target, order: Order) -> SolvedStar:
    if target.status is not Status.OK:
        return SolvedStar(target, None, {}, status=target.status, message=target.message)
    rtol = tolerance(order.accuracy)
    try:
        h_c = target.locate(lambda h: solve_background(eos, h, rtol))
        background = solve_background(eos, h_c, rtol)
        star = describe(background, solve_background(eos, h_c, COARSER * rtol), rtol)
    except ArithmeticError as failure:
        return SolvedStar(target, None, {}, status=Status.COMPUTATION_FAILED, message=str(failure))
    profile = radial_profile(background) if order.profiles else None
    return SolvedStar(target, star, _search(background, order, rtol), profile)


def describe(background: Background, coarser: Background, rtol: float) -> Star:
    """Collect the properties of a star from two solutions of it."""
    eos, centre = background.eos, background.eos.evaluate(background.h_c)
    fine = (background.radius, background.mass, background.baryon_mass)
    coarse = (coarser.radius, coarser.mass, coarser.baryon_mass)
    love, rough_love = tidal_love(background, 2, rtol), tidal_love(coarser, 2, COARSER * rtol)
    errors = [
        SAFETY * abs(a - b) + ROUNDING * abs(a)
        for a, b in zip((*fine, *love), (*coarse, *rough_love), strict=True)
    ]
    return Star(
        background.h_c,
        *fine,
        float(centre.p),
        float(centre.eps),
        eos.rest_mass_density(background.h_c),
        *love,
        count_unstable(background, rtol) == 0,
        *errors,
    )


def _search(background: Background, order: Order, rtol: float) -> dict[int, ModeSearch]:
    request = order.modes
    if request is None:
        return {}
    searches = {}
    if "radial" in request.families:
        searches[0] = _attempt(radial_modes, background, request.n_max, rtol)
    fluid = tuple(family for family in request.families if family != "radial")
    if fluid:
        non_radial = ModeRequest(fluid, request.n_max, request.band)
        search = cowling_modes if order.gravity == "cowling" else find_modes
        for degree in order.degrees:
            searches[degree] = _attempt(search, background, degree, non_radial, rtol)
    return searches


def _attempt(search, *arguments) -> ModeSearch:
    """A search that fails loses its own modes and nothing else."""
    try:
        return search(*arguments)
    except ArithmeticError as failure:
        return ModeSearch((), complete=False, message=str(failure))

"""The shooting baseline as a solver: targets in, solved stars out, one star at a time."""

from collections.abc import Sequence as Many

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.oscillations.order import Order, Request, SolvedStar
from stellar.shooting.background import Background, solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.profile import radial_profile
from stellar.shooting.properties import describe
from stellar.shooting.quasinormal import find_modes
from stellar.shooting.radial import radial_modes
from stellar.stars.sequence import Sequence
from stellar.stars.survey import survey
from stellar.stars.targets import Target

SURVEY_RTOL = 1e-7
EXTREMUM_RTOL = 1e-12
SMALLEST_RTOL = 1e-13
FOR_ROUGH = 1.0 / 30.0  # of the tolerance, for the structure of stars of rough matter


def tolerance(accuracy: float) -> float:
    """Tolerance of the integrations for a requested accuracy of the result."""
    return max(1e-4 * accuracy, SMALLEST_RTOL)


def survey_sequences(equations: Many[ColdEOS]) -> list[Sequence]:
    """The stable branches of every equation of state; one that fails says why."""
    return [_survey(eos) for eos in equations]


def solve_stars(requests: Many[Request]) -> list[list[SolvedStar]]:
    """Solve the targets of every request; one that fails becomes a status and a sentence."""
    return [
        [_solve(request.eos, target, request.order) for target in request.targets]
        for request in requests
    ]


def _survey(eos: ColdEOS) -> Sequence:
    try:
        return survey(
            eos,
            lambda h_c: solve_background(eos, h_c, SURVEY_RTOL),
            lambda h_c: solve_background(eos, h_c, EXTREMUM_RTOL),
        )
    except ArithmeticError as failure:
        return Sequence.failed(eos.name, failure)


def _solve(eos: ColdEOS, target: Target, order: Order) -> SolvedStar:
    if target.status is not Status.OK:
        return SolvedStar.missing(target)
    rtol = tolerance(order.accuracy)
    fine = max(rtol * (FOR_ROUGH if eos.rough else 1.0), SMALLEST_RTOL)
    try:
        h_c = target.locate(lambda h: solve_background(eos, h, fine))
        background = solve_background(eos, h_c, fine)
        star = describe(background, target, order)
    except ArithmeticError as failure:
        return SolvedStar.missing(target, str(failure))
    profile = radial_profile(background) if order.profiles else None
    searches = _search(background, order, rtol)
    widened = {l: search.widened(star.h_c_err / h_c) for l, search in searches.items()}
    return SolvedStar(target, star, widened, profile)


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

"""The shooting baseline as a solver: targets in, solved stars out, one star at a time.

Every quantity is computed at two tolerances a factor COARSER apart. Global errors shrink in
proportion to the tolerance, so the finer result is off by about 1/COARSER of the difference; the
estimate keeps a margin, and never falls below what rounding and step control leave.
"""

import math
from dataclasses import replace

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

SURVEY_RTOL = 1e-7
EXTREMUM_RTOL = 1e-10
SMALLEST_RTOL = 1e-13
COARSER = 30.0
MARGIN = 10.0
STRUCTURE_FLOOR, TIDAL_FLOOR = 3.0, 30.0  # smallest relative errors met, in units of rtol
ROUNDING = 1e-14


def tolerance(accuracy: float) -> float:
    """Tolerance of the integrations for a requested accuracy of the result."""
    return max(1e-4 * accuracy, SMALLEST_RTOL)


def survey_sequence(eos: ColdEOS) -> Sequence:
    """The stable branches of an equation of state."""
    return survey(
        eos,
        lambda h_c: solve_background(eos, h_c, SURVEY_RTOL),
        lambda h_c: solve_background(eos, h_c, EXTREMUM_RTOL),
    )


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
        coarser = solve_background(eos, h_c, COARSER * rtol)
        star = describe(background, coarser, target, rtol)
    except ArithmeticError as failure:
        return SolvedStar(target, None, {}, status=Status.COMPUTATION_FAILED, message=str(failure))
    profile = radial_profile(background) if order.profiles else None
    searches = _search(background, order, rtol)
    widened = {l: _widen(search, star.h_c_err / h_c) for l, search in searches.items()}
    return SolvedStar(target, star, widened, profile)


def describe(background: Background, coarser: Background, target: Target, rtol: float) -> Star:
    """Collect the properties of a star from two solutions with the same centre."""
    eos, h_c = background.eos, background.h_c
    segment = background.pieces[0].segment
    p, eps, cs2, _ = map(float, segment.evaluate(h_c))
    fine = (background.radius, background.mass, background.baryon_mass)
    coarse = (coarser.radius, coarser.mass, coarser.baryon_mass)
    love, rough_love = tidal_love(background, 2, rtol), tidal_love(coarser, 2, COARSER * rtol)
    errors = [
        *_errors(fine, coarse, STRUCTURE_FLOOR * rtol),
        *_errors(love, rough_love, TIDAL_FLOOR * rtol),
    ]
    h_c_err = centre_error(background, coarser, errors[1], target)
    errors[0] += abs(background.radius_slope) * h_c_err
    density = eos.rest_mass_density_in(segment, h_c)
    # the maximum ends its stable branch: the sign of its omega^2 is rounding
    stable = target.is_extremum or count_unstable(background, rtol) == 0
    return Star(h_c, *fine, p, eps, density, cs2, *love, stable, h_c_err, *errors)


def _errors(fine: tuple[float, ...], coarse: tuple[float, ...], floor: float) -> list[float]:
    return [
        MARGIN / COARSER * abs(a - b) + floor * abs(a) for a, b in zip(fine, coarse, strict=True)
    ]


def centre_error(
    background: Background, coarser: Background, mass_err: float, target: Target
) -> float:
    """How well the chosen property fixes the central log-enthalpy.

    A star chosen by its centre is exact. One chosen by its mass inherits the error of the mass
    through dM/dh_c, or near the maximum through the curvature of M(h_c); the maximum itself is
    fixed by its slope.
    """
    h_c, slope = background.h_c, abs(background.mass_slope)
    rounding = ROUNDING * h_c
    if not target.branch_number:
        return rounding
    step = 1e-3 * h_c
    beside = solve_background(background.eos, h_c - step, background.rtol)
    curvature = abs(background.mass_slope - beside.mass_slope) / step
    if target.is_extremum:
        return rounding + (slope + abs(background.mass_slope - coarser.mass_slope)) / curvature
    linear = mass_err / slope if slope > 0.0 else math.inf
    return rounding + min(linear, math.sqrt(2.0 * mass_err / curvature))


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


def _widen(search: ModeSearch, relative: float) -> ModeSearch:
    """Add to the errors of frequencies what the uncertainty of the centre brings.

    d ln omega / d ln h_c is of order one along a sequence.
    """
    modes = tuple(
        replace(
            mode,
            omega_re_err=mode.omega_re_err + relative * abs(mode.omega),
            omega_im_err=mode.omega_im_err + relative * abs(mode.omega.imag),
        )
        for mode in search.modes
    )
    return replace(search, modes=modes)


def _attempt(search, *arguments) -> ModeSearch:
    """A search that fails loses its own modes and nothing else."""
    try:
        return search(*arguments)
    except ArithmeticError as failure:
        return ModeSearch((), complete=False, message=str(failure))

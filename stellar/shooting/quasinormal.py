"""Non-radial modes of one star in full general relativity: what was asked, found and measured.

Weakly damped modes (f, p, g, i) and space-time modes (w, wII) are searched by their own modules;
here a request is split between them and the answers are put together. Units: km^-1.
"""

from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.shooting.background import Background, solve_background
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction
from stellar.shooting.space_time import space_time_modes
from stellar.shooting.weakly_damped import FluidSearch, buoyant_families, fluid_modes

FINER = 0.1  # of the tolerance asked for
SMALLEST_RTOL = 1e-13
COARSE_MATCH = 0.45  # where the solution that errors are estimated with is matched
FLUID = ("f", "p", "g", "i")


def find_modes(
    background: Background, l: int, request: ModeRequest, rtol: float = 1e-9
) -> ModeSearch:
    """Find the quasi-normal modes of one star and one degree.

    Parameters
    ----------
    background : the star
    l : degree, at least 2 (a dipole does not radiate gravitational waves)
    request : families f, p, g, i, w (others are ignored) with n_max, or a band in Re omega, km^-1
    rtol : relative tolerance of the integrations, the star's included; the result belongs to a
        tenth of it and the change between the two is the error estimate

    Returns
    -------
    The modes found, f p g i ascending in frequency, then w. A mode that is asked for and not there
    is absent, and `message` says why. `complete` says that the argument principle confirmed the
    number of modes in the region searched.

    Raises
    ------
    ArithmeticError
        If l < 2 or the star cannot be integrated.
    """
    if l < 2:
        raise ArithmeticError(f"modes that radiate gravitational waves need l >= 2, not {l}")
    function, coarse = _two_accuracies(background, l, rtol)
    modes, reasons = [], _impossible(function, request)
    complete = True
    for families, search in ((FLUID, fluid_modes), (("w",), space_time_modes)):
        if not set(families) & set(request.families):
            continue
        try:
            found = search(function, request, coarse)
        except ArithmeticError as failure:  # the other families are not lost with these
            found = FluidSearch((), complete=False, message=f"{'/'.join(families)}: {failure}")
        modes += found.modes
        complete = complete and found.complete
        reasons += [found.message] if found.message else []
    return ModeSearch(tuple(modes), complete, "; ".join(reasons))


def _two_accuracies(
    background: Background, l: int, rtol: float
) -> tuple[RootFunction, RootFunction]:
    """Root functions for the result and for its error: tolerances, star and matching differ."""
    fine = max(FINER * rtol, SMALLEST_RTOL)
    star = solve_background(background.eos, background.h_c, fine)
    rough = background
    if background.rtol < rtol:  # the error of the star belongs to the estimate
        rough = solve_background(background.eos, background.h_c, rtol)
    return (
        RootFunction(star, l, Accuracy(fine)),
        RootFunction(rough, l, Accuracy(rtol, COARSE_MATCH)),
    )


def _impossible(function: RootFunction, request: ModeRequest) -> list[str]:
    """Families that this star does not have."""
    present = buoyant_families(function, request)
    reasons = []
    if "g" in request.families and "g" not in present:
        reasons.append("no g-modes: the star is not stratified (the sound speeds are equal)")
    if "i" in request.families and "i" not in present:
        reasons.append("no i-modes: no density jump inside the star")
    return reasons

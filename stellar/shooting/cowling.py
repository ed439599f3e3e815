"""Search for non-radial modes in the Cowling approximation: f, p_n, g_n and i_k of one star.

The count of `phase` numbers them: 0 is f, n is p_n, negative counts are g- and i-modes, and a list
without gaps in the count is complete. Frequencies are tried, ever higher and lower, until the
counts wanted are spanned; the equations are in `cowling_equations`. Lengths in km, G = c = 1.
"""

import math
from collections.abc import Sequence

import numpy as np

from stellar.oscillations.labels import SMALLEST_SHARE, FluidMode, Label, label_fluid
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch
from stellar.shooting.background import Background
from stellar.shooting.cowling_equations import CowlingProblem
from stellar.shooting.eigenvalues import CountTable, Eigenvalue
from stellar.shooting.march import is_incompressible
from stellar.shooting.nodes import buoyancy_shares, count_nodes
from stellar.shooting.phase import mode_profiles

LOWEST = 1e-3  # of sqrt(M/R^3): the search for buoyancy modes ends here
HIGHEST = 1e3
SPARE_ORDERS = 10  # buoyancy modes looked at beyond g_n_max before an i-mode is given up


def cowling_modes(
    background: Background, l: int, request: ModeRequest, rtol: float = 1e-10
) -> ModeSearch:
    """Find the fluid modes of one star and one degree on a fixed metric.

    Parameters
    ----------
    background : the star
    l : degree, at least 1
    request : families f, p, g, i (others are ignored) with n_max, or a band in omega, km^-1
    rtol : relative tolerance of the integrations; that of `background` should not be larger

    Returns
    -------
    Modes in ascending frequency. `complete` says that the counts have no gap over the band, or over
    everything between the modes asked for.

    Raises
    ------
    ArithmeticError
        If l < 1 or the integration fails.
    """
    if l < 1:
        raise ArithmeticError(f"non-radial modes need l >= 1, not {l}")
    unit = math.sqrt(background.mass / background.radius**3)
    table = CountTable(CowlingProblem(background, l), background, rtol)
    if request.band is None:
        modes, complete, message = _by_order(table, request, unit)
        kept = [mode for mode in modes if mode.n <= request.n_max]
    else:
        modes, complete, message = _by_band(table, request.band, unit)
        lo, hi = request.band
        kept = [mode for mode in modes if lo <= mode.omega.real <= hi]
    return ModeSearch(
        tuple(mode for mode in kept if mode.family in request.families),
        complete=complete,
        message=message,
        details={"trials": float(table.counts.size)},
    )


def _by_order(table: CountTable, request: ModeRequest, unit: float) -> tuple[list[Mode], bool, str]:
    """Modes of all counts that a request with n_max can mean, whether complete, what is missing."""
    eos = table.background.eos
    jumps = table.background.number_of_jumps
    buoyant = {"g", "i"} & set(request.families) if eos.stratified or jumps else set()
    sound = not is_incompressible(table.background)
    highest = request.n_max if "p" in request.families and sound else 0
    lowest = 0
    if buoyant:
        lowest = -jumps - (request.n_max if eos.stratified and "g" in buoyant else 0)
    table.add(np.geomspace(0.3 * unit, 3.0 * unit * (1 + highest), 12 + 3 * highest))
    _widen(table, lowest, highest, unit)
    solved = _solve(table, range(lowest, highest + 1))
    modes = _labelled(solved, table.problem.l)
    wanted = min(request.n_max, jumps) if "i" in buoyant and eos.stratified else 0
    deepest = -jumps - request.n_max - SPARE_ORDERS
    while lowest > deepest and sum(1 for mode in modes if mode.family == "i") < wanted:
        # an i-mode may lie deep among the g-modes
        deeper = range(max(lowest - 5, deepest), lowest)
        lowest = deeper[0]
        _widen(table, lowest, highest, unit)
        solved = _solve(table, deeper) + solved
        modes = _labelled(solved, table.problem.l)
    missing = highest - lowest + 1 - len(modes)
    reason = ""
    if missing:
        reason = (
            f"{missing} modes lie outside the frequencies searched, {LOWEST:g} to {HIGHEST:g} "
            "sqrt(M/R^3)."
        )
    elif sum(1 for mode in modes if mode.family == "i") < wanted:
        reason = (
            f"Among the {-lowest} modes below f none holds {SMALLEST_SHARE:.0%} of its buoyancy "
            "energy at some of the density jumps."
        )
    return modes, not missing, reason


def _by_band(
    table: CountTable, band: tuple[float, float], unit: float
) -> tuple[list[Mode], bool, str]:
    """Modes in a band of omega; if it lies below f, all from there up to f, for their names."""
    lo = max(band[0], LOWEST * unit)
    if band[1] <= lo:
        reason = f"The band lies below the lowest frequency searched, {LOWEST} sqrt(M/R^3)."
        return [], False, reason
    table.add(np.geomspace(lo, band[1], 24))
    lowest, highest = math.ceil(table.counts[0]), math.floor(table.counts[-1])
    if lowest > highest:
        return [], True, ""
    if highest < 0:
        highest = 0
        _widen(table, lowest, highest, unit)
    modes = _labelled(_solve(table, range(lowest, highest + 1)), table.problem.l)
    buoyant = table.background.number_of_jumps > 0 or table.background.eos.stratified
    if band[0] < lo and buoyant:
        return modes, False, f"Modes below {LOWEST} sqrt(M/R^3) are not looked for."
    return modes, True, ""


def _widen(table: CountTable, lowest: int, highest: int, unit: float) -> None:
    """Try lower and higher frequencies until the counts span what is wanted."""
    while table.counts[-1] <= highest and table.parameters[-1] < HIGHEST * unit:
        table.add(np.geomspace(1.1, 2.0, 6) * table.parameters[-1])
    while table.counts[0] >= lowest and table.parameters[0] > LOWEST * unit:
        table.add(np.geomspace(0.4, 0.9, 6) * table.parameters[0])


def _solve(table: CountTable, orders: Sequence[int]) -> list[tuple[Eigenvalue, FluidMode]]:
    """Frequencies of the modes of the given counts, ascending, with what their labels need."""
    roots = table.roots(orders)
    if not roots:
        return []
    problem = table.problem
    values = np.array([root.parameter for root in roots])
    profile = mode_profiles(problem, table.background, values, max(table.rtol, 1e-8))
    radii = np.array([here.r for here in profile.points]) / table.background.radius
    shapes = [
        FluidMode(
            omega=root.parameter,
            nodes=count_nodes(profile.u[:, k]),
            signed_nodes=root.order,
            interface_shares=buoyancy_shares(
                profile.points, profile.u[:, k] * radii ** (problem.l + 1)
            ),
        )
        for k, root in enumerate(roots)
    ]
    return list(zip(roots, shapes, strict=True))


def _labelled(solved: Sequence[tuple[Eigenvalue, FluidMode]], l: int) -> list[Mode]:
    labels = label_fluid([shape for _, shape in solved])
    return [
        _mode(root, shape, label, l) for (root, shape), label in zip(solved, labels, strict=True)
    ]


def _mode(root: Eigenvalue, shape: FluidMode, label: Label, l: int) -> Mode:
    return Mode(
        l=l,
        family=label.family,
        n=label.n,
        label=label.label,
        gravity="cowling",
        omega=complex(root.parameter, 0.0),
        omega_re_err=root.error,
        omega_im_err=0.0,
        residual=root.residual,
        nodes=shape.nodes,
        message=label.note,
    )

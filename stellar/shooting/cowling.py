"""Non-radial modes in the Cowling approximation: the metric stays as it is (McDermott et al. 1983).

xi^r = e^{-lam/2} W Y / r^2, xi^theta = -V Y_,theta / r^2, Phi' = nu'/2, L = l (l + 1), ' = d/dr:

    W' = [omega^2 r^2 e^{lam/2-nu} V + Phi' W] / c_s^2 - L e^{lam/2} V
    V' = 2 Phi' V - e^{lam/2} W / r^2 + S [V + e^{nu-lam/2} Phi' W / (omega^2 r^2)]

Here y = omega^2 r^2 e^{lam/2-nu} V + Phi' W, the bracket of the first line, is -Delta p / (eps + p)
up to a common factor: y = 0 at the surface, and (eps + p) y is continuous at a density jump, as W
is. With q = y - Phi' W, proportional to V,

    W' = (Phi' / c_s^2) W + [1/c_s^2 - L b] q,                              b = e^nu / (omega r)^2
    q' = [2/r + lam'/2 + S] q - [omega^2 e^{lam-nu} - S Phi'] W

and S = Phi' delta / (c_e^2 c_s^2) > 0 where stable comes from delta = c_s^2 - c_e^2 itself, exactly
zero for a barotrope. In terms of (W, y) the angle turns at a rate whose derivative with respect to
omega^2 is a positive form, omega^-2 L b q^2 + e^{lam-nu} W^2, so that the count of `phase` rises
through each integer once: 0 is f, n is p_n, negative counts are g- and i-modes, and a list without
gaps in the count is complete. The pair (W, q) used here differs by a shear that leaves the zeros
of W and hence the integers where they are; it makes g-modes turn evenly.
Lengths in km, G = c = 1.
"""

import math
from collections.abc import Sequence

import numpy as np

from stellar.oscillations.labels import FluidMode, Label, label_fluid
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch
from stellar.shooting.background import Background
from stellar.shooting.march import (
    FOUR_PI,
    Matter,
    Vector,
    centre_matter,
    is_incompressible,
    march,
    surface_depth,
    x_at,
)
from stellar.shooting.nodes import buoyancy_shares, count_nodes, stratification
from stellar.shooting.phase import (
    CENTRE_START,
    Coefficients,
    CountTable,
    Eigenvalue,
    mode_profiles,
)

LOWEST = 1e-3  # of sqrt(M/R^3): the search for buoyancy modes ends here
HIGHEST = 1e3
ROUGH = 1e-4  # tolerance of a scale that only sets how evenly the angle turns
SPARE_ORDERS = 20  # buoyancy modes looked at beyond g_n_max before an i-mode is given up


class CowlingProblem:
    """Non-radial pulsation on a fixed metric; the parameter is omega, km^-1.

    u = W / r^(l+1) and v = q / (omega sigma r^(l+1)). With sigma = R omega, but not below the mean
    of r (S Phi' / L e^nu)^(1/2) and not above R sqrt(M/R^3), the two are of one size in sound
    waves, in gravity waves and in between, and the angle turns evenly.
    """

    def __init__(self, background: Background, l: int):
        self.l = l
        self.radius = background.radius
        self.largest = math.sqrt(background.compactness)
        self.smallest = min(_gravity_wave_ratio(background, l), self.largest)

    def _sigma(self, parameters: Vector) -> Vector:
        return np.clip(self.radius * parameters, self.smallest, self.largest)

    def coefficients(self, here: Matter, parameters: Vector) -> Coefficients:
        """Matrix of (u, v)."""
        r, phi, l = here.r, here.phi_slope, self.l
        sigma = self._sigma(parameters)
        inverse_cs2 = 1.0 / here.cs2_frozen
        buoyancy = stratification(here)
        sound = parameters * inverse_cs2 - (l * (l + 1) * here.exp_nu / r**2) / parameters
        restoring = (buoyancy * phi) / parameters - (here.exp_lam / here.exp_nu) * parameters
        return Coefficients(
            uu=phi * inverse_cs2 - (l + 1) / r,
            uv=sound * sigma,
            vu=restoring / sigma,
            vv=(1 - l) / r + 0.5 * here.lam_slope + buoyancy,
        )

    def centre(self, here: Matter, parameters: Vector) -> tuple[Vector, Vector]:
        """W = r^(l+1), V = -r^l / l."""
        v = parameters * (-here.r / (self.l * here.exp_nu))
        return np.ones(parameters.size), v / self._sigma(parameters)

    def surface(self, here: Matter, depth: float, parameters: Vector) -> tuple[Vector, Vector]:
        """Regular solution: y = y_1 h, with d eps/dp ~ (h d eps/dp) / h kept."""
        r, phi, exp_lam, l = here.r, here.phi_slope, here.exp_lam, self.l
        # y' = slope W + (Phi'/c_e^2 + ...) y
        slope = (
            FOUR_PI * exp_lam * (here.eps + 3.0 * here.p - r * phi * (here.eps + here.p))
            + phi * (0.5 * here.lam_slope - 4.0 / r)
            - (exp_lam / here.exp_nu) * parameters**2
            + l * (l + 1) * here.exp_nu * (phi / (r * parameters)) ** 2
        )
        y = -slope * depth / (phi * (1.0 + depth / here.cs2_equilibrium))
        v = (y - phi) / (parameters * self._sigma(parameters))
        return np.ones(parameters.size), v

    def cross(
        self, behind: Matter, ahead: Matter, parameters: Vector, u: Vector, v: Vector
    ) -> Vector:
        """v ahead of a density jump: W and (eps + p) y are continuous."""
        ratio = (behind.eps + behind.p) / (ahead.eps + ahead.p)
        y_part = ahead.phi_slope * u / (parameters * self._sigma(parameters))
        return ratio * v + (ratio - 1.0) * y_part


def _gravity_wave_ratio(background: Background, l: int) -> float:
    """Mean over the radius of r (S Phi' e^-nu / L)^(1/2), zero for a barotrope."""
    if not background.eos.stratified:
        return 0.0

    def rates(here: Matter, _: Vector) -> Vector:
        square = stratification(here) * here.phi_slope / (l * (l + 1) * here.exp_nu)
        return np.array([here.r * math.sqrt(max(square, 0.0))])

    x_range = CENTRE_START * background.x_surface, x_at(background, surface_depth(background))
    start = centre_matter(background, x_range[0])
    _, integral = march(background, rates, start, np.zeros(1), x_range, rtol=ROUGH, atol=ROUGH)
    return float(integral[0]) / background.radius


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
        modes, missing = _by_order(table, request, unit)
        kept = [mode for mode in modes if mode.n <= request.n_max]
    else:
        modes, missing = _by_band(table, request.band, unit)
        lo, hi = request.band
        kept = [mode for mode in modes if lo <= mode.omega.real <= hi]
    return ModeSearch(
        tuple(mode for mode in kept if mode.family in request.families),
        complete=not missing,
        message=missing,
        details={"trials": float(table.counts.size)},
    )


def _by_order(table: CountTable, request: ModeRequest, unit: float) -> tuple[list[Mode], str]:
    """Modes of all counts that a request with n_max can mean, and what is missing."""
    eos = table.background.eos
    jumps = number_of_jumps(table.background)
    buoyant = {"g", "i"} & set(request.families) if eos.stratified or jumps else set()
    sound = not is_incompressible(table.background)
    highest = request.n_max if "p" in request.families and sound else 0
    lowest = 0
    if buoyant:
        lowest = -jumps - (request.n_max if eos.stratified and "g" in buoyant else 0)
    table.add(np.geomspace(0.3 * unit, 3.0 * unit * (1 + highest), 12 + 3 * highest))
    while True:
        _widen(table, lowest, highest, unit)
        modes = _modes(table, range(lowest, highest + 1))
        found = sum(1 for mode in modes if mode.family == "i")
        wanted = min(request.n_max, jumps) if "i" in buoyant and eos.stratified else 0
        if found >= wanted or lowest <= -jumps - request.n_max - SPARE_ORDERS:
            break
        lowest -= 5  # an i-mode may lie deep among the g-modes
    if len(modes) < highest - lowest + 1:
        return modes, (
            f"{highest - lowest + 1 - len(modes)} modes lie below the lowest frequency searched, "
            f"{LOWEST} sqrt(M/R^3)."
        )
    return modes, ""


def _by_band(table: CountTable, band: tuple[float, float], unit: float) -> tuple[list[Mode], str]:
    """Modes in a band of omega; if it lies below f, all from there up to f, for their names."""
    lo = max(band[0], LOWEST * unit)
    if band[1] <= lo:
        return [], f"The band lies below the lowest frequency searched, {LOWEST} sqrt(M/R^3)."
    table.add(np.geomspace(lo, band[1], 24))
    lowest, highest = math.ceil(table.counts[0]), math.floor(table.counts[-1])
    if lowest > highest:
        return [], ""
    if highest < 0:
        highest = 0
        _widen(table, lowest, highest, unit)
    below = number_of_jumps(table.background) or table.background.eos.stratified
    message = ""
    if band[0] < lo and below:
        message = f"Modes below {LOWEST} sqrt(M/R^3) are not looked for."
    return _modes(table, range(lowest, highest + 1)), message


def _widen(table: CountTable, lowest: int, highest: int, unit: float) -> None:
    """Try lower and higher frequencies until the counts span what is wanted."""
    while table.counts[-1] <= highest and table.parameters[-1] < HIGHEST * unit:
        table.add(np.geomspace(1.1, 2.0, 6) * table.parameters[-1])
    while table.counts[0] >= lowest and table.parameters[0] > LOWEST * unit:
        table.add(np.geomspace(0.4, 0.9, 6) * table.parameters[0])


def number_of_jumps(background: Background) -> int:
    """Density jumps inside the star."""
    return sum(1 for jump in background.eos.transitions if jump.h < background.h_c)


def _modes(table: CountTable, orders: Sequence[int]) -> list[Mode]:
    """Solve for the modes of the given counts and label them, ascending in frequency."""
    roots = table.roots(orders)
    if not roots:
        return []
    problem = table.problem
    values = np.array([root.parameter for root in roots])
    profile = mode_profiles(problem, table.background, values, max(table.rtol, 1e-8))
    radii = np.array([here.r for here in profile.points]) / table.background.radius
    fluid = [
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
    return [
        _mode(root, shape, label, problem.l)
        for root, shape, label in zip(roots, fluid, label_fluid(fluid), strict=True)
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

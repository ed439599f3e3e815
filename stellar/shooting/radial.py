"""Radial oscillations (Chandrasekhar 1964; Sturm-Liouville form of Bardeen, Thorne & Meltzer 1966).

With zeta = r^2 e^{-nu/2} xi^r and ' = d/dr,

    (P zeta')' + (Q + omega^2 W) zeta = 0,   P = Gamma_1 p e^{(lam+3nu)/2} / r^2,
    W = (eps + p) e^{(3lam+nu)/2} / r^2,   Q = P-like [nu'^2/4 + 2 nu'/r - 8 pi p e^lam]

written for u = zeta / r^3 and v = c_s^2 zeta' / (r^2 h_c), which is -Delta p / (eps + p) up to a
positive factor: zeta and (eps + p) v are continuous across density jumps, v = 0 at the surface.

omega^2 enters only v' and only with u, with a negative sign, so the angle of (u, v) turns faster
for a larger omega^2 everywhere: the count of `phase` is monotonic and the search is complete. It
runs in omega^2 so that unstable stars are no special case. Lengths in km, G = c = 1.
"""

import math

import numpy as np

from stellar.oscillations.mode import ModeSearch, radial_mode
from stellar.shooting.background import Background
from stellar.shooting.eigenvalues import CountTable
from stellar.shooting.march import FOUR_PI, Matter, Vector, is_incompressible
from stellar.shooting.nodes import count_nodes
from stellar.shooting.phase import Coefficients, mode_counts, mode_profiles

LARGEST_STEPS = 40


class RadialProblem:
    """Radial pulsation as an `OscillationProblem`; the parameter is omega^2, km^-2."""

    def __init__(self, background: Background):
        self.scale = background.h_c

    def coefficients(self, here: Matter, parameters: Vector) -> Coefficients:
        """Matrix of (u, v)."""
        r, phi = here.r, here.phi_slope
        restoring = phi**2 + 4.0 * phi / r - 2.0 * FOUR_PI * here.p * here.exp_lam
        inertia = parameters * (here.exp_lam / here.exp_nu)
        return Coefficients(
            uu=-3.0 / r,
            uv=self.scale / (here.cs2_frozen * r),
            vu=-(restoring + inertia) * (r / self.scale),
            vv=phi / here.cs2_equilibrium - 2.0 * phi - 0.5 * here.lam_slope,
        )

    def centre(self, here: Matter, parameters: Vector) -> tuple[Vector, Vector]:
        """zeta = r^3."""
        return np.ones(parameters.size), np.full(
            parameters.size, 3.0 * here.cs2_frozen / self.scale
        )

    def surface(self, here: Matter, depth: float, parameters: Vector) -> tuple[Vector, Vector]:
        """Regular solution: v = v_1 h, with d eps/dp ~ (h d eps/dp) / h kept."""
        vu = self.coefficients(here, parameters).vu
        below = here.phi_slope * (1.0 + depth / here.cs2_equilibrium)
        return np.ones(parameters.size), -vu * depth / below

    def cross(
        self, behind: Matter, ahead: Matter, parameters: Vector, u: Vector, v: Vector
    ) -> Vector:
        """v ahead of a density jump: zeta and Delta p are continuous."""
        return v * ((behind.eps + behind.p) / (ahead.eps + ahead.p))


def radial_modes(background: Background, n_max: int, rtol: float = 1e-10) -> ModeSearch:
    """Fundamental radial mode and its overtones, F, H1, ..., H_n_max.

    Parameters
    ----------
    background : the star
    n_max : highest overtone
    rtol : relative tolerance of the integrations; that of `background` should not be larger

    Returns
    -------
    Modes in ascending order of omega^2. For omega^2 < 0 omega = -i sqrt(|omega^2|): the
    perturbation grows as e^{+i omega t}.

    Raises
    ------
    ArithmeticError
        If the integration fails, or matter is incompressible (no radial mode exists).
    """
    if is_incompressible(background):
        raise ArithmeticError("incompressible matter has no radial oscillations")
    table = CountTable(RadialProblem(background), background, rtol)
    unit = background.mass / background.radius**3
    top = unit * (math.pi * (n_max + 2)) ** 2
    table.add(np.concatenate(([-unit], np.linspace(0.0, top, 3 * n_max + 6))))
    _extend(table, unit, n_max)
    roots = table.roots(range(n_max + 1))
    values = np.array([root.parameter for root in roots])
    profile = mode_profiles(table.problem, background, values, max(rtol, 1e-8))
    modes = tuple(
        radial_mode(
            root.order,
            root.parameter,
            root.error,
            residual=root.residual,
            nodes=count_nodes(profile.u[:, k]),
        )
        for k, root in enumerate(roots)
    )
    return ModeSearch(modes, complete=True, details={"trials": float(table.counts.size)})


def count_unstable(background: Background, rtol: float = 1e-10) -> int:
    """Number of radial modes with omega^2 < 0: the zeros of the solution at omega^2 = 0."""
    if is_incompressible(background):
        return 0  # p_c is infinite before an incompressible star loses its balance
    count = mode_counts(RadialProblem(background), background, np.zeros(1), rtol)
    return max(0, math.ceil(float(count[0])))


def _extend(table: CountTable, unit: float, n_max: int) -> None:
    """Widen the interval of omega^2 until it holds F and H_n_max."""
    for _ in range(LARGEST_STEPS):
        if table.counts[0] < 0.0 and table.counts[-1] > n_max:
            return
        wider = []
        if table.counts[0] >= 0.0:
            wider.append(3.0 * min(table.parameters[0], -unit))
        if table.counts[-1] <= n_max:
            wider.append(2.0 * table.parameters[-1])
        table.add(np.array(wider))
    raise ArithmeticError("no interval of omega^2 was found that holds the radial modes")

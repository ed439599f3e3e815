"""The star in hydrostatic equilibrium, by integrating the textbook equations (scipy baseline).

    dr/dh = -r (r - 2m) / (m + 4 pi r^3 p)          (Lindblom 1992, eq. 12-13)
    dm/dh =  4 pi r^2 eps dr/dh

with the log-enthalpy h = h_c - x^2 and x as integration variable: r is odd and analytic in x at
the centre, and the surface h = 0 is met exactly. Integration stops at every break of the equation
of state. Units: km, G = c = 1.

Along with the star goes its derivative with respect to the central log-enthalpy at fixed h,
(d r^2/dh_c, dm/dh_c), from the variational equations: the maximum-mass star is the root of
dM/dh_c, not the top of a grid.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stellar.eos.base import ColdEOS
from stellar.shooting.path import Piece

FOUR_PI = 4.0 * math.pi
CENTRE_FRACTION = (
    1e-4  # integration starts at this fraction of sqrt(h_c); the series takes over inside
)


@dataclass(frozen=True)
class Background:
    """One equilibrium star and everything its perturbation equations start from.

    h_c : central log-enthalpy;  radius, mass : km;  baryon_mass : km (already times baryon_factor)
    mass_slope, radius_slope : dM/dh_c, dR/dh_c, km;  rtol : tolerance it was integrated with
    break_states : (h, r, m) at each break of the EOS inside the star, from the centre outwards
    """

    eos: ColdEOS
    h_c: float
    radius: float
    mass: float
    baryon_mass: float
    mass_slope: float
    radius_slope: float
    rtol: float
    break_states: tuple[tuple[float, float, float], ...]

    @property
    def compactness(self) -> float:
        """M / R."""
        return self.mass / self.radius

    @property
    def x_surface(self) -> float:
        """Value of x = sqrt(h_c - h) at the surface."""
        return math.sqrt(self.h_c)

    @property
    def number_of_jumps(self) -> int:
        """Density jumps inside the star."""
        return sum(1 for jump in self.eos.transitions if jump.h < self.h_c)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Smooth stretches from the centre outwards."""
        return tuple(pieces(self.eos, self.h_c))

    def exp_nu(self, h: float) -> float:
        """e^nu = (1 - 2M/R) e^-2h."""
        return (1.0 - 2.0 * self.compactness) * math.exp(-2.0 * h)


def pieces(eos: ColdEOS, h_c: float) -> Iterator[Piece]:
    """Cut [0, h_c] at the breaks of the equation of state, from the centre outwards."""
    for segment in reversed(eos.segments):
        if segment.h_lo < h_c:
            x_inner = math.sqrt(h_c - min(segment.h_hi, h_c))
            yield Piece(segment, x_inner, math.sqrt(h_c - segment.h_lo), h_c)


def start_x(eos: ColdEOS, h_c: float) -> float:
    """Where integrations from the centre begin: well inside the innermost piece."""
    innermost = next(pieces(eos, h_c))
    return min(CENTRE_FRACTION * math.sqrt(h_c), 0.1 * innermost.x_outer)


def central_start(eos: ColdEOS, h_c: float, x: float) -> tuple[float, float]:
    """(r, m) at small x, two orders of the central series (Lindblom 1992).

    With s = x^2: r^2 = s (X0 + s X1) and m = (4 pi/3) eps_c r^3 (1 - (3/5) s eps'_c/eps_c), where
    eps' = d eps/dh = (eps + p)/cs2; X1 follows from the first equation at next order.
    """
    # a centre that sits on a break belongs to the segment outside it
    p, eps, cs2, _ = map(float, next(pieces(eos, h_c)).segment.evaluate(h_c))
    s = x * x
    slope = (eps + p) / cs2  # d eps / d h
    x0 = 3.0 / (2.0 * math.pi * (eps + 3.0 * p))
    v0 = FOUR_PI / 3.0 * eps * x0
    v1_fixed = -FOUR_PI / 5.0 * x0 * slope  # part of V1 that does not come from X1
    d0 = v0 + FOUR_PI * x0 * p
    # s X' + X = 2 X (1 - 2 s V)/D at order s: 2 X1 = d/ds[2 X (1 - 2 s V)/D]
    p_slope = -(eps + p)
    # V = (4 pi/3) eps_c X (1 - (3/5) s slope/eps_c): V1 = (4 pi/3) eps_c X1 + v1_fixed
    # D1 = V1 + 4 pi (X1 p + X0 p')
    a = 2.0 / d0
    b = -2.0 * x0 / d0**2
    coefficient = a + b * (FOUR_PI / 3.0 * eps + FOUR_PI * p) - 2.0
    known = -4.0 * x0 * v0 / d0 + b * (v1_fixed + FOUR_PI * x0 * p_slope)
    x1 = -known / coefficient
    u = s * (x0 + s * x1)
    r = math.sqrt(u)
    m = FOUR_PI / 3.0 * eps * r**3 * (1.0 - 0.6 * s * slope / eps)
    return r, m


def structure_rates(x: float, r: float, m: float, piece: Piece):
    """(dr/dx, dm/dx, p, eps) at x = sqrt(h_c - h)."""
    p, eps, _, _ = piece.segment.evaluate(piece.log_enthalpy(x))
    dr_dx = 2.0 * x * r * (r - 2.0 * m) / (m + FOUR_PI * r**3 * p)
    return dr_dx, FOUR_PI * r * r * eps * dr_dx, p, eps


def _rates(x: float, y: np.ndarray, piece: Piece, factor: float) -> list[float]:
    r, m, u_var, m_var, _ = y.tolist()
    dr_dx, dm_dx, p, eps = structure_rates(x, r, m, piece)
    lever, room = m + FOUR_PI * r**3 * p, r - 2.0 * m
    # variation at fixed h, carried as that of u = r^2, which is regular at the centre
    r_var = u_var / (2.0 * r)
    lever_var = m_var + 3.0 * FOUR_PI * r * r * p * r_var
    room_var = r_var - 2.0 * m_var
    r_rate = dr_dx * (r_var / r + room_var / room - lever_var / lever)
    u_rate = 2.0 * (r_var * dr_dx + r * r_rate)
    m_rate = FOUR_PI * eps * r * (2.0 * r_var * dr_dx + r * r_rate)
    rho_b = factor * (eps + p) * math.exp(x * x - piece.h_c)
    baryon = FOUR_PI * r * r * rho_b * dr_dx * math.sqrt(r / room)
    return [dr_dx, dm_dx, u_rate, m_rate, baryon]


def solve_background(eos: ColdEOS, h_c: float, rtol: float = 1e-11) -> Background:
    """Integrate one star from the centre to the surface.

    Parameters
    ----------
    eos : the cold equation of state
    h_c : central log-enthalpy, 0 < h_c <= eos.h_max
    rtol : relative tolerance of every component (DOP853)

    Raises
    ------
    ArithmeticError
        If the integration fails; callers turn it into a lane status.
    """
    if not 0.0 < h_c <= eos.h_max:
        raise ArithmeticError(f"central log-enthalpy {h_c} outside (0, {eos.h_max}]")
    x_start = start_x(eos, h_c)
    r, m = central_start(eos, h_c, x_start)
    segment = next(pieces(eos, h_c)).segment
    x0 = (r / x_start) ** 2
    rho_b = eos.rest_mass_density_in(segment, h_c)
    # at fixed h: s = h_c - h grows with h_c, so d(s X0)/dh_c = X0 + O(s), and m ~ eps_c u^(3/2)
    m_var = FOUR_PI / 3.0 * float(segment.evaluate(h_c).eps) * 1.5 * r * x0
    state = np.array([r, m, x0, m_var, FOUR_PI / 3.0 * rho_b * r**3])
    breaks = []
    for piece in pieces(eos, h_c):
        _, states = piece.walk(
            lambda x, y, piece=piece: _rates(x, y, piece, eos.baryon_factor),
            (max(x_start, piece.x_inner), piece.x_outer),
            state,
            rtol=rtol,
            atol=1e-3 * rtol * np.abs(state),
        )
        state = states[-1]
        if piece.segment.h_lo > 0.0:
            breaks.append((piece.segment.h_lo, float(state[0]), float(state[1])))
    radius, mass, u_var, mass_slope, baryon_mass = state.tolist()
    slopes = (mass_slope, u_var / (2.0 * radius))
    return Background(eos, h_c, radius, mass, baryon_mass, *slopes, rtol, tuple(breaks))

"""scipy: one star after the other by `solve_ivp` with DOP853, all equations side by side.

    dr/dx   = 2 x r (r - 2m)/(m + 4 pi r^3 p)                             (Lindblom 1992)
    dm/dr   = 4 pi r^2 eps                 dm_b/dr = 4 pi r^2 rho_b e^(lam/2)
    r dy/dr = -y^2 - y e^lam [1 + 4 pi r^2 (p - eps)] + 6 e^lam + (r nu')^2
              - 4 pi r^2 e^lam [5 eps + 9 p + (eps + p)/ce2]              (Hinderer 2008, eq. 15)
    dw/dr   = g/(r^4 j)                    dg/dr = 16 pi r^4 (eps + p) e^lam j w  (Hartle 1967)

with x = (h_c - h)^(1/2), in which everything is smooth to the surface of ordinary matter; j, known
up to a factor until the surface is reached, is e^h (1 - 2m/r)^(1/2). Where the energy density falls
by Delta eps, y falls by 4 pi r^3 Delta eps/(m + 4 pi r^3 p). Lengths in km, G = c = 1.
"""

import math

import numpy as np
import torch
from scipy.integrate import solve_ivp

from stellar.benchmarks.baselines.star_engine import NAMES
from stellar.benchmarks.baselines.star_method import Quantities, StarMethod, StarSolver
from stellar.benchmarks.star_samples import KINDS, Sample
from stellar.eos.base import ColdEOS

FOUR_PI = 4.0 * math.pi
_START = 1e-4  # of the way to the surface, in x; the star is homogeneous inside
_SIZES = np.array([10.0, 2.0, 2.0, 1.0, 1.0, 100.0])  # of r, m, m_b, y, w, g


def star(eos: ColdEOS, h_c: float, rtol: float) -> tuple[float, ...]:
    """M, R, M_b, I and Lambda_2 of one star."""

    def rates(x: float, state: np.ndarray) -> tuple[float, ...]:
        r, m, _, y, w, g = state.tolist()
        h = max(h_c - x * x, 0.0)  # stages may end a rounding outside
        p, eps, ce2, _ = (float(value) for value in eos.evaluate(h))
        enthalpy, room = eps + p, 1.0 - 2.0 * m / r
        lever = m + FOUR_PI * r**3 * p
        slope = 2.0 * x * r * r * room / lever
        j = math.exp(h) * math.sqrt(room)
        rho = eos.baryon_factor * enthalpy * math.exp(-h)
        area = FOUR_PI * r * r
        soft = enthalpy / ce2 if enthalpy > 0.0 else 0.0
        tide = (
            -y * y
            + (6.0 - y * (1.0 + area * (p - eps)) - area * (5.0 * eps + 9.0 * p + soft)) / room
        )
        tide += (2.0 * lever / (r * room)) ** 2
        return (
            slope,
            slope * area * eps,
            slope * area * rho / math.sqrt(room),
            slope * tide / r,
            slope * g / (r**4 * j),
            slope * 4.0 * FOUR_PI * r**4 * enthalpy / room * j * w,
        )

    edges = [math.sqrt(h_c - jump.h) for jump in reversed(eos.transitions) if jump.h < h_c]
    x, state = _centre(eos, h_c)
    for end, jump in zip(
        [*edges, math.sqrt(h_c)], [*reversed(eos.transitions[: len(edges)]), None], strict=True
    ):
        run = solve_ivp(
            rates, (x, end), state, method="DOP853", rtol=rtol, atol=1e-3 * rtol * _SIZES
        )
        x, state = end, run.y[:, -1]
        if jump is not None:
            r, m = state[:2]
            state[3] -= (
                FOUR_PI * r**3 * (jump.eps_above - jump.eps_below) / (m + FOUR_PI * r**3 * jump.p)
            )
    return _properties(*state.tolist())


def _centre(eos: ColdEOS, h_c: float) -> tuple[float, np.ndarray]:
    p, eps, _, _ = (float(value) for value in eos.evaluate(h_c))
    x = _START * math.sqrt(h_c)
    r = x * math.sqrt(3.0 / (0.5 * FOUR_PI * (eps + 3.0 * p)))
    volume = FOUR_PI / 3.0 * r**3
    j = math.exp(h_c)
    g = 0.8 * FOUR_PI * (eps + p) * j * r**5
    return x, np.array([r, volume * eps, volume * eos.rest_mass_density(h_c), 2.0, 1.0, g])


def _properties(r: float, m: float, m_b: float, y: float, w: float, g: float) -> tuple[float, ...]:
    compactness = m / r
    spin = g / math.sqrt(1.0 - 2.0 * compactness) / 6.0  # J, with j = 1 outside
    return m, r, m_b, spin / (w + 2.0 * spin / r**3), _deformability(y, compactness)


def _deformability(y: float, c: float) -> float:
    """Lambda_2 from y = R H'/H                                        (Hinderer 2008, eq. 23)."""
    room = 1.0 - 2.0 * c
    source = 2.0 + 2.0 * c * (y - 1.0) - y
    series = 2.0 * c * (6.0 - 3.0 * y + 3.0 * c * (5.0 * y - 8.0))
    series += 4.0 * c**3 * (13.0 - 11.0 * y + c * (3.0 * y - 2.0) + 2.0 * c**2 * (1.0 + y))
    return 16.0 / 15.0 * room**2 * source / (series + 3.0 * room**2 * source * math.log(room))


def _solver(rtol: float) -> StarSolver:
    def solve(stars: Sample) -> Quantities:
        rows = [
            star(eos, h_c, rtol)
            for eos, h_c in zip(stars.equations, stars.h_c.tolist(), strict=True)
        ]
        return dict(zip(NAMES, torch.tensor(rows, dtype=torch.float64).unbind(1), strict=True))

    return solve


SCIPY_STARS = StarMethod(
    title="scipy DOP853",
    setting="rtol",
    settings=tuple(base * 10.0**-power for power in range(6, 14) for base in (1.0, 0.3)),
    solver=_solver,
    most=4,
    kinds=tuple(KINDS),
    names=NAMES,
)

"""scipy: one star after the other by `solve_ivp` with DOP853, as a user writes it.

    dr/dx = 2 x r (r - 2m)/(m + 4 pi r^3 p),        dm/dx = 4 pi r^2 eps dr/dx      (Lindblom 1992)

with x = (h_c - h)^(1/2), in which r and m are smooth to the surface, and scalar functions of the
standard library, which are faster there than numpy's.
"""

import math

import torch
from scipy.integrate import solve_ivp
from torch import Tensor

from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes

FOUR_PI = 4.0 * math.pi
_START = 1e-4  # of the way to the surface, in x; the star is homogeneous inside


def _mass(gamma: float, h_c: float, rtol: float) -> float:
    index = 1.0 / (gamma - 1.0)
    z_c = math.expm1(h_c) / (index + 1.0)

    def matter(h: float) -> tuple[float, float]:
        z = math.expm1(max(h, 0.0)) / (index + 1.0)  # stages may end a rounding outside
        rho = (z / z_c) ** index
        p = rho * z
        return p, rho + index * p

    def rates(x: float, state: tuple[float, float]) -> tuple[float, float]:
        r, m = state
        p, eps = matter(h_c - x * x)
        slope = 2.0 * x * r * (r - 2.0 * m) / (m + FOUR_PI * r**3 * p)
        return slope, FOUR_PI * r * r * eps * slope

    p, eps = matter(h_c)
    x = _START * math.sqrt(h_c)
    r = x * math.sqrt(3.0 / (2.0 * math.pi * (eps + 3.0 * p)))
    start = [r, FOUR_PI / 3.0 * eps * r**3]
    atol = [1e-3 * rtol, 1e-3 * rtol]  # r and m are of order 0.1
    span = (x, math.sqrt(h_c))
    return solve_ivp(rates, span, start, method="DOP853", rtol=rtol, atol=atol).y[1, -1]


def _solver(rtol: float) -> Solver:
    def solve(members: Polytropes) -> Tensor:
        pairs = zip(members.gamma.tolist(), members.h_c.tolist(), strict=True)
        return torch.tensor([_mass(*pair, rtol) for pair in pairs], dtype=torch.float64)

    return solve


SCIPY = Method(
    title="scipy DOP853",
    setting="rtol",
    settings=tuple(base * 10.0**-power for power in range(3, 14) for base in (1.0, 0.3)),
    solver=_solver,
    most=8,
    kind="scalar",
)

"""torchdiffeq: dopri8 with step control, all stars of a batch at the steps of the hardest."""

import torch
from torch import Tensor

from stellar.benchmarks.baselines.marching import central_slope, mass, matter, prepared, rates
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes


def _solver(rtol: float) -> Solver:
    from torchdiffeq import odeint

    def solve(members: Polytropes) -> Tensor:
        star = prepared(members)

        def slope(t: Tensor, y: Tensor) -> Tensor:
            if t == 0.0:
                return central_slope(star)
            return rates(t, y, *matter(t.clamp(max=1.0), star), star)

        start = torch.ones(2, star.h_c.shape[0], dtype=torch.float64)
        span = torch.tensor([0.0, 1.0], dtype=torch.float64)
        found = odeint(slope, start, span, method="dopri8", rtol=rtol, atol=1e-3 * rtol)
        return mass(found[-1], star)

    return solve


TORCHDIFFEQ = Method(
    title="torchdiffeq dopri8",
    setting="rtol",
    settings=tuple(10.0**-power for power in range(3, 14)),
    solver=_solver,
    most=4096,
    kind="torch",
    needs="torchdiffeq",
)

"""torchode: Dormand & Prince 5(4), every star with steps of its own."""

import torch
from torch import Tensor

from stellar.benchmarks.baselines.marching import central_slope, mass, matter, prepared, rates
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes


def _solver(rtol: float) -> Solver:
    import torchode

    def solve(members: Polytropes) -> Tensor:
        star = prepared(members)
        centre = central_slope(star)

        def slope(t: Tensor, y: Tensor) -> Tensor:
            at = torch.where(t == 0.0, 1.0, t.clamp(max=1.0))
            found = torch.where(t == 0.0, centre, rates(at, y.T, *matter(at, star), star))
            return found.T

        term = torchode.ODETerm(slope)
        method = torchode.Dopri5(term=term)
        control = torchode.IntegralController(atol=1e-3 * rtol, rtol=rtol, term=term)
        solver = torchode.AutoDiffAdjoint(method, control)
        lanes = star.h_c.shape[0]
        start = torch.ones(lanes, 2, dtype=torch.float64)
        span = torch.tensor([0.0, 1.0], dtype=torch.float64).expand(lanes, 2)
        found = solver.solve(torchode.InitialValueProblem(y0=start, t_eval=span)).ys[:, -1]
        return mass(found.T, star)

    return solve


TORCHODE = Method(
    title="torchode dopri5",
    setting="rtol",
    settings=tuple(10.0**-power for power in range(4, 14)),
    solver=_solver,
    most=4096,
    kind="torch",
    needs="torchode",
)

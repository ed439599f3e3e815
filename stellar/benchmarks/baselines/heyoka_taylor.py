"""heyoka: compiled Taylor series of adaptive order and step, one star after the other.

The variables are those of `marching`; the series of the centre to first order is the start.
"""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from stellar.benchmarks.baselines.marching import central_slope, mass, prepared
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes

_START = 1e-6  # of the way to the surface


@lru_cache(maxsize=32)
def _integrator(tolerance: float) -> Any:
    import heyoka

    x, v = heyoka.make_vars("x", "v")
    h_c, n, z_c, factor, inverse = (heyoka.par[number] for number in range(5))
    t = heyoka.time
    z = (heyoka.exp(h_c * (1.0 - t)) - 1.0) / (n + 1.0)
    rho = factor * (z / z_c) ** n
    p = rho * z
    lift = (inverse - 2.0 * h_c * t * v) / (v + p * x)
    rates = [
        (x, (2.0 * x * lift - x) / t),
        (v, (lift * ((rho + n * p) * x - v) - v) / t),
    ]
    return heyoka.taylor_adaptive(rates, [1.0, 1.0], pars=[1.0] * 5, tol=tolerance)


def _solver(tolerance: float) -> Solver:
    integrator = _integrator(tolerance)

    def solve(members: Polytropes) -> Tensor:
        star = prepared(members)
        own = (star.h_c, star.index, star.z_c, star.factor, star.inverse)
        constants = torch.stack(own).T.numpy()
        starts = (1.0 + _START * central_slope(star)).T.numpy()
        found = torch.empty(2, constants.shape[0], dtype=torch.float64)
        for lane, (pars, start) in enumerate(zip(constants, starts, strict=True)):
            integrator.time, integrator.pars[:], integrator.state[:] = _START, pars, start
            integrator.propagate_until(1.0)
            found[:, lane] = torch.from_numpy(integrator.state.copy())
        return mass(found, star)

    return solve


HEYOKA = Method(
    title="heyoka Taylor",
    setting="tol",
    settings=tuple(10.0**-power for power in range(4, 15)),
    solver=_solver,
    most=4096,
    kind="compiled",
    needs="heyoka",
)

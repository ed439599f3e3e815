"""numba: DOP853 with step control, compiled, one star after the other.

The variables are those of `marching`, which need fewer steps than r and m; the error of a step is
estimated as by Hairer, Norsett & Wanner (1993, II.10).
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from scipy.integrate import DOP853
from torch import Tensor

from stellar.benchmarks.baselines.marching import central_slope, mass, prepared
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes

_FIRST = 0.05  # length of the first step tried


@lru_cache(maxsize=1)
def _compiled() -> Callable[..., np.ndarray]:
    from numba import njit

    stages = DOP853.n_stages
    matrix, points = DOP853.A[:stages, :stages].copy(), DOP853.C[:stages].copy()
    weights, third, fifth = DOP853.B.copy(), DOP853.E3[:stages].copy(), DOP853.E5[:stages].copy()

    @njit
    def rates(t, x, v, h_c, n, z_c, f, inverse, out):  # type: ignore[no-untyped-def]
        z = math.expm1(h_c * max(1.0 - t, 0.0)) / (n + 1.0)
        rho = f * (z / z_c) ** n
        p = rho * z
        lift = (inverse - 2.0 * h_c * t * v) / (v + p * x)
        out[0] = (2.0 * x * lift - x) / t
        out[1] = (lift * ((rho + n * p) * x - v) - v) / t

    @njit
    def march(h_c, n, z_c, f, inverse, slope, rtol):  # type: ignore[no-untyped-def]
        k, y, trial = np.empty((stages, 2)), np.ones(2), np.empty(2)
        t, length = 0.0, _FIRST
        k[0] = slope
        while t < 1.0:
            length = min(length, 1.0 - t)
            for stage in range(1, stages):
                for c in range(2):
                    trial[c] = y[c]
                    for before in range(stage):
                        trial[c] += length * matrix[stage, before] * k[before, c]
                at = t + points[stage] * length
                rates(at, trial[0], trial[1], h_c, n, z_c, f, inverse, k[stage])
            five, three = 0.0, 0.0
            for c in range(2):
                a, b, step = 0.0, 0.0, 0.0
                for stage in range(stages):
                    a += fifth[stage] * k[stage, c]
                    b += third[stage] * k[stage, c]
                    step += weights[stage] * k[stage, c]
                trial[c] = y[c] + length * step
                size = rtol * max(abs(y[c]), abs(trial[c]))
                five += (a / size) ** 2
                three += (b / size) ** 2
            both = five + 0.01 * three
            error = length * five / math.sqrt(2.0 * both) if both > 0.0 else 0.0
            if error < 1.0:
                t = 1.0 if length >= 1.0 - t else t + length
                y[:] = trial
                if t < 1.0:
                    rates(t, y[0], y[1], h_c, n, z_c, f, inverse, k[0])
            length *= min(10.0, max(0.2, 0.9 * max(error, 1e-30) ** -0.125))
        return y

    @njit
    def march_all(constants, slopes, rtol):  # type: ignore[no-untyped-def]
        found = np.empty((2, constants.shape[1]))
        for lane in range(constants.shape[1]):
            h_c, n, z_c, f, inverse = constants[:, lane]
            found[:, lane] = march(h_c, n, z_c, f, inverse, slopes[:, lane], rtol)
        return found

    return march_all


def _solver(rtol: float) -> Solver:
    march_all = _compiled()

    def solve(members: Polytropes) -> Tensor:
        star = prepared(members)
        constants = torch.stack((star.h_c, star.index, star.z_c, star.factor, star.inverse))
        found = march_all(constants.numpy(), central_slope(star).numpy(), rtol)
        return mass(torch.from_numpy(found), star)

    return solve


NUMBA = Method(
    title="numba DOP853",
    setting="rtol",
    settings=tuple(base * 10.0**-power for power in range(3, 14) for base in (1.0, 0.3)),
    solver=_solver,
    most=4096,
    kind="compiled",
    needs="numba",
)

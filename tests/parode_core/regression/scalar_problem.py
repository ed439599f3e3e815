"""The published scalar problem, its solution by scipy, and small helpers of these tests."""

import numpy as np
import torch
from scipy.integrate import solve_ivp

from parode_core.regression import ParODE

END = 2.0
TIMES = torch.linspace(0.0, END, 201, dtype=torch.float64)


def double(*values):
    return torch.tensor(values, dtype=torch.float64)


def cubic(states, times):
    return torch.sin(times).unsqueeze(-1) - states**3


def integrated(slope, initial, times=TIMES):
    """Solution by DOP853, [time, component]."""
    span = (float(times[0]), float(times[-1]))
    run = solve_ivp(
        slope,
        span,
        np.atleast_1d(np.asarray(initial, dtype=float)),
        method="DOP853",
        t_eval=times.numpy(),
        rtol=1e-13,
        atol=1e-15,
        max_step=(span[1] - span[0]) / 100,
    )
    return torch.from_numpy(run.y.T.copy())


def cubic_solution(initial=0.5, times=TIMES):
    return integrated(lambda t, y: np.sin(t) - y**3, initial, times)


def error(found, truth, lane=0):
    """Relative L2 error of one lane."""
    return float((found.values[lane] - truth).norm() / truth.norm())


def errors_over_seeds(size, points, seeds, end=END, **settings):
    times = torch.linspace(0.0, end, 201, dtype=torch.float64)
    scheme = ParODE(cubic, sizes=(size, size), point_count=points, **settings)
    truth = cubic_solution(times=times)
    runs = [scheme.solve(double([0.5]), times, seed) for seed in range(seeds)]
    return [error(run, truth) for run in runs], [int(run.lane_iterations) for run in runs]

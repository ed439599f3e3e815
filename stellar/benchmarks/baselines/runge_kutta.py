"""Explicit Runge-Kutta methods in torch on a mesh that all stars share, Dormand & Prince pairs.

No step is ever rejected and no error estimated: the mesh t = (k/K)^(3/2) was found to need the
fewest steps, and the number K is what the accuracy asks for. The slope at the end of a step is the
first of the next. This is the cheapest form a batched code can take; adaptive ones cost more.
"""

from dataclasses import dataclass

import torch
from scipy.integrate import DOP853, RK45
from torch import Tensor

from stellar.benchmarks.baselines.marching import (
    Star,
    central_slope,
    mass,
    matter,
    prepared,
    rates,
)
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import Polytropes

GRADING = 1.5
PORTION = 4096  # stars marched at once: their stages stay in cache


@dataclass(frozen=True)
class Tableau:
    """Coefficients of a method: matrix [stage, stage], weights and points [stage]."""

    matrix: Tensor
    weights: Tensor
    points: Tensor


def _tableau(solver: type) -> Tableau:
    stages = solver.n_stages
    return Tableau(
        torch.from_numpy(solver.A[:stages, :stages].copy()),
        torch.from_numpy(solver.B.copy()),
        torch.from_numpy(solver.C[:stages].copy()),
    )


def _solver(tableau: Tableau, steps: int) -> Solver:
    times = torch.linspace(0.0, 1.0, steps + 1, dtype=torch.float64) ** GRADING

    def solve(members: Polytropes) -> Tensor:
        portions = zip(members.gamma.split(PORTION), members.h_c.split(PORTION), strict=True)
        found = [_march(tableau, times, prepared(Polytropes(*portion))) for portion in portions]
        return torch.cat(found)

    return solve


def _march(tableau: Tableau, times: Tensor, star: Star) -> Tensor:
    y = torch.ones(2, star.h_c.shape[0], dtype=torch.float64)
    slopes = y.new_empty(tableau.points.shape[0], *y.shape)
    for start, length in zip(times[:-1], times.diff(), strict=True):
        y = _step(tableau, start, length, y, slopes, star)
    return mass(y, star)


def _step(
    tableau: Tableau, start: Tensor, length: Tensor, y: Tensor, slopes: Tensor, star: Star
) -> Tensor:
    points = start + length * tableau.points
    p, eps = matter(points.unsqueeze(1), star)
    flat = slopes.flatten(1)
    for stage, t in enumerate(points):
        if t == 0.0:
            slopes[stage] = central_slope(star)
            continue
        ahead = length * tableau.matrix[stage, :stage]
        state = y + (ahead @ flat[:stage]).view_as(y)
        slopes[stage] = rates(t, state, p[stage], eps[stage], star)
    return y + ((length * tableau.weights) @ flat).view_as(y)


def _method(solver: type, settings: tuple[float, ...], most: int) -> Method:
    tableau = _tableau(solver)
    return Method(
        title=f"torch Runge-Kutta, {solver.__name__}",
        setting="steps",
        settings=settings,
        solver=lambda steps: _solver(tableau, int(steps)),
        most=most,
        kind="torch",
    )


EIGHTH = _method(
    DOP853, (3, 4, 5, 6, 8, 10, 12, 14, 15, 16, 17, 18, 20, 22, 24, 28, 32, 36, 40, 48), 65536
)
FIFTH = _method(RK45, (8, 10, 12, 15, 18, 22, 26, 32, 40, 50, 60, 75, 90, 100, 120, 160), 4096)

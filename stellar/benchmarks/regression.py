"""The published regression scheme against its repairs, trajectory collocation and scipy.

One trajectory of y' = -y^3 + sin t (of y' = -y + sin t for the fundamental matrix) at 201 times in
[0, 2]. Of each method the smallest size is taken whose relative L2 error meets the target; the
published form has random points: the median over seeds has to meet it. Errors are against DOP853
at rtol 1e-13 with at least 100 steps.
"""

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.integrate import solve_ivp
from torch import Tensor

from parode_core.regression.methods import METHODS, Method
from parode_core.regression.published import CUBIC, END, LINEAR, times
from stellar.benchmarks.timing import in_turn, one_thread

TARGETS = (1e-3, 1e-6, 1e-9)
SCIPY = "scipy"
TITLES = {**{name: method.title for name, method in METHODS.items()}, SCIPY: "scipy DOP853"}
_TOLERANCES = tuple(10.0**-power for power in range(2, 14))
_SLOPES: dict[str, Callable[[float, np.ndarray], np.ndarray]] = {
    CUBIC.name: lambda time, state: np.sin(time) - state**3,
    LINEAR.name: lambda time, state: np.sin(time) - state,
}


@dataclass(frozen=True)
class Cost:
    """What a trajectory costs by one method.

    size, error : the smallest size that meets the target and its error (median over seeds); size is
        the tolerance for scipy, and None, with the smallest error met, if no size does
    least, median, most : milliseconds of processor time, of the repetitions
    over_scipy : how many times faster than scipy, by the smallest of each
    """

    method: str
    target: float
    size: float | None
    error: float
    least: float
    median: float
    most: float
    over_scipy: float


def measure(seeds: int, repeats: int, progress: Callable[[str], None]) -> Iterator[Cost]:
    """Every method at every target."""
    with one_thread():
        errors = {}
        for name in (*METHODS, SCIPY):
            progress(f"sizes of {TITLES[name]}")
            errors[name] = _errors(name, seeds)
        for target in TARGETS:
            progress(f"error {target:g}")
            yield from _at(target, errors, repeats)


def _at(target: float, errors: dict[str, dict[float, float]], repeats: int) -> Iterator[Cost]:
    sizes = {name: _cheapest(found, target) for name, found in errors.items()}
    work = {name: _solver(name, size) for name, size in sizes.items() if size is not None}
    timings = in_turn(work, repeats)
    scipy = timings[SCIPY].least if SCIPY in timings else math.nan
    for name, size in sizes.items():
        if size is None:
            best = min(filter(math.isfinite, errors[name].values()), default=math.nan)
            yield Cost(name, target, None, best, *[math.nan] * 4)
            continue
        timing = timings[name]
        least, median, most = (1e3 * s for s in (timing.least, timing.median, timing.most))
        yield Cost(
            name, target, size, errors[name][size], least, median, most, scipy / timing.least
        )


def _cheapest(errors: dict[float, float], target: float) -> float | None:
    """The first size, in their order, that meets a target."""
    return next((size for size, error in errors.items() if error <= target), None)


def _errors(name: str, seeds: int) -> dict[float, float]:
    """Error at each size, from coarse to fine."""
    if name == SCIPY:
        truth = reference(CUBIC.name, CUBIC.initial)
        return {rtol: _relative(_march(rtol), truth) for rtol in _TOLERANCES}
    method = METHODS[name]
    truth = reference(method.problem.name, method.problem.initial)
    numbers = range(seeds if method.seeded else 1)
    return {
        size: _median(_relative(_values(method, size, seed), truth) for seed in numbers)
        for size in method.sizes
    }


def _solver(name: str, size: float) -> Callable[[], object]:
    if name == SCIPY:
        return lambda: _march(size)
    return lambda: _values(METHODS[name], int(size), 0)


def _values(method: Method, size: int, seed: int) -> Tensor:
    return method.solve(size, END, seed).values[0, :, 0]


def _march(rtol: float) -> Tensor:
    return _integrate(CUBIC.name, CUBIC.initial, rtol, math.inf)


def reference(problem: str, initial: float) -> Tensor:
    """The solution at the times, [time]."""
    return _integrate(problem, initial, 1e-13, END / 100)


def _integrate(problem: str, initial: float, rtol: float, longest: float) -> Tensor:
    run = solve_ivp(
        _SLOPES[problem], (0.0, END), [initial], method="DOP853", t_eval=times(END).numpy(),
        rtol=rtol, atol=1e-2 * rtol, max_step=longest,
    )  # fmt: skip
    return torch.from_numpy(run.y[0].copy())


def _relative(values: Tensor, truth: Tensor) -> float:
    """Relative L2 error; infinite unless every value is finite."""
    error = float(torch.linalg.norm(values - truth) / torch.linalg.norm(truth))
    return error if math.isfinite(error) else math.inf


def _median(errors: Iterator[float]) -> float:
    found: Sequence[float] = list(errors)
    return statistics.median(found)

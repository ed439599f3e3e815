"""What `stellar parode` measures: runs over seeds, and errors against an independent solver.

The reference is scipy's DOP853 at rtol 1e-13 with at least 100 steps, on right-hand sides written
here once more. A published number lies within the scatter of the seeds if it lies in the 95 %
prediction interval of one further run, of normally distributed logarithms of the error:

    mean +- t(0.975, n - 1) s sqrt(1 + 1/n)
"""

import math
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.integrate import solve_ivp
from scipy.stats import t as student
from torch import Tensor

from parode_core.regression import published
from parode_core.regression.methods import METHODS
from parode_core.regression.outcome import Trajectories
from parode_core.regression.parode import ParODE, ParODE2
from parode_core.regression.published import CUBIC, LINEAR, PublishedRow, ScalarProblem
from parode_core.status import Status

REFERENCE = "scipy DOP853, rtol 1e-13, at least 100 steps"
_RTOL, _ATOL, _STEPS = 1e-13, 1e-15, 100
_LEVEL = 0.975
_IDENTITY_POINTS = 20_000  # of the comparison of the two classes
_SLOPES: dict[str, Callable[[float, np.ndarray], np.ndarray]] = {
    CUBIC.name: lambda time, state: np.sin(time) - state**3,
    LINEAR.name: lambda time, state: np.sin(time) - state,
}


@dataclass(frozen=True)
class Sample:
    """Runs that differ in their seed only.

    errors : relative L2 error of each run, NaN of one without a result
    iterations : Newton iterations of each run
    statuses : outcome of each run
    """

    errors: list[float]
    iterations: list[int]
    statuses: list[Status]

    @property
    def finite(self) -> list[float]:
        """Errors of the runs that have one."""
        return [error for error in self.errors if math.isfinite(error)]

    @property
    def median(self) -> float:
        """Median error; NaN if no run has one."""
        return statistics.median(self.finite) if self.finite else math.nan

    @property
    def scatter(self) -> tuple[float, float]:
        """The prediction interval of a further run; NaN for fewer than two errors."""
        logarithms = [math.log(error) for error in self.finite]
        count = len(logarithms)
        if count < 2:
            return math.nan, math.nan
        width = student.ppf(_LEVEL, count - 1) * statistics.stdev(logarithms)
        width *= math.sqrt(1.0 + 1.0 / count)
        mean = statistics.fmean(logarithms)
        return math.exp(mean - width), math.exp(mean + width)

    def holds(self, error: float) -> bool | None:
        """Whether an error lies within the scatter; None if the runs do not say."""
        low, high = self.scatter
        return None if math.isnan(low) else low <= error <= high


def reference(problem: ScalarProblem, end: float) -> Tensor:
    """The solution at the 201 times, [time]."""
    times = published.times(end).numpy()
    run = solve_ivp(
        _SLOPES[problem.name],
        (0.0, end),
        [problem.initial],
        method="DOP853",
        t_eval=times,
        rtol=_RTOL,
        atol=_ATOL,
        max_step=end / _STEPS,
    )
    return torch.from_numpy(run.y[0].copy())


def relative_error(found: Trajectories, truth: Tensor) -> float:
    """Relative L2 error of one lane; NaN unless every point is finite."""
    return float(torch.linalg.norm(found.values[0, :, 0] - truth) / torch.linalg.norm(truth))


def sample(solve: Callable[[int], Trajectories], truth: Tensor, seeds: int) -> Sample:
    """Run with seeds 0, 1, ... and compare with the truth."""
    runs = [solve(seed) for seed in range(seeds)]
    return Sample(
        [relative_error(run, truth) for run in runs],
        [int(run.lane_iterations[0]) for run in runs],
        [Status(int(run.lane_status[0])) for run in runs],
    )


def row_sample(
    row: PublishedRow, end: float, seeds: int, block: int, form: str = "total"
) -> Sample:
    """One row of the table, rerun."""
    scheme = ParODE(
        CUBIC.right_hand_side,
        sizes=row.sizes,
        point_count=row.point_count,
        block=block,
        form=form,
    )
    times = published.times(end)
    truth = reference(CUBIC, end)
    return sample(lambda seed: scheme.solve(CUBIC.start(), times, seed), truth, seeds)


def classes_agree(row: PublishedRow, end: float) -> bool:
    """Whether ParODE and ParODE2 assemble the same B^T B and B^T f, bit for bit."""
    count = min(row.point_count, _IDENTITY_POINTS)
    times = published.times(end)
    first, second = (
        kind(CUBIC.right_hand_side, sizes=row.sizes, point_count=count).sums(
            CUBIC.start()[0], times
        )
        for kind in (ParODE, ParODE2)
    )
    return torch.equal(first.matrix, second.matrix) and torch.equal(first.right, second.right)


@dataclass(frozen=True)
class Measured:
    """One method at one size."""

    method: str
    title: str
    problem: str
    size: int
    unknowns: int
    runs: Sample


def method_sample(name: str, size: int, end: float, seeds: int) -> Measured:
    """One method of METHODS at one size; a method without random points runs once."""
    method = METHODS[name]
    runs = sample(
        lambda seed: method.solve(size, end, seed),
        reference(method.problem, end),
        seeds if method.seeded else 1,
    )
    return Measured(name, method.title, method.problem.name, size, method.unknowns(size), runs)


def repairs(end: float) -> Iterator[Measured]:
    """Every repair at its best size."""
    for name, method in METHODS.items():
        if not method.seeded:
            yield method_sample(name, method.best, end, 1)

"""Points where a Chebyshev series in y takes a given value: Newton steps kept inside a bracket.

    sum_m c_m(t) T_m(x(t)) = target,   -1 <= x <= 1

for every initial value (the targets) and every time at once. A point whose series has the same sign
at both ends of the interval has no root there, and one whose series crosses the target more than
once has no unique one: both say so. Every other point converges, because a Newton step that leaves
its bracket is replaced by a bisection. Only pointwise operations in a fixed
order act on the lanes: a lane has the same bits in any batch.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.regression.points import chebyshev_gauss
from parode_core.status import Status

_LIMIT = 100  # 52 bisections reach the spacing of float64 on [-1, 1]
_TOLERANCE = 4e-16
_PROBES = 64  # of crossings
_NEAR = 1e-6  # steps below it that no longer halve are rounding


class LevelSet(NamedTuple):
    """Roots, each [lane, time].

    place : x, NaN without a root
    status : OK, NO_ROOT, NON_FINITE_INPUT, or NOT_CONVERGED where the root is not unique
    residual : |series - target|
    iterations : steps taken
    """

    place: Tensor
    status: Tensor
    residual: Tensor
    iterations: Tensor


def series(coefficients: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    """Value and derivative of a Chebyshev series by Clenshaw's recurrence, each [lane, time].

    coefficients : [time, degree]
    place : x, [lane, time]
    """
    upper = below = torch.zeros_like(place)
    slope_upper = slope_below = torch.zeros_like(place)
    for degree in range(coefficients.shape[1] - 1, 0, -1):
        slope_upper, slope_below = 2.0 * (upper + place * slope_upper) - slope_below, slope_upper
        upper, below = coefficients[:, degree] + 2.0 * place * upper - below, upper
    value = coefficients[:, 0] + place * upper - below
    return value, upper + place * slope_upper - slope_below


def solve_level_set(coefficients: Tensor, target: Tensor, start: Tensor) -> LevelSet:
    """Roots of series = target.

    coefficients : [time, degree]
    target : one value a lane, [lane]; infinite where no root is wanted, NaN where the input was bad
    start : first guess, [lane, time]
    """
    wanted = target[:, None].expand_as(start)
    low, high = torch.full_like(start, -1.0), torch.ones_like(start)
    at_low = series(coefficients, low)[0] - wanted
    at_high = series(coefficients, high)[0] - wanted
    bracketed = at_low * at_high <= 0.0
    rising = at_high > at_low
    place, settled = start.clamp(-1.0, 1.0), ~bracketed
    iterations = torch.zeros_like(start, dtype=torch.int64)
    before = torch.full_like(start, torch.inf)
    for _ in range(_LIMIT):
        value, slope = series(coefficients, place)
        value = value - wanted
        right_of_root = (value > 0.0) == rising
        high = torch.where(right_of_root, place, high)
        low = torch.where(right_of_root, low, place)
        newton = place - value / torch.where(slope == 0.0, torch.inf, slope)
        inside = (newton >= low) & (newton <= high)
        proposed = torch.where(inside, newton, 0.5 * (low + high))
        step = (proposed - place).abs()
        rounding = (step < _NEAR) & (step > 0.5 * before)
        small = (step <= _TOLERANCE) | (value == 0.0) | rounding
        before = step
        iterations = torch.where(settled, iterations, iterations + 1)
        place = torch.where(settled, place, proposed)
        settled = settled | small
        if _all(settled):
            break
    residual = (series(coefficients, place)[0] - wanted).abs()
    status = torch.where(bracketed, int(Status.OK), int(Status.NO_ROOT))
    status = torch.where(_crossings(coefficients, wanted) > 1, int(Status.NOT_CONVERGED), status)
    status = torch.where(target.isnan()[:, None], int(Status.NON_FINITE_INPUT), status)
    missing = status != int(Status.OK)
    return LevelSet(
        torch.where(missing, torch.nan, place),
        status,
        torch.where(missing, torch.nan, residual),
        iterations,
    )


def _crossings(coefficients: Tensor, wanted: Tensor) -> Tensor:
    """Sign changes of series - target over Chebyshev points of the interval, [lane, time]."""
    count = torch.zeros_like(wanted, dtype=torch.int64)
    before = None
    for place in (2.0 * chebyshev_gauss(_PROBES, wanted.device) - 1.0).unbind():
        above = series(coefficients, place.expand_as(wanted))[0] > wanted
        if before is not None:
            count = count + (above != before)
        before = above
    return count


def _all(condition: Tensor) -> bool:
    """Host check, once a step: it ends the iteration."""
    return bool(condition.all())

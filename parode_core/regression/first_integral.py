"""Repair (a): the first integral itself, instead of whatever lambda makes of it.

    d_t H + f d_y H = 0 on the box,   ||coefficients of H|| = 1, without the constant

H is the right singular vector of the smallest singular value of the rows of the total derivative:
Chebyshev polynomials, Gauss points, no Tikhonov term and no row for the initial value. The general
solution of the published equations is F = y + function(H), so this is what they determine. With
many functions several values are zero to rounding, of H and of functions of H; of their vectors the
combination nearest to y at t_0 is taken.
Trajectories are the level sets H(y, t) = H(y_0, t_0), of all initial values at once; where a level
set has several branches at one time, it is no trajectory and its points say so. One scalar equation
only: a system has several integrals and one level set of one of them is no trajectory.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.regression.function_bases import chebyshev
from parode_core.regression.level_sets import series, solve_level_set
from parode_core.regression.outcome import Trajectories
from parode_core.regression.points import chebyshev_gauss, gauss
from parode_core.regression.rows import Box, RightHandSide, outer_product_rows, tables
from parode_core.regression.statement import check_scalar, check_statement, check_within

_POINTS_PER_FUNCTION = 2  # along each axis
_ROUNDINGS = 10.0  # singular values below so many roundings of the largest are zero


@dataclass(frozen=True)
class FirstIntegral:
    """H on a box.

    coefficients : of T_m(y) T_n(t), [state function, time function]
    box : where it holds
    defect : root mean square of d_t H + f d_y H over the points
    """

    coefficients: Tensor
    box: Box
    defect: float

    def value(self, states: Tensor, times: Tensor) -> Tensor:
        """H on a grid within the box, [state, time]; states : [state], times : [time]."""
        low, high = self.box
        of_state, _ = chebyshev(states, self.coefficients.shape[0], low[0], high[0])
        of_time, _ = chebyshev(times, self.coefficients.shape[1], low[1], high[1])
        return of_state @ self.coefficients @ of_time.T

    def solve(self, initial: Tensor, times: Tensor) -> Trajectories:
        """Trajectories through initial values.

        initial : y at times[0], [lane, 1]
        times : within the box, [time]

        Raises
        ------
        ValueError, TypeError
            If the shapes are wrong or the times leave the interval.
        """
        check_statement(initial, times)
        check_scalar(initial)
        check_within(times, self.box.low[1], self.box.high[1])
        low, high = self.box
        values, _ = chebyshev(times, self.coefficients.shape[1], low[1], high[1])
        along_time = values @ self.coefficients.T
        scaled = (2.0 * initial[:, 0] - low[0] - high[0]) / (high[0] - low[0])
        target, _ = series(along_time[:1], scaled[:, None])
        # outside the box the series means nothing
        target = torch.where(scaled.abs() <= 1.0, target[:, 0], torch.inf)
        target = torch.where(torch.isfinite(scaled), target, torch.nan)
        start = scaled[:, None].expand(-1, len(times))
        found = solve_level_set(along_time, target, start)
        states = 0.5 * (low[0] + high[0] + (high[0] - low[0]) * found.place)
        return Trajectories(states.unsqueeze(2), found.status, found.residual, found.iterations)


def first_integral(
    right_hand_side: RightHandSide, box: Box, sizes: tuple[int, int] = (20, 20)
) -> FirstIntegral:
    """The first integral of one scalar equation.

    box : corners (y, t), each [2]
    sizes : functions of y, functions of t

    Raises
    ------
    ValueError
        If the box is not one of a scalar equation.
    """
    if box.low.shape != (2,):
        raise ValueError(
            f"a first integral needs one scalar equation; the box has {len(box.low) - 1} "
            "components."
        )
    along = _POINTS_PER_FUNCTION * max(sizes)
    cube = gauss(along * along, 2, 0, box.low.device)
    place = box.low + (box.high - box.low) * cube
    states, times = place[:, :1], place[:, 1]
    slope = right_hand_side(states, times)
    rows = outer_product_rows(tables(chebyshev, sizes, box, states, times), slope)
    # the triangle has the singular values of the rows and a fraction of their size
    triangle = torch.linalg.qr(rows[:, 1:], mode="r").R
    _, singular, right = torch.linalg.svd(triangle)
    count = _zeros(singular)
    null = torch.cat((right.new_zeros(count, 1), right[-count:]), dim=1).unflatten(1, sizes)
    coefficients = null[0] if count == 1 else _nearest_to_state(null, box)
    defect = torch.linalg.norm(rows @ coefficients.flatten()) / len(rows) ** 0.5
    return FirstIntegral(coefficients, box, float(defect))


def _zeros(singular: Tensor) -> int:
    """Host check, once: how many singular values are zero to rounding, and at least one."""
    rounding = _ROUNDINGS * torch.finfo(singular.dtype).eps * singular[0]
    return max(1, int((singular <= rounding).sum()))


def _nearest_to_state(null: Tensor, box: Box) -> Tensor:
    """The unit combination of null vectors that is most like y at t_0, up to a constant.

    null : [vector, state function, time function]
    """
    size = null.shape[1]
    states = 2.0 * chebyshev_gauss(2 * size, null.device) - 1.0
    # T_n(-1) = (-1)^n at the beginning of the box
    sign = 1.0 - 2.0 * (torch.arange(null.shape[2], device=null.device) % 2).to(null.dtype)
    unit = states.new_tensor(1.0)
    of_state, _ = chebyshev(states, size, -unit, unit)
    candidates = of_state @ (null @ sign).T
    candidates = torch.cat((candidates, torch.ones_like(states)[:, None]), dim=1)
    weights = torch.linalg.lstsq(candidates, states[:, None]).solution[:-1, 0]
    combined = torch.einsum("v,vmn->mn", weights, null)
    return combined / torch.linalg.norm(combined)

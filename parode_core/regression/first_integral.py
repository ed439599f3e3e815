"""Repair (a): the first integral itself, instead of whatever lambda makes of it.

    d_t H + f d_y H = 0 on the box,   ||coefficients of H|| = 1, without the constant

H is the right singular vector of the smallest singular value of the rows of the total derivative:
Chebyshev polynomials, Gauss points, no Tikhonov term and no row for the initial value. The general
solution of the published equations is F = y + function(H), so this is what they determine.
Trajectories are the level sets H(y, t) = H(y_0, t_0), of all initial values at once. One scalar
equation only: a system has several integrals and one level set of one of them is no trajectory.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.regression.function_bases import chebyshev
from parode_core.regression.level_sets import series, solve_level_set
from parode_core.regression.outcome import Trajectories
from parode_core.regression.points import gauss
from parode_core.regression.rows import Box, RightHandSide, outer_product_rows, tables

_POINTS_PER_FUNCTION = 2  # along each axis


@dataclass(frozen=True)
class FirstIntegral:
    """H on a box.

    coefficients : of T_m(y) T_n(t), [state function, time function]
    box : where it holds
    defect : root mean square of d_t H + f d_y H over the points
    gap : second smallest over smallest singular value; near 1 the integral is not unique
    """

    coefficients: Tensor
    box: Box
    defect: float
    gap: float

    def solve(self, initial: Tensor, times: Tensor) -> Trajectories:
        """Trajectories through initial values.

        initial : y at times[0], [lane, 1]
        times : within the box, [time]
        """
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
    coefficients = torch.cat((right.new_zeros(1), right[-1])).unflatten(0, sizes)
    smallest = float(singular[-1])
    gap = float(singular[-2]) / smallest if smallest > 0.0 else torch.inf
    return FirstIntegral(coefficients, box, smallest / len(rows) ** 0.5, gap)

"""Repair (b): the backward flow map on a tube that follows the flow.

    d_t G + (ds/dt) d_s G = 0,   G(s, t_0) = c(t_0) + w(t_0) s

G(y, t) is the initial value whose trajectory passes through (y, t), so F := y - (G - y_0) has the
properties that the published scheme asks of F, for every y_0 at once, and nothing is left open: the
initial values are built into the expansion

    G = c(t_0) + w(t_0) s + sum_{m, n >= 1} a_mn T_m(s) (T_n(t) - T_n(t_0))

and a linear least-squares problem fixes the rest. On a rectangle some points have no pre-image and
the map does not exist there; hence the tube. The trajectory of y_0 is the level set G = y_0.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.regression.function_bases import chebyshev
from parode_core.regression.level_sets import solve_level_set
from parode_core.regression.outcome import Trajectories
from parode_core.regression.points import chebyshev_gauss
from parode_core.regression.rows import RightHandSide
from parode_core.regression.statement import check_scalar, check_statement, check_within
from parode_core.regression.tube import Tube, flow_tube

_POINTS_PER_FUNCTION = 2  # along each axis


@dataclass(frozen=True)
class FlowMap:
    """G on a tube.

    tube : where it holds
    coefficients : of T_m(s) T_n(t), [state function, time function]
    defect : root mean square of the residual over the points
    """

    tube: Tube
    coefficients: Tensor
    defect: float

    def solve(self, initial: Tensor, times: Tensor) -> Trajectories:
        """Trajectories through initial values; those outside the tube have no root.

        initial : y at the start of the tube, [lane, 1]
        times : within the tube, [time]

        Raises
        ------
        ValueError, TypeError
            If the shapes are wrong or the times leave the interval.
        """
        check_statement(initial, times)
        check_scalar(initial)
        check_within(times, self.tube.start, self.tube.stop)
        along_time = _time_table(self.tube, times, self.coefficients.shape[1]) @ self.coefficients.T
        centre, width = self.tube.shape(times)
        at_start, width_at_start = self.tube.shape(self.tube.start[None])
        guess = ((initial - at_start) / width_at_start).expand(-1, len(times))
        target = torch.where(torch.isfinite(initial), initial, torch.nan)[:, 0]
        found = solve_level_set(along_time, target, guess)
        states = centre + width * found.place
        return Trajectories(states.unsqueeze(2), found.status, found.residual, found.iterations)


def flow_map(
    right_hand_side: RightHandSide,
    lower: Tensor,
    upper: Tensor,
    span: Tensor,
    sizes: tuple[int, int] = (15, 30),
) -> FlowMap:
    """The backward flow map of one scalar equation between two initial values.

    lower, upper : initial values of the edges of the tube, scalars
    span : t_0 and t_f, [2]
    sizes : functions of s, functions of t

    Raises
    ------
    ValueError
        If the edges are not in order, or an edge does not stay finite.
    """
    tube = flow_tube(right_hand_side, lower, upper, span)
    place, times = _grid(tube, sizes)
    rate = tube.place_rate(right_hand_side, place, times)
    low, high = place.new_tensor(-1.0), place.new_tensor(1.0)
    state, state_slope = chebyshev(place, sizes[0], low, high)
    _, time_slope = chebyshev(times, sizes[1], tube.start, tube.stop)
    shifted = _time_table(tube, times, sizes[1])
    rows = state.unsqueeze(2) * time_slope.unsqueeze(1)
    rows = rows + (rate[:, None] * state_slope).unsqueeze(2) * shifted.unsqueeze(1)
    rows = rows[:, :, 1:].flatten(1)
    centre, width = tube.shape(tube.start[None])
    wanted = (-rate * width).unsqueeze(1)
    found = torch.linalg.lstsq(rows, wanted).solution
    defect = float((rows @ found - wanted).square().mean().sqrt())
    # the first function of time carries the initial values, c(t_0) T_0 + w(t_0) T_1
    first = place.new_zeros(sizes[0], 1)
    first[0], first[1] = centre, width
    coefficients = torch.cat((first, found.unflatten(0, (sizes[0], -1)).squeeze(2)), dim=1)
    return FlowMap(tube, coefficients, defect)


def _time_table(tube: Tube, times: Tensor, count: int) -> Tensor:
    """1, T_1(t) - T_1(t_0), T_2(t) - T_2(t_0), ..., [time, time function]."""
    values, _ = chebyshev(times, count, tube.start, tube.stop)
    at_start, _ = chebyshev(tube.start[None], count, tube.start, tube.stop)
    return torch.cat((values[:, :1], values[:, 1:] - at_start[:, 1:]), dim=1)


def _grid(tube: Tube, sizes: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Gauss points of the tube, s and t, each [point]."""
    device = tube.edges.device
    place, time = (chebyshev_gauss(_POINTS_PER_FUNCTION * size, device) for size in sizes)
    grid_place, grid_time = torch.meshgrid(2.0 * place - 1.0, time, indexing="ij")
    times = tube.start + (tube.stop - tube.start) * grid_time
    return grid_place.flatten(), times.flatten()

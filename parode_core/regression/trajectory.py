"""Repair (d): regression of the trajectory instead of F, by the engine of this package.

    y'(t_j) = f(y(t_j), t_j) at the Chebyshev nodes t_j,   y(t_0) = y_0

One polynomial on the whole interval, Newton's method on all nodes and lanes at once. The unknowns
are the values of one function of one variable; the published form spends M N of them on a function
of two, of which it needs a curve.
"""

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh, mesh
from parode_core.collocation.problem import Problem
from parode_core.regression.outcome import Trajectories
from parode_core.regression.rows import RightHandSide
from parode_core.regression.statement import check_statement
from parode_core.solvers import newton
from parode_core.status import Status


def trajectory_collocation(
    right_hand_side: RightHandSide, initial: Tensor, times: Tensor, nodes: int = 20
) -> Trajectories:
    """Trajectories through initial values.

    initial : y at times[0], [lane, component]
    times : ascending, [time]
    nodes : of the polynomial, the first one at times[0]

    Returns
    -------
    Trajectories; the residual is |y' - f| of the polynomial, which vanishes at its nodes only.

    Raises
    ------
    ValueError, TypeError
        If a shape or the order of the times is wrong.
    """
    check_statement(initial, times)
    problem = _problem(right_hand_side, initial.shape[1])
    elements = mesh(torch.stack((times[0], times[-1])), nodes)
    solution = newton.solve(problem, initial, elements, len(initial))
    place = (2.0 * times - times[0] - times[-1]) / (times[-1] - times[0])
    weights = elements.basis.interpolation(place)
    slopes = 2.0 / (times[-1] - times[0]) * (weights @ elements.basis.differentiation)
    lanes = [
        _at_times(right_hand_side, values, times, weights, slopes) for values in solution.y[:, 0]
    ]
    failed = solution.status != int(Status.OK)
    residual = torch.stack([residual for _, residual in lanes])
    return Trajectories(
        values=torch.stack([values for values, _ in lanes]),
        status=_spread(solution.status, times),
        residual=torch.where(failed[:, None], torch.nan, residual),
        iterations=_spread(solution.iterations, times),
    )


def _problem(right_hand_side: RightHandSide, components: int) -> Problem:
    def fields(where: Mesh, initial: Tensor) -> tuple[Tensor, Tensor]:
        return where.x, initial

    def rhs(states: Tensor, given: tuple[Tensor, Tensor]) -> Tensor:
        return right_hand_side(states, given[0].expand(states.shape[:-1]))

    def guess(where: Mesh, given: tuple[Tensor, Tensor]) -> Tensor:
        # constant: the statement names no better one
        return given[1][:, None, None].expand(-1, where.elements, where.basis.size, -1)

    def boundary(left: Tensor, right: Tensor, given: tuple[Tensor, Tensor]) -> Tensor:
        return left - given[1]

    return Problem(components, fields, rhs, guess, boundary=boundary)


def _at_times(
    right_hand_side: RightHandSide, values: Tensor, times: Tensor, weights: Tensor, slopes: Tensor
) -> tuple[Tensor, Tensor]:
    """One lane at the times asked for: y [time, component] and the residual [time]."""
    states = weights @ values
    return states, (slopes @ values - right_hand_side(states, times)).abs().amax(dim=1)


def _spread(numbers: Tensor, times: Tensor) -> Tensor:
    return numbers[:, None].expand(-1, len(times))

"""The trajectory out of F: damped Newton iteration of F(y, t) = y at all times at once.

    (dF/dy - 1) dy = -(F - y),   y <- y + damping dy

All times start from y_0 and the iteration ends when the largest step of all of them is below the
tolerance (Veselsky 2025). Where F - y is of the size of its own rounding the steps never get small:
such a point ends at the limit with its own status.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from parode_core.regression.outcome import Trajectories
from parode_core.status import Status

Field = Callable[[Tensor], tuple[Tensor, Tensor]]
"""y [time, component] -> F [time, component], dF_i/dy_j [time, component, component]."""


def follow(
    field: Field, initial: Tensor, count: int, damping: float, tolerance: float, limit: int
) -> Trajectories:
    """The trajectory of one lane.

    field : F and its Jacobian at the times asked for
    initial : y_0, [component]
    count : number of times
    tolerance : largest step (after damping) of a settled point
    limit : largest number of steps
    """
    states = initial.repeat(count, 1)
    identity = torch.eye(len(initial), dtype=initial.dtype, device=initial.device)
    settled = torch.zeros(count, dtype=torch.int64, device=initial.device)
    small = torch.zeros(count, dtype=torch.bool, device=initial.device)
    for iteration in range(1, limit + 1):
        value, jacobian = field(states)
        defect = (states - value).unsqueeze(2)
        step, _ = torch.linalg.solve_ex(jacobian - identity, defect)
        step = damping * step.squeeze(2)
        states = states + step
        small = step.abs().amax(dim=1) < tolerance
        settled = torch.where(small, settled, iteration)
        if _all(small):
            break
    residual = (field(states)[0] - states).abs().amax(dim=1)
    status = torch.where(small, int(Status.OK), int(Status.NOT_CONVERGED))
    finite = torch.isfinite(residual) & torch.isfinite(states).all(dim=1)
    status = torch.where(finite, status, int(Status.NON_FINITE_STATE))
    iterations = torch.where(small, settled + 1, limit)
    return Trajectories(states[None], status[None], residual[None], iterations[None])


def _all(condition: Tensor) -> bool:
    """Host check, once a step: it ends the iteration."""
    return bool(condition.all())

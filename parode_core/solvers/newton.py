"""Newton's method on all nodes, elements and lanes at once.

Every lane takes its own damped steps: the longest of lambda = 1, 1/2, ..., 2^-10 that lowers its
residual by a factor 1 - lambda/4, or down to rounding, is taken (Deuflhard 2011, ch. 3). A lane is
done when its full correction falls below the tolerance, or its residual reaches rounding; it is
then frozen. No lane sees another: what is evaluated is always a whole number of tiles, what is
factored is factored lane by lane.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.collocation.statement import (
    expect_count,
    expect_lanes,
    expect_tolerance,
    expect_tree,
)
from parode_core.elimination.condensation import Condensation
from parode_core.lanes import padded, spread
from parode_core.solvers.outset import chunks, judged, scales, stated
from parode_core.solvers.solution import Solution, join, tail
from parode_core.status import Status

HALVINGS = 10
ROUNDINGS = 64.0  # residuals this many roundings above zero are not told apart from it
PHASE = 4  # iterations between two questions to a device that answers slowly


@dataclass(frozen=True)
class Newton:
    """How to iterate.

    tolerance : largest correction of a finished lane, in units of the scale
    most : corrections after which a lane is given up
    """

    tolerance: float = 1e-12
    most: int = 40

    def __post_init__(self) -> None:
        expect_tolerance(self.tolerance)
        expect_count("the largest number of corrections", self.most, 1)


def solve(
    problem: Problem,
    parameters: Any,
    mesh: Mesh,
    lanes: int,
    *,
    method: Newton | None = None,
    guess: Tensor | None = None,
) -> Solution:
    """Solve a problem for all lanes.

    Parameters
    ----------
    problem : what is solved
    parameters : tree of tensors [lane, ...] that `problem.fields` takes
    mesh : elements of the lanes, or shared ones
    lanes : number of lanes
    method : default `Newton()`
    guess : first approximation [lane, element, node, component]; default that of the problem

    Returns
    -------
    Solution with a status for each lane. Nothing is raised for a lane that fails.

    Raises
    ------
    ValueError, TypeError
        If shapes or kinds of number of what is stated do not fit.
    """
    expect_lanes(lanes, parameters, mesh)
    expect_tree("guess", guess, lanes)
    method = method or Newton()
    parts = [
        _solve_chunk(problem, parameters, mesh, part, method, guess)
        for part in chunks(problem, mesh, lanes)
    ]
    return join(parts, mesh)


def _solve_chunk(
    problem: Problem,
    parameters: Any,
    mesh: Mesh,
    lanes: Tensor,
    method: Newton,
    guess: Tensor | None,
) -> Solution:
    count, index = lanes.shape[0], padded(lanes)
    own = None if guess is None else spread(guess, index)
    collocation, y = stated(problem, mesh.spread(index), spread(parameters, index), own)
    scale = scales(problem, collocation.fields, y)
    state = iterate(collocation, y, scale, count, method)
    return _finish(state, mesh.select(lanes), scale, count)


@dataclass
class Iteration:
    """State of an iteration: y [component, lane, element, node], the rest [lane]."""

    y: Tensor
    status: Tensor
    active: Tensor
    residual: Tensor
    iterations: Tensor
    correction: Tensor


def iterate(
    collocation: Collocation, y: Tensor, scale: Tensor, count: int, method: Newton
) -> Iteration:
    """Newton's method from y; only the first `count` lanes are real."""
    lanes = y.shape[1]
    status = judged(collocation, y, scale)
    good = status == int(Status.OK)
    status = _mark(status, good, Status.STEP_LIMIT)
    nan = torch.full((lanes,), torch.nan, dtype=torch.float64, device=y.device)
    zero = torch.zeros(lanes, dtype=torch.int64, device=y.device)
    state = Iteration(y, status, good, nan, zero, nan.clone())
    for number in range(method.most):
        if _asks(y.device, number) and not bool(state.active[:count].any()):
            break
        advance(state, collocation, scale, count, method)
    return state


def _asks(device: torch.device, number: int) -> bool:
    """Whether this iteration may wait for the device to say if any lane is still active."""
    return device.type == "cpu" or number % PHASE == 0


def advance(
    state: Iteration, collocation: Collocation, scale: Tensor, count: int, method: Newton
) -> None:
    """One correction of every active lane; nothing is asked of the device, unless it is the CPU."""
    y = state.y
    residual = collocation.residual(y)
    size = residual.size(scale)
    factored = Condensation(collocation, y, count)
    step = _pad_lanes(factored.correct(residual), y.shape[1])
    singular = _pad_lanes(factored.singular.unsqueeze(0), y.shape[1])[0]
    length = (step.abs().amax(dim=(2, 3)).T / scale).amax(dim=1)
    singular = singular | ~length.isfinite()
    small = (length <= method.tolerance) | (size <= _rounding(collocation, y, scale))
    active, broken = state.active, ~size.isfinite()
    # a lane that has ended, well or badly, asks for no search
    settled = (small & ~singular) | ~active
    factor, new_size = _damping(collocation, y, step, scale, size, settled)

    moved = active & ~broken & ~singular & (factor > 0.0)
    stuck = active & ~broken & ~singular & (factor == 0.0)
    state.y = torch.where(moved[:, None, None], y - factor[:, None, None] * step, y)
    state.status = _mark(state.status, active & broken, Status.NON_FINITE_STATE)
    state.status = _mark(state.status, active & ~broken & singular, Status.SINGULAR)
    unseen = ~new_size.isfinite()
    state.status = _mark(state.status, stuck & unseen, Status.NON_FINITE_STATE)
    state.status = _mark(state.status, stuck & ~unseen, Status.NO_ROOT)
    state.status = _mark(state.status, moved & small, Status.OK)
    state.residual = torch.where(active, torch.where(moved, new_size, size), state.residual)
    state.correction = torch.where(moved, length, state.correction)
    state.iterations = state.iterations + moved
    state.active = moved & ~small


def _damping(
    collocation: Collocation,
    y: Tensor,
    step: Tensor,
    scale: Tensor,
    size: Tensor,
    settled: Tensor,
) -> tuple[Tensor, Tensor]:
    """The longest step that lowers the residual of a lane, zero if none does, and its residual."""
    factor = torch.zeros_like(size)
    found = collocation.residual(y - step).size(scale)
    reached = found
    # a step into rounding cannot be bettered, however small a residual it came from
    solved = found <= _rounding(collocation, y - step, scale)
    taken = settled | solved | (found <= 0.75 * size)
    factor = torch.where(taken, 1.0, factor)
    trial = 1.0
    for _ in range(HALVINGS):
        if y.device.type == "cpu" and bool((taken | ~size.isfinite()).all()):
            break
        trial *= 0.5
        found = collocation.residual(y - trial * step).size(scale)
        better = ~taken & (found <= (1.0 - 0.25 * trial) * size)
        factor = torch.where(better, trial, factor)
        reached = torch.where(taken, reached, found)
        taken = taken | better
    return factor, reached


def _rounding(collocation: Collocation, y: Tensor, scale: Tensor) -> Tensor:
    """What rounding of the terms that cancel may leave of a residual, [lane]."""
    slope = collocation.slope.abs().sum(dim=-1).amax()
    size = (y.abs().amax(dim=(2, 3)).T / scale).amax(dim=1)
    return ROUNDINGS * torch.finfo(torch.float64).eps * slope * size


def _mark(status: Tensor, lanes: Tensor, kind: Status) -> Tensor:
    return torch.where(lanes, int(kind), status)


def _pad_lanes(values: Tensor, lanes: int) -> Tensor:
    """Repeat the last lane of [component, lane, ...] up to the padded number."""
    missing = lanes - values.shape[1]
    if missing == 0:
        return values
    return torch.cat((values, values[:, -1:].expand(-1, missing, *values.shape[2:])), dim=1)


def _finish(state: Iteration, mesh: Mesh, scale: Tensor, count: int) -> Solution:
    y = state.y.movedim(0, -1)
    error = tail(y, mesh, scale) + state.correction
    good = state.status == int(Status.OK)
    y = torch.where(good[:, None, None, None], y, torch.nan)
    error = torch.where(good, error, torch.nan)
    return Solution(
        mesh,
        y[:count],
        state.status[:count],
        state.residual[:count],
        state.iterations[:count],
        state.correction[:count],
        error[:count],
    )

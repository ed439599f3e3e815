"""Complex roots polished together: batched Newton iteration with repulsion, and honest errors.

z_i <- z_i - c_i / (1 - c_i sum_j 1 / (z_i - z_j)), c = f / f' (Ehrlich 1967, Aberth 1973), with the
step limited to a length per lane. A root stops where its step is at rounding level or no longer
shrinks. The error is |c| at the root plus the noise of c, measured on four points a few units in
the last place away: for an exact function c follows the displacement, the rest is rounding
(the idea of More & Wild 2011). Close roots of f show a large noise, hence a large error.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.deflate import repulsion
from parode_core.nonlinear_eigen.functions import HolomorphicFunction
from parode_core.nonlinear_eigen.rows import in_tiles
from parode_core.status import Status

ITERATIONS_PER_PHASE = 4
# steps below this part of the length scale shrink, unless rounding has been reached
STAGNATION_REACH = 1e-4
STAGNATION_RATIO = 0.9


@dataclass(frozen=True)
class PolishedRoots:
    """Roots [lane, root] with |f / f'|, error estimate, iterations and `Status` of each."""

    values: Tensor
    residual: Tensor
    error: Tensor
    iterations: Tensor
    status: Tensor


@torch.no_grad()
def polish(
    function: HolomorphicFunction,
    seeds: Tensor,
    scale: Tensor,
    parameters: Any = None,
    *,
    known: Tensor | None = None,
    owner: Tensor | None = None,
    accuracy: float = 1e-9,
    max_iterations: int = 48,
) -> PolishedRoots:
    """Polish all roots of all lanes at once.

    Parameters
    ----------
    function : scalar or matrix function
    seeds : trial roots, complex, [lane, root]; NaN where there is none (status NO_ROOT)
    scale : longest step of each lane, and the length below which a root counts as 0, [lane]
    parameters : lane tree handed to the function
    known : roots to keep away from, NaN-padded, [lane, known]
    owner : lane of each row of seeds where rows and lanes differ, [row]
    accuracy : largest error, relative to |z| + scale / 1000, of a root with status OK
    max_iterations : largest number of steps

    Returns
    -------
    PolishedRoots, with NaN where a seed is absent. Status: OK; ACCURACY_NOT_REACHED, the iteration
    stopped at a noise above `accuracy`; NOT_CONVERGED; NON_FINITE_STATE; NO_ROOT, no seed.
    """
    if seeds.ndim != 2 or scale.shape != seeds.shape[:1]:
        raise ValueError(
            f"seeds have shape [lane, root] and scale [lane]; they are {tuple(seeds.shape)} and "
            f"{tuple(scale.shape)}."
        )
    lanes = torch.arange(seeds.shape[0], device=seeds.device) if owner is None else owner
    if known is None:
        known = torch.full_like(seeds[:, :1], torch.nan)
    used = torch.isfinite(seeds)
    state = (
        seeds,
        torch.full_like(seeds.real, torch.inf),
        used,
        torch.zeros_like(used, dtype=torch.int64),
    )
    state = _iterate(function, parameters, lanes, state, (used, known, scale), max_iterations)
    values, step, running, iterations = state
    residual, error = in_tiles(
        lambda chosen, z, length: _error(function, z, length, chosen),
        parameters,
        lanes,
        (values, scale),
        function.rows_per_call,
    )
    status = _status(values, error, running, scale, accuracy)
    return PolishedRoots(
        values, residual, error, iterations, torch.where(used, status, int(Status.NO_ROOT))
    )


State = tuple[Tensor, Tensor, Tensor, Tensor]


def _iterate(
    function: HolomorphicFunction,
    parameters: Any,
    owner: Tensor,
    state: State,
    fixed: tuple[Tensor, Tensor, Tensor],
    max_iterations: int,
) -> State:
    """Phases of a few steps each; between them one host check drops the rows that have finished."""
    state = tuple(part.clone() for part in state)  # type: ignore[assignment]
    for _ in range(0, max_iterations, ITERATIONS_PER_PHASE):
        rows = state[2].any(1).nonzero()[:, 0]
        if not rows.numel():
            break
        moved = in_tiles(
            lambda chosen, *parts: _phase(function, chosen, *parts),
            parameters,
            owner[rows],
            tuple(part[rows] for part in state + fixed),
            function.rows_per_call,
        )
        for whole, part in zip(state, moved, strict=True):
            whole[rows] = part
    return state


def _phase(
    function: HolomorphicFunction,
    parameters: Any,
    z: Tensor,
    last: Tensor,
    running: Tensor,
    iterations: Tensor,
    used: Tensor,
    known: Tensor,
    scale: Tensor,
) -> State:
    """A few steps without a look at their outcome; roots that have stopped do not move."""
    length = scale[:, None]
    for _ in range(ITERATIONS_PER_PHASE):
        sample = function.sample(torch.where(used, z, 0.0), parameters)
        correction = torch.where(sample.value == 0, 0.0, sample.newton_correction)
        step = correction / (1 - correction * repulsion(z, used, known))
        # an infinite step comes from a stationary point or from sitting on another root: leave it
        escape = torch.isfinite(sample.value) & torch.isfinite(sample.derivative)
        step = torch.where(torch.isfinite(step) | ~escape, step, length * (0.6 + 0.8j))
        size = step.abs()
        step = step * (length / size.clamp_min(torch.finfo(size.dtype).tiny)).clamp_max(1.0)
        size = size.minimum(length)
        rounding = 2 * torch.finfo(size.dtype).eps * z.abs()
        stuck = (size < STAGNATION_REACH * length) & (size >= STAGNATION_RATIO * last)
        broken = ~torch.isfinite(step)
        z = torch.where(running & ~stuck & ~broken, z - step, z)
        z = torch.where(running & broken, torch.nan, z)
        last = torch.where(running, size, last)
        iterations = iterations + running
        running = running & ~(stuck | broken | (size <= rounding))
    return z, last, running, iterations


def _error(
    function: HolomorphicFunction, z: Tensor, scale: Tensor, parameters: Any
) -> tuple[Tensor, Tensor]:
    """Residual |f / f'| and the residual plus its noise, [row, root]."""
    epsilon = torch.finfo(z.real.dtype).eps
    distance = 8 * epsilon * (z.abs() + 1e-3 * scale[:, None])
    around = [z, z + distance, z - distance, z + 1j * distance, z - 1j * distance]
    sample = function.sample(torch.cat(around, 1), parameters)
    correction = torch.where(sample.value == 0, 0.0, sample.newton_correction)
    centre, *rest = correction.chunk(5, dim=1)
    noise = [
        (there - centre - (point - z)).abs() for there, point in zip(rest, around[1:], strict=True)
    ]
    return centre.abs(), centre.abs() + torch.stack(noise).amax(0)


def _status(
    values: Tensor, error: Tensor, running: Tensor, scale: Tensor, accuracy: float
) -> Tensor:
    wanted = accuracy * (values.abs() + 1e-3 * scale[:, None])
    status = torch.where(error <= wanted, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    status = torch.where(running & (error > wanted), int(Status.NOT_CONVERGED), status)
    finite = torch.isfinite(values) & torch.isfinite(error)
    return torch.where(finite, status, int(Status.NON_FINITE_STATE))

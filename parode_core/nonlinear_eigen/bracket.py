"""Real roots of real functions, bracketed and polished for all lanes at once.

A scan at given nodes finds sign changes; each bracket is shrunk to rounding by the method of
Chandrupatla (1997): inverse quadratic interpolation where its test admits it, bisection elsewhere.
A sign change need not be a root: across a pole |f| grows as the bracket shrinks, across a jump it
stays. Roots of even multiplicity change no sign and are not seen; the contour count sees them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.lanes import TILE
from parode_core.nonlinear_eigen.rows import in_tiles
from parode_core.status import Status

ITERATIONS_PER_PHASE = 8
# |f| at a root falls at least to this part of its value at the ends of the scanned interval
ROOT_FALL = 1e-6


@dataclass(frozen=True)
class BracketedRoots:
    """Sign changes of every lane from left to right, padded with NaN, [lane, root].

    Attributes
    ----------
    values : place of the sign change, the end of the last bracket with the smaller |f|
    residual : |f| there
    error : width of the last bracket
    iterations : steps taken
    status : OK, a root; SINGULAR, a pole; ACCURACY_NOT_REACHED, a jump; NOT_CONVERGED;
        NON_FINITE_STATE; NO_ROOT, padding
    changes : number of sign changes seen, also those beyond the last slot, [lane]
    lane_status : OK; NO_ROOT, no sign change that is a root; STEP_LIMIT, more changes than slots;
        NON_FINITE_STATE, the scan met a number that is not finite, [lane]
    """

    values: Tensor
    residual: Tensor
    error: Tensor
    iterations: Tensor
    status: Tensor
    changes: Tensor
    lane_status: Tensor


@torch.no_grad()
def bracket_roots(
    function: Callable[[Tensor, Any], Tensor],
    nodes: Tensor,
    parameters: Any = None,
    *,
    max_roots: int = 16,
    max_iterations: int = 96,
    rows_per_call: int = TILE,
) -> BracketedRoots:
    """Find the sign changes of f between neighbouring nodes.

    Parameters
    ----------
    function : f(x [lane, point], parameters) -> [lane, point], real
    nodes : increasing places of the scan, [lane, node], at least two
    parameters : lane tree handed to the function
    max_roots : slots per lane
    max_iterations : steps after which a bracket is given up
    rows_per_call : lanes sampled together
    """
    if nodes.ndim != 2 or nodes.shape[1] < 2:
        raise ValueError(
            f"the nodes of a scan have shape [lane, node] with two nodes or more; they are "
            f"{tuple(nodes.shape)}."
        )
    owner = torch.arange(nodes.shape[0], device=nodes.device)
    (scan,) = in_tiles(
        lambda chosen, x: (function(x, chosen),), parameters, owner, (nodes,), rows_per_call
    )
    state, changes = _brackets(nodes, scan, max_roots)
    ends = torch.maximum(state[2].abs(), state[3].abs())
    for _ in range(0, max_iterations, ITERATIONS_PER_PHASE):
        # the one host check of a phase: rows with brackets that still shrink
        rows = state[7].any(1).nonzero()[:, 0]
        if not rows.numel():
            break
        moved = in_tiles(
            lambda chosen, *parts: _phase(function, chosen, *parts),
            parameters,
            rows,
            tuple(part[rows] for part in state),
            rows_per_call,
        )
        for whole, part in zip(state, moved, strict=True):
            whole[rows] = part
    return _judged(state, ends, changes, torch.isfinite(scan).all(1), max_roots)


State = tuple[Tensor, ...]


def _brackets(nodes: Tensor, scan: Tensor, slots: int) -> tuple[State, Tensor]:
    """First sign changes of each lane: (a, b, f(a), f(b), c, f(c), t, running, iterations)."""
    left, right = scan[:, :-1], scan[:, 1:]
    # a zero on a node counts for the interval that it ends, and on the first node for the first
    change = ((left * right < 0) | ((right == 0) & (left != 0))) & (left - right).isfinite()
    change[:, 0] |= (left[:, 0] == 0) & right[:, 0].isfinite()
    width = change.shape[1]
    order = torch.argsort((~change).to(torch.int8), dim=1, stable=True)
    slot = torch.arange(slots, device=nodes.device)
    place = order[:, torch.minimum(slot, torch.full_like(slot, width - 1))]
    used = change.gather(1, place) & (slot < width)
    a, b = nodes.gather(1, place + 1), nodes.gather(1, place)
    value_a, value_b = scan.gather(1, place + 1), scan.gather(1, place)
    half = torch.full_like(a, 0.5)
    state = (a, b, value_a, value_b, b, value_b, half, used, torch.zeros_like(place))
    return tuple(part.clone() for part in state), change.sum(1)


def _phase(function: Callable[[Tensor, Any], Tensor], parameters: Any, *state: Tensor) -> State:
    """A few steps of Chandrupatla's method; the newest point a brackets the root with b."""
    a, b, fa, fb, c, fc, t, running, iterations = state
    for _ in range(ITERATIONS_PER_PHASE):
        x = a + t * (b - a)
        fx = function(torch.where(running, x, a), parameters)
        same = fx.sign() == fa.sign()
        new_c, new_fc = torch.where(same, a, b), torch.where(same, fa, fb)
        new_b, new_fb = torch.where(same, b, a), torch.where(same, fb, fa)
        a, fa = torch.where(running, x, a), torch.where(running, fx, fa)
        b, fb = torch.where(running, new_b, b), torch.where(running, new_fb, fb)
        c, fc = torch.where(running, new_c, c), torch.where(running, new_fc, fc)
        iterations = iterations + running
        width = (b - a).abs()
        best = torch.where(fa.abs() < fb.abs(), a, b)
        smallest = 2 * torch.finfo(a.dtype).eps * best.abs() + torch.finfo(a.dtype).tiny
        done = (width <= smallest) | (fa == 0) | (fb == 0) | ~torch.isfinite(fa)
        running = running & ~done
        t = _fraction(a, b, c, fa, fb, fc)
        least = (0.5 * smallest / width.clamp_min(torch.finfo(a.dtype).tiny)).clamp_max(0.5)
        t = torch.where(done, 0.5, torch.minimum(torch.maximum(t, least), 1 - least))
    return a, b, fa, fb, c, fc, t, running, iterations


def _fraction(a: Tensor, b: Tensor, c: Tensor, fa: Tensor, fb: Tensor, fc: Tensor) -> Tensor:
    """Where to step from a (0) to b (1): inverse quadratic where monotone, else the middle."""
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    quadratic = (phi.square() < xi) & ((1 - phi).square() < 1 - xi)
    t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return torch.where(quadratic & torch.isfinite(t), t, 0.5)


def _judged(
    state: State, ends: Tensor, changes: Tensor, finite: Tensor, slots: int
) -> BracketedRoots:
    a, b, fa, fb, *_, running, iterations = state
    slot = torch.arange(slots, device=a.device)
    used = slot < changes[:, None]
    first = fa.abs() <= fb.abs()
    value, residual = torch.where(first, a, b), torch.where(first, fa, fb).abs()
    exact = residual == 0
    status = torch.full_like(iterations, int(Status.ACCURACY_NOT_REACHED))
    status = torch.where(residual > ends, int(Status.SINGULAR), status)
    status = torch.where(exact | (residual <= ROOT_FALL * ends), int(Status.OK), status)
    status = torch.where(running, int(Status.NOT_CONVERGED), status)
    broken = ~(torch.isfinite(fa) & torch.isfinite(fb))
    status = torch.where(broken, int(Status.NON_FINITE_STATE), status)
    status = torch.where(used, status, int(Status.NO_ROOT))
    lane = torch.where((status == Status.OK).any(1), int(Status.OK), int(Status.NO_ROOT))
    lane = torch.where(changes > slots, int(Status.STEP_LIMIT), lane)
    lane = torch.where(finite, lane, int(Status.NON_FINITE_STATE))
    return BracketedRoots(
        torch.where(used, value, torch.nan),
        torch.where(used, residual, torch.nan),
        torch.where(used, torch.where(exact, 0.0, (b - a).abs()), torch.nan),
        iterations,
        status,
        changes,
        lane,
    )

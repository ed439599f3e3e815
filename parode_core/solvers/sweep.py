"""A first approximation to an initial-value problem: one explicit sweep over its nodes,

    y_(j+1) = y_j + (k_1 + k_2)/2,    k = dx f/w at both ends of the step     (Heun's method),

for all lanes at once. A few digits are enough: they put Newton's method where it converges
quadratically, however far the solution runs from its start.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh

STOPS = 128  # of the sweep, over all elements, at least 2 in each; between them it is linear


def sweep(
    rhs: Callable[[Tensor, Any], Tensor], start: Tensor, mesh: Mesh, fields: Any, *, singular: bool
) -> Tensor:
    """Approximate values on the nodes.

    Parameters
    ----------
    rhs, singular : as in `Problem`
    start : state at the left end, [lane, component]
    fields : tensors [lane, element, node], or with one element or node for what is shared by them,
        in tuples

    Returns
    -------
    y, [lane, element, node, component]; where the sweep runs out of the finite, its last state.
    """
    x = mesh.from_start.expand(start.shape[0], -1, -1)
    stops, weights = _stops(mesh)
    state, before, states = start, None, []
    for element in range(mesh.elements):
        for node in stops:
            here = (element, node)
            if before is not None:
                state = _step(rhs, state, x, fields, before, here, singular)
            states.append(state)
            before = here
    coarse = torch.stack(states, dim=1).unflatten(1, (mesh.elements, len(stops)))
    return torch.einsum("ns,besc->benc", weights.to(start.dtype), coarse)


def _stops(mesh: Mesh) -> tuple[list[int], Tensor]:
    """Nodes the sweep stops at, and the weights of linear interpolation from them to all nodes."""
    nodes, last = mesh.basis.nodes, mesh.basis.size - 1
    count = min(max(STOPS // mesh.elements, 2), last + 1)
    stops = sorted({round(last * k / (count - 1)) for k in range(count)})
    index = torch.arange(last + 1, device=nodes.device)
    places = torch.tensor(stops, device=nodes.device)
    right = torch.searchsorted(places, index).clamp(min=1)
    low, high = places[right - 1], places[right]
    part = (nodes - nodes[low]) / (nodes[high] - nodes[low])
    weights = torch.zeros(last + 1, len(stops), dtype=nodes.dtype, device=nodes.device)
    weights[index, right - 1] = 1.0 - part
    weights[index, right] = part
    return stops, weights


def _step(
    rhs: Callable[[Tensor, Any], Tensor],
    state: Tensor,
    x: Tensor,
    fields: Any,
    before: tuple[int, int],
    here: tuple[int, int],
    singular: bool,
) -> Tensor:
    first, second = (x[:, element, node, None] for element, node in (before, here))
    length = second - first
    slope = _rate(rhs, state, fields, before, first, singular)
    guess = state + length * slope
    other = _rate(rhs, guess, fields, here, second, singular)
    # at a singular start the slope is a limit: that behind the first step stands for it
    slope = torch.where(first > 0.0, slope, other) if singular else slope
    moved = state + 0.5 * length * (slope + other)
    return torch.where(moved.isfinite().all(dim=1, keepdim=True), moved, state)


def _rate(
    rhs: Callable[[Tensor, Any], Tensor],
    state: Tensor,
    fields: Any,
    place: tuple[int, int],
    distance: Tensor,
    singular: bool,
) -> Tensor:
    """dy/dx, [lane, component]; zero at a singular start."""
    rate = rhs(state[:, None, None, :], _at(fields, *place))[:, 0, 0]
    if not singular:
        return rate
    inside = distance > 0.0
    return torch.where(inside, rate / torch.where(inside, distance, 1.0), 0.0)


def _at(fields: Any, element: int, node: int) -> Any:
    """Fields at one node, [lane, 1, 1]."""
    if isinstance(fields, Tensor):
        if fields.ndim < 3:
            return fields
        element = element if fields.shape[1] > 1 else 0
        node = node if fields.shape[2] > 1 else 0
        return fields[:, element : element + 1, node : node + 1]
    parts = [_at(part, element, node) for part in fields]
    return type(fields)(*parts) if hasattr(fields, "_fields") else tuple(parts)

"""A region that follows the flow: between two rough trajectories.

    y = c(t) + w(t) s,   -1 <= s <= 1,      ds/dt = (f - c' - w' s)/w

The edges s = -1 and s = 1 are trajectories of a Runge-Kutta march of fourth order, interpolated at
Chebyshev nodes of the time. They only have to be rough: c and w are then known functions, and
ds/dt is exact for them. Every point of the tube has its pre-image at t_0 in the tube, up to that
roughness, which a rectangle does not offer.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from parode_core.regression.rows import RightHandSide

_NODES = 24
_STEPS = 8  # between two nodes


@dataclass(frozen=True)
class Tube:
    """Centre and half width over the time.

    basis : Chebyshev nodes of the time
    start, stop : ends of the time
    edges : lower and upper edge at the nodes, [node, 2]
    """

    basis: Basis
    start: Tensor
    stop: Tensor
    edges: Tensor

    def scaled(self, times: Tensor) -> Tensor:
        """Times mapped to [-1, 1], [time]."""
        return (2.0 * times - self.start - self.stop) / (self.stop - self.start)

    def shape(self, times: Tensor) -> tuple[Tensor, Tensor]:
        """Centre c and half width w, each [time]."""
        return self._shape(self.basis.interpolation(self.scaled(times)))

    def shape_rates(self, times: Tensor) -> tuple[Tensor, Tensor]:
        """c' and w', each [time]."""
        slope = 2.0 / (self.stop - self.start) * self.basis.differentiation
        return self._shape(self.basis.interpolation(self.scaled(times)) @ slope)

    def _shape(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        lower, upper = (weights @ self.edges).unbind(dim=1)
        return 0.5 * (upper + lower), 0.5 * (upper - lower)

    def place_rate(self, right_hand_side: RightHandSide, place: Tensor, times: Tensor) -> Tensor:
        """ds/dt at points of the tube, [point]; place : s, [point]."""
        centre, width = self.shape(times)
        centre_rate, width_rate = self.shape_rates(times)
        slope = right_hand_side((centre + width * place).unsqueeze(1), times)[:, 0]
        return (slope - centre_rate - width_rate * place) / width


def flow_tube(right_hand_side: RightHandSide, lower: Tensor, upper: Tensor, span: Tensor) -> Tube:
    """The tube of the trajectories that start between two values.

    lower, upper : initial values of the edges, scalars
    span : t_0 and t_f, [2]

    Raises
    ------
    ValueError
        If the edges are not in order, or an edge does not stay finite.
    """
    if not bool(upper > lower):
        raise ValueError(f"the tube needs lower < upper; got {float(lower)} and {float(upper)}.")
    nodes = basis(_NODES).to(span.device)
    times = span[0] + (span[1] - span[0]) * nodes.from_left
    states = torch.stack((lower, upper)).unsqueeze(1)
    rows = [states[:, 0]]
    for begin, end in zip(times[:-1], times[1:], strict=True):
        states = _march(right_hand_side, states, begin, end)
        rows.append(states[:, 0])
    edges = torch.stack(rows)
    if not bool(torch.isfinite(edges).all()):
        raise ValueError("an edge of the tube does not stay finite: choose edges nearer together.")
    return Tube(nodes, span[0], span[1], edges)


def _march(right_hand_side: RightHandSide, states: Tensor, begin: Tensor, end: Tensor) -> Tensor:
    """Classical Runge-Kutta steps from one node to the next, [edge, 1]."""
    step = (end - begin) / _STEPS
    for number in range(_STEPS):
        time = (begin + number * step).expand(len(states))
        first = right_hand_side(states, time)
        second = right_hand_side(states + 0.5 * step * first, time + 0.5 * step)
        third = right_hand_side(states + 0.5 * step * second, time + 0.5 * step)
        fourth = right_hand_side(states + step * third, time + step)
        states = states + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
    return states

"""Substitutions on one element of a star: a fixed-point map that sharpens its states.

With the left state of an element known, its collocation equations (D y)_j = (v/w)_j f(y_j) are
fixed points of

    y <- y_left + D^-1 [(v/w) f(y)],

D without its first row and column. The operator is a Volterra integral: k substitutions leave an
error of (|f'| ln(s_right/s_left))^k/k!, and cost one product with a matrix that all stars share.
On the element at the centre, with t = (1 + xi)/2 and o = t (ds/dt)/s, they are fixed points of

    y <- (t d/dt + e)^-1 [o f(y) + e y]

for any e > 0, best in the middle of minus the eigenvalues of df/dy at the centre: then what is left
of f there is small, and elsewhere t^k is divided by k + e.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.collocation.elements import Mesh

State = list[Tensor]


@dataclass(frozen=True)
class Flow:
    """A problem as substitutions want it, components and coefficients apart.

    rates : (components, coefficients) -> s dy/ds of each, elementwise
    coefficients : fields of the problem -> what `rates` needs, each [lane, element, node]; 1 for an
        axis that shares them
    centre : (fields) -> components at the centre, [lane] or numbers
    shift : e
    fixed : whether the states at the centre are final, or guesses that regularity corrects
    """

    rates: Callable[[State, State], State]
    coefficients: Callable[[Any], tuple[Tensor, ...]]
    centre: Callable[[Any], tuple[Tensor | float, ...]]
    shift: float
    fixed: bool = False


@dataclass
class Element:
    """Lanes of an element: coefficients, states and first states, [lane, node] or [lane, 1].

    weight : of the rates, v/w or o;  inverse : of the operator, transposed
    """

    flow: Flow
    given: State
    y: State
    start: State
    weight: Tensor
    inverse: Tensor

    def next(self) -> State:
        """One substitution."""
        rates = self.flow.rates(self.y, self.given)
        return [
            torch.addmm(start, self.weight * rate, self.inverse)
            for start, rate in zip(self.start, rates, strict=True)
        ]

    def select(self, lanes: Tensor) -> "Element":
        """The lanes with these indices."""
        return self._with(lambda part: part.index_select(0, lanes))

    def block(self, lanes: slice) -> "Element":
        """Consecutive lanes."""
        return self._with(lambda part: part[lanes])

    def _with(self, choose: Callable[[Tensor], Tensor]) -> "Element":
        given, y, start = ([choose(p) for p in part] for part in (self.given, self.y, self.start))
        return replace(self, given=given, y=y, start=start, weight=choose(self.weight))


class Centre(Element):
    """Lanes of the element at the centre: `weight` is o/e, and `inverse` e (t d/dt + e)^-1."""

    @classmethod
    def of(cls, flow: Flow, given: State, start: State, mesh: Mesh) -> "Centre":
        """With constant first states."""
        t, r = mesh.basis.from_left, mesh.basis.to_right
        table = torch.stack((torch.ones_like(t), 2.0 * torch.ones_like(t), 2.0 * r / (1.0 + r)))
        weight = (table / flow.shift)[mesh.grading[:, 0]].expand(start[0].shape[0], -1)
        y = [part.expand(-1, mesh.basis.size) for part in start]
        inverse = flow.shift * inverse_euler(mesh.basis, flow.shift)
        if flow.fixed:
            inverse[:, 0] = 0.0
        return cls(flow, given, y, start, weight, inverse)

    def next(self) -> State:
        """One substitution."""
        rates = self.flow.rates(self.y, self.given)
        if not self.flow.fixed:
            return [
                torch.addcmul(y, self.weight, rate) @ self.inverse
                for y, rate in zip(self.y, rates, strict=True)
            ]
        # of what is beyond the central state: rounding would let a free constant drift
        return [
            torch.addmm(first, torch.addcmul(y - first, self.weight, rate), self.inverse)
            for first, y, rate in zip(self.start, self.y, rates, strict=True)
        ]


def distance(new: State, old: State, scale: Tensor) -> Tensor:
    """Largest change of each lane in units of the scale."""
    steps = [(a - b).abs_().amax(dim=1) for a, b in zip(new, old, strict=True)]
    return (torch.stack(steps, dim=1) / scale).amax(dim=1)


@lru_cache(maxsize=16)
def inverse_derivative(basis: Basis) -> Tensor:
    """Transpose of D^-1 without the first row and column of D, [node, node]; zero there."""
    whole = torch.zeros_like(basis.differentiation)
    whole[1:, 1:] = torch.linalg.inv(basis.differentiation[1:, 1:])
    return whole.T.contiguous()


@lru_cache(maxsize=16)
def parabola(basis: Basis) -> Tensor:
    """Slope and half the second derivative at the right end, from values at nodes, [node, 2]."""
    last = basis.differentiation[-1]
    return torch.stack((last, 0.5 * (last @ basis.differentiation)), dim=1)


@lru_cache(maxsize=64)
def inverse_euler(basis: Basis, shift: float) -> Tensor:
    """Transpose of (t d/dt + e)^-1 at the nodes, [node, node]."""
    whole = 2.0 * basis.from_left.unsqueeze(1) * basis.differentiation
    whole.diagonal().add_(shift)
    return torch.linalg.inv(whole).T.contiguous()

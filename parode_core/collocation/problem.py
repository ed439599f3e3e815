"""What a caller states: a system of ordinary differential equations on the elements of a lane,

    w(x) dy/dx = f(y; fields),        w = 1, or w = x - x_start where the start is singular,

with conditions between the ends and across elements. `fields` are whatever f needs at the nodes
besides y; they are computed once a solve, since x does not depend on the solution.

At a singular start the row of the first node reads f(y) = 0. Components listed in `kept` keep that
row as their regularity condition; every other component needs a boundary row. A singular right end
asks for nothing but a basis without a node there (the Gauss ones), and for distances from
`Mesh.to_end`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh


@dataclass(frozen=True)
class Problem:
    """A system of equations, stated once and solved for any number of lanes.

    components : size n of the system
    fields : (mesh, parameters) -> tree of tensors [lane, element, node] or [lane, ...]
    rhs : (y [lane, element, node, component], fields) -> f of the same shape; build it with
        `vector`, which keeps components apart in memory
    guess : (mesh, fields) -> y, first approximation
    jacobian : (y, fields) -> df/dy [lane, element, node, component, component]; None: by reverse
        differentiation of `rhs`
    boundary : (left, right, fields) -> residual [lane, row], of the states [lane, component] at
        both ends; one row for every component that is not kept. Rows count as they are: divided by
        the natural size of what they compare, they weigh as much as the equation
    at_start : whether `boundary` depends on the left state only (an initial-value problem)
    jump : (state [lane, interface, component] left of each inner edge, fields) -> state right of
        it; None: continuous
    singular, kept : see above
    scale : natural size of each component, fields -> [lane or 1, component]; None: one
    """

    components: int
    fields: Callable[[Mesh, Any], Any]
    rhs: Callable[[Tensor, Any], Tensor]
    guess: Callable[[Mesh, Any], Tensor]
    jacobian: Callable[[Tensor, Any], Tensor] | None = None
    boundary: Callable[[Tensor, Tensor, Any], Tensor] | None = None
    at_start: bool = True
    jump: Callable[[Tensor, Any], Tensor] | None = None
    singular: bool = False
    kept: tuple[int, ...] = ()
    scale: Callable[[Any], Tensor] | None = None

    def __post_init__(self) -> None:
        if self.components < 1:
            raise ValueError(f"a system of {self.components} components has nothing to solve.")
        if len(set(self.kept)) < len(self.kept):
            raise ValueError(f"kept components {self.kept} name one of them twice.")
        if self.kept and not self.singular:
            raise ValueError("regularity rows are kept at a singular start only.")
        if any(not 0 <= number < self.components for number in self.kept):
            raise ValueError(f"kept components {self.kept} are outside 0 to {self.components - 1}.")
        if self.free and self.boundary is None:
            raise ValueError(f"components {self.free} need boundary rows, and none are given.")

    @property
    def free(self) -> tuple[int, ...]:
        """Components whose row at the first node is a boundary row."""
        return tuple(number for number in range(self.components) if number not in self.kept)

    def derivative(self, y: Tensor, fields: Any) -> Tensor:
        """df/dy [lane, element, node, component, component], stated or differentiated."""
        if self.jacobian is not None:
            return self.jacobian(y, fields)
        return differentiate(lambda state: self.rhs(state, fields), y)


def vector(*parts: Tensor) -> Tensor:
    """Components as the last axis, each in one piece and ordered in memory as before."""
    whole = torch.broadcast_tensors(*parts)
    order = sorted(range(whole[0].ndim), key=whole[0].stride, reverse=True)
    back = [order.index(axis) for axis in range(len(order))]
    ordered = torch.stack([part.permute(order) for part in whole])
    return ordered.movedim(0, -1).permute(*back, -1)


def matrix(*rows: tuple[Tensor, ...]) -> Tensor:
    """Rows of components as the last two axes, [..., row, column]."""
    flat = torch.stack(torch.broadcast_tensors(*(part for row in rows for part in row)))
    return flat.unflatten(0, (len(rows), len(rows[0]))).movedim((0, 1), (-2, -1))


def differentiate(function: Callable[[Tensor], Tensor], state: Tensor) -> Tensor:
    """Jacobian of a function that acts on the last axis alone, [..., row, column].

    By reverse differentiation, one pass a row; a complex function has to be holomorphic.
    """
    value, pull = _pull_back(function, state)
    rows = []
    for number in range(value.shape[-1]):
        weight = torch.zeros_like(value)
        weight[..., number] = 1.0
        # torch pulls back the conjugate of the derivative of a holomorphic function
        rows.append(pull(weight).conj())
    return torch.stack(rows, dim=-2).resolve_conj()


def _pull_back(
    function: Callable[[Tensor], Tensor], state: Tensor
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Value of a function, and its transposed derivative as a function of weights."""
    try:
        leaf = state.detach().requires_grad_()
    except (
        RuntimeError
    ):  # inside a transform of torch.func, which has its own way and start-up time
        value, pull = torch.func.vjp(function, state)[:2]
        return value, lambda weight: pull(weight)[0]
    with torch.enable_grad():
        value = function(leaf)

    def pulled(weight: Tensor) -> Tensor:
        if not value.requires_grad:
            return torch.zeros_like(leaf)
        with torch.enable_grad():
            total = (value * weight).sum().real
        (slope,) = torch.autograd.grad(total, leaf, retain_graph=True, allow_unused=True)
        return torch.zeros_like(leaf) if slope is None else slope

    return value.detach(), pulled

"""Perturbations and backgrounds from the centre outwards, element after element, all stars at once.

With the left state of an element known, its collocation equations (D y)_j = (v/w)_j f(y_j) are
fixed points of

    y <- y_left + D^-1 [(v/w) f(y)],

D without its first row and column. The operator is a Volterra integral: k substitutions leave an
error of (|f'| ln(s_right/s_left))^k/k!, and cost one product with a matrix that all stars share.
On the element at the centre, where w = 0, the linearisation of each star is factored instead, twice
at most. Stars that do not converge this way are solved by Newton's method.

What is found are the same polynomials as by Newton's method; tolerances are in units of `scale`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import Basis
from parode_core.collocation import Collocation
from parode_core.condensation import Condensation
from parode_core.elements import Mesh
from parode_core.lanes import finite, padded, spread, take
from parode_core.newton import solve as newton_solve
from parode_core.outset import scales
from parode_core.problem import Problem
from parode_core.solution import Solution, tail

TOLERANCE = 1e-13
MOST_SUBSTITUTIONS = 32  # pairs
MOST_CORRECTIONS = 24
SPARSE = 0.5  # part of the lanes below which they go on without the finished ones
REFACTORED = 2  # corrections after which the element at the centre is factored once more


def solve(
    problem: Problem, parameters: Any, mesh: Mesh, lanes: int, tolerance: float = TOLERANCE
) -> Solution:
    """Solve an initial-value problem with a singular start and continuous states.

    Arguments and result are those of `parode_core.newton.solve`; tensors of `problem.fields` have
    nodes as their third axis where their second one has the length of the elements.
    """
    index = padded(torch.arange(lanes, device=mesh.edges.device))
    with torch.no_grad():
        march = _March(problem, mesh.spread(index), spread(parameters, index), lanes, tolerance)
        march.run()
        found = march.solution(mesh.select(index[:lanes]))
    late = found.status == int(Status.NOT_CONVERGED)
    if bool(late.any()):
        _by_newton(found, problem, parameters, late)
    return found


def _by_newton(found: Solution, problem: Problem, parameters: Any, late: Tensor) -> None:
    """Solve the lanes of a mask by Newton's method, those of one number of elements together."""
    mesh = found.mesh
    counts = (mesh.lengths > 0.0).sum(dim=1)
    for count in torch.unique(counts[late]).tolist():
        lanes = torch.nonzero(late & (counts == count))[:, 0]
        part = mesh.select(lanes)
        part = Mesh(part.edges[:, : count + 1], part.basis, part.grading[:, :count])
        given = problem.fields(mesh.select(lanes), take(parameters, lanes))
        given = _cut(given, mesh.elements, slice(count))
        fixed = replace(problem, fields=lambda mesh, given: given)
        own = newton_solve(fixed, given, part, lanes.shape[0])
        end = own.y[:, -1:, -1:].expand(-1, mesh.elements - count, mesh.basis.size, -1)
        found.y[lanes] = torch.cat((own.y, end), dim=1)
        for name in ("status", "residual", "iterations", "correction", "error"):
            getattr(found, name)[lanes] = getattr(own, name)


class _March:
    """States [lane, element, node, component] of whole tiles, on their way outwards."""

    def __init__(
        self, problem: Problem, mesh: Mesh, parameters: Any, lanes: int, tolerance: float
    ) -> None:
        self.problem, self.mesh, self.lanes, self.tolerance = problem, mesh, lanes, tolerance
        self.fields = problem.fields(mesh, parameters)
        centre = _element(mesh, 0)
        guess = problem.guess(centre, _cut(self.fields, mesh.elements, slice(1)))
        self.guess = guess.expand(mesh.edges.shape[0], *guess.shape[1:])
        self.scale = scales(problem, self.fields, self.guess.movedim(-1, 0))
        self.good = finite((self.fields, mesh.edges, self.guess), mesh.edges.shape[0])
        self.well = self.good.clone()
        self.steps = torch.zeros_like(self.good, dtype=torch.int64)
        self.last = torch.zeros_like(mesh.edges[:, 0])
        self.parts: list[Tensor] = []

    def run(self) -> None:
        """All elements in turn."""
        self.parts.append(self._centre())
        for number in range(1, self.mesh.elements):
            self.parts.append(self._substituted(number, self.parts[-1][:, :, -1:]))

    def solution(self, mesh: Mesh) -> Solution:
        """What was found, for the stars alone."""
        y = torch.cat(self.parts, dim=1)
        status = torch.where(self.well, int(Status.OK), int(Status.NOT_CONVERGED))
        status = torch.where(self.good, status, int(Status.NON_FINITE_INPUT))
        y = torch.where(self.well[:, None, None, None], y, torch.nan)
        error = tail(y, self.mesh, self.scale) + self.last
        rest = (status, self.last.clone(), self.steps, self.last, error)
        return Solution(mesh, *(part[: self.lanes] for part in (y, *rest)))

    def _centre(self) -> Tensor:
        """The element at the centre, by corrections with a factored linearisation."""
        mesh = _element(self.mesh, 0)
        collocation = Collocation(
            self.problem, mesh, _cut(self.fields, self.mesh.elements, slice(1))
        )
        y = self.guess.movedim(-1, 0).contiguous()
        nodes = self.mesh.basis.size
        # corrections below this are noise of the differentiation
        tolerance = max(self.tolerance, 4.0 * nodes**2 * torch.finfo(y.dtype).eps)
        every = torch.arange(y.shape[1], device=y.device)
        active, fill = self.good, padded(torch.arange(self.lanes, device=y.device))
        for number in range(MOST_CORRECTIONS):
            if number in (0, REFACTORED):
                factored = Condensation(collocation, y, self.lanes)
            step = factored.correct(collocation.residual(y))[:, fill]
            y = torch.where(active[:, None, None], y - step, y)
            length = (step.abs().amax(dim=(2, 3)).T / self.scale).amax(dim=1)
            active = self._settled(active, length, tolerance, every)
            if not bool(active.any()):
                break
        self.well = self.well & ~active
        return y.movedim(0, -1)

    def _substituted(self, number: int, left: Tensor) -> Tensor:
        """An element behind the first, from its left state [lane, 1, 1, component]."""
        mesh, fields = _element(self.mesh, number), self._fields(number)
        weight = mesh.speed / self.mesh.from_start[:, number : number + 1]
        start = left.movedim(-1, 0).contiguous()  # components apart in memory, as `rhs` has them
        lanes = torch.arange(start.shape[1], device=start.device)
        state = _Substitution(lanes, start, weight, fields, self.scale, self.well)
        whole = state.y.clone()
        inverse = inverse_derivative(self.mesh.basis)
        for _ in range(MOST_SUBSTITUTIONS):
            # how far a lane has come is asked of every second one
            state.substitute(self.problem.rhs, inverse)
            length = state.measured(self.problem.rhs, inverse)
            state.active = self._settled(state.active, length, self.tolerance, state.lanes)
            waiting = int(state.active.sum())
            if waiting <= SPARSE * state.lanes.shape[0]:
                whole[:, state.lanes] = state.y
                if waiting == 0:
                    break
                state = state.narrowed()
        whole[:, state.lanes] = state.y
        self.well = self.well.index_put((state.lanes,), self.well[state.lanes] & ~state.active)
        return whole.movedim(0, -1)

    def _fields(self, number: int) -> Any:
        return _cut(self.fields, self.mesh.elements, slice(number, number + 1))

    def _settled(self, active: Tensor, length: Tensor, tolerance: float, lanes: Tensor) -> Tensor:
        """Lanes that go on; those that blow up stop as well, and are not well."""
        self.steps[lanes] = self.steps[lanes] + active
        self.last[lanes] = torch.where(active, length, self.last[lanes])
        broken = active & ~length.isfinite()
        self.well[lanes] = self.well[lanes] & ~broken
        return active & ~broken & (length > tolerance)


class _Substitution:
    """Lanes of an element that are not finished, in whole tiles.

    lanes : which they are, [lane];  start : left states, y : values, [component, lane, 1, node]
    """

    def __init__(
        self,
        lanes: Tensor,
        start: Tensor,
        weight: Tensor,
        fields: Any,
        scale: Tensor,
        active: Tensor,
    ) -> None:
        self.lanes, self.start, self.weight, self.fields = lanes, start, weight, fields
        self.scale, self.active = scale, active
        self.y = start.expand(-1, -1, -1, weight.shape[-1])

    def substitute(self, rhs: Callable[[Tensor, Any], Tensor], inverse: Tensor) -> None:
        """One substitution of active lanes."""
        self.y = torch.where(self.active[:, None, None], self._next(rhs, inverse), self.y)

    def measured(self, rhs: Callable[[Tensor, Any], Tensor], inverse: Tensor) -> Tensor:
        """One substitution of active lanes, and its size for each."""
        new = self._next(rhs, inverse)
        length = ((new - self.y).abs().amax(dim=(2, 3)).T / self.scale).amax(dim=1)
        self.y = torch.where(self.active[:, None, None], new, self.y)
        return length

    def _next(self, rhs: Callable[[Tensor, Any], Tensor], inverse: Tensor) -> Tensor:
        rate = self.weight * rhs(self.y.movedim(0, -1), self.fields).movedim(-1, 0)
        return self.start + rate @ inverse

    def narrowed(self) -> "_Substitution":
        """Those that are still active."""
        keep = padded(torch.nonzero(self.active)[:, 0])
        given = take((self.weight, self.fields, self.scale, self.active), keep)
        state = _Substitution(self.lanes[keep], self.start[:, keep], *given)
        state.y = self.y[:, keep]
        return state


def _element(mesh: Mesh, number: int) -> Mesh:
    return Mesh(
        mesh.edges[:, number : number + 2], mesh.basis, mesh.grading[:, number : number + 1]
    )


def _cut(tree: Any, elements: int, part: slice) -> Any:
    """The fields of some elements."""
    if isinstance(tree, tuple):
        return type(tree)(*(_cut(branch, elements, part) for branch in tree))
    return tree[:, part] if tree.ndim > 2 and tree.shape[1] == elements else tree


@lru_cache(maxsize=16)
def inverse_derivative(basis: Basis) -> Tensor:
    """Transpose of D^-1 without the first row and column of D, [node, node]; zero there."""
    whole = torch.zeros_like(basis.differentiation)
    whole[1:, 1:] = torch.linalg.inv(basis.differentiation[1:, 1:])
    return whole.T.contiguous()

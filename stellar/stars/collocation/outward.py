"""Perturbations and backgrounds from the centre outwards, element after element, all stars at once.

On every element all stars take the same number of substitutions (see `substitution`) before
convergence is looked at; those that are not done go on by themselves, and those that do not
converge this way are solved by Newton's method. What is found are the same polynomials as by
Newton's method; tolerances are in units of `scale`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.lanes import TILE, finite, padded, take
from parode_core.solvers.newton import solve as newton_solve
from parode_core.solvers.solution import Solution
from parode_core.status import Status
from stellar.stars.collocation.substitution import (
    Centre,
    Element,
    Flow,
    State,
    distance,
    inverse_derivative,
    parabola,
)

TOLERANCE = 1e-13
# substitutions before convergence is looked at: on the element at the centre, one less on each
# further one, at least; and between two looks
AT_CENTRE, LEAST, BETWEEN = 11, 5, 1
MOST_LOOKS = 24
BLOCK = 1 << 14  # nodes that are substituted together, so that all their numbers stay in a cache


def solve(
    problem: Problem,
    flow: Flow,
    parameters: Any,
    mesh: Mesh,
    lanes: int,
    tolerance: float = TOLERANCE,
    newton: bool = True,
) -> Solution:
    """Solve an initial-value problem with a singular start and continuous states.

    Arguments and result are those of `newton.solve` in `parode_core.solvers`; tensors of
    `problem.fields` have nodes as their third axis where their second one has the length of the
    elements. `mesh` and `parameters` come in whole tiles, `lanes` of them are solved. Where
    substitutions do not converge a lane goes to Newton's method if `newton`, or its states are NaN
    from there on.
    """
    with torch.no_grad():
        march = _March(problem, flow, problem.fields(mesh, parameters), mesh, tolerance)
        march.run()
        found = march.solution(lanes)
        late = found.status == int(Status.NOT_CONVERGED)
        if newton and bool(late.any()):
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
    """States of whole tiles on their way outwards."""

    def __init__(
        self, problem: Problem, flow: Flow, fields: Any, mesh: Mesh, tolerance: float
    ) -> None:
        self.problem, self.flow, self.fields, self.mesh = problem, flow, fields, mesh
        self.tolerance, self.lanes = tolerance, mesh.edges.shape[0]
        self.given = [self._apart(part) for part in flow.coefficients(fields)]
        # place in an element in the coordinate of the one before it, as if that was affine
        u = 2.0 * mesh.from_left[:, 1:] / mesh.lengths[:, :-1, None]
        self.ahead = self._apart(torch.where(u.isfinite(), u, 0.0))
        scale = problem.scale(fields) if problem.scale else torch.ones_like(mesh.edges[:1, :1])
        self.scale = scale.expand(self.lanes, problem.components)
        self.good = finite((*flow.coefficients(fields), mesh.edges), self.lanes)
        self.well = self.good.clone()
        self.steps = torch.zeros_like(self.good, dtype=torch.int64)
        self.last = torch.zeros_like(mesh.edges[:, 0])
        self.parts: list[State] = []
        self.sound = torch.zeros_like(self.steps)  # elements that are solved

    def _apart(self, values: Tensor) -> Tensor:
        """Elements apart in memory, so that every operation runs through one piece."""
        elements = self.mesh.elements if values.shape[1] == 1 else values.shape[1]
        whole = values.expand(self.lanes, elements, self.mesh.basis.size)
        return whole.movedim(1, 0).contiguous()

    def run(self) -> None:
        """All elements in turn."""
        self.parts.append(self._converged(self._centre(), AT_CENTRE))
        weights = self._apart(self.mesh.speed / self.mesh.from_start)
        inverse = inverse_derivative(self.mesh.basis)
        for number in range(1, self.mesh.elements):
            start = [part[:, -1:] for part in self.parts[-1]]
            given = [part[number] for part in self.given]
            y = self._continued(number)
            element = Element(self.flow, given, y, start, weights[number], inverse)
            self.parts.append(self._converged(element, max(AT_CENTRE - number, LEAST)))

    def _continued(self, number: int) -> State:
        """First states of an element: the parabola at the end of the one before it."""
        u, bends = self.ahead[number - 1], parabola(self.mesh.basis)
        found = []
        for part in self.parts[-1]:
            slope, bend = (part @ bends).split(1, dim=1)
            found.append(torch.addcmul(part[:, -1:], u, torch.addcmul(slope, u, bend)))
        return found

    def solution(self, lanes: int) -> Solution:
        """What was found, for the stars alone."""
        mesh = self.mesh.select(torch.arange(lanes, device=self.mesh.edges.device))
        # components apart in memory
        states = [torch.stack(parts, dim=1) for parts in zip(*self.parts, strict=True)]
        y = torch.stack(states).movedim(0, -1)[:lanes]
        status = torch.where(self.well, int(Status.OK), int(Status.NOT_CONVERGED))
        status = torch.where(self.good, status, int(Status.NON_FINITE_INPUT))[:lanes]
        last = self.last[:lanes]
        if not bool(self.well.all()):
            number = torch.arange(self.mesh.elements, device=y.device)
            sound = number < self.sound[:lanes, None]
            y = torch.where(sound[:, :, None, None], y, torch.nan)
        return Solution(mesh, y, status, last.clone(), self.steps[:lanes], last, last.clone())

    def _centre(self) -> Centre:
        """The element at the centre, with its first states."""
        given = [part[0] for part in self.given]
        start = [
            torch.as_tensor(part, dtype=torch.float64, device=self.good.device)
            .expand(self.lanes)
            .unsqueeze(1)
            for part in self.flow.centre(self.fields)
        ]
        return Centre.of(self.flow, given, start, self.mesh)

    def _converged(self, element: Element, unseen: int) -> State:
        """States of an element, after as many substitutions as each star needs."""
        parts, lengths = [], []
        rows = max(BLOCK // self.mesh.basis.size // TILE, 1) * TILE
        for first in range(0, self.lanes, rows):
            block = slice(first, first + rows)
            part = element.block(block) if rows < self.lanes else element
            for _ in range(unseen):
                part.y = part.next()
            parts.append(part.next())
            lengths.append(distance(parts[-1], part.y, self.scale[block]))
        whole = [_joined(pieces) for pieces in zip(*parts, strict=True)]
        length, element.y = _joined(lengths), whole
        self.steps += unseen + 1
        self.last = torch.where(self.well, length, self.last)
        active = self.well & (length > self.tolerance)
        left = torch.nonzero(active)[:, 0]
        if left.shape[0] > 0:
            self._go_on(element, left, whole)
        self.well = self.well & self.last.isfinite()
        self.sound += self.well
        return whole

    def _go_on(self, element: Element, lanes: Tensor, whole: State) -> None:
        """Further substitutions for some lanes, into `whole`."""
        element = element.select(padded(lanes))
        for _ in range(MOST_LOOKS):
            keep = padded(lanes)
            for _ in range(BETWEEN):
                element.y = element.next()
            new = element.next()
            length = distance(new, element.y, self.scale[keep])
            element.y = new
            for part, values in zip(whole, new, strict=True):
                part[keep] = values
            self.steps[lanes] += BETWEEN + 1
            self.last[keep] = length
            rest = torch.nonzero(length[: lanes.shape[0]] > self.tolerance)[:, 0]
            if rest.shape[0] == 0:
                return
            lanes, element = lanes[rest], element.select(padded(rest))
        self.well[lanes] = False


def _joined(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(parts)) if len(parts) > 1 else parts[0]


def _cut(tree: Any, elements: int, part: slice) -> Any:
    """The fields of some elements."""
    if isinstance(tree, tuple):
        return type(tree)(*(_cut(branch, elements, part) for branch in tree))
    return tree[:, part] if tree.ndim > 2 and tree.shape[1] == elements else tree

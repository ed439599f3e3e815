"""Solve to a requested accuracy: first more nodes, then smaller elements, as each lane needs.

A lane is observed at a chain of resolutions, and the error of what is observed is estimated from
how it changes (`accuracy`). A lane that is accurate is final; only the others go on. Where more
nodes do not help, the elements with the largest tails are cut in two, as long as that is allowed
(hp-refinement, Babuska & Guo 1992). What is not reached is refused, with the error that was.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.statement import expect, expect_count, expect_double, expect_lanes
from parode_core.lanes import padded, spread, take
from parode_core.solvers.accuracy import Estimate
from parode_core.solvers.newton import solve as newton_solve
from parode_core.solvers.outset import chunks, scales
from parode_core.solvers.solution import Solution, tail
from parode_core.status import Status

WORST = 0.1  # elements whose tail comes this close to the largest are cut
RESCUES = 2  # times a lane is cut that was not solved on any mesh so far


@dataclass(frozen=True)
class Refinement:
    """What is asked for, and how far to go.

    relative, absolute : an observed quantity Q is accurate when its error is at most
        relative |Q| + absolute
    sizes : nodes of an element, ascending; the last is kept when elements are cut
    cuts : times the elements of a lane are cut
    most : elements of a lane that are not exceeded
    """

    relative: float = 1e-10
    absolute: float = 0.0
    sizes: tuple[int, ...] = (12, 16, 24, 32)
    cuts: int = 12
    most: int = 64

    def __post_init__(self) -> None:
        if not self.sizes or list(self.sizes) != sorted(set(self.sizes)):
            raise ValueError(f"sizes {self.sizes} have to ascend, and one is needed at least.")
        expect_count("the number of cuts", self.cuts, 0)
        expect_count("the largest number of elements", self.most, 1)
        # written so that NaN is refused as well
        if not (
            self.relative >= 0.0 and self.absolute >= 0.0 and self.relative + self.absolute > 0.0
        ):
            raise ValueError(
                f"an accuracy of {self.relative} |Q| + {self.absolute} cannot be reached: "
                f"give positive numbers."
            )


@dataclass(frozen=True)
class Refined:
    """Lanes at the accuracy they reached.

    values : observed quantities, NaN where no resolution was solved, [lane, quantity]
    error : estimated absolute errors; infinite where one resolution alone was solved, or the last
        does not resolve the solution, [lane, quantity]
    status : OK, ACCURACY_NOT_REACHED, or why the lane has no solution, [lane]
    nodes, elements : nodes of an element and elements behind `values`, 0 where there are none,
        [lane]
    """

    values: Tensor
    error: Tensor
    status: Tensor
    nodes: Tensor
    elements: Tensor
    _parts: list[Solution]
    _place: Tensor

    @property
    def ok(self) -> Tensor:
        """Lanes that reached the accuracy, [lane]."""
        return self.status == int(Status.OK)

    def solution(self, lane: int) -> Solution:
        """The solution behind the values of one lane, as a batch of one.

        Raises
        ------
        ValueError
            If the lane was not solved at any resolution.
        """
        part, row = self._place[lane].tolist()
        if part < 0:
            raise ValueError(
                f"lane {lane} has no solution: {Status(int(self.status[lane])).message}"
            )
        return _select(self._parts[part], self._place[lane, 1:])


class Solver(Protocol):
    """What solves on a given mesh: `newton.solve`, or another with its meaning."""

    def __call__(self, problem: Problem, parameters: Any, mesh: Mesh, lanes: int, /) -> Solution:
        """Solutions of all lanes."""
        ...


Observe = Callable[[Solution, Any, Any], Tensor]


def refine(
    problem: Problem,
    parameters: Any,
    mesh: Mesh,
    lanes: int,
    observe: Observe,
    *,
    method: Refinement | None = None,
    solve: Solver = newton_solve,
) -> Refined:
    """Solve all lanes until what is observed is accurate, or refuse.

    Parameters
    ----------
    problem, parameters, lanes : as for `newton.solve`
    mesh : elements to begin with; its number of nodes is not used
    observe : (solution, parameters, fields) of some lanes -> what has to be accurate,
        float64 [lane, quantity]
    method : default `Refinement()`
    solve : solver on a given mesh

    Returns
    -------
    Refined. A lane that is accurate is not solved again; its values do not depend on the others.
    """
    expect_lanes(lanes, parameters, mesh)
    method = method or Refinement()
    record = _Record(lanes, method, mesh.edges.device)
    index = torch.arange(lanes, device=mesh.edges.device)
    work = [_Group(index, mesh.spread(index).with_nodes(method.sizes[0]))]
    for number in range(len(method.sizes) + method.cuts):
        following: list[_Group] = []
        for group in work:
            own = take(parameters, group.lanes)
            found = solve(problem, own, group.mesh, group.lanes.shape[0])
            seen = _see(problem, own, found, observe)
            record.put(group.lanes, found, seen)
            left = record.open[group.lanes]
            if number + 1 < len(method.sizes):
                following += group.with_nodes(left, method.sizes[number + 1])
            else:
                following += group.cut(left, seen.remainders, method.most)
        record.cuts += number + 1 >= len(method.sizes)
        work = following
    return record.result()


@dataclass(frozen=True)
class _Seen:
    """What one resolution shows.

    values : observed quantities, [lane, quantity]
    tail : estimated error of the state, at most its size, [lane]
    resolved : whether the error of the state is smaller than the state, [lane]
    remainders : last coefficients of the elements, in units of the scale, [lane, element]
    """

    values: Tensor
    tail: Tensor
    resolved: Tensor
    remainders: Tensor


def _see(problem: Problem, parameters: Any, found: Solution, observe: Observe) -> _Seen:
    """Observe a solution, in whole tiles of lanes."""
    parts = []
    for part in chunks(problem, found.mesh, found.y.shape[0]):
        index = padded(part)
        own, solution = spread(parameters, index), _select(found, index)
        fields = problem.fields(solution.mesh, own)
        scale = scales(problem, fields, solution.y.movedim(-1, 0))
        seen = (
            _observed(observe(solution, own, fields), index.shape[0]),
            *_resolution(solution, scale),
            _remainders(solution, scale),
        )
        parts.append([each[: part.shape[0]] for each in seen])
    return _Seen(*(torch.cat(each) for each in zip(*parts, strict=True)))


def _resolution(solution: Solution, scale: Tensor) -> tuple[Tensor, Tensor]:
    """Tail of a state, and whether it is resolved at all, each [lane].

    Where waves are shorter than the distance of the nodes, the solution may be zero to many digits
    at every resolution: its values agree, and say nothing.
    """
    found = tail(solution.y, solution.mesh, scale)
    size = (solution.y.abs() / scale[:, None, None]).amax(dim=(1, 2, 3))
    # of a solution that is zero nothing is left but rounding
    size = size.clamp(min=torch.finfo(size.dtype).eps)
    return torch.minimum(found, size), found < size


def _observed(values: Tensor, lanes: int) -> Tensor:
    """Quantities, if they are float64 [lane, quantity]."""
    expect_double("what is observed", values)
    shape = (lanes, values.shape[1] if values.ndim == 2 else 1)
    return expect("what is observed", values, shape, "lane, quantity", torch.float64)


def _remainders(solution: Solution, scale: Tensor) -> Tensor:
    """The larger of the last two Legendre coefficients, [lane, element]."""
    last = solution.mesh.basis.coefficients[-2:].to(solution.y.dtype)
    each = [(solution.y * row.unsqueeze(1)).sum(dim=2).abs() for row in last]
    return (torch.maximum(*each) / scale[:, None]).amax(dim=-1)


def _select(found: Solution, lanes: Tensor) -> Solution:
    names = ("y", "status", "residual", "iterations", "correction", "error")
    return replace(
        found,
        mesh=found.mesh.spread(lanes),
        **{name: getattr(found, name)[lanes] for name in names},
    )


@dataclass(frozen=True)
class _Group:
    """Lanes with the same number of elements, solved together: indices [lane] and their mesh."""

    lanes: Tensor
    mesh: Mesh

    def with_nodes(self, left: Tensor, size: int) -> list["_Group"]:
        """The lanes that are left, with more nodes."""
        rows = left.nonzero().flatten()
        if rows.shape[0] == 0:
            return []
        return [_Group(self.lanes[rows], self.mesh.spread(rows).with_nodes(size))]

    def cut(self, left: Tensor, remainders: Tensor, most: int) -> list["_Group"]:
        """The lanes that are left, their worst elements cut, by the number of elements they get."""
        # without a solution there is no tail: every element is cut
        worst = ~(remainders < WORST * remainders.amax(dim=1, keepdim=True))
        worst = worst & (self.mesh.lengths > 0.0)
        counts = torch.where(left, self.mesh.elements + worst.sum(dim=1), 0)
        groups = []
        for count in counts.unique().tolist():
            if self.mesh.elements < count <= most:
                rows = (counts == count).nonzero().flatten()
                mesh = self.mesh.spread(rows).cut(worst[rows])
                groups.append(_Group(self.lanes[rows], mesh))
        return groups


class _Record:
    """The last resolution that was solved of every lane, and whether it has to go on."""

    def __init__(self, lanes: int, method: Refinement, device: torch.device) -> None:
        self.method, self.cuts = method, 0
        self.open = torch.ones(lanes, dtype=torch.bool, device=device)
        self.status = torch.full((lanes,), int(Status.ACCURACY_NOT_REACHED), device=device)
        self.nodes = torch.zeros(lanes, dtype=torch.int64, device=device)
        self.elements = torch.zeros_like(self.nodes)
        self.place = torch.full((lanes, 2), -1, device=device)
        self.parts: list[Solution] = []
        self.estimate: Estimate | None = None
        self.values = self.error = torch.empty(lanes, 0, dtype=torch.float64, device=device)

    def put(self, lanes: Tensor, found: Solution, seen: _Seen) -> None:
        """Take in one resolution of some lanes."""
        values = seen.values
        if self.estimate is None:
            shape = (self.open.shape[0], values.shape[1])
            self.estimate = Estimate(*shape, values.device)
            self.values = torch.full(shape, torch.nan, dtype=torch.float64, device=values.device)
            self.error = torch.full_like(self.values, torch.inf)
        solved = found.ok & values.isfinite().all(dim=1)
        error = self.estimate.follow(lanes, values, seen.tail, solved)
        error = torch.where(seen.resolved.unsqueeze(1), error, torch.inf)
        rows = solved.nonzero().flatten()
        self._keep(lanes[rows], _select(found, rows), values[rows], error[rows])
        allowed = self.method.relative * values.abs() + self.method.absolute
        self._decide(lanes, found.status, solved & (error <= allowed).all(dim=1))

    def _keep(self, lanes: Tensor, solution: Solution, values: Tensor, error: Tensor) -> None:
        self.values[lanes], self.error[lanes] = values, error
        self.nodes[lanes] = solution.mesh.basis.size
        self.elements[lanes] = solution.mesh.elements
        self.place[lanes, 0] = len(self.parts)
        self.place[lanes, 1] = torch.arange(lanes.shape[0], device=lanes.device)
        self.parts.append(solution)

    def _decide(self, lanes: Tensor, status: Tensor, accurate: Tensor) -> None:
        never = self.place[lanes, 0] < 0
        hopeless = never & ((self.cuts >= RESCUES) | (status == int(Status.NON_FINITE_INPUT)))
        # solved, and yet without a finite quantity
        status = torch.where(status == int(Status.OK), int(Status.NON_FINITE_STATE), status)
        missed = torch.where(never, status, int(Status.ACCURACY_NOT_REACHED))
        self.status[lanes] = torch.where(accurate, int(Status.OK), missed)
        self.open[lanes] = ~accurate & ~hopeless

    def result(self) -> Refined:
        """The outcome of all lanes."""
        error = torch.where(self.values.isnan(), torch.nan, self.error)
        return Refined(
            self.values, error, self.status, self.nodes, self.elements, self.parts, self.place
        )

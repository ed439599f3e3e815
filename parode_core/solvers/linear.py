"""Linear boundary-value problems,

    w(x) dy/dx = A(x) y + b(x),      B_left y(a) + B_right y(b) = beta,

stated by their coefficients, and solved by one correction and refinement with the same factors: the
residual of the first solution, solved for again, takes off the rounding of the factorisation
(Higham 2002, ch. 12). Several right-hand sides share the factors.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.collocation.statement import expect_count, expect_lanes
from parode_core.elimination.condensation import Condensation
from parode_core.lanes import padded, spread
from parode_core.solvers.outset import chunks, judged, scales, stated
from parode_core.solvers.solution import Solution, join, tail
from parode_core.status import Status


class Coefficients(NamedTuple):
    """Coefficients of a linear problem; one lane where all lanes share them.

    matrix : A, [lane, element, node, row, column]
    source : b, [lane, element, node, component]
    left, right : B_left and B_right, [lane, row, component]
    values : beta, [lane, row]
    scale : natural sizes of the components, [lane, component]
    """

    matrix: Tensor
    source: Tensor
    left: Tensor
    right: Tensor
    values: Tensor
    scale: Tensor


def linear_problem(
    components: int,
    coefficients: Callable[[Mesh, Any], Coefficients],
    *,
    at_start: bool = False,
    jump: Callable[[Tensor, Any], Tensor] | None = None,
    singular: bool = False,
    kept: tuple[int, ...] = (),
) -> Problem:
    """A linear system as a `Problem`.

    Parameters
    ----------
    components : size of the system
    coefficients : (mesh, parameters) -> `Coefficients`
    at_start : whether B_right is zero
    jump, singular, kept : as in `Problem`; a jump is affine in the state
    """
    return Problem(
        components=components,
        fields=coefficients,
        rhs=lambda y, given: _apply(given.matrix, y) + given.source,
        guess=_zero,
        jacobian=lambda y, given: given.matrix.to(y.dtype).expand(*y.shape, -1),
        boundary=lambda left, right, given: (
            _apply(given.left, left) + _apply(given.right, right) - given.values
        ),
        at_start=at_start,
        jump=jump,
        singular=singular,
        kept=kept,
        scale=lambda given: given.scale,
    )


def _apply(matrix: Tensor, state: Tensor) -> Tensor:
    return (matrix.to(state.dtype) @ state.unsqueeze(-1)).squeeze(-1)


def _zero(mesh: Mesh, given: Coefficients) -> Tensor:
    kind = torch.promote_types(given.matrix.dtype, given.source.dtype)
    kind = torch.promote_types(kind, given.values.dtype)
    shape = (1, mesh.elements, mesh.basis.size, given.source.shape[-1])
    return torch.zeros(shape, dtype=kind, device=mesh.edges.device)


def solve(
    problem: Problem, parameters: Any, mesh: Mesh, lanes: int, *, refinements: int = 1
) -> Solution:
    """Solve a problem whose right-hand side, jumps and boundary rows are affine in y.

    Parameters
    ----------
    problem, parameters, mesh, lanes : as for `newton.solve`
    refinements : how often the solution is corrected with the same factors

    Returns
    -------
    Solution with a status for each lane; `correction` is the size of the last refinement.
    """
    return solve_all(problem, [parameters], mesh, lanes, refinements=refinements)[0]


def solve_all(
    problem: Problem, cases: Sequence[Any], mesh: Mesh, lanes: int, *, refinements: int = 1
) -> list[Solution]:
    """Solve a linear problem for several right-hand sides with one factorisation.

    Parameters
    ----------
    cases : trees of parameters that differ in what is left of f, jumps and boundary rows at y = 0
    problem, mesh, lanes, refinements : as for `solve`

    Returns
    -------
    Solution of each case.

    Raises
    ------
    ValueError
        If there is no case, or the number of refinements is negative.
    """
    expect_count("the number of cases", len(cases), 1)
    expect_count("the number of refinements", refinements, 0)
    for parameters in cases:
        expect_lanes(lanes, parameters, mesh)
    parts = [
        _solve_chunk(problem, cases, mesh, part, refinements)
        for part in chunks(problem, mesh, lanes)
    ]
    return [join(list(case), mesh) for case in zip(*parts, strict=True)]


def _solve_chunk(
    problem: Problem, cases: Sequence[Any], mesh: Mesh, lanes: Tensor, refinements: int
) -> list[Solution]:
    index = padded(lanes)
    part = mesh.spread(index)
    factored: Condensation | None = None
    found = []
    for parameters in cases:
        collocation, y = stated(problem, part, spread(parameters, index))
        factored = factored or Condensation(collocation, y, lanes.shape[0])
        solved = _Linear(collocation, factored, y, lanes.shape[0])
        found.append(solved.refined(refinements, mesh.select(lanes)))
    return found


class _Linear:
    """One right-hand side with its factors."""

    def __init__(
        self,
        collocation: Collocation,
        factored: Condensation,
        y: Tensor,
        count: int,
    ) -> None:
        self.collocation, self.factored, self.count = collocation, factored, count
        self.scale = scales(collocation.problem, collocation.fields, y)
        self.fit = judged(collocation, y, self.scale)[:count]
        self.y, self.step = y, torch.zeros_like(y)
        self.correct()

    def correct(self) -> None:
        """One correction with the factors at hand."""
        step = self.factored.correct(self.collocation.residual(self.y))
        padding = step[:, -1:].expand(-1, self.y.shape[1] - self.count, -1, -1)
        self.step = torch.cat((step, padding), dim=1)
        self.y = self.y - self.step

    def refined(self, refinements: int, mesh: Mesh) -> Solution:
        """The solution after so many refinements."""
        for _ in range(refinements):
            self.correct()
        count, collocation, scale = self.count, self.collocation, self.scale
        residual = collocation.residual(self.y).size(scale)[:count]
        correction = (self.step.abs().amax(dim=(2, 3)).T / scale).amax(dim=1)[:count]
        y = self.y.movedim(0, -1)[:count]
        status = self._status(y)
        ok = status == int(Status.OK)
        error = tail(y, mesh, scale if scale.shape[0] == 1 else scale[:count])
        if refinements:
            error = error + correction
        return Solution(
            mesh,
            torch.where(ok[:, None, None, None], y, torch.nan),
            status,
            residual,
            torch.full_like(status, 1 + refinements),
            correction,
            torch.where(ok, error, torch.nan),
        )

    def _status(self, y: Tensor) -> Tensor:
        """Status of each lane, [lane]."""
        finite_state = y.flatten(1).isfinite().all(dim=1)
        status = torch.where(finite_state, int(Status.OK), int(Status.NON_FINITE_STATE))
        status = torch.where(self.factored.singular, int(Status.SINGULAR), status)
        return torch.where(self.fit == int(Status.OK), status, self.fit)

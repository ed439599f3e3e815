"""The published scheme: regression of F(y, t) on random points, then F(y, t) = y at all times.

    d_t F + f . grad_y F = f  in the box |y - y_0| < half_width, t_0 < t < t_f,   F(y_0, t_0) = y_0

Along a trajectory F(y(t), t) = y(t), so that the trajectory is found without marching in time
(Veselsky 2025, "A Parallel Regression Approach to ODE Integration"). F = y solves these equations
exactly and says nothing about the trajectory; what is found is what the Tikhonov term makes of the
remaining freedom. README.md of this package has the analysis and the repairs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.regression import normal_equations, rows
from parode_core.regression.function_bases import function_basis
from parode_core.regression.normal_equations import Expansion, NormalEquations
from parode_core.regression.outcome import Trajectories
from parode_core.regression.points import point_set
from parode_core.regression.rows import Box, RightHandSide, Tables
from parode_core.regression.statement import check_statement
from parode_core.regression.time_newton import follow
from parode_core.status import Status

FORMS = ("total", "partial")


@dataclass(frozen=True)
class ParODE:
    """The scheme with its published defaults; matrices by outer products.

    right_hand_side : f(y [..., component], t [...]) -> [..., component]
    sizes : functions of each component of y, functions of t
    point_count : K; a Gauss grid takes the largest one that is not larger
    half_width : of the box, in every component
    initial_weight : w of the row F(y_0, t_0) = y_0
    tikhonov : lambda
    damping, tolerance, iteration_limit : of the Newton iteration
    basis, points : keys of FUNCTION_BASES and POINT_SETS
    form : "total" derivative, or the "partial" one of the text
    block : points summed in one product; the largest array has that many rows
    """

    right_hand_side: RightHandSide
    sizes: tuple[int, int] = (10, 10)
    point_count: int = 200_000
    half_width: float = 0.8
    initial_weight: float = 1e3
    tikhonov: float = 1e-8
    damping: float = 0.8
    tolerance: float = 1e-10
    iteration_limit: int = 200
    basis: str = "monomial"
    points: str = "monte-carlo"
    form: str = "total"
    block: int = 16_384

    def __post_init__(self) -> None:
        function_basis(self.basis)
        point_set(self.points)
        if self.form not in FORMS:
            raise ValueError(f"form '{self.form}' is unknown; it is one of {', '.join(FORMS)}.")
        if min(self.sizes) < 2:
            raise ValueError(f"sizes {self.sizes}: at least 2 functions of each variable.")
        if min(self.point_count, self.block, self.iteration_limit) < 1:
            raise ValueError("point_count, block and iteration_limit are at least 1.")

    def solve(self, initial: Tensor, times: Tensor, seed: int = 0) -> Trajectories:
        """Trajectories through initial values, each regressed on its own box.

        A lane is computed by itself, so that it has the same bits alone and in any batch.

        initial : y at times[0], [lane, component]
        times : ascending, [time]
        seed : of the points; all lanes use the same points of the unit cube

        Raises
        ------
        ValueError
            If a shape or the order of the times is wrong.
        """
        check_statement(initial, times)
        lanes = [self._lane(start, times, seed) for start in initial]
        return Trajectories(
            values=torch.cat([lane.values for lane in lanes]),
            status=torch.cat([lane.status for lane in lanes]),
            residual=torch.cat([lane.residual for lane in lanes]),
            iterations=torch.cat([lane.iterations for lane in lanes]),
        )

    def expansion(self, initial: Tensor, times: Tensor) -> Expansion:
        """The space of F around one initial value; initial : [component]."""
        low = torch.cat((initial - self.half_width, times[:1]))
        high = torch.cat((initial + self.half_width, times[-1:]))
        return Expansion(function_basis(self.basis), self.sizes, Box(low, high))

    def sums(self, initial: Tensor, times: Tensor, seed: int = 0) -> NormalEquations:
        """B^T B and B^T f of one lane; initial : [component]."""
        cube = point_set(self.points)(self.point_count, len(initial) + 1, seed, initial.device)
        design = self.design_rows if self.form == "total" else rows.partial_rows
        expansion = self.expansion(initial, times)
        return normal_equations.accumulate(
            self.right_hand_side, expansion, design, cube, self.block
        )

    def coefficients(self, initial: Tensor, times: Tensor, seed: int = 0) -> tuple[Tensor, Status]:
        """Coefficients of F of one lane, [column, component], and what became of their solve."""
        at_start = self.expansion(initial, times).at(initial[None], times[:1])
        initial_row = (at_start.state.unsqueeze(2) * at_start.time.unsqueeze(1)).flatten()
        sums = self.sums(initial, times, seed)
        return normal_equations.solve(
            sums, initial_row, initial, self.initial_weight, self.tikhonov
        )

    def design_rows(self, at: Tables, slope: Tensor) -> Tensor:
        """Rows of the total derivative, [point, column]."""
        return rows.outer_product_rows(at, slope)

    def _lane(self, initial: Tensor, times: Tensor, seed: int) -> Trajectories:
        if not _finite(initial):
            return _failed(initial, len(times), Status.NON_FINITE_INPUT)
        coefficients, status = self.coefficients(initial, times, seed)
        if status is not Status.OK:
            return _failed(initial, len(times), status)
        expansion = self.expansion(initial, times)
        blocks = coefficients.unflatten(0, (-1, self.sizes[1]))
        along_time = torch.einsum("tn,mnc->tmc", _time_table(expansion, times), blocks)

        def field(states: Tensor) -> tuple[Tensor, Tensor]:
            at = expansion.at(states, times)
            gradient = torch.stack(at.gradient, dim=1)
            jacobian = torch.einsum("tjm,tmc->tcj", gradient, along_time)
            return torch.einsum("tm,tmc->tc", at.state, along_time), jacobian

        return follow(
            field, initial, len(times), self.damping, self.tolerance, self.iteration_limit
        )


@dataclass(frozen=True)
class ParODE2(ParODE):
    """The second published class: the same scheme; matrices column after column."""

    def design_rows(self, at: Tables, slope: Tensor) -> Tensor:
        """Rows of the total derivative, [point, column]."""
        return rows.column_rows(at, slope)


def _time_table(expansion: Expansion, times: Tensor) -> Tensor:
    """psi_n at the times asked for, [time, time function]."""
    low, high = expansion.box
    return expansion.basis(times, expansion.sizes[1], low[-1], high[-1])[0]


def _finite(values: Tensor) -> bool:
    """Host check, once for a lane."""
    return bool(torch.isfinite(values).all())


def _failed(initial: Tensor, count: int, status: Status) -> Trajectories:
    shape = (1, count)
    missing = initial.new_full((*shape, len(initial)), torch.nan)
    codes = torch.full(shape, int(status), dtype=torch.int64, device=initial.device)
    return Trajectories(missing, codes, initial.new_full(shape, torch.nan), codes * 0)

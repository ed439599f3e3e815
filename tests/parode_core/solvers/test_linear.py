"""Linear boundary-value problems: refinement, shared factors, statuses."""

import math

import pytest
import torch
from analytic_problems import numbers

from parode_core.bases import BASES
from parode_core.collocation.elements import mesh
from parode_core.collocation.problem import matrix, vector
from parode_core.solvers import linear, newton
from parode_core.solvers.linear import Coefficients, linear_problem
from parode_core.status import Status

ALL_BASES = pytest.mark.parametrize("name", BASES)
ROW, NONE = numbers(1.0, 0.0), numbers(0.0, 0.0)
BOTH_ENDS = (torch.stack((ROW, NONE))[None], torch.stack((NONE, ROW))[None])


def membrane(m, parameters):
    """y'' = k^2 y - (k^2 + w^2) sin(w x), y = 0 at 0 and sin(w) at 1, exact y = sin(w x)."""
    k, w = (part[:, None, None] for part in parameters)
    zero = 0.0 * (k * m.x)
    system = matrix((zero, k + zero), (k + zero, zero))
    source = vector(zero, -(k + w**2 / k) * (w * m.x).sin())
    values = torch.stack((0.0 * w[:, 0, 0], w[:, 0, 0].sin()), dim=1)
    return Coefficients(system, source, *BOTH_ENDS, values, torch.ones(1, 2, dtype=torch.float64))


def grid(name, elements=6, size=24):
    return mesh(torch.linspace(0.0, 1.0, elements + 1, dtype=torch.float64), size, name=name)


@ALL_BASES
def test_several_sources_share_the_factors_of_one_matrix(name):
    where, stiffness = grid(name), numbers(1.0, 10.0, 60.0)
    frequencies = (1.0, 3.0, 6.0)
    cases = [(stiffness, torch.full_like(stiffness, w)) for w in frequencies]
    found = linear.solve_all(linear_problem(2, membrane), cases, where, 3)
    for w, solution in zip(frequencies, found, strict=True):
        assert solution.ok.all()
        assert (solution.y[..., 0] - (w * where.x).sin()).abs().max() < 1e-13
        assert (
            solution.y[..., 1] * stiffness[:, None, None] - w * (w * where.x).cos()
        ).abs().max() < 1e-11


@ALL_BASES
def test_linear_solve_is_newtons_first_correction_refined(name):
    where, parameters = grid(name), (numbers(1.0, 10.0), numbers(2.0, 2.0))
    problem = linear_problem(2, membrane)
    one = linear.solve(problem, parameters, where, 2)
    many = newton.solve(problem, parameters, where, 2)
    assert torch.allclose(one.y, many.y, rtol=0, atol=1e-13)
    assert (one.iterations == 2).all()


@ALL_BASES
def test_refinement_leaves_a_smaller_residual(name):
    where, parameters = grid(name, 12, 40), (numbers(1.0, 100.0), numbers(2.0, 2.0))
    problem = linear_problem(2, membrane)
    plain = linear.solve(problem, parameters, where, 2, refinements=0)
    refined = linear.solve(problem, parameters, where, 2)
    assert (refined.residual <= 1.5 * plain.residual).all()
    assert (refined.correction < 1e-11).all()
    assert (plain.error + refined.error).isfinite().all()


@pytest.mark.parametrize("steps", [1, 300])
def test_a_lane_is_the_same_bit_for_bit_in_any_batch(steps):
    where = grid("legendre-gauss", 3, 12)
    stiffness = torch.linspace(1.0, 9.0, steps + 1, dtype=torch.float64)
    problem = linear_problem(2, membrane)
    batch = linear.solve(problem, (stiffness, 0.0 * stiffness + 2.0), where, steps + 1)
    for lane in (0, steps):
        alone = linear.solve(problem, (stiffness[lane : lane + 1], numbers(2.0)), where, 1)
        assert torch.equal(alone.y[0], batch.y[lane])
        assert torch.equal(alone.error[0], batch.error[lane])


def test_failures_have_their_own_status_and_leave_the_others_alone():
    """y'' = -k^2 y has no unique solution between zeros where k = pi."""

    def oscillator(m, k):
        wave, zero = k[:, None, None] + 0.0 * m.x, 0.0 * (k[:, None, None] * m.x)
        system = matrix((zero, wave), (-wave, zero))
        values = numbers(0.0, 1.0)[None]
        return Coefficients(
            system, 0.0 * system[..., 0], *BOTH_ENDS, values, torch.ones(1, 2).double()
        )

    where = grid("legendre-gauss", 4, 20)
    waves = numbers(1.0, math.pi, math.nan, math.inf, 2.0)
    found = linear.solve(linear_problem(2, oscillator), waves, where, 5)
    assert found.statuses() == [
        Status.OK, Status.SINGULAR, Status.NON_FINITE_INPUT, Status.NON_FINITE_INPUT, Status.OK,
    ]  # fmt: skip
    for lane in (0, 4):
        exact = (waves[lane] * where.x).sin() / waves[lane].sin()
        assert (found.y[lane, ..., 0] - exact[0]).abs().max() < 1e-13
        alone = linear.solve(linear_problem(2, oscillator), waves[lane : lane + 1], where, 1)
        assert torch.equal(alone.y[0], found.y[lane])
    assert found.y[1:4].isnan().all()


def test_no_case_and_negative_refinements_are_refused():
    problem, where = linear_problem(2, membrane), grid("legendre-gauss", 2, 8)
    with pytest.raises(ValueError, match="number of cases is 0"):
        linear.solve_all(problem, [], where, 1)
    with pytest.raises(ValueError, match="refinements is -1"):
        linear.solve(problem, (numbers(1.0), numbers(1.0)), where, 1, refinements=-1)

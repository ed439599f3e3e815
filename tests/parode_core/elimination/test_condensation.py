"""Elimination of edges: both ways agree, growth does not drown decay, failures have names."""

import math

import mpmath
import pytest
import torch
from analytic_problems import numbers

from parode_core.bases import BASES
from parode_core.collocation.elements import mesh
from parode_core.collocation.problem import Problem, matrix, vector
from parode_core.elimination.reduction import Reduction, scan, substitute
from parode_core.solvers.newton import Newton, solve
from parode_core.status import Status

ALL_BASES = pytest.mark.parametrize("name", BASES)


def ones(m, *shape):
    return torch.ones(1, m.elements, m.basis.size, *shape, dtype=torch.float64)


def random(*shape, kind=torch.float64, seed=3):
    return torch.randn(*shape, dtype=kind, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("steps", [1, 2, 7, 32, 45])
@pytest.mark.parametrize("kind", [torch.float64, torch.complex128])
def test_scan_is_the_substitution_to_rounding(steps, kind):
    transfer = 0.5 * random(4, steps, 3, 3, kind=kind)
    load, first = random(4, steps, 3, kind=kind), random(4, 3, kind=kind, seed=4)
    one, all_at_once = substitute(transfer, load, first), scan(transfer, load, first)
    size = one.abs().amax()
    assert (one - all_at_once).abs().amax() < 1e-13 * size


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 8, 13])
@pytest.mark.parametrize("kind", [torch.float64, torch.complex128])
def test_reduction_solves_the_chain_it_is_given(steps, kind):
    n, lanes = 2, 3
    back, ahead = (
        random(lanes, steps, n, n, kind=kind),
        random(lanes, steps, n, n, kind=kind, seed=5),
    )
    start, end = random(lanes, n, n, kind=kind, seed=6), random(lanes, n, n, kind=kind, seed=7)
    known = random(lanes, steps + 1, n, kind=kind, seed=8)
    load = (ahead @ known[:, 1:, :, None] - back @ known[:, :-1, :, None]).squeeze(-1)
    boundary = (start @ known[:, 0, :, None] + end @ known[:, -1, :, None]).squeeze(-1)
    reduction = Reduction(back, ahead, start, end)
    assert not reduction.singular.any()
    assert torch.allclose(reduction.solve(load, boundary), known, rtol=0, atol=1e-11)


def dichotomy(grows):
    """y'' = p^2 y with y = 1 at both ends, or y(0) = 1 and y falling at the right end."""
    right = (lambda r: r[:, 0] - 1.0) if grows else (lambda r: r[:, 0] + r[:, 1])
    return Problem(
        2,
        fields=lambda m, p: (p[:, None, None],),
        rhs=lambda y, f: vector(f[0] * y[..., 1], f[0] * y[..., 0]),
        guess=lambda m, f: 0.0 * ones(m, 2),
        jacobian=lambda y, f: matrix((0.0 * f[0], f[0]), (f[0], 0.0 * f[0])).expand(*y.shape, 2),
        boundary=lambda left, r, f: vector(left[:, 0] - 1.0, right(r)),
        at_start=False,
    )


@ALL_BASES
@pytest.mark.parametrize("elements", [1, 5, 40])
def test_solutions_that_grow_and_fall_by_a_hundred_orders_keep_all_digits(name, elements):
    rate = numbers(1.0, 30.0, 200.0) if elements > 1 else numbers(1.0, 30.0)
    size = {1: 56, 5: 56, 40: 24}[elements]
    grid = mesh(torch.linspace(0.0, 1.0, elements + 1, dtype=torch.float64), size, name=name)
    p, x = rate[:, None, None], grid.x
    fall = (-p * x).exp()
    both = (fall + (-p * (1.0 - x)).exp()) / (1.0 + (-p).exp())
    for grows, exact in ((True, both), (False, fall)):
        found = solve(dichotomy(grows), rate, grid, len(rate))
        assert found.ok.all()
        assert (found.y[..., 0] - exact).abs().amax() < 3e-13


def test_falling_solution_is_found_relative_to_itself_where_bound_ends_fix_it():
    """e^-200 at the right end: known there to as many digits as the elimination loses none."""
    grid = mesh(torch.linspace(0.0, 1.0, 41, dtype=torch.float64), 24)
    found = solve(dichotomy(False), numbers(20.0), grid, 1)
    exact = (-20.0 * grid.x).exp()
    assert (found.y[..., 0] / exact - 1.0).abs().amax() < 1e-9


@ALL_BASES
def test_rounding_grows_with_the_condition_of_the_problem_only(name):
    """y'' = -p^2 y between ends near a resonance p = pi: error eps/|sin p|, no more."""
    problem = Problem(
        2,
        fields=lambda m, p: (p[:, None, None],),
        rhs=lambda y, f: vector(f[0] * y[..., 1], -f[0] * y[..., 0]),
        guess=lambda m, f: 0.0 * ones(m, 2),
        boundary=lambda left, r, f: vector(left[:, 0], r[:, 0] - f[0][:, 0, 0].sin()),
        at_start=False,
    )
    away = numbers(1e-1, 1e-3, 1e-5)
    rate = math.pi - away
    grid = mesh(torch.linspace(0.0, 1.0, 6, dtype=torch.float64), 20, name=name)
    found = solve(problem, rate, grid, 3)
    error = (found.y[..., 0] - (rate[:, None, None] * grid.x).sin()).abs().flatten(1).amax(1)
    assert found.ok.all()
    assert (error < 1e-14 / away).all()


@pytest.mark.parametrize("name", ["chebyshev-gauss", "legendre-gauss"])
def test_nodes_without_the_right_end_take_a_singular_right_end(name):
    """Legendre's equation between its two singular ends; the eigenvalue is l (l + 1)."""
    degree = numbers(1.0, 2.0, 5.0)

    # (1 + x) y' = u/(1 - x), (1 + x) u' = -(1 + x) e y, (1 + x) e' = 0 with u = (1 - x^2) y'
    problem = Problem(
        3,
        fields=lambda m, l: (m.to_end, m.from_start, m.x, l[:, None, None]),
        rhs=lambda y, f: vector(y[..., 1] / f[0], -f[1] * y[..., 2] * y[..., 0], 0.0 * y[..., 2]),
        guess=lambda m, f: guess(m, f),
        boundary=lambda left, right, f: vector(left[:, 0] - 1.0, right[:, 1]),
        at_start=False,
        singular=True,
        kept=(0,),
    )

    def exact(x):
        lanes = [[float(mpmath.legendre(int(l), -v)) for v in x.flatten().tolist()] for l in degree]
        return torch.tensor(lanes, dtype=torch.float64).reshape(len(degree), *x.shape[1:])

    def guess(m, f):
        near = exact(m.x[:1]) if m.edges.shape[0] == 1 else exact(m.x[:1])
        near = torch.cat((near, near[-1:].expand(f[3].shape[0] - 3, -1, -1)))
        return vector(near, 0.0 * near, f[3] * (f[3] + 1.0) + 0.1 + 0.0 * near)

    grid = mesh(torch.linspace(-1.0, 1.0, 3, dtype=torch.float64), 16, name=name)
    found = solve(problem, degree, grid, 3)
    assert found.ok.all()
    assert torch.allclose(found.y[:, 0, 0, 2], degree * (degree + 1.0), rtol=1e-13, atol=0)
    assert torch.allclose(found.y[..., 0], exact(grid.x), rtol=0, atol=1e-12)


def first_order(rhs, boundary, guess=1.0, at_start=True, components=1):
    return Problem(
        components,
        fields=lambda m, p: (p[:, None, None, None],),
        rhs=rhs,
        guess=lambda m, f: guess * ones(m, components),
        boundary=boundary,
        at_start=at_start,
    )


def status_of(problem, parameter=1.0, method=None):
    grid = mesh(numbers(0.0, 0.5, 1.0), 8)
    found = solve(problem, numbers(parameter), grid, 1, method=method)
    assert found.y.isnan().all() == (not found.ok.all())
    return Status(int(found.status[0]))


@pytest.mark.parametrize("at_start", [True, False])
class TestStatuses:
    def test_solved(self, at_start):
        problem = first_order(lambda y, f: -y, lambda l, r, f: l - 1.0, at_start=at_start)
        assert status_of(problem) is Status.OK

    def test_boundary_rows_that_say_the_same_twice_are_singular(self, at_start):
        problem = first_order(
            lambda y, f: -y,
            lambda l, r, f: vector(l[:, 0] / 3.0 - 1.0, 0.7 * l[:, 0] - 2.1),
            at_start=at_start,
            components=2,
        )
        assert status_of(problem) is Status.SINGULAR

    def test_a_boundary_row_without_the_state_is_singular(self, at_start):
        problem = first_order(lambda y, f: -y, lambda l, r, f: 0.0 * l - 1.0, at_start=at_start)
        assert status_of(problem) is Status.SINGULAR

    def test_a_condition_that_no_state_meets_has_no_root(self, at_start):
        problem = first_order(lambda y, f: -y, lambda l, r, f: l**2 + 1.0, 0.7, at_start)
        assert status_of(problem) is Status.NO_ROOT

    def test_too_few_iterations(self, at_start):
        problem = first_order(lambda y, f: -(y**3), lambda l, r, f: l - 3.0, at_start=at_start)
        assert status_of(problem, method=Newton(most=2)) is Status.STEP_LIMIT

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_input_that_is_not_finite(self, at_start, value):
        problem = first_order(lambda y, f: -f[0] * y, lambda l, r, f: l - 1.0, at_start=at_start)
        assert status_of(problem, parameter=value) is Status.NON_FINITE_INPUT

    def test_right_hand_side_that_is_not_finite(self, at_start):
        problem = first_order(lambda y, f: (-y).sqrt(), lambda l, r, f: l - 1.0, at_start=at_start)
        assert status_of(problem) is Status.NON_FINITE_STATE

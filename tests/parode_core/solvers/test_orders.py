"""Orders that theory fixes: by step size, by the smoothness of the solution, and by graded maps."""

import numpy as np
import pytest
import torch
from analytic_problems import numbers

from parode_core.bases import BASES
from parode_core.collocation.elements import AFFINE, GRADED_LEFT, GRADED_RIGHT, mesh
from parode_core.collocation.problem import Problem
from parode_core.solvers.newton import solve

ALL_BASES = pytest.mark.parametrize("name", BASES)

# Order at the end of a step: twice the stages for Gauss, one less for Radau (Hairer & Wanner 1996,
# IV.5); the order of the quadrature for Chebyshev zeros. The left end is no stage: behind it stands
# the left state, and without it Lobatto nodes keep the order of any nodes.
ORDERS = {
    "legendre-gauss": lambda stages: 2 * stages,
    "legendre-radau": lambda stages: 2 * stages - 1,
    "legendre-lobatto": lambda stages: stages,
    "chebyshev-gauss": lambda stages: stages + stages % 2,
    "chebyshev-lobatto": lambda stages: stages,
}


def logistic() -> Problem:
    """y' = y (1 - y), y(0) = 1/4."""
    return Problem(
        1,
        fields=lambda m, p: None,
        rhs=lambda y, f: y * (1.0 - y),
        guess=lambda m, f: torch.full((1, m.elements, m.basis.size, 1), 0.25).double(),
        jacobian=lambda y, f: (1.0 - 2.0 * y).unsqueeze(-1),
        boundary=lambda left, right, f: left - 0.25,
    )


@ALL_BASES
@pytest.mark.parametrize("size", [3, 4, 5])
def test_order_at_the_end_of_steps_is_that_of_the_method(name, size):
    order = ORDERS[name](size - 1)
    # steps short enough for the order to show, long enough to stay above rounding
    first = {2: 32, 3: 32, 4: 16, 5: 12, 6: 10, 7: 8, 8: 6}[order]
    steps = [round(first * 2.0 ** (number / 3)) for number in range(6)]
    errors = []
    for count in steps:
        grid = mesh(torch.linspace(0.0, 4.0, count + 1, dtype=torch.float64), size, name=name)
        found = solve(logistic(), None, grid, 1)
        exact = 1.0 / (1.0 + 3.0 * (-grid.edges[:, 1:]).exp())
        errors.append(float((found.ends[..., 0] - exact).abs().max()))
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert -slope == pytest.approx(order, abs=0.2)


def quadrature(exact, rate) -> Problem:
    """y' = rate(x, to_end), which knows nothing of y."""
    return Problem(
        1,
        fields=lambda m, p: (rate(m.x, m.to_end).unsqueeze(-1), exact(m.x[:, :1, :1], None)),
        rhs=lambda y, f: f[0].expand_as(y),
        guess=lambda m, f: torch.zeros(1, m.elements, m.basis.size, 1, dtype=torch.float64),
        jacobian=lambda y, f: torch.zeros(*y.shape, 1, dtype=torch.float64),
        boundary=lambda left, right, f: left - f[1][:, 0],
    )


def errors_of(problem, exact, edges, sizes, name, grading=AFFINE):
    errors = []
    for size in sizes:
        grid = mesh(
            numbers(*edges), size, name=name, grading=torch.tensor([grading] * (len(edges) - 1))
        )
        found = solve(problem, None, grid, 1)
        assert found.ok.all()
        wrong = found.y[..., 0] - exact(grid.x, grid.to_end)
        errors.append(float(wrong.abs().max()))
    return errors


def half_integer(x, to_end):
    return x**2.5 / (1.0 + x)


def half_integer_rate(x, to_end):
    return x**1.5 * (2.5 + 1.5 * x) / (1.0 + x) ** 2


@ALL_BASES
def test_half_integer_powers_converge_algebraically_on_an_affine_element(name):
    problem = quadrature(half_integer, half_integer_rate)
    sizes = (16, 24, 32, 48, 64)
    errors = errors_of(problem, half_integer, (0.0, 1.0), sizes, name)
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    # y ~ x^(5/2) at an end: twice the exponent
    assert -slope == pytest.approx(5.0, abs=0.5)


@ALL_BASES
def test_half_integer_powers_converge_spectrally_on_a_graded_element(name):
    left = errors_of(
        quadrature(half_integer, half_integer_rate), half_integer, (0.0, 1.0),
        (8, 12, 16, 32), name, GRADED_LEFT,
    )  # fmt: skip
    right = errors_of(
        quadrature(lambda x, r: half_integer(1.0 - x, r), lambda x, r: -half_integer_rate(r, r)),
        lambda x, r: half_integer(r, r), (0.0, 1.0), (8, 12, 16, 32), name, GRADED_RIGHT,
    )  # fmt: skip
    for errors in (left, right):
        # in sqrt(x) the nearest pole is at i: ellipse log(3.8)... of [0, 1]
        pole = 2.0j - 1.0
        rate = np.log(abs(pole + np.sqrt(pole - 1.0) * np.sqrt(pole + 1.0)))
        assert np.log(errors[0] / errors[2]) / 8.0 == pytest.approx(rate, rel=0.15)
        assert errors[-1] < 1e-14


@ALL_BASES
def test_a_kink_costs_all_but_its_order_unless_it_is_an_edge(name):
    def exact(x, to_end):
        return x.abs() ** 3

    problem = quadrature(exact, lambda x, to_end: 3.0 * x * x.abs())
    sizes = (16, 24, 32, 48, 64)
    errors = errors_of(problem, exact, (-1.0, 1.2), sizes, name)
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert -slope == pytest.approx(3.0, abs=0.5)
    assert errors_of(problem, exact, (-1.0, 0.0, 1.2), (4, 8), name)[-1] < 1e-14

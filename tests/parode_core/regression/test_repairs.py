"""The repaired forms against independent solvers, and what they say where they cannot answer."""

import numpy as np
import pytest
import torch

from parode_core.regression import (
    Box,
    first_integral,
    flow_map,
    fundamental_matrix,
    trajectory_collocation,
)
from parode_core.status import Status
from tests.parode_core.regression.scalar_problem import (
    END,
    TIMES,
    cubic,
    cubic_solution,
    double,
    error,
    integrated,
)

BOX = Box(double(-0.3, 0.0), double(1.3, END))
STARTS = double([0.5], [-0.2], [0.1], [1.0], [0.45])


def oscillator_matrix(times):
    """A damped oscillator whose frequency grows with time."""
    zero, one = torch.zeros_like(times), torch.ones_like(times)
    rows = torch.stack((zero, one, -1.0 - times, -0.3 * times), dim=-1)
    return rows.unflatten(-1, (2, 2))


def oscillator_source(times):
    return torch.stack((torch.sin(times), times * times), dim=-1)


def oscillator(states, times):
    product = (oscillator_matrix(times) * states.unsqueeze(-2)).sum(dim=-1)
    return product + oscillator_source(times)


def oscillator_solution(initial):
    def slope(t, y):
        return [y[1] + np.sin(t), -(1.0 + t) * y[0] - 0.3 * t * y[1] + t * t]

    return integrated(slope, initial)


def test_level_sets_of_the_first_integral_are_trajectories_of_all_initial_values():
    integral = first_integral(cubic, BOX, (25, 25))
    found = integral.solve(STARTS, TIMES)
    assert not found.lane_status.any()
    for lane, start in enumerate(STARTS):
        assert error(found, cubic_solution(start), lane) < 1e-9


def test_the_first_integral_converges_exponentially():
    truth = cubic_solution()
    errors = [
        error(first_integral(cubic, BOX, (n, n)).solve(STARTS[:1], TIMES), truth)
        for n in (10, 15, 20)
    ]
    # the figures of an independent run: 1.1e-6 at 15 and 4e-9 at 20
    assert errors[1] == pytest.approx(1.1e-6, rel=0.3)
    assert errors[2] == pytest.approx(4e-9, rel=0.3)
    assert errors[0] / errors[1] > 50.0
    assert errors[1] / errors[2] > 50.0


@pytest.mark.parametrize("size", [10, 14])
def test_the_first_integral_is_known_where_the_solution_is(size):
    # y' = -y: H is a function of y e^t, so that level sets are y_0 e^-t; with 14 functions
    # several functions of H are null vectors to rounding
    box = Box(double(0.2, 0.0), double(3.0, 1.0))
    integral = first_integral(lambda y, t: -y, box, (size, size))
    times = torch.linspace(0.0, 1.0, 21, dtype=torch.float64)
    found = integral.solve(double([1.0], [2.5]), times)
    expected = double([1.0], [2.5]) * torch.exp(-times)
    assert torch.allclose(found.values[:, :, 0], expected, rtol=1e-9, atol=0.0)
    assert integral.defect < 1e-9


def test_the_flow_map_answers_for_every_initial_value_of_its_tube():
    starts = double([0.5], [0.42], [0.58])
    mapped = flow_map(cubic, double(0.4)[0], double(0.6)[0], double(0.0, END), (15, 30))
    found = mapped.solve(starts, TIMES)
    assert not found.lane_status.any()
    for lane, start in enumerate(starts):
        assert error(found, cubic_solution(start), lane) < 1e-12


def test_the_flow_map_holds_its_initial_values_exactly():
    mapped = flow_map(cubic, double(0.4)[0], double(0.6)[0], double(0.0, END), (6, 12))
    found = mapped.solve(double([0.5], [0.59]), TIMES)
    assert torch.allclose(found.values[:, 0], double([0.5], [0.59]), rtol=0.0, atol=1e-15)


def test_a_rough_tube_costs_no_accuracy_of_its_inside():
    # the tube is known exactly as what it is, whether or not its edges are trajectories
    narrow = flow_map(cubic, double(0.45)[0], double(0.55)[0], double(0.0, END), (10, 30))
    wide = flow_map(cubic, double(0.3)[0], double(0.7)[0], double(0.0, END), (16, 30))
    first, second = (found.solve(STARTS[:1], TIMES).values for found in (narrow, wide))
    assert float((first - second).abs().max()) < 1e-9


@pytest.mark.parametrize(("nodes", "published_here"), [(13, 1.1e-6), (20, 3.5e-10)])
def test_trajectory_collocation_needs_a_tenth_of_the_unknowns(nodes, published_here):
    found = trajectory_collocation(cubic, STARTS[:1], TIMES, nodes)
    assert error(found, cubic_solution()) < published_here


def test_trajectory_collocation_of_many_initial_values_reaches_rounding():
    found = trajectory_collocation(cubic, STARTS, TIMES, 40)
    for lane, start in enumerate(STARTS):
        assert error(found, cubic_solution(start), lane) < 1e-13


def test_trajectory_collocation_solves_vector_systems():
    # Lotka-Volterra, against DOP853
    def slope(states, times):
        prey, hunter = states.unbind(dim=-1)
        return torch.stack((prey - prey * hunter, prey * hunter - hunter), dim=-1)

    found = trajectory_collocation(slope, double([1.5, 0.7], [0.8, 1.2]), TIMES, 30)
    for lane, start in enumerate(((1.5, 0.7), (0.8, 1.2))):
        truth = integrated(lambda t, y: [y[0] - y[0] * y[1], y[0] * y[1] - y[1]], start)
        assert error(found, truth, lane) < 1e-11


def test_the_fundamental_matrix_is_the_collocation_of_its_columns():
    starts = double([1.0, 0.0], [0.0, 1.0], [0.3, -2.0])
    reduced = fundamental_matrix(oscillator_matrix, oscillator_source, double(0.0, END), 20)
    direct = trajectory_collocation(oscillator, starts, TIMES, 20)
    found = reduced.solve(starts, TIMES)
    assert float((found.values - direct.values).abs().max()) < 1e-13
    for lane, start in enumerate(starts):
        assert error(found, oscillator_solution(start.numpy()), lane) < 1e-12


def test_the_fundamental_matrix_obeys_liouville():
    # det Y = exp of the integral of the trace, here exp(-0.15 t^2)
    reduced = fundamental_matrix(oscillator_matrix, None, double(0.0, END), 24)
    assert float(reduced.particular.abs().max()) == 0.0
    nodes = END * reduced.basis.from_left
    expected = torch.exp(-0.15 * nodes**2)
    assert torch.allclose(torch.linalg.det(reduced.matrix), expected, rtol=1e-12, atol=0.0)


def test_a_scalar_linear_equation_has_its_closed_form():
    reduced = fundamental_matrix(
        lambda t: -torch.ones_like(t)[:, None, None],
        lambda t: torch.sin(t)[:, None],
        double(0.0, END),
        18,
    )
    found = reduced.solve(double([0.5]), TIMES).values[0, :, 0]
    expected = 0.5 * (torch.sin(TIMES) - torch.cos(TIMES)) + torch.exp(-TIMES)
    assert torch.allclose(found, expected, rtol=0.0, atol=1e-14)


def test_a_degree_one_flow_map_is_the_fundamental_matrix_of_a_linear_equation():
    def slope(states, times):
        return torch.sin(times).unsqueeze(-1) - states

    mapped = flow_map(slope, double(0.4)[0], double(0.6)[0], double(0.0, END), (2, 20))
    reduced = fundamental_matrix(
        lambda t: -torch.ones_like(t)[:, None, None],
        lambda t: torch.sin(t)[:, None],
        double(0.0, END),
        20,
    )
    starts = double([0.45], [0.5])
    first, second = (method.solve(starts, TIMES).values for method in (mapped, reduced))
    assert float((first - second).abs().max()) < 1e-12


def solvers():
    """Every repair as (name, initial [lane, 1] -> trajectories)."""
    integral = first_integral(cubic, BOX, (15, 15))
    mapped = flow_map(cubic, double(0.4)[0], double(0.6)[0], double(0.0, END), (8, 16))
    matrix = fundamental_matrix(
        lambda t: -torch.ones_like(t)[:, None, None], None, double(0.0, END)
    )
    return {
        "first-integral": lambda starts: integral.solve(starts, TIMES),
        "flow-map": lambda starts: mapped.solve(starts, TIMES),
        "fundamental-matrix": lambda starts: matrix.solve(starts, TIMES),
        "trajectory": lambda starts: trajectory_collocation(cubic, starts, TIMES, 16),
    }


@pytest.mark.parametrize("name", solvers())
def test_a_lane_has_the_same_bits_alone_and_beside_a_failing_one(name):
    solve = solvers()[name]
    starts = double([0.5], [float("nan")], [0.45], [float("inf")], [0.55])
    together = solve(starts)
    for lane in (0, 2, 4):
        alone = solve(starts[lane : lane + 1])
        assert torch.equal(together.values[lane], alone.values[0])
        assert int(together.lane_status[lane]) == Status.OK
    for lane in (1, 3):
        assert int(together.lane_status[lane]) == Status.NON_FINITE_INPUT
        assert together.values[lane].isnan().all()


def test_a_level_set_with_several_branches_is_no_success():
    # 30 functions: null vectors of rounding are no functions of y alone at t_0
    found = first_integral(cubic, BOX, (30, 30)).solve(STARTS[:1], TIMES)
    fine = found.status[0] == Status.OK
    assert not fine.all()
    assert found.values[0, ~fine].isnan().all()


def test_initial_values_outside_the_region_have_no_root():
    outside = double([5.0])
    for name in ("first-integral", "flow-map"):
        found = solvers()[name](outside)
        assert int(found.lane_status[0]) == Status.NO_ROOT
        assert found.values.isnan().all()


def test_a_solution_that_runs_away_is_no_success():
    # y' = y^2 from 1 has a pole at t = 1
    found = trajectory_collocation(lambda y, t: y * y, double([1.0], [0.1]), TIMES, 24)
    assert int(found.lane_status[0]) != Status.OK
    assert found.values[0].isnan().all()
    assert int(found.lane_status[1]) == Status.OK
    exact = 0.1 / (1.0 - 0.1 * TIMES)
    assert torch.allclose(found.values[1, :, 0], exact, rtol=1e-12, atol=0.0)


def test_a_wrong_statement_is_refused_in_words():
    with pytest.raises(ValueError, match="scalar equation"):
        first_integral(cubic, Box(double(0.0, 0.0, 0.0), double(1.0, 1.0, 1.0)))
    with pytest.raises(ValueError, match="lower < upper"):
        flow_map(cubic, double(0.6)[0], double(0.4)[0], double(0.0, END))
    with pytest.raises(ValueError, match="finite"):
        flow_map(lambda y, t: y**3, double(0.9)[0], double(1.5)[0], double(0.0, END))


@pytest.mark.parametrize("name", ["first-integral", "flow-map", "fundamental-matrix"])
def test_nothing_is_extrapolated_beyond_the_fit(name):
    fits = {
        "first-integral": lambda: first_integral(cubic, BOX, (6, 6)),
        "flow-map": lambda: flow_map(
            cubic, double(0.4)[0], double(0.6)[0], double(0.0, END), (4, 8)
        ),
        "fundamental-matrix": lambda: fundamental_matrix(
            oscillator_matrix, None, double(0.0, END), 8
        ),
    }
    fit = fits[name]()
    with pytest.raises(ValueError, match="leave the interval 0.0 to 2.0"):
        fit.solve(double([0.5]), double(0.0, 2.1))
    with pytest.raises(ValueError, match="ascending"):
        fit.solve(double([0.5]), double(1.0, 0.5))


def test_scalar_repairs_refuse_systems():
    for fit in (
        first_integral(cubic, BOX, (6, 6)),
        flow_map(cubic, double(0.4)[0], double(0.6)[0], double(0.0, END), (4, 8)),
    ):
        with pytest.raises(ValueError, match="2 components"):
            fit.solve(double([0.5, 0.1]), TIMES)

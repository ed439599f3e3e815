"""Batches, vector systems and failing lanes of the published scheme."""

import pytest
import torch

from parode_core.regression import ParODE
from parode_core.regression.time_newton import follow
from parode_core.status import Status
from tests.parode_core.regression.scalar_problem import (
    TIMES,
    cubic,
    cubic_solution,
    double,
    error,
    integrated,
)


def rotation(states, times):
    """A rotation: y1' = y2, y2' = -y1."""
    first, second = states.unbind(dim=-1)
    return torch.stack((second, -first), dim=-1)


def test_a_batch_equals_its_lanes_bit_for_bit():
    scheme = ParODE(cubic, sizes=(8, 8), point_count=2_000)
    starts = double([0.5], [0.2], [0.9])
    together = scheme.solve(starts, TIMES, 4)
    for lane in range(3):
        alone = scheme.solve(starts[lane : lane + 1], TIMES, 4)
        for name in ("values", "status", "residual", "iterations"):
            assert torch.equal(getattr(together, name)[lane], getattr(alone, name)[0])


def test_every_lane_follows_its_own_trajectory():
    starts = double([0.5], [0.2], [0.9])
    found = ParODE(cubic, point_count=3_000).solve(starts, TIMES)
    for lane, start in enumerate(starts):
        assert error(found, cubic_solution(start), lane) < 1e-3


def test_a_failing_lane_has_its_status_and_changes_no_other():
    scheme = ParODE(cubic, sizes=(6, 6), point_count=500)
    clean = scheme.solve(double([0.5], [0.4]), TIMES)
    mixed = scheme.solve(double([0.5], [float("nan")], [1e120], [0.4]), TIMES)
    assert torch.equal(mixed.values[0], clean.values[0])
    assert torch.equal(mixed.values[3], clean.values[1])
    assert int(mixed.lane_status[1]) == Status.NON_FINITE_INPUT
    assert int(mixed.lane_status[2]) == Status.NON_FINITE_STATE
    assert mixed.values[1:3].isnan().all()


def test_without_tikhonov_and_initial_row_the_constant_makes_the_matrix_singular():
    scheme = ParODE(cubic, sizes=(4, 4), point_count=300, tikhonov=0.0, initial_weight=0.0)
    found = scheme.solve(double([0.5]), TIMES)
    assert int(found.lane_status) == Status.SINGULAR


def test_points_that_do_not_settle_are_told_from_those_that_do():
    # F = y at the second time: 0 = 0, and the third runs to where nothing is
    def field(states):
        slope = double([0.0], [1.0], [1.0])
        value = torch.cat((double([0.3]), states[1:2], states[2:] + 1.0))
        return value, slope.unsqueeze(2)

    found = follow(field, double(0.5), 3, 0.8, 1e-10, 50)
    assert found.status[0].tolist()[0] == Status.OK
    assert found.status[0].tolist()[1:] == [Status.NON_FINITE_STATE] * 2
    assert float(found.values[0, 0, 0]) == pytest.approx(0.3, abs=1e-10)
    assert found.iterations[0].tolist()[1:] == [50, 50]


def test_damping_makes_the_iteration_linear_with_the_published_count():
    # F(y) = c: every step leaves one fifth, so that 0.5 -> 1e-10 takes 15 steps
    def field(states):
        return torch.full_like(states, 1.0), torch.zeros(len(states), 1, 1, dtype=torch.float64)

    found = follow(field, double(0.5), 4, 0.8, 1e-10, 200)
    assert found.lane_iterations.tolist() == [15]


def test_a_vector_system_keeps_the_scheme_in_two_dimensions():
    scheme = ParODE(rotation, sizes=(4, 8), point_count=4_000, half_width=0.6, basis="chebyshev")
    times = torch.linspace(0.0, 0.5, 51, dtype=torch.float64)
    start = double([1.0, 0.0])
    truth = integrated(lambda t, y: [y[1], -y[0]], [1.0, 0.0], times)
    found = scheme.solve(start, times)
    assert not found.lane_status.any()
    assert error(found, truth) < 1e-3


def test_the_vector_form_of_one_component_is_the_scalar_form():
    # an uncoupled second component at rest changes no column of the first
    def padded(states, times):
        first = cubic(states[..., :1], times)
        return torch.cat((first, torch.zeros_like(first)), dim=-1)

    scheme = ParODE(padded, sizes=(6, 8), point_count=6_000)
    times = torch.linspace(0.0, 1.0, 51, dtype=torch.float64)
    found = scheme.solve(double([0.5, 0.1]), times)
    assert float((found.values[0, :, 1] - 0.1).abs().max()) < 1e-3
    truth = cubic_solution(times=times)
    assert float((found.values[0, :, :1] - truth).norm() / truth.norm()) < 1e-2


def test_blocks_bound_memory_and_change_rounding_only():
    whole, parts = (
        ParODE(cubic, point_count=10_000, block=block).sums(double(0.5), TIMES)
        for block in (10_000, 777)
    )
    scale = whole.matrix.abs().max()
    assert float((whole.matrix - parts.matrix).abs().max() / scale) < 1e-13


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"basis": "fourier"}, "monomial, chebyshev"),
        ({"points": "lattice"}, "monte-carlo, sobol, gauss"),
        ({"form": "simple"}, "total, partial"),
        ({"sizes": (1, 5)}, "at least 2"),
        ({"point_count": 0}, "at least 1"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        ParODE(cubic, **settings)


def test_a_wrong_shape_or_time_is_refused_in_words():
    scheme = ParODE(cubic)
    with pytest.raises(ValueError, match=r"\[lane, component\]"):
        scheme.solve(double(0.5), TIMES)
    with pytest.raises(ValueError, match="ascending"):
        scheme.solve(double([0.5]), TIMES.flip(0))
    with pytest.raises(TypeError, match="float64"):
        scheme.solve(double([0.5]).float(), TIMES)

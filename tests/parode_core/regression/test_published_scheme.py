"""The published scheme: what its equations say, and which of its numbers come out again."""

import math
import statistics

import mpmath
import pytest
import torch
from scipy.stats import t as student

from parode_core.regression import ParODE, ParODE2
from parode_core.regression.function_bases import FUNCTION_BASES
from parode_core.regression.points import POINT_SETS, point_set
from parode_core.regression.published import TABLE
from parode_core.status import Status
from tests.parode_core.regression.scalar_problem import (
    TIMES,
    cubic,
    cubic_solution,
    double,
    error,
    errors_over_seeds,
)

START = double([0.5])


def within_scatter(published, errors):
    """95 % prediction interval of one further seed, in the logarithm."""
    logs = [math.log(value) for value in errors if math.isfinite(value)]
    spread = student.ppf(0.975, len(logs) - 1) * statistics.stdev(logs)
    return abs(math.log(published) - statistics.fmean(logs)) <= spread * math.sqrt(
        1.0 + 1.0 / len(logs)
    )


@pytest.mark.parametrize("basis", FUNCTION_BASES)
@pytest.mark.parametrize("points", POINT_SETS)
def test_both_classes_assemble_the_same_matrix_bit_for_bit(basis, points):
    sums = [
        kind(cubic, point_count=5_000, basis=basis, points=points).sums(START[0], TIMES, 3)
        for kind in (ParODE, ParODE2)
    ]
    assert torch.equal(sums[0].matrix, sums[1].matrix)
    assert torch.equal(sums[0].right, sums[1].right)


def test_both_classes_return_the_same_trajectory_bit_for_bit():
    found = [
        kind(cubic, point_count=2_000).solve(START, TIMES, 1).values for kind in (ParODE, ParODE2)
    ]
    assert torch.equal(found[0], found[1])


@pytest.mark.parametrize("components", [1, 2])
def test_the_identity_solves_the_regression_exactly(components):
    # F = y: the column of y_i and t^0 reproduces f_i, whatever f is
    def slope(states, times):
        return torch.cos(states.flip(-1) * times.unsqueeze(-1)) + states**2

    scheme = ParODE(slope, sizes=(4, 3), point_count=1)
    cube = point_set("monte-carlo")(50, components + 1, 0, torch.device("cpu"))
    expansion = scheme.expansion(0.3 * torch.ones(components, dtype=torch.float64), TIMES)
    at = expansion.at(cube[:, :-1], cube[:, -1])
    rate = slope(cube[:, :-1], cube[:, -1])
    rows = scheme.design_rows(at, rate)
    for component in range(components):
        # powers of the last component run fastest; 3 functions of time
        column = 3 * 4 ** (components - 1 - component)
        assert torch.equal(rows[:, column], rate[:, component])


@mpmath.workdps(60)
def test_what_is_found_is_the_identity_plus_what_lambda_makes_of_it():
    # a - e_y = -lambda (B^T B + w phi phi^T + lambda 1)^-1 e_y, in 60 digits
    scheme = ParODE(cubic, sizes=(4, 4), point_count=200)
    sums = scheme.sums(START[0], TIMES)
    count, identity_column = 16, 4
    phi = [mpmath.mpf(0.5) ** m if n == 0 else mpmath.mpf(0) for m in range(4) for n in range(4)]
    matrix = mpmath.matrix(sums.matrix.tolist())
    # the sums are rounded: B^T f is taken as the exact column of e_y, which it equals
    right = matrix[:, identity_column]
    weight, tikhonov = mpmath.mpf(1000), mpmath.mpf(scheme.tikhonov)
    for i in range(count):
        right[i] += weight * phi[i] * phi[identity_column]
        for j in range(count):
            matrix[i, j] += weight * phi[i] * phi[j]
        matrix[i, i] += tikhonov
    coefficients = mpmath.lu_solve(matrix, right)
    unit = mpmath.zeros(count, 1)
    unit[identity_column] = 1
    amplitude = -tikhonov * mpmath.lu_solve(matrix, unit)
    for i in range(count):
        assert abs(coefficients[i] - unit[i] - amplitude[i]) < mpmath.mpf(10) ** -45
    # and in double precision as far as its rounding allows
    ours, status = scheme.coefficients(START[0], TIMES)
    assert status is Status.OK
    exact = double(*[float(coefficients[i]) for i in range(count)])
    assert float((ours[:, 0] - exact).abs().max()) < 1e-9


@mpmath.workdps(60)
def exact_limit(size, count):
    """Error for lambda -> 0: F - y becomes (B^T B + w phi phi^T)^-1 e_y, up to its size."""
    cube = point_set("monte-carlo")(count, 2, 0, torch.device("cpu")).tolist()
    rows = []
    for at_state, at_time in cube:
        y, t = mpmath.mpf("-0.3") + mpmath.mpf("1.6") * at_state, 2 * mpmath.mpf(at_time)
        slope = mpmath.sin(t) - y**3
        rows.append(
            [
                (n * y**m * t ** (n - 1) if n else 0)
                + (m * slope * y ** (m - 1) * t**n if m else 0)
                for m in range(size)
                for n in range(size)
            ]
        )
    design = mpmath.matrix(rows)
    matrix = design.T * design
    for i in range(0, size * size, size):
        for j in range(0, size * size, size):
            matrix[i, j] += 1000 * mpmath.mpf(0.5) ** (i // size + j // size)
    # far below every eigenvalue but that of the constant, which the initial row fixes
    matrix += mpmath.mpf(10) ** -40 * mpmath.eye(size * size)
    unit = mpmath.zeros(size * size, 1)
    unit[size] = 1
    direction = mpmath.lu_solve(matrix, unit)
    times, truth = TIMES[::20], cubic_solution()[::20, 0]
    found = []
    for t, y in zip(times.tolist(), truth.tolist(), strict=True):
        of_state = [
            mpmath.fsum(direction[m * size + n] * mpmath.mpf(t) ** n for n in range(size))
            for m in reversed(range(size))
        ]
        root = mpmath.mpf(y)
        for _ in range(10):
            value, derivative = mpmath.polyval(of_state, root, derivative=True)
            root -= value / derivative
        found.append(float(root))
    return float((double(*found) - truth).norm() / truth.norm())


def test_without_rounding_the_error_is_that_of_a_polynomial_first_integral():
    limit = exact_limit(5, 300)
    errors, _ = errors_over_seeds(5, 300, 4)
    assert limit == pytest.approx(0.1, abs=0.03)
    assert within_scatter(limit, errors)


def test_the_amplitude_of_the_answer_vanishes_with_lambda():
    def amplitude(tikhonov):
        scheme = ParODE(cubic, sizes=(5, 5), point_count=3_000, tikhonov=tikhonov)
        coefficients, _ = scheme.coefficients(START[0], TIMES)
        identity = torch.zeros(25, dtype=torch.float64)
        identity[5] = 1.0
        return float((coefficients[:, 0] - identity).norm())

    assert amplitude(1e-5) / amplitude(1e-6) == pytest.approx(10.0, rel=0.01)


@pytest.mark.parametrize("size", [5, 10, 15])
def test_the_form_of_the_text_is_wrong_whatever_the_basis_size(size):
    scheme = ParODE(cubic, sizes=(size, size), point_count=5_000, form="partial")
    found = scheme.solve(START, TIMES)
    assert int(found.lane_status) == Status.OK
    assert error(found, cubic_solution()) == pytest.approx(1.07e-1, rel=0.05)


@pytest.mark.parametrize("number", [2, 3, 5])
def test_published_errors_lie_within_the_scatter_at_fewer_points(number):
    # K matters little: 5,000 points stand for up to 800,000. Rounding decides, and with it the
    # processor: one seed in ten is off several times more than most, which few seeds do not show
    row = TABLE[number - 1]
    errors, _ = errors_over_seeds(row.sizes[0], 5_000, 24)
    assert within_scatter(row.error, errors)


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 3, 5])
def test_published_errors_lie_within_the_scatter_at_their_own_points(number):
    row = TABLE[number - 1]
    errors, _ = errors_over_seeds(row.sizes[0], row.point_count, 6)
    assert within_scatter(row.error, errors)


def test_first_row_of_the_table_does_not_come_out():
    row = TABLE[0]
    errors, iterations = errors_over_seeds(row.sizes[0], row.point_count, 8)
    assert not within_scatter(row.error, errors)
    assert set(iterations) == {200}


def test_on_the_interval_of_the_text_everything_is_four_orders_better():
    # which is how one knows that the published errors belong to [0, 2]
    errors, iterations = errors_over_seeds(5, 3_000, 3, end=0.1)
    assert max(errors) < 2e-5
    assert set(iterations) == {13}


def test_a_few_hundred_points_do_as_well_as_many():
    few, many = (errors_over_seeds(10, count, 5)[0] for count in (300, 10_000))
    assert statistics.median(few) < 2.0 * statistics.median(many)


@pytest.mark.parametrize("tikhonov", [1e-6, 1e-5])
def test_larger_lambda_always_converges(tikhonov):
    errors, iterations = errors_over_seeds(10, 5_000, 4, tikhonov=tikhonov)
    assert max(errors) < 4e-4
    assert max(iterations) <= 17


@pytest.mark.parametrize("basis", FUNCTION_BASES)
@pytest.mark.parametrize("points", POINT_SETS)
def test_every_basis_and_point_set_gives_the_accuracy_of_ten_functions(basis, points):
    scheme = ParODE(cubic, point_count=3_000, basis=basis, points=points)
    assert error(scheme.solve(START, TIMES, 5), cubic_solution()) < 5e-4


@pytest.mark.parametrize("name", POINT_SETS)
def test_points_fill_the_cube_and_depend_on_their_seed_alone(name):
    draw = point_set(name)
    first = draw(1_000, 3, 7, torch.device("cpu"))
    torch.rand(5)  # the global generator plays no part
    assert torch.equal(first, draw(1_000, 3, 7, torch.device("cpu")))
    assert first.shape == (1_000, 3)
    assert float(first.min()) >= 0.0
    assert float(first.max()) <= 1.0
    assert torch.allclose(first.mean(dim=0), torch.full((3,), 0.5, dtype=torch.float64), atol=0.03)


@pytest.mark.parametrize("name", FUNCTION_BASES)
def test_derivatives_of_the_bases_are_those_of_automatic_differentiation(name):
    points = torch.linspace(-0.3, 1.3, 9, dtype=torch.float64, requires_grad=True)
    low, high = double(-0.3, 1.3)
    values, derivatives = FUNCTION_BASES[name](points, 12, low, high)
    for degree in range(12):
        column = values[:, degree].sum() + 0.0 * points.sum()
        (expected,) = torch.autograd.grad(column, points, retain_graph=True)
        assert torch.allclose(derivatives[:, degree], expected, rtol=1e-12, atol=1e-12)

"""Requested accuracy: reached where it can be, refused where not, and the estimate is honest."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from parode_core.collocation.elements import GRADED_LEFT, Mesh, mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.lanes import take
from parode_core.solvers import newton
from parode_core.solvers.refinement import Refinement, refine
from parode_core.status import Status

F64 = torch.float64
UNIT = mesh(torch.tensor([0.0, 1.0], dtype=F64), 12)


def tensor(*values):
    return torch.tensor(values, dtype=F64)


def at_nodes(elements: Mesh, *parameters: Tensor) -> tuple:
    lanes = max(part.shape[0] for part in parameters)
    x = elements.x.expand(lanes, -1, -1)
    return (x, *(part[:, None, None] + 0.0 * x for part in parameters))


def end(solution, parameters, fields):
    return solution.end[:, :1]


def end_and_area(solution, parameters, fields):
    weights = solution.mesh.basis.quadrature
    area = (solution.y[..., 0] * solution.mesh.speed @ weights).sum(dim=1)
    return torch.stack((solution.end[:, 0], area), dim=1)


def initial(rhs, start):
    """One equation with a given value at the start."""
    return Problem(
        1,
        lambda elements, parameters: at_nodes(elements, *parameters),
        lambda y, fields: vector(rhs(y[..., 0], *fields)),
        lambda elements, fields: vector(start(*(part * torch.ones_like(part) for part in fields))),
        boundary=lambda left, right, fields: left - start(*(part[:, 0, :1] for part in fields)),
    )


def layer_solution(x, width):
    """y of width y' = cos x - y, y(0) = 0."""
    part = 1.0 / (1.0 + width**2)
    return part * (x.cos() + width * x.sin() - (-x / width).exp())


layer = initial(lambda y, x, width: (x.cos() - y) / width, lambda x, width: 0.0 * x)


def test_layers_of_all_widths_are_accurate_in_one_batch_and_take_what_they_need():
    width = tensor(1.0, 0.1, 1e-2, 1e-3, 1e-4)
    found = refine(layer, (width,), UNIT, 5, end_and_area, method=Refinement(relative=1e-10))
    part, one = 1.0 / (1.0 + width**2), torch.ones_like(width)
    area = part * (one.sin() + width * (1.0 - one.cos()) - width * (1.0 - (-1.0 / width).exp()))
    exact = torch.stack((layer_solution(one, width), area), dim=1)
    assert found.status.tolist() == [0] * 5
    assert torch.allclose(found.values, exact, rtol=1e-10, atol=0)
    assert bool((found.error <= 1e-10 * exact.abs()).all())
    assert found.elements.tolist() == sorted(found.elements.tolist())
    assert (int(found.nodes[0]), int(found.elements[0])) == (16, 1)
    assert int(found.elements[-1]) > 5


@pytest.mark.parametrize("place", [0.3, 0.5, 1.0 / 3.0, 0.7771])
def test_a_root_inside_an_element_is_refused_with_an_error_that_covers_the_truth(place):
    # y' = |x - c|^(1/2)
    root = initial(lambda y, x, c: (x - c).abs().sqrt(), lambda x, c: 0.0 * x)
    c = tensor(place, 5.0)
    found = refine(root, (c,), UNIT, 2, end, method=Refinement(relative=1e-12))
    exact = (2.0 / 3.0) * ((1.0 - c) * (1.0 - c).abs().sqrt() + c**1.5)
    assert found.status.tolist() == [int(Status.ACCURACY_NOT_REACHED), 0]
    true = (found.values[:, 0] - exact).abs()
    assert bool((true <= found.error[:, 0]).all())
    assert float(true[0]) > 1e-12 * float(exact[0])


def test_an_element_graded_towards_a_root_needs_no_cut():
    root = initial(lambda y, x, c: c * x.sqrt(), lambda x, c: 0.0 * x)
    graded = mesh(tensor(0.0, 1.0), 12, grading=torch.tensor([GRADED_LEFT]))
    found = refine(root, (tensor(1.0, 2.0),), graded, 2, end, method=Refinement(relative=1e-13))
    assert found.status.tolist() == [0, 0]
    assert found.elements.tolist() == [1, 1]
    assert torch.allclose(found.values[:, 0], tensor(2.0, 4.0) / 3.0, rtol=1e-13, atol=0)


class Case(NamedTuple):
    """A problem with a known quantity, and the ranges its parameters are drawn from."""

    problem: Problem
    ranges: tuple[tuple[float, float], ...]
    exact: object


wave = Problem(
    2,
    lambda elements, parameters: at_nodes(elements, *parameters),
    lambda y, fields: vector(y[..., 1], -(fields[1] ** 2) * y[..., 0]),
    lambda elements, fields: vector(0.0 * fields[0], 0.0 * fields[0]),
    boundary=lambda left, right, fields: left - tensor(1.0, 0.0),
)
both_ends = Problem(
    2,
    wave.fields,
    lambda y, fields: vector(y[..., 1], fields[1] ** 2 * y[..., 0]),
    wave.guess,
    boundary=lambda left, right, fields: torch.stack((left[:, 0] - 1.0, right[:, 1]), dim=1),
    at_start=False,
)
CASES = {
    "riccati": Case(
        initial(lambda y, x, a, b: -a * y**2, lambda x, a, b: b),
        ((0.2, 9.0), (0.5, 2.0)),
        lambda a, b: b / (1.0 + a * b),
    ),
    "logistic": Case(
        initial(lambda y, x, k, b: k * y * (1.0 - y), lambda x, k, b: b),
        ((0.5, 7.0), (0.05, 0.5)),
        lambda k, b: 1.0 / (1.0 + (1.0 / b - 1.0) * (-k).exp()),
    ),
    "forced": Case(layer, ((0.02, 1.0),), lambda w: layer_solution(torch.ones_like(w), w)),
    "modulated": Case(
        initial(lambda y, x, a, w: a * (w * x).cos() * y, lambda x, a, w: torch.ones_like(x)),
        ((0.5, 5.0), (1.0, 20.0)),
        lambda a, w: (a / w * w.sin()).exp(),
    ),
    "wave": Case(wave, ((1.0, 25.0),), lambda w: w.cos()),
    "both ends": Case(both_ends, ((0.5, 15.0),), lambda k: 1.0 / k.cosh()),
    "runge": Case(
        initial(
            lambda y, x, k, c: -2.0 * k**2 * (x - c) / (1.0 + (k * (x - c)) ** 2) * y,
            lambda x, k, c: 1.0 / (1.0 + (k * c) ** 2),
        ),
        ((1.0, 12.0), (0.2, 0.8)),
        lambda k, c: 1.0 / (1.0 + (k * (1.0 - c)) ** 2),
    ),
}


def true_and_estimated(case: Case, lanes: int, accuracy: float, seed: int):
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.rand(len(case.ranges), lanes, generator=generator, dtype=F64)
    parameters = tuple(
        low + (high - low) * u for u, (low, high) in zip(drawn, case.ranges, strict=True)
    )
    method = Refinement(relative=accuracy, absolute=accuracy)
    found = refine(case.problem, parameters, UNIT, lanes, end, method=method)
    exact = case.exact(*parameters)
    return (found.values[:, 0] - exact).abs(), found.error[:, 0], found


def test_the_estimate_covers_the_error_of_random_smooth_problems_and_is_not_far_above_it():
    true, estimated, reached = [], [], []
    for number, case in enumerate(CASES.values()):
        for accuracy in (1e-5, 1e-8, 1e-11):
            error, estimate, found = true_and_estimated(case, 15, accuracy, number)
            true.append(error)
            estimated.append(estimate)
            reached.append(found.ok)
            assert bool((error[found.ok] <= 2.0 * accuracy).all())
    error, estimate = torch.cat(true), torch.cat(estimated)
    assert error.shape[0] >= 300
    assert bool(torch.cat(reached).all())
    covered = (error <= estimate).to(F64).mean()
    assert float(covered) >= 0.99
    # two roundings stand for an error that is zero by chance
    above = estimate / error.clamp(min=2.0 * torch.finfo(F64).eps)
    assert float(above.median()) < 100.0


SOLVERS = {"newton": newton.solve}
each_solver = pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
FIELDS = ("values", "error", "status", "nodes", "elements")


def mixed(lanes: int) -> Tensor:
    """Widths of layers from a tenth to a thousandth, one of them not a number, one infinite."""
    generator = torch.Generator().manual_seed(3)
    width = 10.0 ** (-1.0 - 2.0 * torch.rand(lanes, generator=generator, dtype=F64))
    width[lanes // 3], width[lanes // 2] = torch.nan, torch.inf
    return width


@each_solver
def test_refined_lanes_have_the_same_bits_in_any_batch_and_in_any_order(solver):
    lanes, method = 70, Refinement(relative=1e-9, sizes=(8, 12, 16))
    width = mixed(lanes)
    whole = refine(layer, (width,), UNIT, lanes, end_and_area, method=method, solve=solver)
    failed = [lanes // 3, lanes // 2]
    assert whole.status[failed].tolist() == [int(Status.NON_FINITE_INPUT)] * 2
    assert int(whole.ok.sum()) == lanes - 2
    assert len(whole.elements.unique()) > 4
    generator = torch.Generator().manual_seed(5)
    for count in (1, 1, 2, 5, 65, 70):
        some = torch.randperm(lanes, generator=generator)[:count]
        found = refine(
            layer, take((width,), some), UNIT, count, end_and_area, method=method, solve=solver
        )
        for name in FIELDS:
            first, second = getattr(found, name), getattr(whole, name)[some]
            assert torch.equal(first.nan_to_num(-1.0), second.nan_to_num(-1.0)), (name, count)


@each_solver
def test_a_poisoned_lane_changes_no_other_lane_and_has_its_own_status(solver):
    # c0 + c2 y^2 = 0 at the start has no root for c0 c2 > 0
    bent = Problem(
        1,
        lambda elements, parameters: at_nodes(elements, *parameters),
        lambda y, fields: vector(-y[..., 0].sinh()),
        lambda elements, fields: vector(0.5 + 0.0 * fields[0]),
        boundary=lambda left, right, fields: fields[1][:, 0, :1] + left * left,
    )
    generator = torch.Generator().manual_seed(8)
    start = -0.2 - torch.rand(20, generator=generator, dtype=F64)

    def refined(start):
        return refine(bent, (start,), UNIT, 20, end, method=Refinement(), solve=solver)

    clean = refined(start)
    exact = 2.0 * ((start.abs().sqrt() / 2.0).tanh() * torch.exp(tensor(-1.0))).atanh()
    assert torch.allclose(clean.values[:, 0], exact, rtol=1e-10, atol=0)
    for position, value, status in ((0, torch.nan, Status.NON_FINITE_INPUT), (7, 1.0, None)):
        poisoned = start.clone()
        poisoned[position] = value
        found = refined(poisoned)
        others = torch.arange(20) != position
        for name in FIELDS:
            assert torch.equal(getattr(found, name)[others], getattr(clean, name)[others]), name
        assert bool(found.values[position].isnan().all())
        assert bool(found.error[position].isnan().all())
        assert int(found.status[position]) == int(status or Status.NO_ROOT)
        with pytest.raises(ValueError, match=f"lane {position} has no solution"):
            found.solution(position)


def test_the_solution_of_a_lane_has_the_observed_values():
    width = tensor(1.0, 1e-2, 1e-3)
    found = refine(layer, (width,), UNIT, 3, end)
    for lane in range(3):
        solution = found.solution(lane)
        assert solution.y.shape[1:3] == (int(found.elements[lane]), int(found.nodes[lane]))
        assert float(solution.end[0, 0]) == pytest.approx(float(found.values[lane, 0]), abs=1e-16)
        exact = layer_solution(solution.mesh.x, width[lane])
        assert torch.allclose(solution.y[..., 0], exact, rtol=0, atol=1e-10)


@pytest.mark.parametrize("most", [1, 16, 64])
def test_waves_shorter_than_the_nodes_are_not_taken_for_nothing(most):
    # between nodes too far apart the waves die out, and all resolutions agree on zero
    waves = Problem(
        2,
        lambda elements, parameters: at_nodes(elements, *parameters),
        lambda y, fields: vector(y[..., 1], -(fields[1] ** 2) * y[..., 0]),
        lambda elements, fields: vector(torch.ones_like(fields[0]), 0.0 * fields[0]),
        boundary=lambda left, right, fields: left - tensor(1.0, 0.0),
    )
    number = tensor(2.0, 50.0, 200.0, 3e3, 1e4, 1e5)
    found = refine(waves, (number,), UNIT, 6, end, method=Refinement(most=most))
    true = (found.values[:, 0] - number.cos()).abs()
    assert bool((true <= found.error[:, 0]).all())
    assert found.status[0] == Status.OK
    assert found.status[-1] == Status.ACCURACY_NOT_REACHED


def test_more_accuracy_never_costs_less():
    parameters = tuple(tensor(*pair) for pair in ((3.0, 8.0), (15.0, 6.0)))
    work, errors = [], []
    for accuracy in (1e-3, 1e-6, 1e-9, 1e-12):
        case = CASES["modulated"]
        method = Refinement(relative=accuracy)
        found = refine(case.problem, parameters, UNIT, 2, end, method=method)
        work.append(found.nodes * found.elements)
        errors.append((found.values[:, 0] / case.exact(*parameters) - 1.0).abs())
        assert bool((errors[-1] <= accuracy).all())
    assert all(bool((more >= less).all()) for less, more in zip(work, work[1:], strict=False))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sizes": ()}, "sizes"),
        ({"sizes": (16, 12)}, "ascend"),
        ({"relative": 0.0}, "accuracy"),
        ({"relative": -1e-8}, "accuracy"),
    ],
)
def test_wrong_statements_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Refinement(**wrong)

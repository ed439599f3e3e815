"""Wrong statements are refused in one sentence; what belongs to one lane becomes its status.

A tensor of a wrong shape often fits by broadcasting. Each of these would have given a number.
"""

import pytest
import torch

from parode_core.bases import basis
from parode_core.collocation.elements import mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.solvers import linear, newton
from parode_core.solvers.linear import Coefficients, linear_problem
from parode_core.solvers.newton import Newton, solve
from parode_core.solvers.refinement import Refinement, refine
from parode_core.status import Status

F64 = torch.float64
RATES = torch.tensor([1.0, 2.0, 3.0], dtype=F64)
EDGES = torch.tensor([0.0, 0.5, 1.0], dtype=F64)
ONES = torch.ones(1, 2, 8, 2, dtype=F64)


def fields(elements, rates):
    return (rates[:, None, None],)


def rhs(y, fields):
    u, v = y.unbind(-1)
    return vector(v, -(fields[0] ** 2) * u)


def at_start(left, right, fields):
    return left - torch.tensor([1.0, 0.0], dtype=F64)


def one_everywhere(elements, fields):
    one = torch.ones_like(elements.x[:1])
    return vector(one, one)


def oscillator(**changed):
    parts = {"fields": fields, "rhs": rhs, "guess": one_everywhere, "boundary": at_start}
    return Problem(2, **(parts | changed))


def solved(*, lanes=3, rates=RATES, **changed):
    return solve(oscillator(**changed), rates, mesh(EDGES, 8), lanes)


SHAPES = {
    "rhs": {"rhs": lambda y, f: y[..., :1]},
    "boundary": {"boundary": lambda a, b, f: a[:, :1]},
    "jump": {"jump": lambda state, f: state[..., :1]},
    "guess": {"guess": lambda m, f: ONES[..., :1]},
    "jacobian": {"jacobian": lambda y, f: torch.ones(*y.shape, 1, dtype=F64)},
    "scale": {"scale": lambda f: torch.ones(1, 1, dtype=F64)},
    "fields": {"fields": lambda m, p: (RATES[:2, None, None],)},
    "parameters": {"rates": RATES[:2]},
}


@pytest.mark.parametrize("what", SHAPES)
def test_a_shape_that_does_not_belong_is_named(what):
    with pytest.raises(ValueError, match=rf"^{what} (has|hold a tensor of) shape \("):
        solved(**SHAPES[what])


KINDS = {
    "rhs is torch.float32": {"rhs": lambda y, f: y.float()},
    "rhs is a tuple": {"rhs": lambda y, f: (y, y)},
    "rhs is complex": {"rhs": lambda y, f: y * 1j},
    "guess is torch.int64": {"guess": lambda m, f: ONES.long()},
    "fields hold a list": {"fields": lambda m, p: [p[:, None, None]]},
    "parameters hold a float": {"rates": (RATES, 1.0)},
}


@pytest.mark.parametrize("message", KINDS)
def test_a_kind_of_number_that_does_not_belong_is_named(message):
    with pytest.raises(TypeError, match=message):
        solved(**KINDS[message])


def test_a_row_for_the_right_end_needs_both_ends():
    def both(left, right, fields):
        return torch.stack((left[:, 0] - 1.0, right[:, 0]), dim=1)

    with pytest.raises(ValueError, match="at_start=False"):
        solved(boundary=both)
    found = solved(boundary=both, at_start=False)
    assert torch.allclose(found.y[:, 0, 0, 1], -RATES / RATES.tan(), rtol=1e-6)


@pytest.mark.parametrize("lanes", [0, -1, 2, 4])
def test_lanes_that_are_none_or_not_those_of_the_parameters_are_refused(lanes):
    with pytest.raises(ValueError, match="lane"):
        solved(lanes=lanes)
    with pytest.raises(ValueError, match="lane"):
        refine(oscillator(), RATES, mesh(EDGES, 8), lanes, lambda s, p, f: s.end)
    with pytest.raises(ValueError, match="lane"):
        linear.solve(harmonic(), RATES, mesh(EDGES, 8), lanes)


def test_elements_of_other_lanes_are_refused():
    with pytest.raises(ValueError, match="those of 2 lanes, not of 3"):
        solve(oscillator(), RATES, mesh(EDGES.expand(2, -1), 8), 3)


def test_one_first_approximation_may_serve_all_lanes_and_no_other_number():
    own = ONES.expand(3, -1, -1, -1).clone()
    each = solve(oscillator(), RATES, mesh(EDGES, 8), 3, guess=own)
    shared = solve(oscillator(), RATES, mesh(EDGES, 8), 3, guess=ONES)
    assert torch.equal(each.y, shared.y)
    with pytest.raises(ValueError, match="guess hold a tensor of shape"):
        solve(oscillator(), RATES, mesh(EDGES, 8), 3, guess=own[:2])


WRONG_ELEMENTS = [
    (TypeError, "edges are torch.float32", {"edges": EDGES.float()}),
    (TypeError, "edges are list", {"edges": [0.0, 1.0]}),
    (ValueError, r"edges have shape \(1,\)", {"edges": EDGES[:1]}),
    (ValueError, r"edges have shape \(1, 1, 3\)", {"edges": EDGES[None, None]}),
    (TypeError, "whole number of nodes", {"size": 8.0}),
    (TypeError, "grading is torch.bool", {"grading": torch.tensor([True, False])}),
    (ValueError, "the largest here is 7", {"grading": torch.tensor([0, 7])}),
    (ValueError, "the least -1", {"grading": torch.tensor([0, -1])}),
]


@pytest.mark.parametrize(("kind", "message", "changed"), WRONG_ELEMENTS)
def test_elements_that_do_not_fit_are_refused(kind, message, changed):
    given = {"edges": EDGES, "size": 8, "grading": None} | changed
    basis(8)  # a size that is no whole number must not find this one
    with pytest.raises(kind, match=message):
        mesh(given["edges"], given["size"], grading=given["grading"])


WRONG_OPTIONS = [
    lambda: Newton(most=0),
    lambda: Newton(tolerance=-1.0),
    lambda: Newton(tolerance=float("nan")),
    lambda: Refinement(relative=float("nan")),
    lambda: Refinement(cuts=-1),
    lambda: Refinement(most=0),
    lambda: Problem(0, fields, rhs, lambda m, f: ONES, boundary=at_start),
    lambda: oscillator(singular=True, kept=(1, 1)),
]


@pytest.mark.parametrize("make", WRONG_OPTIONS)
def test_options_that_mean_nothing_are_refused(make):
    with pytest.raises(ValueError, match=r"\.$"):
        make()


@pytest.mark.parametrize("observe", [lambda s, p, f: s.end[:, 0], lambda s, p, f: s.end.sum()])
def test_an_observation_without_its_axes_is_refused(observe):
    with pytest.raises(ValueError, match="what is observed has shape"):
        refine(oscillator(), RATES, mesh(EDGES, 8), 3, observe)


def harmonic():
    def coefficients(elements, rates):
        nothing = torch.zeros(rates.shape[0], elements.elements, elements.basis.size, dtype=F64)
        square = nothing + rates[:, None, None] ** 2
        row = torch.stack((nothing, nothing + 1.0), dim=-1)
        matrix = torch.stack((row, torch.stack((-square, nothing), dim=-1)), dim=-2)
        both = torch.eye(2, dtype=F64)[None]
        start = torch.tensor([[1.0, 0.0]], dtype=F64)
        scale = torch.ones(1, 2, dtype=F64)
        return Coefficients(matrix, 0.0 * row, both, 0.0 * both, start, scale)

    return linear_problem(2, coefficients)


BAD_EDGES = {
    "descending": ([1.0, 0.5, 0.0], Status.INVALID_PARAMETERS),
    "folded": ([0.0, 1.0, 0.5], Status.INVALID_PARAMETERS),
    "not finite": ([0.0, 0.5, torch.nan], Status.NON_FINITE_INPUT),
}


@pytest.mark.parametrize("name", BAD_EDGES)
@pytest.mark.parametrize("solver", [newton.solve, linear.solve])
def test_edges_that_do_not_ascend_are_a_failure_of_their_lane(solver, name):
    problem = oscillator() if solver is newton.solve else harmonic()
    bad, status = BAD_EDGES[name]
    edges = EDGES.expand(3, -1).clone()
    clean = solver(problem, RATES, mesh(edges, 16), 3)
    edges[1] = torch.tensor(bad, dtype=F64)
    found = solver(problem, RATES, mesh(edges, 16), 3)
    assert found.statuses() == [Status.OK, status, Status.OK]
    assert bool(found.y[1].isnan().all())
    assert torch.equal(found.y[[0, 2]], clean.y[[0, 2]])
    assert torch.allclose(found.end[[0, 2], 0], RATES[[0, 2]].cos(), rtol=1e-13)


def test_an_element_of_no_length_at_a_singular_start_is_a_failure_of_its_lane():
    regular = Problem(
        1, fields, lambda y, f: vector(1.0 - f[0] * y[..., 0]), lambda m, f: ONES[..., :1],
        singular=True, kept=(0,),
    )  # fmt: skip
    edges = torch.tensor([[0.0, 0.5, 1.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0]], dtype=F64)
    found = solve(regular, RATES, mesh(edges, 8), 3)
    assert found.statuses() == [Status.OK, Status.INVALID_PARAMETERS, Status.OK]
    assert torch.allclose(found.end[[0, 2], 0], 1.0 / RATES[[0, 2]], rtol=1e-14)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_scale_that_is_not_positive_is_a_failure_of_its_lane(value):
    def scale(fields):
        at_two = (fields[0][:, 0] == 2.0).double()
        return (1.0 + (value - 1.0) * at_two).expand(-1, 2)

    assert solved(scale=scale).statuses() == [Status.OK, Status.INVALID_PARAMETERS, Status.OK]


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1.0, 1e30, 1e300])
@pytest.mark.parametrize("ends", ["start", "both"])
def test_solutions_of_any_size_are_found_to_rounding_where_their_scale_is_stated(size, ends):
    # boundary rows of this size lie far below the rounding of the equation in units of the scale
    def rows(left, right, fields):
        if ends == "start":
            return left - torch.tensor([size, 0.0], dtype=F64)
        last = size * fields[0][:, 0, 0].cos()
        return torch.stack((left[:, 0] - size, right[:, 0] - last), dim=1)

    problem = oscillator(
        guess=lambda m, f: 0.0 * one_everywhere(m, f),
        boundary=rows,
        at_start=ends == "start",
        scale=lambda f: torch.full((1, 2), size, dtype=F64),
    )
    found = solve(problem, RATES, mesh(EDGES, 16), 3)
    exact = torch.stack((RATES.cos(), -RATES * RATES.sin()), dim=1)
    assert bool(found.ok.all())
    assert torch.allclose(found.end / size, exact, rtol=1e-12)

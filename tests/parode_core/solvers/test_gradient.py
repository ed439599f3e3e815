"""Derivatives of solutions: exact scalings, finite differences, and lanes that failed."""

import math

import pytest
import torch

from parode_core.collocation.elements import GRADED_LEFT, mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.solvers.gradient import differentiable
from parode_core.solvers.newton import Newton, solve
from parode_core.status import Status

F64 = torch.float64


def tensor(*values, dtype=F64):
    return torch.tensor(values, dtype=dtype)


def detached(tree):
    return tuple(part.detach() for part in tree)


def ends(problem, parameters, elements, lanes, *, order=1, edges=None):
    """States at the right end of every element, with derivatives."""
    found = solve(problem, detached(parameters), elements, lanes)
    assert bool(found.ok.all())
    moving = None
    if edges is not None:
        moving = mesh(edges, elements.basis.size, name=elements.basis.name)
    y = differentiable(found, problem, parameters, moving, order=order)
    assert torch.equal(y, found.y)
    return torch.einsum("benc,n->bec", y, elements.basis.right.to(y.dtype))


def ones(count):
    return lambda elements, fields: vector(*(torch.ones_like(fields[0]) for _ in range(count)))


def lanewise(parameter):
    return parameter[:, None, None]


# y' = -a y^2, y(0) = b: y = b/(1 + a b x)
riccati = Problem(
    1,
    lambda elements, parameters: (lanewise(parameters[0]) + 0.0 * elements.x, parameters[1]),
    lambda y, fields: vector(-fields[0] * y[..., 0] ** 2),
    ones(1),
    boundary=lambda left, right, fields: left - fields[1][:, None],
)
# u'' = a exp(u), u(0) = b, u(1) = 0
bratu = Problem(
    2,
    lambda elements, parameters: (lanewise(parameters[0]) + 0.0 * elements.x, parameters[1]),
    lambda y, fields: vector(y[..., 1], fields[0] * y[..., 0].exp()),
    lambda elements, fields: vector(0.0 * fields[0], 0.0 * fields[0]),
    boundary=lambda left, right, fields: torch.stack((left[:, 0] - fields[1], right[:, 0]), dim=1),
    at_start=False,
)
# x y' = a (b - y) - x^2 y^3: y(0) = b by regularity
centre = Problem(
    1,
    lambda elements, parameters: (
        lanewise(parameters[0]) + 0.0 * elements.x,
        lanewise(parameters[1]),
        elements.x,
    ),
    lambda y, fields: vector(fields[0] * (fields[1] - y[..., 0]) - fields[2] ** 2 * y[..., 0] ** 3),
    ones(1),
    singular=True,
    kept=(0,),
)
# y' = -a y^2 with y -> y^2 + b at inner edges
jumping = Problem(
    1,
    lambda elements, parameters: (lanewise(parameters[0]) + 0.0 * elements.x, parameters[1]),
    riccati.rhs,
    ones(1),
    boundary=lambda left, right, fields: left - 1.0,
    jump=lambda state, fields: state**2 + fields[1][:, None, None],
)
PROBLEMS = {"initial": riccati, "both ends": bratu, "centre": centre, "jumps": jumping}


@pytest.mark.parametrize("name", PROBLEMS)
def test_gradients_by_parameters_and_edges_pass_gradcheck(name):
    problem = PROBLEMS[name]
    edges = tensor([0.0, 0.4, 1.0], [0.0, 0.3, 1.2])
    a, b = tensor(0.7, 1.1), tensor(0.9, 0.6)

    def values(a, b, edges):
        elements = mesh(edges.detach(), 8)
        return ends(problem, (a, b), elements, 2, edges=edges)

    inputs = tuple(part.clone().requires_grad_() for part in (a, b, edges))
    assert torch.autograd.gradcheck(values, inputs, eps=1e-5, atol=1e-8, rtol=1e-7, fast_mode=True)


@pytest.mark.parametrize("name", ["initial", "both ends"])
def test_second_derivatives_are_right_with_two_corrections(name):
    problem = PROBLEMS[name]
    elements = mesh(tensor(0.0, 0.5, 1.0), 6)

    def values(a, b):
        return ends(problem, (a, b), elements, 2, order=2)

    inputs = (tensor(0.7, 1.1).requires_grad_(), tensor(0.9, 0.6).requires_grad_())
    assert torch.autograd.gradgradcheck(
        values, inputs, eps=1e-5, atol=1e-8, rtol=1e-7, fast_mode=True
    )


def test_complex_solutions_pass_gradcheck():
    problem = Problem(
        1,
        lambda elements, parameters: (lanewise(parameters[0]) + 0.0 * elements.x, parameters[1]),
        riccati.rhs,
        ones(1),
        boundary=riccati.boundary,
    )
    elements = mesh(tensor(0.0, 1.0), 16)
    inputs = tuple(
        tensor(*pair, dtype=torch.complex128).requires_grad_()
        for pair in ((0.5 + 0.3j, 1.0 - 0.4j), (0.8 + 0.1j, 0.5j))
    )
    assert torch.autograd.gradcheck(
        lambda a, b: ends(problem, (a, b), elements, 2),
        inputs,
        eps=1e-5,
        atol=1e-8,
        rtol=1e-7,
        fast_mode=True,
    )


def test_first_and_second_derivatives_equal_those_of_the_analytic_solution():
    a, b = tensor(0.7, 1.3).requires_grad_(), tensor(0.9, 0.4).requires_grad_()
    elements = mesh(tensor(0.0, 2.0), 32)
    value = ends(riccati, (a, b), elements, 2, order=2)[:, 0, 0]
    below = 1.0 + 2.0 * a * b
    first = torch.autograd.grad(value.sum(), (a, b), create_graph=True)
    assert torch.allclose(first[0], -2.0 * b**2 / below**2, rtol=1e-12, atol=0)
    assert torch.allclose(first[1], 1.0 / below**2, rtol=1e-12, atol=0)
    (mixed,) = torch.autograd.grad(first[0].sum(), b)
    assert torch.allclose(mixed, -4.0 * b / below**3, rtol=1e-11, atol=0)


def star_fields(elements, parameters):
    """TOV in s = h_c - h, scaled by the centre; p = K rho^Gamma, G = c = 1."""
    top, gamma, constant = (lanewise(part) for part in parameters)
    h, n = top * elements.to_end, 1.0 / (gamma - 1.0)
    above = h > 0.0
    # at the surface the slope of h^n is infinite for n < 1, and must not meet a zero
    base = torch.where(above, torch.expm1(h), 1.0) / (constant * (n + 1.0))
    rho = torch.where(above, base**n, 0.0)
    pressure = torch.where(above, constant * base ** (n + 1.0), 0.0)
    energy = rho + n * pressure
    first = 3.0 / (2.0 * math.pi * (energy + 3.0 * pressure)[:, :1, :1])
    second = 4.0 * math.pi / 3.0 * energy[:, :1, :1] * first
    strength = 4.0 * math.pi * first
    return strength * pressure, strength * energy, top * elements.x, second, first


def star_rhs(y, fields):
    pressure, energy, depth, second, _ = fields
    x, v = y.unbind(-1)
    factor = 1.0 - 2.0 * depth * second * v
    below = 1.0 / (second * v + pressure * x)
    return vector(
        2.0 * x * factor * below - x,
        factor * (energy * x - second * v) * below / second - v,
    )


star = Problem(2, star_fields, star_rhs, ones(2), singular=True, kept=(0, 1))


def mass(top, gamma, constant, order=1):
    """Gravitational mass of stars with central log enthalpy h_c = top."""
    elements = mesh(tensor(0.0, 1.0), 24)
    parameters = (top, gamma, constant)
    x, v = ends(star, parameters, elements, top.shape[0], order=order)[:, 0].unbind(-1)
    fields = star_fields(elements, parameters)
    radius = (top * x * fields[4][:, 0, 0]).sqrt()
    return top * v * fields[3][:, 0, 0] * radius


def test_mass_of_polytropes_scales_with_the_polytropic_constant_at_fixed_enthalpy():
    top, gamma = tensor(0.05, 0.2, 0.25), tensor(2.0, 2.0, 2.4)
    constant = tensor(100.0, 80.0, 900.0).requires_grad_()
    m = mass(top, gamma, constant, order=2)
    n = 1.0 / (gamma - 1.0)
    (first,) = torch.autograd.grad(m.sum(), constant, create_graph=True)
    exact = 0.5 * n * m.detach() / constant.detach()
    assert torch.allclose(first, exact, rtol=1e-12, atol=0)
    (second,) = torch.autograd.grad(first.sum(), constant)
    exact = exact * (0.5 * n - 1.0) / constant.detach()
    assert torch.allclose(second, exact, rtol=1e-11, atol=0)


def test_mass_of_polytropes_obeys_the_scaling_at_fixed_central_density():
    # M = K^(n/2) m(h_c) with h_c(K rho_c^(1/n)): K dM/dK - n rho_c dM/drho_c = n M/2
    gamma = tensor(2.0, 2.4, 1.9)
    n = 1.0 / (gamma - 1.0)
    constant = tensor(100.0, 900.0, 60.0).requires_grad_()
    central = tensor(1.28e-3, 1.1e-3, 1.0e-3).requires_grad_()
    top = torch.log1p((n + 1.0) * constant * central ** (1.0 / n))
    m = mass(top, gamma, constant)
    by_constant, by_density = torch.autograd.grad(m.sum(), (constant, central))
    left = constant * by_constant - n * central * by_density
    assert torch.allclose(left, 0.5 * n * m, rtol=1e-12, atol=0)


TORCH_OWN = pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")


@TORCH_OWN  # torch loads its forward rules through it
def test_transforms_of_functions_give_the_same_jacobian():
    elements = mesh(tensor(0.0, 0.6, 1.0), 14)
    b = tensor(0.9, 0.6, 0.8)

    def value(a):
        return ends(bratu, (a, b), elements, 3)[:, 0, 1]

    a = tensor(0.7, 1.1, -0.4)
    forward = torch.func.jacfwd(value)(a)
    reverse = torch.func.jacrev(value)(a)
    graph = torch.autograd.functional.jacobian(value, a)
    single = torch.func.grad(lambda a: value(a).sum())(a)
    assert torch.allclose(forward, graph, rtol=1e-13, atol=1e-16)
    assert torch.allclose(reverse, graph, rtol=1e-13, atol=1e-16)
    assert torch.allclose(single, graph.diagonal(), rtol=1e-13, atol=0)
    off = graph - torch.diag(graph.diagonal())
    assert torch.equal(off, torch.zeros_like(off))
    step = 1e-5
    difference = (value(a + step) - value(a - step)) / (2.0 * step)
    assert torch.allclose(single, difference, rtol=1e-9, atol=0)


@TORCH_OWN
def test_many_directions_go_through_one_solution_at_once():
    elements = mesh(tensor(0.0, 1.0), 24)
    a, b = tensor(0.7, 1.1), tensor(0.9, 0.6)
    found = solve(riccati, (a, b), elements, 2)

    def value(a, b):
        return differentiable(found, riccati, (a, b))[:, 0, -1, 0]

    directions = torch.eye(2, dtype=F64)
    pushed = torch.func.vmap(lambda d: torch.func.jvp(value, (a, b), (d, 0.0 * d))[1])(directions)
    assert torch.allclose(pushed.diagonal(), -(b**2) / (1.0 + a * b) ** 2, rtol=1e-11, atol=0)


def test_failed_lanes_have_nan_derivatives_and_leave_the_others_alone():
    elements = mesh(tensor(0.0, 1.0), 12)
    shared = tensor(0.9).requires_grad_()
    good = tensor(0.7, 1.1, 0.3)
    poisoned = torch.stack((good[0], tensor(torch.nan)[0], good[1], tensor(torch.inf)[0], good[2]))
    keep = torch.tensor([0, 2, 4])

    def gradients(a):
        a = a.clone().requires_grad_()
        found = solve(riccati, (a.detach(), shared.detach()), elements, a.shape[0])
        y = differentiable(found, riccati, (a, shared))[:, 0, -1, 0]
        value = torch.where(found.ok, y, 0.0).sum()
        return found, y, torch.autograd.grad(value, (a, shared))

    found, y, (own, common) = gradients(poisoned)
    _, clean_y, (clean, clean_common) = gradients(good)
    assert found.status.tolist() == [0, int(Status.NON_FINITE_INPUT)] * 2 + [0]
    assert bool(own[[1, 3]].isnan().all())
    assert bool(y[[1, 3]].isnan().all())
    assert torch.equal(own[keep], clean)
    assert torch.equal(y[keep], clean_y)
    assert torch.allclose(common, clean_common, rtol=1e-15, atol=0)


def test_a_batch_without_any_solution_is_nan_with_nan_derivatives():
    a = tensor(torch.nan, torch.inf).requires_grad_()
    b = tensor(1.0, 1.0)
    elements = mesh(tensor(0.0, 1.0), 8)
    found = solve(riccati, (a.detach(), b), elements, 2)
    y = differentiable(found, riccati, (a, b))
    assert bool(y.isnan().all())
    (gradient,) = torch.autograd.grad(y.sum(), a)
    assert bool(gradient.isnan().all())


def test_graded_elements_and_every_lane_alone_give_the_same_gradient():
    edges = tensor(0.0, 1.0)
    elements = mesh(edges, 12, grading=torch.tensor([GRADED_LEFT]))
    a, b = torch.linspace(0.1, 2.0, 9, dtype=F64), torch.linspace(1.0, 0.5, 9, dtype=F64)

    def gradient(a, b):
        a = a.clone().requires_grad_()
        value = ends(riccati, (a, b), elements, a.shape[0])[:, 0, 0]
        return torch.autograd.grad(value.sum(), a)[0]

    whole = gradient(a, b)
    alone = torch.cat([gradient(a[i : i + 1], b[i : i + 1]) for i in range(9)])
    assert torch.equal(whole, alone)


def test_wrong_statements_are_refused():
    elements = mesh(tensor(0.0, 1.0), 8)
    parameters = (tensor(1.0), tensor(1.0))
    found = solve(riccati, parameters, elements, 1, method=Newton())
    with pytest.raises(ValueError, match="order 0"):
        differentiable(found, riccati, parameters, order=0)
    with pytest.raises(ValueError, match="mesh it was solved on"):
        differentiable(found, riccati, parameters, elements.bisected())

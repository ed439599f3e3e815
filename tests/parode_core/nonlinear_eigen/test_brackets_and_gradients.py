"""Real brackets against known zeros; gradients of roots against exact derivatives."""

import math

import numpy as np
import scipy.special
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import (
    MatrixFunction,
    ScalarFunction,
    bracket_roots,
    differentiable_root,
    find_roots,
    rectangle,
)


def scan(left, right, count, lanes=1):
    return torch.linspace(left, right, count, dtype=torch.float64).expand(lanes, count)


def test_zeros_of_bessel_functions_to_rounding():
    """J_0(x) = (1/pi) int_0^pi cos(x sin t) dt, exact to rounding with 64 midpoint nodes."""
    t = (torch.arange(64, dtype=torch.float64) + 0.5) * math.pi / 64
    found = bracket_roots(lambda x, p: (x[..., None] * t.sin()).cos().mean(-1), scan(0, 30, 64))
    expected = torch.from_numpy(scipy.special.jn_zeros(0, 9))
    assert found.changes.tolist() == [9]
    assert (found.status[0, :9] == Status.OK).all()
    assert ((found.values[0, :9] - expected).abs() / expected).max() < 1e-14
    assert found.values[0, 9:].isnan().all()
    # bisection alone would need 51 steps to rounding
    assert found.iterations.max() < 20


def test_poles_and_jumps_are_told_from_roots():
    found = bracket_roots(lambda x, p: x.tan(), scan(0.3, 6.6, 30))
    assert found.status[0, :4].tolist() == [
        Status.SINGULAR,
        Status.OK,
        Status.SINGULAR,
        Status.OK,
    ]
    expected = torch.tensor([math.pi / 2, math.pi, 3 * math.pi / 2, 2 * math.pi]).double()
    assert (found.values[0, :4] - expected).abs().max() < 1e-6
    assert (found.values[0, 1] - math.pi).abs() < 1e-15 * 4
    jump = bracket_roots(lambda x, p: torch.where(x > 1.234, 1.0, -1.0).double(), scan(0, 2, 9))
    assert jump.status[0, 0] == Status.ACCURACY_NOT_REACHED
    assert jump.lane_status.tolist() == [Status.NO_ROOT]


def test_a_zero_on_a_node_is_found_once():
    found = bracket_roots(lambda x, p: x * (x - 0.5) * (x - 1), scan(0, 1, 5))
    assert found.changes.tolist() == [3]
    assert (found.values[0, :3] - torch.tensor([0, 0.5, 1]).double()).abs().max() < 1e-15


def test_flat_and_triple_roots_still_converge():
    found = bracket_roots(lambda x, p: (x - p) ** 3, scan(0, 1, 4, 3), torch.rand(3, 1).double())
    assert (found.status[:, 0] == Status.OK).all()
    assert (found.error[:, 0] < 1e-5).all()


def test_more_sign_changes_than_slots_are_reported():
    found = bracket_roots(lambda x, p: (20 * x).sin(), scan(0.1, 10, 400), max_roots=5)
    assert found.changes.item() > 5
    assert found.lane_status.tolist() == [Status.STEP_LIMIT]


def test_gradients_of_the_lambert_function_are_exact():
    """z e^z = a has dz/da = z / (a (1 + z)) on every branch."""
    number = torch.tensor([[0.7 + 0.4j], [2.0 - 0.3j]], dtype=torch.complex128)
    function = ScalarFunction(lambda z, a: z * z.exp() - a)
    sides = (-2.0, 3.0, -1.5, 6.0)
    region = rectangle(*(torch.full((2,), side, dtype=torch.float64) for side in sides))
    roots = find_roots(function, region, number).values[:, :1]
    tracked = number.clone().requires_grad_()
    differentiable_root(function, roots, tracked).real.sum().backward()
    slope = roots / (number * (1 + roots))
    assert (tracked.grad - slope.conj()).abs().max() < 1e-14


def oscillator(z, parameters):
    """z^2 1 + i z C - K for a real stiffness K and damping C, [lane, point, m, m]."""
    stiffness, damping = parameters
    unit = torch.eye(stiffness.shape[-1], dtype=z.dtype)
    point = z[..., None, None]
    return point.square() * unit - 1j * point * damping[:, None] - stiffness[:, None]


def mode_of_oscillator(stiffness, damping):
    lanes = stiffness.shape[0]
    region = rectangle(
        *(torch.full((lanes,), side, dtype=torch.float64) for side in (0.2, 4.0, -0.5, 1.0))
    )
    return find_roots(MatrixFunction(oscillator), region, (stiffness, damping))


def test_gradients_of_damped_modes_match_differences_of_eigenvalues():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(3, 3))
    stiffness = torch.from_numpy(root @ root.T + np.eye(3))[None]
    damping = torch.from_numpy(np.diag([0.1, 0.02, 0.3]))[None]
    found = mode_of_oscillator(stiffness, damping)
    assert found.complete.all()
    assert found.count.tolist() == [3]
    modes = found.values[:, :3]

    def frequencies(k):
        return differentiable_root(MatrixFunction(oscillator), modes, (k, damping))

    jacobian_real = torch.func.jacrev(lambda k: frequencies(k).real)(stiffness)[0, :, 0]
    jacobian_imag = torch.func.jacrev(lambda k: frequencies(k).imag)(stiffness)[0, :, 0]
    for i, j in ((0, 0), (1, 2), (2, 2)):
        values = []
        for sign in (1, -1):
            moved = stiffness[0].numpy().copy()
            moved[i, j] += sign * 1e-5
            zero, one = np.zeros((3, 3)), np.eye(3)
            companion = np.block([[zero, one], [moved, 1j * damping[0].numpy()]])
            spectrum = np.linalg.eigvals(companion)
            values.append(spectrum[abs(modes[0].numpy()[:, None] - spectrum).argmin(1)])
        slope = (values[0] - values[1]) / 2e-5
        gradient = jacobian_real[:, i, j].numpy() + 1j * jacobian_imag[:, i, j].numpy()
        assert abs(gradient - slope).max() < 1e-8


def test_gradcheck_of_a_damped_mode():
    stiffness = torch.tensor([[[2.0, 0.3], [0.3, 1.5]]], dtype=torch.float64)
    damping = torch.tensor([[[0.1, 0.0], [0.0, 0.3]]], dtype=torch.float64)

    def mode(k, c):
        seed = mode_of_oscillator(k.detach(), c.detach()).values[:, :2]
        return torch.view_as_real(differentiable_root(MatrixFunction(oscillator), seed, (k, c)))

    assert torch.autograd.gradcheck(
        mode, (stiffness.requires_grad_(), damping.requires_grad_()), atol=1e-8, rtol=1e-6
    )

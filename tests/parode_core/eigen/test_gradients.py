"""Derivatives of eigenvalues against differences, closed forms, and both kinds of autograd."""

import pytest
import torch

from parode_core.eigen import differentiable_eigenvalues, general_pencil, symmetric_pencil

GENERATOR = torch.Generator().manual_seed(5)


def random(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=GENERATOR)


A0, A1 = (m + m.mT for m in (random(5, 5), random(5, 5)))
B0 = (lambda m: m @ m.mT + torch.eye(5, dtype=torch.float64))(random(5, 5))
B1 = 0.1 * (lambda m: m + m.mT)(random(5, 5))
G0, G1, H0, H1 = (random(4, 4) for _ in range(4))


def symmetric_values(theta, higher=False):
    a, b = (A0 + theta * A1).unsqueeze(0), (B0 + theta**2 * B1).unsqueeze(0)
    spectrum = symmetric_pencil(a.detach(), b.detach(), vectors=True)
    return differentiable_eigenvalues(a, b, spectrum.right, higher=higher)[0]


def general_values(theta, higher=False):
    a = (G0 + theta.sin() * G1).unsqueeze(0)
    b = (H0 + 0.2 * theta * H1).unsqueeze(0)
    found = general_pencil(a.detach(), b.detach(), 0.1, vectors=True, left=True)
    values = differentiable_eigenvalues(a, b, found.right, found.left, higher=higher)[0]
    return torch.view_as_real(values)


THETA = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("function", [symmetric_values, general_values])
def test_first_derivatives_agree_with_differences(function):
    assert torch.autograd.gradcheck(function, (THETA,), atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("function", [symmetric_values, general_values])
def test_second_derivatives_agree_with_differences(function):
    assert torch.autograd.gradcheck(lambda t: function(t, True), (THETA,), atol=1e-7, rtol=1e-6)
    assert torch.autograd.gradgradcheck(lambda t: function(t, True), (THETA,), atol=1e-6, rtol=1e-5)


def test_first_to_third_derivatives_of_a_two_level_system_are_exact():
    # [[x, 1], [1, -x]]: lambda = sqrt(1 + x^2)
    def upper(x):
        one = torch.ones_like(x)
        a = torch.stack((torch.stack((x, one)), torch.stack((one, -x)))).unsqueeze(0)
        eye = torch.eye(2, dtype=torch.float64).unsqueeze(0)
        known = torch.tensor([[0.75, 1.0], [1.0, -0.75]], dtype=torch.float64).unsqueeze(0)
        right = symmetric_pencil(known, eye, vectors=True).right
        return differentiable_eigenvalues(a, eye, right, higher=True)[0, 1]

    x = torch.tensor(0.75, dtype=torch.float64, requires_grad=True)
    root = 1.25
    expected = [root, 0.75 / root, root**-3, -3.0 * 0.75 * root**-5]
    found, derivatives = upper(x), []
    for _ in expected:
        derivatives.append(float(found.detach()))
        (found,) = torch.autograd.grad(found, x, create_graph=True)
    assert derivatives == pytest.approx(expected, rel=1e-13)


# forward mode loads scripted decompositions of torch, which warn of their own age
@pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")
def test_forward_and_reverse_transforms_agree_over_a_batch_of_parameters():
    eye = torch.eye(5, dtype=torch.float64).unsqueeze(0)
    right = symmetric_pencil(A0.unsqueeze(0), eye, vectors=True).right

    def values(theta):
        return differentiable_eigenvalues((A0 + theta * A1).unsqueeze(0), eye, right)[0]

    zeros = torch.zeros(3, dtype=torch.float64)
    forward = torch.func.vmap(torch.func.jacfwd(values))(zeros)
    backward = torch.func.vmap(torch.func.jacrev(values))(zeros)
    # first-order perturbation theory: d lambda = q^T dA q
    expected = torch.einsum("ik,ij,jk->k", right[0], A1, right[0])
    for found in (*forward, *backward):
        assert torch.allclose(found, expected, rtol=1e-13, atol=1e-13)

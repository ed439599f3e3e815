"""Pencils against operators whose spectra are known: Legendre, Bessel, Mathieu, and matrices."""

import math

import numpy as np
import pytest
import torch
from scipy import special

from parode_core import Status
from parode_core.bases import BASES, basis
from parode_core.eigen import (
    gauss_jacobi,
    general_pencil,
    join_elements,
    match_resolutions,
    sturm_liouville,
    symmetric_pencil,
)

ALL = pytest.mark.parametrize("name", BASES)


def one_lane(*matrices):
    return [matrix.unsqueeze(0) for matrix in matrices]


@ALL
def test_legendre_operator_has_the_eigenvalues_n_n_plus_1(name):
    # ((1 - x^2) y')' = -n (n + 1) y: bounded solutions need no boundary row
    b = basis(14, name)
    operator = -(
        torch.diag((1.0 - b.nodes) * (1.0 + b.nodes)) @ b.differentiation @ b.differentiation
        - torch.diag(2.0 * b.nodes) @ b.differentiation
    )
    found = general_pencil(*one_lane(operator, torch.eye(14, dtype=torch.float64)), -1.0)
    expected = [n * (n + 1.0) for n in range(8)]
    assert found.status.tolist() == [Status.OK]
    assert found.values[0, :8].real.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert float(found.values[0].imag.abs().max()) < 1e-9


@ALL
@pytest.mark.parametrize("order", [0, 2])
def test_bessel_operator_has_the_squared_zeros(name, order):
    """y = x^m u(x^2) with t = x^2: 4 (t u'' + (m + 1) u') = -lambda u, u(1) = 0."""
    size = 19
    b = basis(size, name)
    t, slope = b.from_left, 2.0 * b.differentiation
    a = -4.0 * (torch.diag(t) @ slope @ slope + (order + 1) * slope)
    mass = torch.eye(size, dtype=torch.float64)
    a[0], mass[0] = b.right, 0.0  # the row of the left end carries the boundary condition
    found = general_pencil(*one_lane(a, mass), 1.0)
    expected = special.jn_zeros(order, 4) ** 2
    assert found.values[0, :4].real.tolist() == pytest.approx(list(expected), rel=1e-12)


def bessel_galerkin(order, elements, degree):
    """-(x y')' + m^2/x y = lambda x y with y = x^m u, m >= 1, on equal elements of [0, 1]."""
    matrices = []
    trial = basis(degree + 1, "legendre-lobatto")
    points, weights = gauss_jacobi(degree + 4)
    values = trial.interpolation(points)
    for element in range(elements):
        x = (element + 0.5 * (1.0 + points)) / elements
        shape = (x**order).unsqueeze(1)
        z = shape * values
        slope = order * z / x.unsqueeze(1) + shape * (values @ trial.differentiation) * (
            2.0 * elements
        )
        w = weights / (2.0 * elements)
        matrices.append(sturm_liouville(z, slope, w * x, w * order**2 / x, w * x))
    return [join_elements(torch.stack(pair).unsqueeze(0)) for pair in zip(*matrices, strict=True)]


@pytest.mark.parametrize(("elements", "degree"), [(1, 18), (3, 12)])
@pytest.mark.parametrize("order", [1, 3])
def test_symmetric_bessel_pencil_has_both_kinds_of_zeros(order, elements, degree):
    a, b = bessel_galerkin(order, elements, degree)
    # nothing asked at x = 1: y' = 0 there by itself
    free = symmetric_pencil(a, b).values[0, :4]
    expected = special.jnp_zeros(order, 4) ** 2
    assert free.tolist() == pytest.approx(list(expected), rel=1e-12)
    # without the last function: y = 0
    fixed = symmetric_pencil(a[:, :-1, :-1], b[:, :-1, :-1]).values[0, :4]
    assert fixed.tolist() == pytest.approx(list(special.jn_zeros(order, 4) ** 2), rel=1e-12)


def test_a_jump_of_the_coefficients_needs_no_condition():
    """-(P z')' = lambda z, P = 1 and 4 on either side of x = 1/2."""
    trial = basis(16, "legendre-lobatto")
    points, weights = gauss_jacobi(20)
    z = trial.interpolation(points)
    slope = 4.0 * z @ trial.differentiation
    matrices = []
    for stiffness in (1.0, 4.0):
        w = 0.25 * weights
        matrices.append(sturm_liouville(z, slope, stiffness * w, 0.0 * w, w))
    a, b = (join_elements(torch.stack(pair).unsqueeze(0)) for pair in zip(*matrices, strict=True))
    found = symmetric_pencil(a[:, 1:-1, 1:-1], b[:, 1:-1, 1:-1]).values[0, :4].sqrt()
    # sin(k x) and A sin(k (1 - x)/2) with z and P z' continuous: sin u (6 cos^2 u - 1) = 0, u = k/4
    angle = math.acos(math.sqrt(1.0 / 6.0))
    expected = [4.0 * u for u in (angle, math.pi - angle, math.pi, math.pi + angle)]
    assert found.tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("q", [0.5, 5.0, 25.0])
def test_mathieu_characteristic_values(q):
    """y'' + (a - 2 q cos 2x) y = 0: even pi-periodic solutions, a_0, a_2, a_4, ..."""
    size = 24
    a = torch.diag((2.0 * torch.arange(size, dtype=torch.float64)) ** 2)
    off = torch.full((size - 1,), q, dtype=torch.float64)
    off[0] *= math.sqrt(2.0)
    a = a + torch.diag(off, 1) + torch.diag(off, -1)
    found = symmetric_pencil(*one_lane(a, torch.eye(size, dtype=torch.float64))).values[0, :5]
    expected = [special.mathieu_a(2 * n, q) for n in range(5)]
    assert found.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-11)


def known_complex(size, seed, dtype=torch.complex128):
    """A = L D R, B = L R with well-conditioned random L, R: eigenvalues D."""
    generator = torch.Generator().manual_seed(seed)

    def rotation():
        return torch.linalg.qr(torch.randn(size, size, dtype=dtype, generator=generator)).Q

    values = torch.randn(size, dtype=torch.complex128, generator=generator)
    left, right = rotation(), rotation()
    return left @ torch.diag(values) @ right, left @ right, values


def test_complex_pencil_has_its_known_spectrum_and_vectors():
    a, b, values = known_complex(12, 3)
    found = general_pencil(*one_lane(a, b), 0.3 + 2.7j, vectors=True, left=True)
    order = values.real.argsort()
    assert torch.allclose(found.values[0], values[order], rtol=0, atol=1e-13)
    q, y, value = found.right[0], found.left[0], found.values[0]
    assert float((a @ q - b @ q * value).abs().max()) < 1e-13
    assert float((y.mT @ a - value.unsqueeze(1) * (y.mT @ b)).abs().max()) < 1e-13


def test_rank_deficient_pencil_keeps_only_finite_eigenvalues():
    # x'' + x = 0 as three first-order rows with one algebraic row: lambda^2 = -1
    a = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 1.0]], dtype=torch.float64)
    b = torch.diag(torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64))
    found = general_pencil(*one_lane(a, b), 0.5, vectors=True, left=True)
    assert found.values.shape == (1, 2)
    assert sorted(found.values[0].imag.tolist()) == pytest.approx([-1.0, 1.0], abs=1e-14)
    assert float(found.values[0].real.abs().max()) < 1e-14
    residual = a.to(torch.complex128) @ found.right[0] - b.to(torch.complex128) @ (
        found.right[0] * found.values[0]
    )
    assert float(residual.abs().max()) < 1e-14


def test_eigenvectors_of_a_symmetric_pencil_are_orthonormal_in_b():
    a, b = bessel_galerkin(1, 2, 8)
    found = symmetric_pencil(a, b, vectors=True)
    gram = found.right.mT @ b @ found.right
    assert torch.allclose(gram[0], torch.eye(17, dtype=torch.float64), atol=1e-12)


def test_two_resolutions_agree_exactly_on_the_resolved_eigenvalues():
    """u'' = -lambda u, u(0) = u(1) = 0: the filter keeps those that are right, in both senses."""
    spectra = []
    for size in (20, 24):
        b = basis(size)
        a = -4.0 * (b.differentiation @ b.differentiation)[1:-1, 1:-1]
        eye = torch.eye(size - 2, dtype=torch.float64)
        spectra.append(general_pencil(*one_lane(a, eye), -1.0))
    coarse, fine = spectra
    kept = match_resolutions(fine, coarse, 1e-8)
    exact = torch.tensor([(n * math.pi) ** 2 for n in range(1, 23)], dtype=torch.float64)
    wrong = (fine.values[0].real - exact).abs() / exact
    wrong_coarse = (coarse.values[0].real - exact[:18]).abs() / exact[:18]
    right = int((wrong_coarse < 1e-8).sum())
    assert 5 <= right < 18
    assert kept.resolved[0].tolist() == [True] * right + [False] * (22 - right)
    assert torch.isnan(kept.values[0, right:]).all()
    assert kept.status[0].tolist() == [Status.OK] * right + [Status.ACCURACY_NOT_REACHED] * (
        22 - right
    )
    kept_errors = (kept.values[0, :right].real - exact[:right]).abs()
    assert bool((kept_errors <= kept.errors[0, :right] + 1e-12 * exact[:right]).all())
    assert float(wrong[:right].max()) < 1e-8


def test_node_counts_reject_an_accidental_agreement():
    values = torch.tensor([[1.0, 4.0, 9.0]], dtype=torch.float64)
    spectrum = symmetric_pencil(torch.diag_embed(values), torch.eye(3, dtype=torch.float64)[None])
    nodes = torch.tensor([[0, 1, 2]])
    other = torch.tensor([[0, 2, 2]])
    kept = match_resolutions(spectrum, spectrum, 1e-9, fine_nodes=nodes, coarse_nodes=other)
    assert kept.values[0, :2].tolist() == [1.0, 9.0]
    assert kept.order[0, :2].tolist() == [0, 2]
    assert torch.isnan(kept.values[0, 2])
    with pytest.raises(ValueError, match="node counts"):
        match_resolutions(spectrum, spectrum, 1e-9, fine_nodes=nodes)


@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 0.0), (0.0, 0.5), (-0.5, -0.5), (2.0, -0.3)])
@pytest.mark.parametrize("size", [1, 2, 9, 40])
def test_gauss_jacobi_nodes_and_weights_are_those_of_scipy(alpha, beta, size):
    nodes, weights = gauss_jacobi(size, alpha, beta)
    expected_nodes, expected_weights = special.roots_jacobi(size, alpha, beta)
    assert nodes.tolist() == pytest.approx(list(expected_nodes), abs=2e-14)
    assert weights.tolist() == pytest.approx(list(expected_weights), rel=1e-10)
    # the highest degree that is still exact, where the closed form of the integral is short
    if alpha == 0.0:
        degree = 2 * size - 1
        found = float((weights * (1.0 + nodes) ** degree).sum())
        exact = 2.0 ** (degree + beta + 1.0) / (degree + beta + 1.0)
        assert found == pytest.approx(exact, rel=1e-12)


def test_wrong_statements_are_refused():
    eye = torch.eye(3, dtype=torch.float64).unsqueeze(0)
    with pytest.raises(ValueError, match="lane, n, n"):
        symmetric_pencil(eye[0], eye[0])
    with pytest.raises(ValueError, match="one shape"):
        general_pencil(eye, eye[:, :2, :2])
    with pytest.raises(TypeError, match="float64"):
        symmetric_pencil(eye.float(), eye.float())
    with pytest.raises(ValueError, match="above -1"):
        gauss_jacobi(4, -1.0)
    with pytest.raises(ValueError, match="below the least"):
        gauss_jacobi(0)


def test_values_do_not_depend_on_the_shift():
    a, b = bessel_galerkin(1, 1, 12)
    expected = symmetric_pencil(a, b).values[0, :4]
    for shift in (-3.0, 5.0, torch.tensor([20.0], dtype=torch.float64), 1.0 + 2.0j):
        found = general_pencil(a, b, shift).values[0, :4]
        assert np.allclose(found.real, expected, rtol=1e-12)

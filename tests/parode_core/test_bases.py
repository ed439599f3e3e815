"""Every registered basis: exactness on polynomials, spectral accuracy, known nodes."""

import math

import numpy as np
import pytest
import torch
from numpy.polynomial import legendre

from parode_core.bases import BASES, basis

ALL = pytest.mark.parametrize("name", BASES)
SIZES = (3, 8, 17, 24, 40)


@ALL
@pytest.mark.parametrize("size", SIZES)
def test_matrices_are_exact_on_every_polynomial_they_can_hold(name, size):
    b = basis(size, name)
    for degree in range(size):
        values = b.nodes**degree
        slope = degree * b.nodes ** max(degree - 1, 0)
        area = (b.nodes ** (degree + 1) - (-1.0) ** (degree + 1)) / (degree + 1)
        whole = (1.0 - (-1.0) ** (degree + 1)) / (degree + 1)
        assert torch.allclose(b.differentiation @ values, slope, rtol=0, atol=1e-13 * size**3)
        assert torch.allclose(b.integration @ values, area, rtol=0, atol=1e-13)
        assert abs(float(b.quadrature @ values) - whole) < 1e-13
        assert abs(float(b.right @ values) - 1.0) < 1e-12


@ALL
def test_quadrature_reaches_the_order_of_its_nodes(name):
    b = basis(9, name)
    values, weights = b.nodes, b.quadrature
    degree = b.order
    exact = (1.0 - (-1.0) ** (degree + 1)) / (degree + 1)
    assert float(weights @ values**degree) == pytest.approx(exact, abs=1e-14)


@ALL
def test_derivative_and_interpolation_converge_spectrally(name):
    points = torch.linspace(-1.0, 1.0, 41, dtype=torch.float64)
    errors = []
    for size in (6, 10, 14, 18):
        b = basis(size, name)
        between = b.interpolation(points) @ (3.0 * b.nodes).sin() - (3.0 * points).sin()
        slope = b.differentiation @ (3.0 * b.nodes).sin() - 3.0 * (3.0 * b.nodes).cos()
        errors.append(max(float(between.abs().max()), float(slope.abs().max())))
    assert errors[1] < 2e-2 * errors[0]
    assert errors[2] < 1e-3 * errors[1]
    assert errors[3] < 2e-9


@ALL
def test_nodes_begin_at_the_left_end_and_distances_do_not_cancel(name):
    b = basis(32, name)
    assert float(b.nodes[0]) == -1.0
    assert bool((b.nodes.diff() > 0.0).all())
    assert torch.allclose(b.from_left + b.to_right, torch.ones(32, dtype=torch.float64), rtol=1e-15)


def test_distance_to_the_end_is_known_to_rounding():
    b = basis(33)
    exact = [math.sin(0.5 * math.pi * k / 32) ** 2 for k in range(33)]
    assert b.from_left.tolist() == pytest.approx(exact, rel=1e-15)
    assert b.to_right.tolist() == pytest.approx(exact[::-1], rel=1e-15)


def test_gauss_nodes_agree_with_numpy():
    expected, weights = legendre.leggauss(15)
    b = basis(16, "legendre-gauss")
    assert b.nodes[1:].tolist() == pytest.approx(list(expected), abs=1e-15)
    assert b.quadrature[1:].tolist() == pytest.approx(list(weights), abs=1e-14)
    assert abs(float(b.quadrature[0])) < 1e-14


def test_three_point_radau_and_lobatto_nodes_are_those_of_the_handbooks():
    # Abramowitz & Stegun 25.4.31 and 25.4.32
    root6 = math.sqrt(6.0)
    radau = basis(4, "legendre-radau").nodes[1:].tolist()
    assert radau == pytest.approx([-(1 + root6) / 5, (root6 - 1) / 5, 1.0], abs=1e-15)
    lobatto = basis(5, "legendre-lobatto").nodes.tolist()
    assert lobatto == pytest.approx(
        [-1.0, -math.sqrt(3 / 7), 0.0, math.sqrt(3 / 7), 1.0], abs=1e-15
    )


@ALL
def test_coefficients_are_those_of_a_legendre_series(name):
    b = basis(12, name)
    wanted = np.array([0.5, -1.0, 0.0, 2.0, 0.25])
    values = torch.tensor(legendre.legval(b.nodes.numpy(), wanted))
    found = (b.coefficients @ values).tolist()
    assert found == pytest.approx([*wanted, *[0.0] * 7], abs=1e-14)


def test_wrong_names_and_sizes_are_refused_with_the_allowed_ones():
    with pytest.raises(ValueError, match="chebyshev-lobatto"):
        basis(8, "hermite")
    with pytest.raises(ValueError, match="3 to 256"):
        basis(2)

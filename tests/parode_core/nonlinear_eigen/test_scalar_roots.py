"""Roots of polynomials and transcendental functions against numpy, scipy and mpmath."""

import mpmath
import numpy as np
import pytest
import scipy.special
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import ScalarFunction, circle, ellipse, find_roots, rectangle


def box(lanes, left, right, bottom, top):
    sides = (left, right, bottom, top)
    return rectangle(*(torch.full((lanes,), side, dtype=torch.float64) for side in sides))


def product(z, roots):
    """exp(z / 3) prod (z - r) and its derivative."""
    factors = z[:, :, None] - roots[:, None, :]
    value = (z / 3).exp() * factors.prod(2)
    rest = [
        torch.cat((factors[..., :k], factors[..., k + 1 :]), -1).prod(-1)
        for k in range(roots.shape[1])
    ]
    return value, value / 3 + (z / 3).exp() * torch.stack(rest).sum(0)


PRODUCT = ScalarFunction(lambda z, p: product(z, p)[0], product)


def lane(*roots):
    return torch.tensor([roots], dtype=torch.complex128)


def polynomial(z, coefficients):
    value, slope = torch.zeros_like(z), torch.zeros_like(z)
    for coefficient in coefficients.unbind(1):
        slope = slope * z + value
        value = value * z + coefficient[:, None]
    return value, slope


def test_random_polynomials_of_degree_12_in_a_disc():
    rng = np.random.default_rng(1)
    lanes = 200
    coefficients = rng.normal(size=(lanes, 13)) + 1j * rng.normal(size=(lanes, 13))
    function = ScalarFunction(lambda z, p: polynomial(z, p)[0], polynomial)
    region = circle(
        torch.zeros(lanes, dtype=torch.complex128), torch.full((lanes,), 1.3, dtype=torch.float64)
    )
    found = find_roots(function, region, torch.from_numpy(coefficients))
    assert found.complete.double().mean() >= 0.98
    for k in np.flatnonzero(found.complete):
        expected = np.roots(coefficients[k])
        expected = expected[abs(expected) < 1.3]
        values = found.values[k][found.mask[k]].numpy()
        assert values.size == expected.size == found.count[k]
        assert abs(values[:, None] - expected).min(1).max() < 1e-11


def test_many_roots_are_found_by_cutting_the_region():
    """sin(pi z) has 61 zeros within |Re z| < 30.5, far beyond one set of moments."""
    function = ScalarFunction(lambda z, p: (np.pi * z).sin())
    found = find_roots(function, box(1, -30.5, 30.4, -1.0, 1.1), max_roots=64)
    assert found.complete.all()
    values = found.values[0][found.mask[0]]
    assert (values - torch.arange(-30, 31)).abs().max() < 1e-13


def test_more_roots_than_slots_are_refused():
    function = ScalarFunction(lambda z, p: (np.pi * z).sin())
    found = find_roots(function, box(1, -5.5, 5.4, -1.0, 1.1), max_roots=4)
    assert not found.complete.any()
    assert found.lane_status.tolist() == [Status.NOT_CONVERGED]


def test_branches_of_lambert_w_in_an_ellipse():
    numbers = torch.tensor([[0.3 + 0.2j], [2.0 - 1.0j], [-1.5 + 0.4j]], dtype=torch.complex128)
    function = ScalarFunction(lambda z, a: z * z.exp() - a)
    region = ellipse(
        torch.zeros(3, dtype=torch.complex128),
        torch.full((3,), 6.0, dtype=torch.float64),
        torch.full((3,), 21.0, dtype=torch.float64),
    )
    found = find_roots(function, region, numbers)
    assert found.complete.all()
    for k in range(3):
        branches = scipy.special.lambertw(complex(numbers[k, 0]), np.arange(-12, 13))
        expected = branches[(branches.real / 6) ** 2 + (branches.imag / 21) ** 2 < 1]
        values = found.values[k][found.mask[k]].numpy()
        assert values.size == expected.size
        assert abs(values[:, None] - expected).min(1).max() < 1e-12


def test_bessel_zeros_from_the_integral_representation():
    """J_0(z) = (1/pi) int_0^pi cos(z sin t) dt, exact to rounding with 64 midpoint nodes."""
    t = (torch.arange(64, dtype=torch.float64) + 0.5) * np.pi / 64
    function = ScalarFunction(lambda z, p: (z[..., None] * t.sin()).cos().mean(-1))
    found = find_roots(function, box(1, 0.5, 25.0, -1.0, 1.2))
    assert found.complete.all()
    values = found.values[0][found.mask[0]]
    assert (values - torch.from_numpy(scipy.special.jn_zeros(0, 8))[:8]).abs().max() < 1e-12


def test_multiple_roots_carry_their_multiplicity():
    roots = lane(0.3, 0.3, 1.0, 1.0, 1.0, -0.7, 1.5 + 0.2j)
    found = find_roots(PRODUCT, box(1, -1, 2, -0.8, 0.9), roots)
    assert found.complete.all()
    assert found.multiplicities[0, :5].tolist() == [1, 2, 3, 1, 0]
    expected = torch.tensor([-0.7, 0.3, 1.0, 1.5 + 0.2j], dtype=torch.complex128)
    assert ((found.values[0, :4] - expected).abs() <= found.error[0, :4] + 1e-15).all()
    assert found.error[0, :4].max() < 1e-9


@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-4, 1e-5])
def test_close_roots_are_separated_within_their_error(distance):
    roots = lane(0.5, 0.5 + distance, 0.5 + 1j * distance)
    found = find_roots(PRODUCT, box(1, -1, 2, -0.8, 0.9), roots)
    assert found.complete.all()
    error = (found.values[0, :3, None] - roots[0]).abs().min(1).values
    assert (error <= 2 * found.error[0, :3] + 1e-15).all()


def test_a_pair_closer_than_rounding_resolves_comes_back_as_a_cluster():
    found = find_roots(PRODUCT, box(1, 0.1, 2, -0.8, 0.9), lane(1 + 1e-10j, 1 - 1e-10j, 0.4))
    assert found.complete.all()
    assert found.multiplicities[0, :3].tolist() == [1, 2, 0]
    assert abs(complex(found.values[0, 1]) - 1) < 1e-12
    assert 1e-11 < found.error[0, 1] < 1e-8


def test_a_weakly_damped_root_keeps_its_imaginary_part():
    """z tan z = q with q = 3 (1 - 1e-10 i): the damping is a part in 1e10 of the frequency."""
    number = 3 * (1 - 1e-10j)
    function = ScalarFunction(lambda z, q: z * z.sin() - q * z.cos())
    found = find_roots(function, box(1, 0.1, 10, -0.8, 0.9), lane(number))
    assert found.complete.all()
    for value in found.values[0][found.mask[0]].tolist():
        exact = mpmath.findroot(lambda z: z * mpmath.sin(z) - number * mpmath.cos(z), value)
        assert abs(value.imag / float(exact.imag) - 1) < 1e-5
        assert abs(value.real - float(exact.real)) < 1e-14 * abs(value) * 4


@pytest.mark.parametrize("offset", [0.0, 1e-10, 1e-7])
def test_a_root_on_or_next_to_the_contour_is_flagged(offset):
    found = find_roots(PRODUCT, box(1, 0.1, 2, 0.0, 0.9), lane(1 + 1j * offset, 1.5 + 0.5j))
    assert not found.complete.any()
    assert found.lane_status.tolist() == [Status.ACCURACY_NOT_REACHED]
    assert found.clearance[0] < 1e-2
    assert (found.values[0] - (1.5 + 0.5j)).abs().nan_to_num(1.0).min() < 1e-14


def test_a_region_without_roots_is_complete_and_says_so():
    found = find_roots(PRODUCT, box(1, -2, 2, -1, 1), lane(5.0, 6.0))
    assert found.complete.all()
    assert found.lane_status.tolist() == [Status.NO_ROOT]
    assert not found.mask.any()


@pytest.mark.parametrize(("gap", "seen"), [(1e-4, True), (1e-9, False)])
def test_a_pole_next_to_a_root_is_seen_down_to_a_millionth_of_the_region(gap, seen):
    function = ScalarFunction(lambda z, p: (z - 1 - gap) / (z - 1) * (z - 1.5 - 0.3j))
    found = find_roots(function, box(1, 0.1, 2, -0.8, 0.9))
    assert found.count.tolist() == [1]
    assert bool(found.complete[0]) is not seen
    assert (found.defect[0] > 1e-6) == seen


def test_a_pole_is_not_taken_for_a_root():
    function = ScalarFunction(lambda z, p: (z - 1.4) / (z - 1) / (z - 0.6 - 0.3j))
    found = find_roots(function, box(1, 0.1, 2, -0.8, 0.9))
    assert found.count.tolist() == [-1]
    assert not found.complete.any()
    assert (found.values[0][found.mask[0]] - 1.4).abs().max() < 1e-13

"""Roots of det M for random rational matrix functions against a linearised eigenproblem.

M(z) = A0 + z A1 + sum_k B_k / (z - p_k), all coefficients full rank. With w_k = x / (z - p_k) the
equation M x = 0 is linear in z on the vectors (x, w_1, ...): an ordinary pencil for scipy.
"""

import numpy as np
import pytest
import scipy.linalg
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import (
    FactoredFunction,
    MatrixFunction,
    count_by_phase,
    count_roots,
    find_roots,
    rectangle,
)

SIZES = (2, 3, 4, 5, 6)
LANES = 40


def random_coefficients(size, seed, poles):
    """A0, A1 [lane, m, m], B [lane, k, m, m] and given poles [lane, k]."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return rng.normal(size=shape) + 1j * rng.normal(size=shape)

    count = poles.shape[1]
    weights = 0.3 * normal(LANES, count, size, size)
    return normal(LANES, size, size), 1.5 * normal(LANES, size, size), weights, poles


def roots_by_linearisation(a0, a1, weights, poles):
    size, count = a0.shape[0], len(poles)
    full = size * (count + 1)
    left, right = np.zeros((full, full), complex), np.zeros((full, full), complex)
    left[:size, :size], right[:size, :size] = a0, -a1
    for k in range(count):
        block = slice(size * (k + 1), size * (k + 2))
        left[:size, block] = weights[k]
        left[block, :size], left[block, block] = np.eye(size), poles[k] * np.eye(size)
        right[block, block] = np.eye(size)
    return scipy.linalg.eigvals(left, right)


def rational(z, parameters):
    a0, a1, weights, poles = parameters
    near = (z[..., None] - poles[:, None])[..., None, None]
    point = z[..., None, None]
    value = a0[:, None] + point * a1[:, None] + (weights[:, None] / near).sum(2)
    return value, a1[:, None] - (weights[:, None] / near.square()).sum(2)


FUNCTION = MatrixFunction(lambda z, p: rational(z, p)[0], rational)
BOX = (-1.1, 1.2, -0.9, 1.0)


def box(lanes=LANES):
    return rectangle(*(torch.full((lanes,), side, dtype=torch.float64) for side in BOX))


def inside(z):
    return (z.real > BOX[0]) & (z.real < BOX[1]) & (z.imag > BOX[2]) & (z.imag < BOX[3])


def expected_roots(coefficients):
    all_roots = (roots_by_linearisation(*(part[k] for part in coefficients)) for k in range(LANES))
    return [roots[inside(roots)] for roots in all_roots]


def matches(found, expected):
    """Largest distance of the two lists of roots, each taken from the other."""
    distance = abs(found[:, None] - expected[None, :])
    return max(distance.min(0).max(), distance.min(1).max()) if expected.size else 0.0


def outside_poles(seed):
    rng = np.random.default_rng(seed)
    return 3.0 * np.exp(2j * np.pi * rng.uniform(size=(LANES, 2)))


def assert_complete_lanes_are_right(coefficients, share):
    """Counts, roots found and eigenvalues agree in every lane that calls itself complete."""
    parameters = tuple(map(torch.from_numpy, coefficients))
    roots = find_roots(FUNCTION, box(), parameters)
    expected = expected_roots(coefficients)
    assert roots.complete.double().mean() >= share
    for lane in np.flatnonzero(roots.complete):
        assert roots.count[lane] == roots.multiplicities[lane].sum() == expected[lane].size
        assert matches(roots.values[lane][roots.mask[lane]].numpy(), expected[lane]) < 1e-12
    refused = ~roots.complete
    assert (roots.lane_status[refused] == Status.ACCURACY_NOT_REACHED).all()
    assert (roots.clearance[refused] < 1e-3).all()


@pytest.mark.parametrize("size", SIZES)
def test_counts_equal_roots_found_and_roots_are_the_eigenvalues(size):
    coefficients = random_coefficients(size, size, outside_poles(size))
    assert_complete_lanes_are_right(coefficients, 0.97)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2000, 2010))
@pytest.mark.parametrize("size", SIZES)
def test_two_thousand_random_matrix_functions_are_counted_right(size, seed):
    coefficients = random_coefficients(size, seed + 10 * size, outside_poles(seed))
    assert_complete_lanes_are_right(coefficients, 0.95)


@pytest.mark.parametrize("size", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_inside_poles_are_counted_and_taken_out_when_known(size):
    rng = np.random.default_rng(size)
    poles = rng.uniform(-0.6, 0.6, (LANES, 2)) + 1j * rng.uniform(-0.6, 0.6, (LANES, 2))
    coefficients = random_coefficients(size, 100 + size, poles)
    parameters = tuple(map(torch.from_numpy, coefficients))
    expected = expected_roots(coefficients)
    sizes = torch.tensor([part.size for part in expected])
    plain = count_roots(FUNCTION, box(), parameters)
    settled = plain.status == Status.OK
    assert settled.double().mean() >= 0.98
    assert (plain.count == sizes - 2 * size)[settled].all()
    orders = torch.full((LANES, 2), size)
    roots = find_roots(FactoredFunction(FUNCTION), box(), (parameters, parameters[3], orders))
    assert roots.complete.double().mean() >= 0.97
    for lane in np.flatnonzero(roots.complete):
        assert roots.found[lane] == expected[lane].size
        assert matches(roots.values[lane][roots.mask[lane]].numpy(), expected[lane]) < 1e-9


def test_a_hidden_pole_makes_the_lane_incomplete():
    poles = np.full((LANES, 1), 0.1 + 0.05j)
    coefficients = random_coefficients(2, 7, poles)
    parameters = tuple(torch.from_numpy(part[:8]) for part in coefficients)
    roots = find_roots(FUNCTION, box(8), parameters, max_depth=2)
    assert not roots.complete.any()
    assert (roots.lane_status != Status.OK).all()


@pytest.mark.parametrize("size", [2, 5])
def test_phase_unwrapping_counts_like_the_logarithmic_derivative(size):
    coefficients = random_coefficients(size, size, outside_poles(size))
    parameters = tuple(map(torch.from_numpy, coefficients))
    phase = count_by_phase(FUNCTION, box(), parameters)
    integral = count_roots(FUNCTION, box(), parameters)
    both = (phase.status == Status.OK) & (integral.status == Status.OK)
    assert both.double().mean() >= 0.97
    assert (phase.count == integral.count)[both].all()


def test_huge_and_tiny_determinants_neither_overflow_nor_vanish():
    """det M of 4 x 4 matrices scaled by 1e+-150 lies far outside the range of the numbers."""
    coefficients = random_coefficients(4, 4, outside_poles(4))
    parts = tuple(map(torch.from_numpy, coefficients))
    found = []
    for factor in (2.0**-500, 1.0, 2.0**500):
        scaled = tuple(part * factor for part in parts[:3]) + parts[3:]
        found.append(count_roots(FUNCTION, box(), scaled))
    assert torch.equal(found[0].count, found[1].count)
    assert torch.equal(found[2].count, found[1].count)
    assert (found[0].status == found[1].status).all()


def test_a_backward_pass_and_the_four_point_rule_find_the_same_roots():
    coefficients = random_coefficients(3, 3, outside_poles(3))
    parameters = tuple(map(torch.from_numpy, coefficients))
    given = find_roots(FUNCTION, box(), parameters)
    for step in (None, 1e-3):
        other = MatrixFunction(lambda z, p: rational(z, p)[0], difference_step=step)
        roots = find_roots(other, box(), parameters)
        both = given.complete & roots.complete
        assert both.double().mean() >= 0.97
        assert torch.equal(given.mask[both], roots.mask[both])
        difference = (given.values - roots.values).abs()[both][given.mask[both]]
        assert difference.max() < 1e-10

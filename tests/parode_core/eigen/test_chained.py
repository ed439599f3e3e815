"""Modes of elements in a row: strings, Bessel functions and beads against what is known of them."""

import math
from dataclasses import replace

import pytest
import torch
from scipy import special

from parode_core import Status
from parode_core.bases import basis
from parode_core.eigen import (
    chained_spectrum,
    gauss_jacobi,
    join_elements,
    sturm_liouville,
    symmetric_pencil,
)

ELEMENTS, DEGREE = 24, 9


def bessel(order, lanes=1):
    """-(x y')' + m^2/x y = lambda x y with y = x^m u on elements of [0, 1], free at x = 1."""
    trial = basis(DEGREE + 1, "legendre-lobatto")
    points, weights = gauss_jacobi(DEGREE + 4)
    values = trial.interpolation(points)
    matrices = []
    for element in range(ELEMENTS):
        x = (element + 0.5 * (1.0 + points)) / ELEMENTS
        shape = (x**order).unsqueeze(1)
        z = shape * values
        bent = shape * (values @ trial.differentiation) * (2.0 * ELEMENTS)
        slope = order * z / x.unsqueeze(1) + bent
        w = weights / (2.0 * ELEMENTS)
        matrices.append(sturm_liouville(z, slope, w * x, w * order**2 / x, w * x))
    return [
        torch.stack(part).expand(lanes, -1, -1, -1).clone() for part in zip(*matrices, strict=True)
    ]


def values(spectrum, shift=0.0):
    return 1.0 / spectrum.mu - shift


def number(value, lanes=1):
    return torch.full((lanes,), value, dtype=torch.float64)


@pytest.mark.parametrize("order", [1, 3])
def test_lowest_modes_are_zeros_of_the_derivative_of_bessel_functions(order):
    found = chained_spectrum(*bessel(order), number(0.0), 14)
    expected = special.jnp_zeros(order, 5) ** 2
    assert found.status.tolist() == [Status.OK]
    assert values(found)[0, :5].tolist() == pytest.approx(list(expected), rel=1e-11)
    assert bool(found.none_missing(5))


def test_a_shift_beyond_the_lowest_of_all_moves_nothing():
    plain, shifted = (chained_spectrum(*bessel(1), number(shift), 16) for shift in (0.0, 7.0))
    assert values(shifted, 7.0)[0, :5].tolist() == pytest.approx(
        values(plain)[0, :5].tolist(), rel=1e-11
    )


def test_every_mode_of_a_large_space_is_one_of_the_whole_pencil():
    a, b = bessel(2)
    whole = symmetric_pencil(join_elements(a), join_elements(b)).values[0]
    for steps in (10, 20, 26):
        found = values(chained_spectrum(a, b, number(0.0), steps))[0]
        found = found[found.isfinite()]
        assert 2 < found.numel() < whole.numel()
        assert found.tolist() == pytest.approx(whole[: found.numel()].tolist(), rel=1e-9)


def test_without_a_number_of_steps_all_modes_are_computed():
    a, b = bessel(1)
    whole = symmetric_pencil(join_elements(a), join_elements(b)).values[0]
    found = values(chained_spectrum(a, b, number(0.0), None))[0]
    assert found.tolist() == pytest.approx(whole.tolist(), rel=1e-8)


def test_functions_are_bessel_functions_at_the_nodes_and_continuous():
    found = chained_spectrum(*bessel(1), number(0.0), 14)
    u = found.functions(torch.arange(3).unsqueeze(0))[0]
    assert torch.allclose(u[:-1, -1], u[1:, 0], rtol=0.0, atol=1e-10)
    nodes = basis(DEGREE + 1, "legendre-lobatto").from_left
    x = (torch.arange(ELEMENTS, dtype=torch.float64).unsqueeze(1) + nodes) / ELEMENTS
    for mode, root in enumerate(special.jnp_zeros(1, 3)):
        exact = torch.from_numpy(special.jv(1, root * x.numpy())) / special.jv(1, root)
        own = x * u[:, :, mode] / u[-1, -1, mode]
        assert torch.allclose(own, exact, rtol=0.0, atol=1e-7)


def beads(springs):
    """Unit masses on a closed chain of springs as elements of three: u_1, u_2, u_3."""
    stretch = torch.tensor([[1.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]])
    stretch = stretch.to(torch.float64)
    a = springs[:, :, None, None] * stretch
    mass = torch.diag(torch.tensor([0.5, 1.0, 0.5], dtype=torch.float64))
    return a, mass.expand_as(a).clone()


def test_beads_on_a_free_string_have_sines_for_frequencies():
    count = 80  # springs are twice as many
    a, b = beads(torch.ones(1, count, dtype=torch.float64))
    found = chained_spectrum(a, b, number(1e-2), 18)
    expected = [4.0 * math.sin(0.25 * math.pi * k / count) ** 2 for k in range(6)]
    assert values(found, 1e-2)[0, :6].tolist() == pytest.approx(expected, rel=1e-10, abs=1e-13)


def test_a_space_that_is_exhausted_tells_every_eigenvalue_and_no_other():
    """Two springs that move two masses each: most functions move nothing."""
    springs = torch.zeros(1, 80, dtype=torch.float64)
    springs[0, :2] = 1.0
    a, b = beads(springs)
    b[:, 2:] = 0.0
    found = chained_spectrum(a, b, number(0.1), 18)
    there = found.mu[0] > 0.0
    exact = [4.0 * math.sin(0.125 * math.pi * k) ** 2 for k in range(5)]
    assert values(found, 0.1)[0][there].tolist() == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("level", [0.1, 1.0, 3.0, 30.0, 300.0])
def test_eigenvalues_are_counted_by_the_signs_of_pivots(level):
    a, b = bessel(2)
    found = chained_spectrum(a, b, number(0.0), None)
    count = found.chain.count_above(number(1.0 / level**2))
    assert count.tolist() == [int((found.mu > 1.0 / level**2).sum())]


def test_a_list_with_a_hole_is_noticed():
    found = chained_spectrum(*bessel(1), number(0.0), 14)
    without = torch.cat((found.mu[:, :2], found.mu[:, 3:]), dim=1)
    assert not bool(replace(found, mu=without).none_missing(4))


def test_lanes_do_not_feel_each_other():
    a, b = bessel(1, lanes=5)
    clean = chained_spectrum(a, b, number(0.0, 5), 12)
    a[1, 3, 2, 2] = torch.nan
    b[2, 0, 0, 0] = torch.inf
    a[3] = -a[3]
    found = chained_spectrum(a, b, number(0.0, 5), 12)
    bad = [int(Status.NON_FINITE_INPUT)] * 2 + [int(Status.SINGULAR)]
    assert found.status.tolist() == [Status.OK, *bad, Status.OK]
    for lane in (0, 4):
        assert torch.equal(found.mu[lane], clean.mu[lane])
    assert not bool(found.mu[1:4].any())
    assert not bool(found.none_missing(2)[1:4].any())
    alone = chained_spectrum(a[4:], b[4:], number(0.0), 12)
    assert torch.equal(alone.mu[0], clean.mu[4])


def test_elements_without_unknowns_of_their_own_are_refused():
    with pytest.raises(ValueError, match="three functions"):
        chained_spectrum(torch.ones(1, 3, 2, 2), torch.ones(1, 3, 2, 2), number(0.0), 4)

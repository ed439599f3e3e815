"""Outgoing waves at the surface of a star."""

import math

import mpmath
import pytest
import torch

from stellar.oscillations.full_gr.exterior.outgoing_wave import Exterior, grid_number, outgoing

WEAK = [
    (0.01, 0.1, 2),
    (0.006, 1e-4, 3),
    (0.05, 1e-3, 2),
    (0.15, 0.25, 2),
    (0.468, 0.146, 2),
    (1.1, 0.33, 2),
    (4.0, 0.2, 2),
    (0.3, 0.1, 3),
    (1.5, 0.3, 3),
    (0.72, 0.146, 4),
    (3.5, 0.33, 4),
]
STRONG = [
    (2.99 + 2.08j, 0.146, 2),  # w of a typical star
    (1.585 + 0.189j, 0.297, 2),
    (1.324 + 2.219j, 0.146, 2),  # w_II
    (1.88 + 1.29j, 0.297, 2),
    (4.0 + 2.5j, 0.2, 3),
    (5.0 + 2.4j, 0.3, 4),
]


def numbers(values, kind=torch.float64):
    return torch.tensor(values, dtype=kind)


def spherical(omega, l):
    """d ln(r h_l^(2)(omega r))/dr at r = 1: waves in flat space."""
    with mpmath.workdps(30):
        order = mpmath.mpf(l) + mpmath.mpf(1) / 2

        def wave(r):
            return mpmath.sqrt(r) * mpmath.hankel2(order, omega * r)

        return complex(mpmath.diff(wave, 1) / wave(1))


@pytest.mark.parametrize(("omega", "compactness", "l"), WEAK)
def test_weakly_damped_waves_agree_with_the_regge_wheeler_series(
    omega, compactness, l, outgoing_reference
):
    exact = complex(outgoing_reference(omega, compactness, l))
    found = outgoing(numbers([[omega]]), numbers([compactness]), l)
    value = complex(found.log_derivative[0, 0])
    assert abs(value - exact) < min(1e-9, float(found.error[0, 0])) * abs(exact)
    # the damping on its own scale: |Im L| is down to 1e-9 of |L| here
    assert abs(value.imag / exact.imag - 1.0) < min(1e-8, float(found.flux_error[0, 0]))


@pytest.mark.parametrize(("omega", "compactness", "l"), STRONG)
def test_strongly_damped_waves_agree_with_the_regge_wheeler_series(
    omega, compactness, l, outgoing_reference
):
    exact = complex(outgoing_reference(omega, compactness, l))
    found = outgoing(numbers([[omega]], torch.complex128), numbers([compactness]), l, nodes=28)
    assert abs(complex(found.log_derivative[0, 0]) / exact - 1.0) < 1e-10


@pytest.mark.parametrize("l", [2, 3, 4])
def test_without_gravity_waves_are_spherical_hankel_functions(l):
    omegas = [0.02, 0.3, 1.2, 6.0, 2.0 + 0.1j, 1.5 + 1.0j]
    found = outgoing(numbers([omegas], torch.complex128), numbers([0.0]), l)
    for value, omega in zip(found.log_derivative[0].tolist(), omegas, strict=True):
        exact = spherical(omega, l)
        assert abs(value / exact - 1.0) < 1e-10
        if isinstance(omega, float):
            # far out there is nothing to see: the flux is the square of a number of 1e9 for l = 4
            assert abs(value.imag / exact.imag - 1.0) < (2e-7 if omega < 0.1 else 1e-10)


@pytest.mark.parametrize("l", [2, 3, 4])
def test_slow_waves_approach_the_static_solution(l):
    # sum over hypergeometric terms of the static Regge-Wheeler function, decaying outwards
    compactness = 0.2
    with mpmath.workdps(30):

        def static(r):
            u = 2 * compactness / r
            return u**l * mpmath.hyp2f1(l - 1, l + 3, 2 * l + 2, u)

        q = mpmath.diff(static, 1) * (1 - 2 * compactness) / static(1)
        n, b = (l - 1) * (l + 2) / 2, 6 * compactness
        f = (1 - 2 * compactness) / (2 * (n + 3 * compactness))
        kappa = 4 * n * (n + 1)
        diagonal, lower = kappa + 2 * b * b * f, -2 * b * f * (b * b * f + kappa)
        exact = float((diagonal * q - lower) / (diagonal + 2 * b * q))
    found = outgoing(numbers([[0.02, 0.01]]), numbers([compactness]), l)
    far, near = (found.log_derivative[0].real - exact).tolist()
    assert abs(near) < 1e-4
    # what is left is of the order omega^2, with logarithms for l = 2
    assert far / near == pytest.approx(4.0, rel=0.02)


@pytest.mark.parametrize("l", [2, 4])
def test_fast_waves_leave_as_plane_waves(l):
    compactness, omega = 0.25, 400.0
    n = (l - 1) * (l + 2) / 2

    def potential(r):
        wide = n * r + 3 * compactness
        top = n**2 * (n + 1) * r**3 + 3 * n**2 * compactness * r**2
        top += 9 * n * compactness**2 * r + 9 * compactness**3
        return 2 * (1 - 2 * compactness / r) * top / (r**3 * wide**2)

    slope = (1 - 2 * compactness) * (potential(1 + 1e-6) - potential(1 - 1e-6)) / 2e-6
    expected = -1j * omega + 0.5j * potential(1.0) / omega + 0.25 * slope / omega**2
    found = complex(outgoing(numbers([[omega]]), numbers([compactness]), l).log_derivative[0, 0])
    assert abs(found - expected) < 20.0 / omega**3


def test_the_slope_is_that_of_neighbouring_frequencies(outgoing_reference):
    omega, compactness, l = 1.2, 0.15, 2
    step = 1e-8
    with mpmath.workdps(28):
        change = outgoing_reference(omega + step, compactness, l) - outgoing_reference(
            omega - step, compactness, l
        )
        exact = complex(change / (2 * step))
    slope = complex(outgoing(numbers([[omega]]), numbers([compactness]), l).slope[0, 0])
    assert abs(slope / exact - 1.0) < 1e-8
    assert slope.imag == pytest.approx(exact.imag, rel=1e-8)


def test_a_series_reaches_complex_frequencies_next_to_a_real_one(outgoing_reference):
    omega, compactness, l = 0.5, 0.2, 2
    centre = numbers([omega], torch.complex128)
    owner = torch.zeros(1, dtype=torch.long)
    wave = Exterior(numbers([compactness]), l).series(centre, owner, grid_number(centre, l))
    for step in (1e-3, 1e-3j, 5e-4 - 5e-4j):
        exact = complex(outgoing_reference(omega + step, compactness, l))
        value = complex(wave.at(centre + step)[0][0])
        assert abs(value / exact - 1.0) < 1e-10
    # 1e-9 above the axis: the change of Im L is 1e-9 of L, its own error far below
    tiny = 1e-9j
    exact = outgoing_reference(omega + tiny, compactness, l)
    value = complex(wave.at(centre + tiny)[0][0])
    assert value.imag == pytest.approx(float(exact.imag), rel=1e-10)


def test_a_point_has_the_same_bits_wherever_it_stands():
    generator = torch.Generator().manual_seed(3)
    compactness = 0.05 + 0.28 * torch.rand(97, generator=generator, dtype=torch.float64)
    omega = 0.05 + 4.0 * torch.rand(97, 5, generator=generator, dtype=torch.float64)
    whole = outgoing(omega, compactness, 2)
    order = torch.randperm(97, generator=generator)
    turned = outgoing(omega[order].flip(1), compactness[order], 2)
    alone = outgoing(omega[41:42, 2:3], compactness[41:42], 2)
    for one, other, single in zip(whole, turned, alone, strict=True):
        assert torch.equal(one[order].flip(1), other)
        assert torch.equal(one[41:42, 2:3], single)


def test_a_frequency_that_is_no_number_spoils_no_other():
    omega = numbers([[0.5, math.nan, 2.0]])
    found = outgoing(omega, numbers([0.2]), 2).log_derivative[0]
    clean = outgoing(numbers([[0.5, 1.0, 2.0]]), numbers([0.2]), 2).log_derivative[0]
    assert torch.equal(found[[0, 2]], clean[[0, 2]])
    assert not found[1].isfinite()


def test_a_dipole_is_refused():
    with pytest.raises(ValueError, match="at least 2, not 1"):
        outgoing(numbers([[0.5]]), numbers([0.2]), 1)

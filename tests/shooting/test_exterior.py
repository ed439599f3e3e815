"""The outgoing wave outside the star against independent solutions of the Zerilli equation."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import spherical_jn, spherical_yn

from stellar.shooting.exterior import outgoing_wave

REAL = np.array([0.1, 0.47, 1.1, 3.0])  # times 1/R
COMPLEX = np.array([1.3 + 2.2j, 3.0 + 2.1j, 5.3 + 2.6j])


def zerilli_potential(r, mass, l):
    n = (l - 1) * (l + 2) / 2
    bracket = n**2 * (n + 1) * r**3 + 3 * n**2 * mass * r**2 + 9 * n * mass**2 * r + 9 * mass**3
    return 2 * (1 - 2 * mass / r) * bracket / (r**3 * (n * r + 3 * mass) ** 2)


def slope_by_rotated_contour(omega, mass, radius, l):
    """Z'/Z of the Zerilli equation along a ray on which the outgoing wave decays, from far in.

    On the ray every solution but the decaying one is forgotten on the way in.
    """
    angle = -0.25 * math.pi - 0.5 * np.angle(omega)
    ray = np.exp(1j * angle)
    length = 45.0 / (abs(omega) * math.sin(-(angle + np.angle(omega))))

    def rates(distance, u):
        r = radius + distance * ray
        drop = zerilli_potential(r, mass, l) - omega**2 - u**2
        return drop / (1 - 2 * mass / r) * ray

    path = solve_ivp(rates, (length, 0.0), [-1j * omega], method="DOP853", rtol=1e-12, atol=1e-16)
    return path.y[0, -1]


@pytest.mark.parametrize("radius", [2.6, 4.5, 6.9])
@pytest.mark.parametrize("l", [2, 4])
def test_outgoing_wave_agrees_with_the_zerilli_equation_on_a_rotated_contour(radius, l):
    omega = np.concatenate([REAL, COMPLEX]) / radius
    wave = outgoing_wave(omega, 1.0, radius, l)
    expected = [slope_by_rotated_contour(w, 1.0, radius, l) for w in omega]
    assert wave.slope / wave.value == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("radius", [3.2, 8.0])
def test_energy_flux_at_infinity_is_that_at_the_surface(radius):
    omega = np.array([0.2, 0.5, 1.0, 3.0]) / radius
    wave = outgoing_wave(omega, 1.0, radius, 2)
    at_surface = (np.conj(wave.value) * wave.slope).imag
    assert at_surface == pytest.approx(wave.wronskian, rel=1e-7)


@pytest.mark.parametrize("l", [2, 3])
def test_flat_space_wave_is_a_spherical_hankel_function(l):
    # at small mass the wave is r h_l^(2)(omega r); its flux falls like (omega R)^(2l)
    radius, omega = 1e6, np.array([0.002, 0.02, 0.5, 2.0]) / 1e6
    wave = outgoing_wave(omega, 1.0, radius, l)
    z = omega * radius
    hankel = spherical_jn(l, z) - 1j * spherical_yn(l, z)
    slope = spherical_jn(l, z, True) - 1j * spherical_yn(l, z, True)
    expected = (1.0 + z * slope / hankel) / radius
    ratio = wave.slope / wave.value
    assert ratio.real == pytest.approx(expected.real, rel=1e-4)
    flux = wave.wronskian / np.abs(wave.value) ** 2
    assert flux == pytest.approx(-omega / np.abs(z * hankel) ** 2, rel=1e-4)


def test_normalisation_does_not_depend_on_company():
    # slow waves are expanded elsewhere; alone or in a crowd, one frequency has one value
    omega = np.array([0.004, 0.03, 0.2, 0.9])
    together = outgoing_wave(omega, 1.0, 5.0, 2)
    alone = [outgoing_wave(omega[k : k + 1], 1.0, 5.0, 2).value[0] for k in range(4)]
    assert together.value == pytest.approx(alone, rel=1e-9)


def test_slow_and_fast_expansions_join_smoothly():
    # the wave is holomorphic in omega, across the frequency at which the expansion point moves
    omega = 0.05 + 1e-3 * np.arange(-3, 4)
    value = outgoing_wave(omega, 1.0, 6.5, 2).value
    differences = np.abs(np.diff(value, 4))
    assert np.all(differences < 1e-4 * np.abs(value[0]))


def test_hopelessly_slow_convergence_is_refused():
    with pytest.raises(ArithmeticError, match="too many terms"):
        outgoing_wave(np.array([1e-5 + 1.0j]), 1.0, 7.0, 2)

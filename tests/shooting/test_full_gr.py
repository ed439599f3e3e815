"""Interior equations of full general relativity: what they must obey whatever the star."""

import math

import numpy as np
import pytest
from layered import stratified, two_layers

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import EnergyPolytrope, RestMassPolytrope
from stellar.shooting.background import solve_background
from stellar.shooting.full_gr import Accuracy, coefficients, metric_row, solve_columns
from stellar.shooting.march import centre_matter, march
from stellar.shooting.matching import RootFunction, eigenfunctions, narrow_damping
from stellar.shooting.roots import polish

BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")


@pytest.fixture(scope="module")
def bu0():
    return solve_background(BU0, math.log1p(2.0 * 100.0 * 1.28e-3), 1e-12)


def matter_inside(star, fraction):
    """The star at a fraction of sqrt(h_c)."""
    x = 1e-3 * star.x_surface
    end = (x, fraction * star.x_surface)
    return march(
        star, lambda here, q: q, centre_matter(star, x), np.empty(0), end, rtol=1e-11, atol=1e-11
    )[0]


@pytest.mark.parametrize("l", [2, 3, 4])
@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_tangential_displacement_obeys_the_angular_equation_of_motion(l, factor):
    # V is algebraic in the integrated system; V' is a component of the equations of motion that is
    # not among the four integrated, so that every entry of the matrices takes part in this test:
    # V' = (nu' - l/r) V + r H1 - e^{lam/2} W/r + (nu'/2)(1/c_e^2 - 1/c_s^2)(e^nu/omega^2) P
    star = solve_background(stratified(EnergyPolytrope(1.0, 100.0), factor), 0.5, 1e-12)
    here = matter_inside(star, 0.6)
    squared, step = 0.02, 1e-4
    state = np.array([0.3, -1.1, 20.0, 0.7])

    def tangential_at(matter, q):
        static, wave = metric_row(matter, l)
        gravity = matter.phi_slope / (matter.r * math.sqrt(matter.exp_lam))
        h0 = (static + squared * wave) @ q
        return matter.exp_nu / squared * (q[3] - gravity * q[2] - 0.5 * h0)

    v = tangential_at(here, state)
    sides = []
    for sign in (-1.0, 1.0):
        x = 0.6 * star.x_surface
        end, q = march(
            star,
            lambda matter, y: _matrix(matter, l, squared) @ y,
            here,
            state,
            (x, x + sign * step * star.x_surface),
            rtol=1e-13,
            atol=1e-14,
        )
        sides.append((end.r, tangential_at(end, q)))
    slope = (sides[1][1] - sides[0][1]) / (sides[1][0] - sides[0][0])
    r, phi = here.r, here.phi_slope
    stratification = here.delta / (here.cs2_equilibrium * here.cs2_frozen)
    expected = (
        (2.0 * phi - l / r) * v
        + r * state[0]
        - math.sqrt(here.exp_lam) * state[2] / r
        + phi * stratification * here.exp_nu / squared * state[3]
    )
    assert slope == pytest.approx(expected, rel=1e-6)


def _matrix(matter, l, squared):
    matrices = coefficients(matter, l)
    return matrices[0] + squared * matrices[1] + matrices[2] / squared


@pytest.mark.parametrize("seed", [0.06838870253 + 2.351067e-5j, 0.43728790812 + 0.3045429j])
def test_modes_do_not_depend_on_where_inside_and_outside_meet(bu0, seed):
    roots = [
        polish(
            RootFunction(bu0, 2, Accuracy(1e-10, match)),
            np.array([seed / bu0.mass]),
            tolerance=1e-8,
            max_step=0.05,
        ).roots[0]
        for match in (0.3, 0.6, 0.8)
    ]
    assert np.ptp(np.real(roots)) < 1e-9 * abs(seed) / bu0.mass
    assert np.ptp(np.imag(roots)) < 1e-9 * abs(seed) / bu0.mass


def test_real_and_complex_arithmetic_agree_on_the_real_axis(bu0):
    omega = np.array([0.03, 0.2])
    real = solve_columns(bu0, 2, omega, Accuracy(1e-10))
    complex_ = solve_columns(bu0, 2, omega.astype(complex), Accuracy(1e-10))
    assert np.max(np.abs(complex_.centre.imag)) == 0.0
    assert complex_.surface.real == pytest.approx(real.surface, rel=1e-6, abs=1e-7)


def test_frequencies_marched_together_do_not_disturb_each_other(bu0):
    omega = np.array([0.02, 0.05, 0.4])
    together = RootFunction(bu0, 2, Accuracy(1e-10))(omega)
    alone = [RootFunction(bu0, 2, Accuracy(1e-10))(omega[k : k + 1])[0] for k in range(3)]
    assert together == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize(("l", "low", "relative"), [(2, 0.328137, 1e-6), (4, 0.105282, 1e-6)])
def test_damping_by_energy_flux_is_the_imaginary_part_of_the_complex_root(bu0, l, low, relative):
    # Im omega / Re omega is 6e-9 and 2e-8: null vectors and flux against the complex root itself
    function = RootFunction(bu0, l, Accuracy(1e-11))
    seeds = np.array([low / bu0.mass + 0j])
    found = polish(function, seeds, tolerance=1e-9, max_step=0.01)
    by_flux = narrow_damping(function, found.roots.real, found.slopes)
    assert by_flux == pytest.approx(found.roots.imag, rel=relative)


def test_lagrangian_pressure_is_continuous_across_a_density_jump():
    # X e^{-nu/2} = (eps + p) P, H1, K and W are continuous where eps is not
    eos = two_layers(6e-4, 9e-4, 0.1)
    star = solve_background(eos, 0.2, 1e-12)
    function = RootFunction(star, 2, Accuracy(1e-9))
    mode = eigenfunctions(function, np.array([0.05]))[0]
    radii = np.array([here.r for here in mode.points])
    inner = int(np.nonzero(np.diff(radii) == 0.0)[0][0])
    below, above = mode.points[inner + 1], mode.points[inner]
    assert above.eps == pytest.approx(1.5 * below.eps)
    assert (above.eps + above.p) * mode.P[inner] == pytest.approx(
        (below.eps + below.p) * mode.P[inner + 1], rel=1e-9
    )
    for field in (mode.H1, mode.K, mode.W):
        assert field[inner] == pytest.approx(field[inner + 1], rel=1e-9)


def test_invisible_break_changes_nothing(bu0):
    # the same matter in two segments: the march stops there and goes on
    outer = RestMassPolytrope(2.0, 100.0 * MSUN_KM**2, h_hi=0.1)
    inner = RestMassPolytrope(2.0, 100.0 * MSUN_KM**2, h_lo=0.1)
    star = solve_background(ColdEOS("bu0", (outer, inner), "x"), bu0.h_c, 1e-12)
    omega = np.array([0.03, 0.1])
    broken = RootFunction(star, 2, Accuracy(1e-10))(omega)
    assert broken == pytest.approx(RootFunction(bu0, 2, Accuracy(1e-10))(omega), rel=1e-8)


def test_matching_point_next_to_a_break_is_moved_off_it(bu0):
    outer = RestMassPolytrope(2.0, 100.0 * MSUN_KM**2, h_hi=0.6 * bu0.h_c)
    inner = RestMassPolytrope(2.0, 100.0 * MSUN_KM**2, h_lo=0.6 * bu0.h_c)
    star = solve_background(ColdEOS("bu0", (outer, inner), "x"), bu0.h_c, 1e-12)
    seed = np.array([(0.06838870253 + 2.351067e-5j) / bu0.mass])
    found = polish(RootFunction(star, 2, Accuracy(1e-10)), seed, tolerance=1e-8, max_step=0.05)
    assert found.roots[0] * bu0.mass == pytest.approx(0.06838870253 + 2.351067e-5j, abs=2e-11)

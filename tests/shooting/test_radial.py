"""Radial pulsations against Sterne's homogeneous star, published values and the turning point."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from layered import Layer, Ramp, stratified, two_layers
from scipy.optimize import brentq

from stellar.constants import HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS, Segment, Thermo
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.shooting.background import solve_background
from stellar.shooting.phase import mode_counts
from stellar.shooting.radial import RadialProblem, count_unstable, radial_modes

BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)


@pytest.fixture(scope="module")
def bu0_search():
    return radial_modes(solve_background(BU0, BU0_H_C), 4)


def test_benchmark_star_bu0(bu0_search):
    frequencies_khz = [m.omega.real * HZ_PER_INVERSE_KM / 1e3 for m in bu0_search.modes]
    printed = [1.442513, 3.954049, 5.914896, 7.773753, 9.587591]
    assert frequencies_khz == pytest.approx(printed, rel=1e-6)
    assert [m.label for m in bu0_search.modes] == ["F", "H1", "H2", "H3", "H4"]


def test_radial_order_is_the_number_of_nodes(bu0_search):
    assert [m.nodes for m in bu0_search.modes] == [m.n for m in bu0_search.modes]
    assert bu0_search.complete


def test_error_estimate_covers_the_error_of_a_loose_solution(bu0_search):
    rough = radial_modes(solve_background(BU0, BU0_H_C, 1e-7), 4, rtol=1e-7)
    for fine, coarse in zip(bu0_search.modes, rough.modes, strict=True):
        assert abs(coarse.omega - fine.omega) < coarse.omega_re_err
        assert coarse.omega_re_err < 1e-4 * abs(coarse.omega)


@dataclass(frozen=True)
class Homogeneous(ConstantDensity):
    """Constant density, frozen index Gamma_1; 1/c_e^2 is 1e-7 of 1/c_s^2 instead of zero.

    An infinite c_e would leave no finite delta; rounding in delta forbids a larger c_e.
    """

    gamma_1: float = 5.0 / 3.0

    def evaluate(self, h):
        state = super().evaluate(h)
        frozen = self.gamma_1 * state.p / (state.eps + state.p)
        stiff = 1e7 * frozen
        return Thermo(state.p, state.eps, stiff, frozen - stiff)


def test_newtonian_homogeneous_star_has_sternes_spectrum():
    # omega_n^2 = (4 pi eps / 3) [Gamma_1 (2 n^2 + 5 n + 3) - 4]  (Sterne 1937)
    eps, gamma_1 = 1e-3, 5.0 / 3.0
    eos = ColdEOS("homogeneous", (Homogeneous(eps, gamma_1=gamma_1),), "homogeneous")
    near, far = (
        [m.omega.real**2 for m in radial_modes(solve_background(eos, h_c), 3, rtol=1e-8).modes]
        for h_c in (1e-5, 2e-5)
    )
    newtonian = 2.0 * np.array(near) - np.array(far)  # removes the first relativistic correction
    n = np.arange(4)
    expected = 4.0 * math.pi * eps / 3.0 * (gamma_1 * (2 * n**2 + 5 * n + 3) - 4.0)
    assert newtonian == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "eos", [BU0, ColdEOS("e", (EnergyPolytrope(0.8, 100.0),), "energy-polytrope")]
)
def test_fundamental_mode_is_marginal_exactly_at_the_maximum_mass(eos):
    """Two formulations that share no equation: dM/dh_c = 0 and omega_0^2 = 0."""

    def count_at_rest(h_c):
        star = solve_background(eos, h_c)
        return float(mode_counts(RadialProblem(star), star, np.zeros(1), 1e-11)[0])

    turning = brentq(lambda h: solve_background(eos, h).mass_slope, 0.3, 0.9, xtol=1e-13)
    marginal = brentq(count_at_rest, 0.9 * turning, 1.1 * turning, xtol=1e-13)
    assert marginal == pytest.approx(turning, rel=1e-9)


def test_star_beyond_the_maximum_grows_and_is_counted_unstable():
    star = solve_background(BU0, 0.65)
    assert star.mass_slope < 0.0
    fundamental, overtone = radial_modes(star, 1).modes
    assert fundamental.omega.real == 0.0
    assert fundamental.omega.imag < 0.0
    assert (fundamental.label, fundamental.nodes) == ("F", 0)
    assert overtone.omega.imag == 0.0
    assert count_unstable(star) == 1
    assert count_unstable(solve_background(BU0, BU0_H_C)) == 0


def test_a_stratified_star_is_stiffer_than_its_barotrope():
    seg = EnergyPolytrope(1.0, 100.0)
    soft = radial_modes(solve_background(ColdEOS("b", (seg,), "b"), 0.2), 0).modes[0]
    stiff = radial_modes(solve_background(stratified(seg, 1.1), 0.2), 0).modes[0]
    assert stiff.omega.real > soft.omega.real


def test_a_steep_layer_of_frozen_matter_tends_to_the_density_jump():
    """xi^r and Delta p are continuous across a jump that matter does not cross (slow reactions).

    In a thin layer in which eps rises steeply, that is matter whose frozen speed of sound stays
    finite while the one in equilibrium vanishes.
    """
    outer, inner, h_wall, h_c, frozen = 1e-3, 1.15e-3, 0.06, 0.15, 0.3
    layers = two_layers(outer, inner, h_wall)
    sharp = soften(layers, frozen)
    omegas = [frequencies(sharp, h_c)]
    for thickness in (1e-3, 5e-4):
        envelope = Layer(outer, 0.0, 0.0, h_wall - thickness / 2)
        p_lo = float(envelope.evaluate(envelope.h_hi).p)
        ramp = Ramp(outer, inner, p_lo, envelope.h_hi, h_wall + thickness / 2)
        core = Layer(inner, float(ramp.evaluate(ramp.h_hi).p), ramp.h_hi)
        omegas.append(frequencies(soften(ColdEOS("r", (envelope, ramp, core), "r"), frozen), h_c))
    sharp_limit = 2.0 * omegas[2] - omegas[1]  # the error is of first order in the thickness
    assert np.all(np.abs(omegas[2] - omegas[0]) < 1e-4 * omegas[0])
    assert sharp_limit == pytest.approx(omegas[0], rel=1e-6)


def frequencies(eos, h_c):
    modes = radial_modes(solve_background(eos, h_c), 1, rtol=1e-9).modes
    return np.array([mode.omega.real for mode in modes])


@dataclass(frozen=True)
class Softened(Segment):
    """Another segment with a constant frozen speed of sound, and c_e^2 <= 1e6."""

    base: Segment
    cs2_frozen: float
    h_lo: float
    h_hi: float
    kind: str = "softened"

    def evaluate(self, h):
        state = self.base.evaluate(h)
        stiff = np.minimum(state.cs2_equilibrium, 1e6)
        return state._replace(cs2_equilibrium=stiff, delta=self.cs2_frozen - stiff)


def soften(eos, cs2_frozen):
    segments = tuple(Softened(s, cs2_frozen, s.h_lo, s.h_hi) for s in eos.segments)
    return ColdEOS(eos.name, segments, eos.spec, stratified=True)


def test_incompressible_matter_is_refused():
    star = solve_background(ColdEOS("c", (ConstantDensity(1e-3),), "constant-density"), 0.1)
    with pytest.raises(ArithmeticError, match="incompressible"):
        radial_modes(star, 1)
    assert count_unstable(star) == 0


def test_error_of_a_nearly_marginal_mode_covers_it():
    """Next to the maximum d omega = d(omega^2) / (2 omega) grows; the estimate must follow."""
    turning = brentq(lambda h: solve_background(BU0, h).mass_slope, 0.3, 0.6, xtol=1e-14)
    stars = [solve_background(BU0, turning * (1.0 - 1e-6), rtol) for rtol in (1e-8, 1e-12)]
    rough, fine = (radial_modes(star, 0, star.rtol).modes[0] for star in stars)
    assert 0.0 < abs(rough.omega - fine.omega) < max(rough.omega_re_err, rough.omega_im_err)
    assert fine.omega.imag == 0.0
    assert math.copysign(1.0, fine.omega.imag) == 1.0

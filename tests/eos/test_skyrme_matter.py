"""SLy4: the functional, its saturation point, and matter in beta equilibrium."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from stellar.constants import HBAR_C_MEV_FM
from stellar.eos.beta_equilibrium import at_density, at_potential, muon_onset
from stellar.eos.leptons import ELECTRONS, MUONS
from stellar.eos.skyrme import SLY4

CORE = np.genfromtxt(
    Path(__file__).parent / "reference" / "core_sly4.csv",
    delimiter=",",
    names=True,
    skip_header=1,
)
ONSET = 0.118553
# The reference differentiates over a stencil; in this one row it reaches across the muon threshold.
AT_THE_ONSET = np.abs(CORE["n_fm3"] / ONSET - 1.0) < 5e-3
DENSITIES = [(0.12, 0.04), (0.3, 0.02), (0.08, 0.08), (1.0, 0.15)]


@pytest.fixture(scope="module")
def core():
    return at_density(SLY4, CORE["n_fm3"])


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("p", "P_MeVfm3"),
        ("eps", "eps_MeVfm3"),
        ("mu_n", "mu_n_MeV"),
        ("mu_p", "mu_p_MeV"),
        ("mu_e", "mu_e_MeV"),
        ("y_e", "Y_e"),
        ("y_mu", "Y_mu"),
    ],
)
def test_equilibrium_agrees_with_an_independent_computation(core, field, column):
    np.testing.assert_allclose(getattr(core, field), CORE[column], rtol=1e-8, atol=1e-14)


def test_equilibrium_speed_of_sound_agrees_with_an_independent_computation(core):
    away = ~AT_THE_ONSET
    assert np.count_nonzero(AT_THE_ONSET) == 1
    np.testing.assert_allclose(core.ce2[away], CORE["ce2"][away], rtol=1e-8)


def test_speed_of_sound_just_above_the_muon_threshold_is_that_of_small_differences():
    n = float(CORE["n_fm3"][AT_THE_ONSET][0])
    steps = n + 1e-5 * np.arange(-2, 3)
    assert steps[0] > ONSET
    near = at_density(SLY4, steps)
    weights = np.array([1.0, -8.0, 0.0, 8.0, -1.0])
    differences = (weights @ near.p) / (weights @ near.eps)
    assert float(near.ce2[2]) == pytest.approx(differences, rel=1e-6)


def test_frozen_minus_equilibrium_speed_agrees_with_an_independent_computation(core):
    np.testing.assert_allclose(core.delta_all, CORE["cs2_minus_ce2"], atol=1e-6)
    away = ~AT_THE_ONSET
    np.testing.assert_allclose(core.delta_all[away], CORE["cs2_minus_ce2"][away], atol=1e-9)


@pytest.mark.parametrize(("n", "ratio"), [(0.16, 0.70), (0.24, 0.63), (0.32, 0.52), (0.5, 0.49)])
def test_freezing_the_proton_fraction_alone_leaves_less_buoyancy(n, ratio):
    state = at_density(SLY4, np.array(n))
    assert float(state.delta_proton / state.delta_all) == pytest.approx(ratio, abs=0.005)


def test_frozen_speed_is_that_of_matter_with_fixed_fractions():
    n = 0.4
    state = at_density(SLY4, np.array(n))
    y_p, mu_e = float(state.y_e + state.y_mu), float(state.mu_e)

    def lepton_pressure(gas, density):
        mu = brentq(lambda mu: float(gas.density(mu)) - density, gas.mass_mev, 3 * mu_e, xtol=1e-12)
        return float(gas.pressure(mu))

    def pressure(n_b):
        n_n, n_p = n_b * (1.0 - y_p), n_b * y_p
        u_n, u_p = SLY4.potentials(n_n, n_p)
        return (
            n_n * u_n
            + n_p * u_p
            - SLY4.energy_density(n_n, n_p)
            + lepton_pressure(ELECTRONS, n_b * float(state.y_e))
            + lepton_pressure(MUONS, n_b * float(state.y_mu))
        )

    step = 1e-3 * n
    stencil = {-2: 1.0, -1: -8.0, 1: 8.0, 2: -1.0}
    slope = sum(w * pressure(n + i * step) for i, w in stencil.items()) / (12.0 * step)
    frozen = slope * n / float(state.eps + state.p)
    assert frozen == pytest.approx(float(state.ce2 + state.delta_all), rel=1e-9)


def test_matter_is_stable_and_stratified_at_every_density():
    state = at_density(SLY4, np.geomspace(0.04, 1.3, 300))
    assert np.all(state.delta_all >= state.delta_proton * (1.0 - 1e-12))
    assert np.all(state.delta_proton > 0.0)


def test_euler_relation_holds_in_equilibrium(core):
    np.testing.assert_allclose(core.eps + core.p, core.n * core.mu_n, rtol=1e-14)


def test_density_is_recovered_from_the_chemical_potential(core):
    again = at_potential(SLY4, core.mu_n, 1.02 * core.n)
    np.testing.assert_allclose(again.n, core.n, rtol=1e-12)


def test_muons_appear_where_electrons_reach_their_rest_mass():
    assert muon_onset(SLY4, 0.08, 0.3) == pytest.approx(ONSET, abs=1e-6)
    below, above = at_density(SLY4, np.array([0.9999, 1.0001]) * ONSET).y_mu
    assert below == 0.0
    assert above > 0.0


@pytest.mark.parametrize(("n_n", "n_p"), DENSITIES)
def test_potentials_are_the_derivatives_of_the_energy(n_n, n_p):
    # complex step: exact to rounding
    slopes = (
        SLY4.energy_density(n_n + 1e-30j, n_p).imag / 1e-30,
        SLY4.energy_density(n_n, n_p + 1e-30j).imag / 1e-30,
    )
    assert SLY4.potentials(n_n, n_p) == pytest.approx(slopes, rel=1e-13)


@pytest.mark.parametrize(("n_n", "n_p"), DENSITIES)
def test_curvatures_are_the_derivatives_of_the_potentials(n_n, n_p):
    by_n = SLY4.potentials(n_n + 1e-30j, n_p)
    by_p = SLY4.potentials(n_n, n_p + 1e-30j)
    expected = [by_n[0].imag, by_n[1].imag, by_p[1].imag]
    assert SLY4.curvatures(n_n, n_p) == pytest.approx([v / 1e-30 for v in expected], rel=1e-12)
    assert by_n[1].imag == pytest.approx(by_p[0].imag, rel=1e-14)


def test_saturation_properties_are_the_published_ones():
    def slope(n):  # of the energy per nucleon of symmetric matter
        half = 0.5 * n
        u_n, u_p = SLY4.potentials(half, half)
        return 0.5 * (u_n + u_p) - SLY4.energy_density(half, half) / n

    n_0 = brentq(slope, 0.1, 0.25, xtol=1e-14)
    half = 0.5 * n_0
    a_nn, a_np, a_pp = SLY4.curvatures(half, half)
    bend = 0.25 * (a_nn + 2.0 * a_np + a_pp)

    def symmetry_energy(n):
        nn, np_, pp = SLY4.curvatures(0.5 * n, 0.5 * n)
        return n / 8.0 * (nn - 2.0 * np_ + pp)

    step = 1e-4
    slope_of_symmetry = (symmetry_energy(n_0 + step) - symmetry_energy(n_0 - step)) / (2.0 * step)
    assert n_0 == pytest.approx(0.15954, abs=5e-6)
    assert SLY4.energy_density(half, half) / n_0 == pytest.approx(-15.972, abs=5e-4)
    assert 9.0 * n_0 * bend == pytest.approx(229.9, abs=0.05)
    assert symmetry_energy(n_0) == pytest.approx(32.00, abs=5e-3)
    assert 3.0 * n_0 * slope_of_symmetry == pytest.approx(45.96, abs=1e-2)


@pytest.mark.parametrize("gas", [ELECTRONS, MUONS])
def test_lepton_pressure_is_the_integral_of_density_over_potential(gas):
    # the analytic formula is a difference of terms of the size m^4: absolute accuracy
    mu = 3.0 * gas.mass_mev
    integral, _ = quad(gas.density, gas.mass_mev, mu, epsabs=0.0, epsrel=1e-12)
    assert float(gas.pressure(mu)) == pytest.approx(integral, rel=1e-10)
    slope = (gas.density(mu * (1 + 1e-6)) - gas.density(mu * (1 - 1e-6))) / (2e-6 * mu)
    assert float(gas.density_slope(mu)) == pytest.approx(float(slope), rel=1e-8)


def test_ultrarelativistic_leptons_have_the_textbook_pressure():
    mu = 1e6
    expected = mu**4 / (12.0 * math.pi**2 * HBAR_C_MEV_FM**3)
    assert float(ELECTRONS.pressure(mu)) == pytest.approx(expected, rel=1e-10)

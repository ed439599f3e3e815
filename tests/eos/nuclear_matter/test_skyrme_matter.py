"""SLy4 in depth: matter in beta equilibrium, its two speeds of sound, and its leptons."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from stellar.constants import HBAR_C_MEV_FM
from stellar.eos.functionals.sly4 import MODEL as SLY4
from stellar.eos.nuclear_matter.beta_equilibrium import at_density, muon_onset
from stellar.eos.nuclear_matter.leptons import ELECTRONS, MUONS

CORE = np.genfromtxt(
    Path(__file__).parents[1] / "reference" / "core_sly4.csv",
    delimiter=",",
    names=True,
    skip_header=1,
)
ONSET = 0.118553
# The reference differentiates over a stencil; in this one row it reaches across the muon threshold.
AT_THE_ONSET = np.abs(CORE["n_fm3"] / ONSET - 1.0) < 5e-3


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
        nuclear = SLY4.state(np.array(n_n), np.array(n_p))
        return (
            n_n * nuclear.u_n
            + n_p * nuclear.u_p
            - nuclear.energy
            + lepton_pressure(ELECTRONS, n_b * float(state.y_e))
            + lepton_pressure(MUONS, n_b * float(state.y_mu))
        )

    step = 1e-3 * n
    stencil = {-2: 1.0, -1: -8.0, 1: 8.0, 2: -1.0}
    slope = sum(w * pressure(n + i * step) for i, w in stencil.items()) / (12.0 * step)
    frozen = slope * n / float(state.eps + state.p)
    assert frozen == pytest.approx(float(state.ce2 + state.delta_all), rel=1e-9)


def test_euler_relation_holds_in_equilibrium(core):
    np.testing.assert_allclose(core.eps + core.p, core.n * core.mu_n, rtol=1e-14)


def test_muons_appear_at_the_density_of_an_independent_computation():
    assert muon_onset(SLY4, 0.08, 0.3) == pytest.approx(ONSET, abs=1e-6)


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

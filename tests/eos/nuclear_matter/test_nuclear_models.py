"""Every model of nuclear matter in the registry: derivatives, saturation, beta equilibrium."""

import csv
import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from stellar.constants import HBAR_C_MEV_FM
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.nuclear_matter.beta_equilibrium import at_density, at_potential, muon_onset
from stellar.eos.nuclear_matter.mean_field import dirac_gas

MODELS = {name: functional.recipe.model for name, functional in FUNCTIONALS.items()}
N_N = np.array([0.12, 0.3, 0.08, 1.0])
N_P = np.array([0.04, 0.02, 0.08, 0.15])

# n_0 [fm^-3], E/A, K, J, L [MeV] as printed: Chabanat 1997, 1998 (SLy); Goriely 2013 (BSk);
# Glendenning 1991; Sugahara & Toki 1994; Todd-Rutel & Piekarewicz 2005 (NL3); Fattoyev 2010;
# Tolos 2017; Typel 2010; Lalazissis 2005. None where the source does not print it or rounds to
# fewer digits than the model has.
SATURATION = {
    "sly4": (0.1595, -15.97, 229.9, 32.00, 45.96),
    "sly5": (0.160, -15.98, 229.9, 32.03, 48.27),
    "sly230a": (0.160, -15.99, 229.9, 31.99, 44.32),
    "bsk22": (0.1578, -16.088, 245.9, 32.0, 68.5),
    "bsk24": (0.1578, -16.048, 245.5, 30.0, 46.4),
    "bsk25": (0.1587, -16.032, 236.0, 29.0, 36.9),
    "bsk26": (0.1589, -16.064, 240.8, 30.0, 37.5),
    "gm1": (0.153, None, 300.0, 32.5, 94.0),
    "tm1": (0.145, -16.3, 281.0, 36.9, 110.8),
    "nl3": (0.148, -16.24, 271.5, 37.4, 118.5),
    "iufsu": (0.155, -16.40, 231.3, 31.30, 47.2),
    "fsu2r": (0.1505, None, None, 30.7, 46.9),
    "fsu2h": (0.1505, None, None, 30.5, 44.5),
    "dd2": (0.1491, -16.02, 242.7, 31.67, 55.03),
    "ddme2": (0.152, -16.1, 250.0, 32.3, 51.3),
}
TOLERANCES = (6e-4, 0.06, 1.0, 0.06, 0.1)


def reference_cores():
    """Columns by model, each an independent computation."""
    path = Path(__file__).parents[1] / "reference" / "cores.csv"
    rows = defaultdict(list)
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        rows[row.pop("model").lower()].append([float(value) for value in row.values()])
    return {model: np.array(values).T for model, values in rows.items()}


CORES = reference_cores()


@pytest.mark.parametrize("name", MODELS)
def test_potentials_and_curvatures_are_the_derivatives_of_the_energy(name):
    # complex step: exact to rounding, through the solution for the mean fields too
    model, step = MODELS[name], 1e-30
    state = model.state(N_N, N_P)
    by_n = model.state(N_N + 1j * step, N_P + 0j)
    by_p = model.state(N_N + 0j, N_P + 1j * step)
    for exact, imaginary in (
        (state.u_n, by_n.energy),
        (state.u_p, by_p.energy),
        (state.a_nn, by_n.u_n),
        (state.a_np, by_n.u_p),
        (state.a_np, by_p.u_n),
        (state.a_pp, by_p.u_p),
    ):
        np.testing.assert_allclose(exact, imaginary.imag / step, rtol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_saturation_properties_are_the_published_ones(name):
    model = MODELS[name]

    def symmetric(n):
        return model.state(np.array(0.5 * n), np.array(0.5 * n))

    def slope(n):  # of the energy per nucleon
        state = symmetric(n)
        return float(0.5 * (state.u_n + state.u_p) - state.energy / n)

    def symmetry_energy(n):
        state = symmetric(n)
        return float(n / 8.0 * (state.a_nn - 2.0 * state.a_np + state.a_pp))

    n_0 = brentq(slope, 0.1, 0.25, xtol=1e-14)
    state, step = symmetric(n_0), 1e-4
    bend = float(0.25 * (state.a_nn + 2.0 * state.a_np + state.a_pp))
    rise = (symmetry_energy(n_0 + step) - symmetry_energy(n_0 - step)) / (2.0 * step)
    found = (
        n_0,
        float(state.energy / n_0),
        9.0 * n_0 * bend,
        symmetry_energy(n_0),
        3.0 * n_0 * rise,
    )
    for value, printed, tolerance in zip(found, SATURATION[name], TOLERANCES, strict=True):
        assert printed is None or value == pytest.approx(printed, abs=tolerance)


@pytest.mark.parametrize("name", CORES)
def test_equilibrium_agrees_with_an_independent_computation(name):
    n, p, eps, mu_n, mu_e, y_e, y_mu, ce2, delta = CORES[name]
    state = at_density(MODELS[name], n)
    np.testing.assert_allclose(state.p, p, rtol=2e-9)
    np.testing.assert_allclose(state.eps, eps, rtol=1e-9)
    np.testing.assert_allclose(state.mu_n, mu_n, rtol=1e-9)
    np.testing.assert_allclose(state.mu_e, mu_e, rtol=1e-9)
    np.testing.assert_allclose(state.y_e, y_e, atol=1e-10)
    np.testing.assert_allclose(state.y_mu, y_mu, atol=1e-10)
    # the reference differentiates numerically
    np.testing.assert_allclose(state.ce2, ce2, atol=1e-8)
    np.testing.assert_allclose(state.delta_all, delta, atol=1e-8)


@pytest.mark.parametrize("name", MODELS)
def test_matter_is_stable_and_stratified_at_every_density_of_its_core(name):
    recipe = FUNCTIONALS[name].recipe
    state = at_density(recipe.model, np.geomspace(recipe.n_core, recipe.n_max, 300))
    assert np.all(state.ce2 > 0.0)
    assert np.all(state.delta_all >= state.delta_proton * (1.0 - 1e-12))
    assert np.all(state.delta_proton > 0.0)
    np.testing.assert_allclose(state.eps + state.p, state.n * state.mu_n, rtol=1e-13)


@pytest.mark.parametrize("name", MODELS)
def test_density_is_recovered_from_the_chemical_potential(name):
    model = MODELS[name]
    n = np.geomspace(0.09, 1.3, 30)
    state = at_density(model, n)
    again = at_potential(model, state.mu_n, 1.02 * n, 0.97 * state.mu_e)
    np.testing.assert_allclose(again.n, n, rtol=1e-12)
    np.testing.assert_allclose(again.mu_e, state.mu_e, rtol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_muons_appear_where_electrons_reach_their_rest_mass(name):
    onset = muon_onset(MODELS[name], 0.08, 0.3)
    below, above = at_density(MODELS[name], np.array([0.9999, 1.0001]) * onset).y_mu
    assert below == 0.0
    assert above > 0.0


@pytest.mark.parametrize(
    ("n", "gamma_1"),
    [(0.16, 3.36317), (0.24, 3.32439), (0.40, 3.17350), (0.80, 2.94099), (1.0, 2.88449)],
)
def test_frozen_index_of_bsk22_is_the_published_one(n, gamma_1):
    # Counsell, Gittins, Andersson & Tews 2025, Mon. Not. R. Astron. Soc. 536, 1967
    state = at_density(MODELS["bsk22"], np.array(n))
    found = (state.ce2 + state.delta_all) * (state.eps + state.p) / state.p
    assert float(found) == pytest.approx(gamma_1, rel=2e-4)


def test_nucleon_gas_without_field_is_the_ideal_fermi_gas():
    # ultrarelativistic limit: e = (3/4) (3 pi^2)^(1/3) n^(4/3)
    n = np.array(1e6) * HBAR_C_MEV_FM**3
    gas = dirac_gas(n, np.array(938.0), 939.0)
    expected = 0.75 * (3.0 * math.pi**2) ** (1.0 / 3.0) * n ** (4.0 / 3.0)
    assert float(gas.energy + 939.0 * n) == pytest.approx(float(expected), rel=1e-8)


def test_mean_fields_of_the_nonlinear_class_are_stationary():
    # without self-interaction and cross coupling the fields are explicit: W = (g/m)^2 n
    linear = replace(MODELS["nl3"], kappa=0.0, lam=0.0)
    n = 0.3
    state = linear.state(np.array(0.5 * n), np.array(0.5 * n))
    vector = (linear.g_omega / linear.m_omega) ** 2 * n * HBAR_C_MEV_FM**3
    ratio = (linear.g_sigma / linear.m_sigma) ** 2
    momentum = HBAR_C_MEV_FM * (1.5 * math.pi**2 * n) ** (1.0 / 3.0)

    def gap(mass):  # the Walecka model: M* = M - (g/m)^2 n_s(M*)
        energy = math.hypot(momentum, mass)
        scalar = mass * (momentum * energy - mass**2 * math.asinh(momentum / mass)) / math.pi**2
        return mass - linear.mass + ratio * scalar

    mass = brentq(gap, 1.0, linear.mass, xtol=1e-12)
    expected = vector + math.hypot(momentum, mass) - linear.mass
    assert float(state.u_n) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_equilibrium_speed_of_sound_is_the_slope_of_pressure_over_energy_density(name):
    # tenth-order differences, away from the muon threshold
    weights = np.array([-2.0, 25.0, -150.0, 600.0, -2100.0])
    weights = np.concatenate([weights, [0.0], -weights[::-1]]) / 2520.0
    for n in (0.2, 0.5, 0.9):
        near = at_density(MODELS[name], n * (1.0 + 0.02 * np.arange(-5, 6)))
        slope = (weights @ near.p) / (weights @ near.eps)
        assert float(near.ce2[5]) == pytest.approx(slope, rel=1e-10)

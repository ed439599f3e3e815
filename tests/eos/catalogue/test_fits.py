"""The pressure-density fits: the crust of the cores, and whole stars."""

from pathlib import Path

import numpy as np
import pytest

from stellar.constants import MEV_FM3_TO_G_CM3, MEV_FM3_TO_KM2
from stellar.eos.catalogue.description import sample
from stellar.eos.catalogue.fits import FITS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.fits.brussels import BSK_FITS
from stellar.eos.fits.haensel_potekhin import HP04_SLY
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.nuclear_matter.beta_equilibrium import at_density
from stellar.errors import InputError

CRUST = np.genfromtxt(
    Path(__file__).parents[1] / "reference" / "crust_sly.csv",
    delimiter=",",
    names=True,
    skip_header=1,
)
LOG_RHO = np.log10(CRUST["eps_MeVfm3"] * MEV_FM3_TO_G_CM3)


def test_pressure_and_speed_of_sound_agree_with_an_independent_evaluation():
    p, _, ce2 = HP04_SLY.state(LOG_RHO)
    np.testing.assert_allclose(p, CRUST["P_MeVfm3"], rtol=1e-8)
    np.testing.assert_allclose(ce2, CRUST["ce2"], rtol=1e-6)  # reference by differences


@pytest.mark.parametrize("name", FITS)
def test_slope_is_the_derivative_of_the_logarithm_of_pressure(name):
    fit = FITS[name].fit
    x = np.linspace(6.0, 15.8, 197)
    _, slope = fit.log_pressure(x)
    complex_step = fit.log_pressure(x + 1e-30j)[0].imag / 1e-30
    np.testing.assert_allclose(slope, complex_step, rtol=1e-12)


@pytest.mark.parametrize("name", FITS)
def test_density_is_recovered_from_the_log_enthalpy(name):
    fit = FITS[name].fit
    x = np.linspace(6.001, 15.8, 60)
    again = fit.log_density_at_gain(fit.enthalpy_gain(x), 15.8)
    np.testing.assert_allclose(again, x, rtol=1e-13)


@pytest.mark.parametrize("name", FITS)
def test_log_enthalpy_does_not_depend_on_the_panels_of_the_quadrature(name):
    fit = FITS[name].fit
    x = np.linspace(6.0, 15.8, 36)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    fine = [
        0.5 * (b - a) * (fit.enthalpy_slope(0.5 * (a + b) + 0.5 * (b - a) * nodes) @ weights)
        for a, b in zip(x, x[1:], strict=False)
    ]
    np.testing.assert_allclose(np.diff(fit.enthalpy_gain(x)), fine, rtol=1e-11)


@pytest.mark.parametrize("name", FITS)
def test_fitted_matter_is_stable_at_every_density(name):
    p, _, ce2 = FITS[name].fit.state(np.linspace(6.0, 15.8, 500))
    assert np.all(np.diff(p) > 0.0)
    assert np.all(ce2 > 0.0)


def test_baryon_density_of_the_tabulated_crust_agrees_with_an_independent_one():
    # The two place the join 0.1 per cent apart, which moves mu_B of the crust by 2e-7 only.
    inside = slice(1, -1)  # the first row is the end of the fit, the last lies at the join
    columns = sample(resolve("sly4"), 4000)
    n = np.interp(LOG_RHO[inside], np.log10(columns["eps_g_cm3"]), np.log10(columns["n_fm3"]))
    np.testing.assert_allclose(10.0**n, CRUST["n_fm3"][inside], rtol=2e-6)


def test_atmosphere_meets_the_fit_with_its_index():
    eos = resolve("sly4")
    outside, crust = eos.segments[:2]
    at_outside, at_crust = outside.evaluate(outside.h_hi), crust.evaluate(crust.h_lo)
    p, eps, ce2 = HP04_SLY.state(np.array(6.0))
    for state in (at_outside, at_crust):
        assert state.p / MEV_FM3_TO_KM2 == pytest.approx(float(p), rel=1e-11)
        assert state.eps / MEV_FM3_TO_KM2 == pytest.approx(float(eps), rel=1e-11)
        assert state.cs2_equilibrium == pytest.approx(float(ce2), rel=1e-11)


# p1..p9 of the separate fit of n to rho: Potekhin et al. 2013, eq. 3
C_CM_S = 2.99792458e10
DENSITY_FITS = {
    "BSk19": (0.378, 1.28, 17.2, 3.844, 3.778, 12.0741, 1.071e-5, 3.287, 0.613),
    "BSk20": (0.152, 1.02, 10.26, 3.691, 2.586, 12.057, 1.067e-5, 3.255, 0.6123),
    "BSk21": (0.085, 0.802, 16.35, 3.634, 2.931, 12.019, 1.05e-5, 3.187, 0.611),
}


@pytest.mark.parametrize("name", DENSITY_FITS)
def test_baryon_density_by_quadrature_agrees_with_its_own_published_fit(name):
    # The fits of P deviate by 4 per cent at most, which shifts n by that share of P/(eps + P), and
    # those of n by a few parts in a thousand.
    p = DENSITY_FITS[name]
    columns = sample(resolve(f"{name}-fit"), 3000)
    rho = columns["eps_g_cm3"]
    x = rho / 1.66e15
    inner = (p[0] * x ** p[1] + p[2] * x ** p[3]) / (1.0 + p[4] * x) ** 3
    outer = x / (p[6] + p[7] * x ** p[8])
    step = 1.0 / (np.exp(np.log10(rho) - p[5]) + 1.0)
    expected = x / (1.0 + step * outer + (1.0 - step) * inner)
    inside = (rho > 1e8) & (rho < 4e15)
    ratio = columns["n_fm3"][inside] / expected[inside]
    p_share = 1.0 / (1.0 + rho[inside] * C_CM_S**2 / columns["p_dyn_cm2"][inside])
    assert np.all(np.abs(ratio / ratio[0] - 1.0) < 3e-3 + 0.04 * p_share)


def test_outer_crusts_of_the_brussels_fits_agree_up_to_neutron_drip():
    # They rest on the same measured masses. One paper prints centre and width of the term that
    # peaks at drip in the wrong order: its three fits would miss 20 per cent of the pressure there.
    x = np.linspace(9.0, 11.7, 30)
    common = BSK_FITS["BSk24"].state(x)[0]
    for fit in BSK_FITS.values():
        np.testing.assert_allclose(fit.state(x)[0], common, rtol=0.025)


@pytest.mark.parametrize("name", ["bsk22", "bsk24", "bsk25", "bsk26"])
def test_pressure_of_a_brussels_fit_is_that_of_its_functional(name):
    # the fits deviate by 1 per cent on average, 4 per cent at most (Pearson et al. 2018)
    state = at_density(FUNCTIONALS[name].recipe.model, np.geomspace(0.1, 1.0, 40))
    fit = BSK_FITS[FUNCTIONALS[name].recipe.model.name]
    p, _, _ = fit.state(np.log10(state.eps * MEV_FM3_TO_G_CM3))
    np.testing.assert_allclose(p, state.p, rtol=0.04)


def test_a_fit_has_no_composition_and_is_stratified_only_by_hand():
    plain, by_hand = resolve("apr"), resolve("apr:gamma1=1.1x")
    assert plain.composition is None
    assert not plain.stratified
    assert by_hand.stratified
    assert by_hand.spec == resolve(by_hand.spec).spec == "apr:gamma1=1.1x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("apr:crust=none", "takes gamma1 only"),
        ("apr:core", "not of the form key=value"),
        ("apr:gamma1=-2", "0 < gamma1 <= 100"),
        ("apr:gama1=2", "Did you mean gamma1"),
    ],
)
def test_options_that_a_fit_does_not_have_are_refused(text, sentence):
    with pytest.raises(InputError, match=sentence):
        resolve(text)

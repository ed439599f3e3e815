"""The pressure-density fit of the crust."""

from pathlib import Path

import numpy as np
import pytest

from stellar.constants import MEV_FM3_TO_G_CM3, MEV_FM3_TO_KM2
from stellar.eos.catalogue import resolve
from stellar.eos.description import sample
from stellar.eos.fits.haensel_potekhin import HP04_SLY

CRUST = np.genfromtxt(
    Path(__file__).parent / "reference" / "crust_sly.csv", delimiter=",", names=True, skip_header=1
)
LOG_RHO = np.log10(CRUST["eps_MeVfm3"] * MEV_FM3_TO_G_CM3)


def test_pressure_and_speed_of_sound_agree_with_an_independent_evaluation():
    p, _, ce2 = HP04_SLY.state(LOG_RHO)
    np.testing.assert_allclose(p, CRUST["P_MeVfm3"], rtol=1e-8)
    np.testing.assert_allclose(ce2, CRUST["ce2"], rtol=1e-6)  # reference by differences


def test_slope_is_the_derivative_of_the_logarithm_of_pressure():
    x = np.linspace(6.0, 14.1, 82)
    _, slope = HP04_SLY.log_pressure(x)
    complex_step = HP04_SLY.log_pressure(x + 1e-30j)[0].imag / 1e-30
    np.testing.assert_allclose(slope, complex_step, rtol=1e-12)


def test_density_is_recovered_from_the_log_enthalpy():
    x = np.linspace(6.001, 14.1, 60)
    again = HP04_SLY.log_density_at_gain(HP04_SLY.enthalpy_gain(x), 14.1)
    np.testing.assert_allclose(again, x, rtol=1e-13)


def test_log_enthalpy_does_not_depend_on_the_panels_of_the_quadrature():
    x = np.linspace(6.0, 14.0, 30)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    fine = [
        0.5 * (b - a) * (HP04_SLY.enthalpy_slope(0.5 * (a + b) + 0.5 * (b - a) * nodes) @ weights)
        for a, b in zip(x, x[1:], strict=False)
    ]
    np.testing.assert_allclose(np.diff(HP04_SLY.enthalpy_gain(x)), fine, rtol=1e-11)


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

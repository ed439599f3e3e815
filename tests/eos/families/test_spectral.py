"""Spectral expansions (Lindblom 2010): the defining index, published points, joins, stars."""

import math

import numpy as np
import pytest
from reference_star import maximum_mass, radius_and_lambda

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.errors import InputError

GAMMAS = (0.9865, 0.1110, -0.0301, 0.0022)  # SLy of Lindblom 2010, table III
NAMED = ",".join(f"gamma_{order}={value}" for order, value in enumerate(GAMMAS))
SLY = f"spectral:{NAMED},p0=1.64e33,e0=2.05e14"


@pytest.fixture(scope="module")
def sly():
    return resolve(SLY)


def test_adiabatic_index_is_the_exponential_of_the_polynomial(sly):
    core = sly.segments[-1]
    h = np.geomspace(core.h_lo, core.h_hi, 60)
    state = core.evaluate(h)
    index = state.cs2_equilibrium * (state.eps + state.p) / state.p
    x = np.log(state.p / DYN_CM2_TO_KM2 / 1.64e33)
    np.testing.assert_allclose(index, np.exp(np.polynomial.Polynomial(GAMMAS)(x)), rtol=1e-10)


def test_constant_index_is_the_polytrope():
    # gamma_0 = ln 2 alone: eps = rho + p, p = K rho^2 above p0, in closed form
    eos = resolve(f"spectral:gamma_0={math.log(2.0)!r},p0=1e33,base=pp:SLy")
    core = eos.segments[-1]
    p0 = core.evaluate(core.h_lo)
    rho0 = p0.eps - p0.p  # up to the additive constant a, which joins fix; K = p0 / rho^2
    for h in np.linspace(core.h_lo, core.h_hi, 12).tolist():
        state = core.evaluate(h)
        growth = math.sqrt(state.p / p0.p)  # rho / rho_0
        assert state.eps == pytest.approx(growth * rho0 + state.p, rel=1e-12)


def test_expansion_passes_through_the_published_point(sly):
    # eps at p0, found by marching dh = dp/(eps + p) with the index alone
    core = sly.segments[-1]
    low, high = core.h_lo, core.h_hi
    for _ in range(200):
        h = 0.5 * (low + high)
        low, high = (h, high) if core.evaluate(h).p < 1.64e33 * DYN_CM2_TO_KM2 else (low, h)
    assert core.evaluate(h).eps / G_CM3_TO_KM2 == pytest.approx(2.05e14, rel=1e-11)


def test_stars_agree_with_an_independent_solution(sly):
    mass, radius = maximum_mass(sly)
    assert mass == pytest.approx(2.0457, abs=2e-4)
    assert radius == pytest.approx(9.963, abs=3e-3)
    radius, deformability = radius_and_lambda(sly)
    assert radius == pytest.approx(11.680, abs=3e-3)
    assert deformability == pytest.approx(292.8, rel=1e-3)


def test_coefficients_with_the_point_of_another_fit_give_another_star():
    radius, _ = radius_and_lambda(resolve(f"spectral:{NAMED},reference=lal"))
    assert radius == pytest.approx(12.51, abs=5e-3)


def test_denser_base_is_joined_where_the_curves_cross(sly):
    # the fit to SLy has 2.061e14 g/cm^3 at p0, the published point 2.05e14
    assert sly.transitions == ()
    core = sly.segments[-1]
    assert core.evaluate(core.h_lo).p < 1.64e33 * DYN_CM2_TO_KM2
    base = resolve("sly-fit")
    assert core.evaluate(core.h_lo).eps == pytest.approx(base.evaluate(core.h_lo).eps, rel=1e-11)


def test_lighter_base_leaves_a_join_that_is_reported():
    (join,) = resolve(f"spectral:{NAMED},reference=lal").transitions
    assert join.p / DYN_CM2_TO_KM2 == pytest.approx(5.371e32, rel=1e-4)
    assert join.eps_above / G_CM3_TO_KM2 == pytest.approx(1.28549e14, rel=1e-5)


def test_energy_density_of_the_base_is_taken_where_none_is_given():
    eos = resolve(f"spectral:{NAMED},p0=1.64e33")
    assert eos.transitions == ()
    core = eos.segments[-1]
    assert core.evaluate(core.h_lo).p / DYN_CM2_TO_KM2 == pytest.approx(1.64e33, rel=1e-12)


def test_canonical_specification_names_only_what_is_not_default():
    assert resolve(f"spectral:{NAMED},gamma_4=0,p0=1.64e33,base=sly-fit,reference=given").spec == (
        f"spectral:{NAMED},p0=1.64e+33".replace("0.1110", "0.111")
    )


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (f"spectral:{NAMED}", "mean nothing without the p0"),
        (f"spectral:{NAMED},p0=1e33,reference=lal", "already says"),
        (f"spectral:{NAMED},p0=1.64e33,e0=1e14", "do not cross nearby"),
        ("spectral:gamma0=1,p0=1e33", "Did you mean gamma_0"),
        ("spectral:gamma_0=9,p0=1e33", "at once"),
        ("spectral:gamma_0=1,p0=1e33,reference=bilby", "reference=given|lal"),
    ],
)
def test_impossible_expansion_is_refused(spec, reason):
    with pytest.raises(InputError, match=reason):
        resolve(spec)

"""The metamodel (Margueron et al. 2018): empirical parameters, SLy4 as known case, continuation."""

import numpy as np
import pytest
from reference_star import maximum_mass, radius_and_lambda

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.families.metamodel import FAMILY
from stellar.eos.nuclear_matter.beta_equilibrium import at_density
from stellar.eos.nuclear_matter.metamodel import Metamodel
from stellar.errors import InputError

# SLy4 as printed in the literature on the metamodel
SLY4 = Metamodel(
    0.1595, -15.97, 230.0, -363.0, 1587.0, 32.01, 46.0, -120.0, 521.0, -3197.0, 0.69, -0.19
)
EXAMPLE = FAMILY.example


def derivatives(function):
    """Derivatives by x = (n - n_sat)/(3 n_sat) at saturation, orders 0 to 4."""
    radius = 0.02
    t = np.cos(np.pi * (np.arange(13) + 0.5) / 13)
    fit = np.polynomial.Polynomial.fit(radius * t, function(SLY4.n_sat * (1 + 3 * radius * t)), 12)
    return [fit.deriv(order)(0.0) if order else fit(0.0) for order in range(5)]


def test_symmetric_matter_has_the_empirical_parameters():
    found = derivatives(lambda n: SLY4.state(n / 2, n / 2).energy / n)
    expected = [SLY4.E_sat, 0.0, SLY4.K_sat, SLY4.Q_sat, SLY4.Z_sat]
    for order, (value, wanted) in enumerate(zip(found, expected, strict=True)):
        assert value == pytest.approx(wanted, abs=10.0 ** (2 * order - 11))


def test_symmetry_energy_has_the_empirical_parameters():
    def symmetry_energy(n):
        state = SLY4.state(n / 2, n / 2)
        return n / 8.0 * (state.a_nn - 2.0 * state.a_np + state.a_pp)  # (1/2) d2(E/n)/d delta2

    found = derivatives(symmetry_energy)
    expected = [SLY4.E_sym, SLY4.L_sym, SLY4.K_sym, SLY4.Q_sym, SLY4.Z_sym]
    for order, (value, wanted) in enumerate(zip(found, expected, strict=True)):
        assert value == pytest.approx(wanted, abs=10.0 ** (2 * order - 11))


def test_effective_masses_are_the_given_ones():
    k, v = SLY4.kappa, SLY4.kappa_sym
    assert 1.0 / (1.0 + k) == pytest.approx(0.69, rel=1e-14)
    assert 1.0 / (1.0 + k + v) - 1.0 / (1.0 + k - v) == pytest.approx(-0.19, rel=1e-13)


def test_first_and_second_derivatives_belong_to_the_energy():
    n_n, n_p, step = np.array([0.05, 0.15, 0.35]), np.array([0.01, 0.02, 0.06]), 1e-5
    state = SLY4.state(n_n, n_p)

    def slope(name, along_n):
        up = SLY4.state(n_n + step * along_n, n_p + step * (not along_n))
        down = SLY4.state(n_n - step * along_n, n_p - step * (not along_n))
        return (getattr(up, name) - getattr(down, name)) / (2.0 * step)

    np.testing.assert_allclose(slope("energy", True), state.u_n, rtol=1e-6)
    np.testing.assert_allclose(slope("energy", False), state.u_p, rtol=1e-6)
    np.testing.assert_allclose(slope("u_n", True), state.a_nn, rtol=1e-5)
    np.testing.assert_allclose(slope("u_n", False), state.a_np, rtol=1e-5)
    np.testing.assert_allclose(slope("u_p", False), state.a_pp, rtol=1e-5)


def test_pressure_of_sly4_is_reproduced_where_the_series_holds_and_not_beyond():
    # beta equilibrium of the functional itself: 2.2401, 18.016 and 116.650 MeV/fm^3
    p = at_density(SLY4, np.array([0.16, 0.32, 0.6])).p
    assert p[0] == pytest.approx(2.2401, rel=2e-3)
    assert p[1] == pytest.approx(18.016, rel=1e-2)
    assert p[2] < 0.75 * 116.650


def test_star_below_the_continuation_is_that_of_the_functional():
    # the centre of a star of 0.5 solar masses lies below 2.5 n_sat
    metamodel, functional = resolve(f"{EXAMPLE},n_match=2.5"), resolve("sly4")
    bracket = {"h_low": 0.04, "h_high": 0.2}
    radius, deformability = radius_and_lambda(metamodel, 0.5, **bracket)
    expected_radius, expected = radius_and_lambda(functional, 0.5, **bracket)
    assert radius == pytest.approx(expected_radius, rel=1e-3)
    assert deformability == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize("above", ["cs2=0.3", "above=polytrope", "above=polytrope,gamma=3.5"])
def test_continuation_keeps_pressure_and_energy_density(above):
    eos = resolve(f"{EXAMPLE},{above}")
    outer, inner = eos.segments[-2:]
    outside, inside = outer.evaluate(outer.h_hi), inner.evaluate(inner.h_lo)
    assert inside.p == pytest.approx(outside.p, rel=1e-12)
    assert inside.eps == pytest.approx(outside.eps, rel=1e-12)
    index = inside.cs2_equilibrium * (inside.eps + inside.p) / inside.p
    if above == "cs2=0.3":
        assert inside.cs2_equilibrium == 0.3
    elif above == "above=polytrope":
        assert inside.cs2_equilibrium == pytest.approx(outside.cs2_equilibrium, rel=1e-11)
    else:
        assert index == pytest.approx(3.5, rel=1e-12)


def test_core_is_stratified_and_its_continuation_is_not():
    eos = resolve(EXAMPLE)
    core, above = eos.segments[-2:]
    assert eos.stratified
    assert core.evaluate(0.5 * (core.h_lo + core.h_hi)).delta > 0.0
    assert above.evaluate(1.1 * above.h_lo).delta == 0.0
    assert 0.0 < eos.composition.fractions(0.9 * core.h_hi)["Y_e"] < 0.1
    assert np.isnan(eos.composition.fractions(1.1 * above.h_lo)["Y_e"])


def test_stiffer_continuation_carries_more():
    soft, stiff = (maximum_mass(resolve(f"{EXAMPLE},cs2={c}"))[0] for c in (0.35, 0.9))
    assert 1.4 < soft < stiff < 3.5


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("K_sat=230", "K_sat=-230"), "0 < K_sat"),
        (("n_sat=0.1595", "n_sat=0.5"), "0.1 < n_sat"),
        (("L_sym=46", "L_sym=-150"), "not matter"),
        (("Q_sym=521", "crust=iron"), "crust=sly|bsk24|none"),
    ],
)
def test_impossible_metamodel_is_refused(change, reason):
    with pytest.raises(InputError, match=reason):
        resolve(EXAMPLE.replace(*change))

"""Quasi-normal modes in full general relativity: published spectra, limits, and completeness."""

import math

import pytest
from layered import stratified

from stellar.constants import C_KM_S, G_CM3_TO_KM2, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.quasinormal import find_modes

BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
AKS = EnergyPolytrope(1.0, 100.0)
AKS_EOS = ColdEOS("aks", (AKS,), "energy polytrope")
AKS_H_C = 2.0 * math.log1p(100.0 * 1e16 * G_CM3_TO_KM2)
# the star of the further digits: 1e16 g/cm^3 in units of 7.42591549e-19 km^-2
AKS_DIGITS_H_C = 2.0 * math.log1p(100.0 * 7.42591549e-3)


@pytest.fixture(scope="module")
def bu0():
    return solve_background(BU0, math.log1p(2.0 * 100.0 * 1.28e-3), 1e-11)


@pytest.fixture(scope="module")
def aks():
    return solve_background(AKS_EOS, AKS_H_C, 1e-11)


@pytest.fixture(scope="module")
def layered_search():
    star = solve_background(stratified(AKS, 1.1), AKS_DIGITS_H_C, 1e-11)
    return star, find_modes(star, 2, ModeRequest(("f", "p", "g"), 3))


def by_label(star, search):
    return {mode.label: mode.omega * star.mass for mode in search.modes}


def test_benchmark_star_rings_and_decays_as_published(bu0):
    search = find_modes(bu0, 2, ModeRequest(("f",), 1))
    (f,) = search.modes
    assert f.omega.real * HZ_PER_INVERSE_KM == pytest.approx(1578.3, abs=0.05)
    assert 1.0 / (f.omega.imag * C_KM_S) == pytest.approx(0.2933, abs=5e-5)
    assert search.complete


@pytest.mark.parametrize(
    ("l", "expected"),
    [
        (
            2,
            {
                "f": (0.06838870253, 2.351067e-5),
                "p1": (0.16063877379, 4.779515e-6),
                "p2": (0.24626982563, 1.614284e-7),
                "p3": (0.32813741998, 2.089834e-9),
            },
        ),
        (3, {"f": (0.08949746882, 2.321975e-7), "p1": (0.18918672516, 2.290195e-7)}),
        (4, {"f": (0.10528220, 2.3194e-9), "p1": (0.21265299, 7.80729e-9)}),
    ],
)
def test_benchmark_star_agrees_with_a_spectral_code_to_its_digits(bu0, l, expected):
    search = find_modes(bu0, l, ModeRequest(("f", "p"), len(expected) - 1))
    found = by_label(bu0, search)
    assert list(found) == list(expected)
    for label, (real, imag) in expected.items():
        assert found[label].real == pytest.approx(real, abs=1e-8 if l == 4 else 2e-11)
        assert found[label].imag == pytest.approx(imag, rel=2e-5 if l == 4 else 1e-6)
    assert search.complete
    assert all(mode.nodes == mode.n for mode in search.modes)


def test_very_compact_star_has_its_published_fluid_modes(aks):
    # Andersson, Kokkotas & Schutz (1995); Krueger (2015). The star is radially unstable
    found = by_label(aks, find_modes(aks, 2, ModeRequest(("f", "p"), 3)))
    assert found["f"] == pytest.approx(0.171 + 6.19e-5j, abs=5e-4)
    assert found["f"].imag == pytest.approx(6.19e-5, abs=5e-8)
    assert found["p1"].real == pytest.approx(0.344, abs=5e-4)
    assert found["p1"].imag == pytest.approx(2.46e-6, abs=5e-9)
    assert found["p2"].real == pytest.approx(0.5025, abs=5e-5)
    assert found["p2"].imag == pytest.approx(3.97e-5, abs=5e-8)
    assert found["p3"].real == pytest.approx(0.658, abs=5e-4)
    assert found["p3"].imag == pytest.approx(3.38e-6, abs=1e-8)
    assert found["p2"].imag > found["p1"].imag  # damping is not monotonic in the order


def test_space_time_modes_of_a_very_compact_star_are_the_published_ones(aks):
    search = find_modes(aks, 2, ModeRequest(("w",), 2))
    found = by_label(aks, search)
    assert found["w1"].real == pytest.approx(0.471, abs=5e-4)
    assert found["w1"].imag == pytest.approx(0.056, abs=5e-4)
    assert found["w2"].real == pytest.approx(0.653, abs=5e-4)
    assert found["w2"].imag == pytest.approx(0.164, abs=5e-4)
    # interface modes, damped more than what lies to their right
    assert found["wII1"] == pytest.approx(0.5594 + 0.3843j, abs=1e-4)
    assert found["wII2"] == pytest.approx(0.3538 + 0.8383j, abs=1e-4)
    assert search.complete


def test_space_time_modes_agree_with_a_spectral_code_to_its_digits(bu0):
    search = find_modes(bu0, 2, ModeRequest(("w",), 2))
    found = by_label(bu0, search)
    assert found["w1"].real == pytest.approx(0.43728790812, abs=5e-10)
    assert found["w1"].imag == pytest.approx(0.3045429, abs=1e-7)
    assert found["w2"] == pytest.approx(0.77252348172 + 0.3784775j, abs=1e-7)
    assert found["wII1"] == pytest.approx(0.19341 + 0.32417j, abs=1e-5)
    assert search.complete


def test_gravity_modes_have_their_published_frequencies_and_damping(layered_search):
    star, search = layered_search
    found = by_label(star, search)
    assert [m.label for m in search.modes] == ["g3", "g2", "g1", "f", "p1", "p2", "p3"]
    # damping times up to a day come from a flux, not from a difference
    for label, real, imag in [
        ("g1", 0.04534458351, 1.408478e-12),
        ("g2", 0.03068347592, 1.166205e-13),
        ("g3", 0.02321534404, 8.49955e-16),
    ]:
        assert found[label].real == pytest.approx(real, abs=2e-11)
        assert found[label].imag == pytest.approx(imag, rel=2e-6)
    assert search.complete


def test_error_estimates_cover_the_change_to_a_much_finer_solution(layered_search):
    star, search = layered_search
    precise = find_modes(star, 2, ModeRequest(("f", "p", "g"), 3), 1e-11)
    rough = find_modes(star, 2, ModeRequest(("f", "p", "g"), 3), 1e-7)
    for coarse, fine in zip(rough.modes, precise.modes, strict=True):
        difference = coarse.omega - fine.omega
        assert abs(difference.real) < coarse.omega_re_err + fine.omega_re_err
        assert abs(difference.imag) < coarse.omega_im_err + fine.omega_im_err
        assert coarse.omega_re_err < 1e-5 * coarse.omega.real


def test_barotrope_has_no_gravity_modes_and_says_so(bu0):
    search = find_modes(bu0, 2, ModeRequest(("f", "g", "i"), 2))
    assert [mode.label for mode in search.modes] == ["f"]
    assert "not stratified" in search.message
    assert "no density jump" in search.message


def test_incompressible_star_in_the_newtonian_limit_is_the_kelvin_sphere():
    # omega^2 = 2 l (l - 1)/(2 l + 1) M/R^3, corrections of the order of the compactness
    compactness = 1e-5
    root = math.sqrt(1.0 - 2.0 * compactness)
    h_c = math.log(2.0 * root / (3.0 * root - 1.0))
    star = solve_background(ColdEOS("c", (ConstantDensity(1e-8),), "c"), h_c, 1e-11)
    for l in (2, 3):
        search = find_modes(star, l, ModeRequest(("f", "p"), 1))
        (f,) = search.modes  # no p-modes without compressibility
        kelvin = math.sqrt(2.0 * l * (l - 1) / (2.0 * l + 1) * star.mass / star.radius**3)
        assert f.omega.real == pytest.approx(kelvin, rel=3.0 * compactness)
        if l == 2:  # quadrupole formula for potential flow: 1/tau = (2/25) omega^4 M R^2
            damping = 0.08 * f.omega.real**4 * star.mass * star.radius**2
            assert f.omega.imag == pytest.approx(damping, rel=10.0 * compactness)


def test_newtonian_limit_of_the_n_1_polytrope():
    # f = 1.22695 sqrt(M/R^3) at compactness 1e-4
    star = solve_background(AKS_EOS, 1.00013e-4, 1e-11)
    assert star.compactness == pytest.approx(1e-4, rel=1e-3)
    (f,) = find_modes(star, 2, ModeRequest(("f",), 1)).modes
    unit = math.sqrt(star.mass / star.radius**3)
    assert f.omega.real / unit == pytest.approx(1.22695, abs=5e-6)


def test_band_returns_every_mode_between_its_ends_and_no_other(bu0):
    lo, hi = 0.1 / bu0.mass, 0.35 / bu0.mass
    search = find_modes(bu0, 2, ModeRequest(("f", "p"), band=(lo, hi)))
    assert [mode.label for mode in search.modes] == ["p1", "p2", "p3"]
    assert search.complete


def test_density_jump_has_one_interface_mode_and_a_barotrope_no_other_slow_mode():
    # rest-mass density 15 % higher inside; digits of an independent spectral code
    k, h_t, jump = 100.0 * MSUN_KM**2, 0.13, 0.15
    ratio = math.expm1(h_t) / 2.0  # p/rho outside
    rho, inner_ratio = ratio / k, ratio / (1.0 + jump)
    inner = RestMassPolytrope(
        2.0,
        inner_ratio / (rho * (1.0 + jump)),
        math.expm1(h_t) - 2.0 * inner_ratio,
        h_lo=h_t,
    )
    eos = ColdEOS("jump", (RestMassPolytrope(2.0, k, h_hi=h_t), inner), "jump")
    star = solve_background(eos, 0.2279320680, 1e-11)
    search = find_modes(star, 2, ModeRequest(("f", "p", "g", "i"), 1))
    found = by_label(star, search)
    assert list(found) == ["i1", "f", "p1"]
    for label, real, imag in [
        ("i1", 0.028871308, 5.061e-10),
        ("f", 0.063254631, 1.9696e-5),
        ("p1", 0.145498726, 6.0176e-6),
    ]:
        assert found[label].real == pytest.approx(real, abs=1e-9)
        assert found[label].imag == pytest.approx(imag, rel=2e-4)
    assert search.complete


def test_dipole_is_refused_as_it_does_not_radiate(bu0):
    with pytest.raises(ArithmeticError, match="l >= 2"):
        find_modes(bu0, 1, ModeRequest(("f",), 1))

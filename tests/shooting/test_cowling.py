"""Cowling modes against closed solutions, published values and the asymptotics of g-modes."""

import math

import numpy as np
import pytest
from layered import Stratified, stratified, two_layers

from stellar.constants import G_CM3_TO_KM2, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.cowling_equations import CowlingProblem
from stellar.shooting.march import centre_matter, march, x_at
from stellar.shooting.nodes import signed_node_count, stratification
from stellar.shooting.phase import mode_counts, mode_profiles

FLUID = ("f", "p", "g", "i")
BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)
AKS = EnergyPolytrope(1.0, 100.0)  # Andersson, Kokkotas & Schutz 1995, eps_c = 1e16 g/cm^3
AKS_H_C = 2.0 * math.log1p(100.0 * 1e16 * G_CM3_TO_KM2)


@pytest.fixture(scope="module")
def bu0():
    return solve_background(BU0, BU0_H_C)


@pytest.fixture(scope="module")
def layered_aks():
    return solve_background(stratified(AKS, 1.1), AKS_H_C)


@pytest.fixture(scope="module")
def aks_search(layered_aks):
    return cowling_modes(layered_aks, 2, ModeRequest(FLUID, 3))


def by_label(search):
    return {mode.label: mode for mode in search.modes}


def test_benchmark_star_bu0_has_its_published_spectrum(bu0):
    search = cowling_modes(bu0, 2, ModeRequest(FLUID, 4))
    frequencies_khz = [m.omega.real * HZ_PER_INVERSE_KM / 1e3 for m in search.modes]
    assert frequencies_khz == pytest.approx(
        [1.88290, 4.10648, 6.03018, 7.86689, 9.66560], abs=5.1e-6
    )
    # the request names g and i too: a barotrope without a density jump has neither
    assert [m.label for m in search.modes] == ["f", "p1", "p2", "p3", "p4"]
    assert [m.nodes for m in search.modes] == [0, 1, 2, 3, 4]
    assert search.complete


@pytest.mark.parametrize("l", [1, 2, 3, 4])
def test_newtonian_incompressible_sphere_rings_at_the_square_root_of_l(l):
    # potential flow xi = grad(r^l Y), gravity fixed: omega^2 = l M / R^3
    eos = ColdEOS("c", (ConstantDensity(1e-3),), "constant-density")
    squares = []
    for h_c in (1e-5, 2e-5):
        star = solve_background(eos, h_c)
        (mode,) = cowling_modes(star, l, ModeRequest(FLUID, 2)).modes
        squares.append(mode.omega.real**2 * star.radius**3 / star.mass)
    assert 2.0 * squares[0] - squares[1] == pytest.approx(l, rel=1e-8)


def test_two_newtonian_layers_have_their_surface_and_interface_mode():
    """xi = grad psi in each layer, psi = r^l and B r^l + C r^(-l-1); a quadratic in omega^2.

    xi_r continuous; eps (omega^2 psi - g xi_r) continuous at the wall and zero at the surface.
    """
    l, outer, inner = 2, 1e-3, 1.3e-3
    scaled = []
    for h_c in (1e-5, 2e-5):
        star = solve_background(two_layers(outer, inner, 0.4 * h_c), h_c)
        modes = by_label(cowling_modes(star, l, ModeRequest(FLUID, 2)))
        assert set(modes) == {"i1", "f"}
        _, a, m = star.break_states[0]
        expected = np.sqrt(
            layer_squares(l, outer, inner, a, star.radius, m / a**2, star.mass / star.radius**2)
        )
        scaled.append([modes["i1"].omega.real, modes["f"].omega.real] / expected)
    assert 2.0 * scaled[0] - scaled[1] == pytest.approx([1.0, 1.0], rel=1e-8)


def layer_squares(l, outer, inner, a, radius, g_wall, g_surface):
    """Roots omega^2 of the 3x3 determinant in (A, B, C), ascending."""

    def determinant(square):
        inside, grow, decay = a**l, a**l, a ** (-l - 1)
        inside_r, grow_r, decay_r = l * inside / a, l * grow / a, -(l + 1) * decay / a
        surface = [
            square * psi - g_surface * psi_r
            for psi, psi_r in (
                (radius**l, l * radius ** (l - 1)),
                (radius ** (-l - 1), -(l + 1) * radius ** (-l - 2)),
            )
        ]
        wall = [
            eps * (square * psi - g_wall * psi_r)
            for eps, psi, psi_r in (
                (inner, inside, inside_r),
                (outer, grow, grow_r),
                (outer, decay, decay_r),
            )
        ]
        return np.linalg.det(
            [[inside_r, -grow_r, -decay_r], [wall[0], -wall[1], -wall[2]], [0.0, *surface]]
        )

    unit = g_surface / radius
    points = np.array([0.0, 1.0, 2.0]) * unit
    values = [determinant(square) for square in points]
    return np.sort(np.roots(np.polyfit(points / unit, np.array(values) / values[0], 2)).real) * unit


def test_stratified_star_has_an_ordered_sequence_of_gravity_modes_below_f(aks_search):
    labels = [mode.label for mode in aks_search.modes]
    assert labels == ["g3", "g2", "g1", "f", "p1", "p2", "p3"]
    omegas = [mode.omega.real for mode in aks_search.modes]
    assert omegas == sorted(omegas)
    assert aks_search.complete


def test_cowling_frequencies_lie_where_full_relativity_puts_them(layered_aks, aks_search):
    """Full GR: M omega g1 0.0453, g2 0.0307, g3 0.0232 (Krueger et al. 2015).

    Perturbed gravity lowers f, and raises g-modes of this star by 3 to 10 %.
    """
    modes = by_label(aks_search)
    for label, full in (("g1", 0.0453), ("g2", 0.0307), ("g3", 0.0232)):
        ratio = full / (modes[label].omega.real * layered_aks.mass)
        assert 1.02 < ratio < 1.11
    assert modes["f"].omega.real * layered_aks.mass > 0.171


def test_periods_of_high_gravity_modes_are_spaced_evenly(layered_aks):
    """Asymptotics: omega_n^-1 grows by pi / int [L e^nu S Phi']^(1/2) dr/r from one n to the next.

    (Tassoul 1980, with the local dispersion relation of the relativistic equations.)
    """
    l = 2

    def rates(here, _):
        square = l * (l + 1) * here.exp_nu * stratification(here) * here.phi_slope
        return np.array([math.sqrt(square) / here.r])

    x_range = (1e-3 * layered_aks.x_surface, x_at(layered_aks, 1e-9))
    start = centre_matter(layered_aks, x_range[0])
    _, phase = march(layered_aks, rates, start, np.zeros(1), x_range, rtol=1e-8, atol=1e-8)
    spacing = math.pi / float(phase[0])
    band = (0.0058 / layered_aks.mass, 0.0072 / layered_aks.mass)
    search = cowling_modes(layered_aks, l, ModeRequest(("g",), band=band), rtol=1e-8)
    periods = [1.0 / mode.omega.real for mode in search.modes]
    assert len(periods) >= 3
    assert -np.diff(periods) == pytest.approx(np.full(len(periods) - 1, spacing), rel=0.01)


def test_a_band_holds_the_same_modes_as_the_request_by_order(layered_aks, aks_search):
    band = (0.025 / layered_aks.mass, 0.5 / layered_aks.mass)
    search = cowling_modes(layered_aks, 2, ModeRequest(FLUID, band=band))
    modes, reference = by_label(search), by_label(aks_search)
    assert list(modes) == ["g2", "g1", "f", "p1"]
    for label, mode in modes.items():
        assert mode.omega.real == pytest.approx(reference[label].omega.real, rel=1e-8)
    assert search.complete


def test_the_count_rises_through_each_integer_once(layered_aks):
    """Completeness rests on a count that never falls."""
    omegas = np.geomspace(0.01, 1.0, 60) / layered_aks.mass
    counts = mode_counts(CowlingProblem(layered_aks, 2), layered_aks, omegas, 1e-7)
    floors = np.floor(counts)
    assert np.all(np.diff(floors) >= 0.0)
    assert floors[0] <= -8
    assert floors[-1] >= 4


def test_signed_node_count_of_an_eigenfunction_is_the_count_of_its_mode(layered_aks, aks_search):
    omegas = np.array([mode.omega.real for mode in aks_search.modes])
    problem = CowlingProblem(layered_aks, 2)
    profile = mode_profiles(problem, layered_aks, omegas, 1e-8)
    for k, expected in enumerate([-3, -2, -1, 0, 1, 2, 3]):
        assert signed_node_count(profile.u[:, k], profile.v[:, k]) == expected


def test_interface_mode_keeps_its_name_when_weak_stratification_adds_gravity_modes():
    """A jump of 30 % holds its mode far above the g-modes of a Gamma_1 that is 1 % off."""
    h_wall, h_c = 0.1, 0.2
    outer = RestMassPolytrope(2.0, 100.0, 0.0, 0.0, h_wall)
    core = polytrope_core(outer, h_wall, 0.3)
    plain = solve_background(ColdEOS("jump", (outer, core), "jump"), h_c)
    layered = tuple(
        Stratified(segment, 1.01, segment.h_lo, segment.h_hi) for segment in (outer, core)
    )
    mixed = solve_background(ColdEOS("mixed", layered, "mixed", stratified=True), h_c)
    alone = by_label(cowling_modes(plain, 2, ModeRequest(FLUID, 2), 1e-8))
    among = by_label(cowling_modes(mixed, 2, ModeRequest(FLUID, 2), 1e-8))
    assert list(alone) == ["i1", "f", "p1", "p2"]
    assert list(among) == ["g2", "g1", "i1", "f", "p1", "p2"]
    assert among["i1"].omega.real == pytest.approx(alone["i1"].omega.real, rel=0.02)


def test_a_jump_too_small_to_hold_a_mode_is_reported_as_such():
    h_wall = 0.1
    outer = RestMassPolytrope(2.0, 100.0, 0.0, 0.0, h_wall)
    pieces = (outer, polytrope_core(outer, h_wall, 1e-5))
    layered = tuple(Stratified(segment, 1.2, segment.h_lo, segment.h_hi) for segment in pieces)
    star = solve_background(ColdEOS("tiny", layered, "tiny", stratified=True), 0.2)
    search = cowling_modes(star, 2, ModeRequest(("f", "i"), 1), 1e-6)
    assert [mode.label for mode in search.modes] == ["f"]
    assert "buoyancy" in search.message
    assert search.complete


def test_unstable_stratification_has_no_oscillating_gravity_modes():
    """Gamma_1 below equilibrium: N^2 < 0, the g-modes are convection and the search says so."""
    star = solve_background(stratified(EnergyPolytrope(1.0, 100.0), 0.95), 0.2)
    search = cowling_modes(star, 2, ModeRequest(("f", "g"), 1), 1e-7)
    assert [mode.label for mode in search.modes] == ["f"]
    assert not search.complete
    assert search.message


def polytrope_core(outer, h_wall, drop):
    """Gamma = 2 matter above h_wall, rest mass denser by a factor at the same pressure."""
    state = outer.evaluate(h_wall)
    p = float(state.p)
    # eps + p = rho e^h fixes rho', then w = p / rho' gives K and the offset a of e^h = 1 + a + 2 w
    density = (float(state.eps + state.p) / math.exp(h_wall)) * (1.0 + drop)
    w = p / density
    return RestMassPolytrope(2.0, w / density, math.expm1(h_wall) - 2.0 * w, h_wall, math.inf)


def test_error_estimate_covers_the_error_of_a_loose_solution(bu0):
    request = ModeRequest(FLUID, 3)
    fine = cowling_modes(bu0, 3, request).modes
    coarse = cowling_modes(solve_background(BU0, BU0_H_C, 1e-7), 3, request, rtol=1e-7).modes
    for good, rough in zip(fine, coarse, strict=True):
        assert abs(rough.omega - good.omega) < rough.omega_re_err < 1e-4 * abs(rough.omega)


def test_degree_zero_is_refused(bu0):
    with pytest.raises(ArithmeticError, match="l >= 1"):
        cowling_modes(bu0, 0, ModeRequest(FLUID, 1))

"""The Cowling pencils against published frequencies, closed solutions and the shooting solver."""

import math

import pytest
import torch

from parode_core import Status
from parode_core.eigen import general_pencil, symmetric_pencil
from stellar.constants import G_CM3_TO_KM2, HZ_PER_INVERSE_KM
from stellar.oscillations.cowling_elements import cowling_elements
from stellar.oscillations.cowling_spectrum import cowling_spectrum, fluid_modes
from stellar.oscillations.displacement_pencil import displacement_pencil
from stellar.oscillations.labels import label_fluid
from stellar.oscillations.potential_flow import barotropic_pencil, barotropic_spectrum
from stellar.shooting.cowling_equations import CowlingProblem

BU0 = "polytrope:gamma=2,K=100"
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)
SOFT = "energy-polytrope:n=1.5,K=100"
HYBRID = "css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8"
STRATIFIED_HYBRID = "css:base=(pp:SLy,gamma1=1.1x),rho_t=5e14,deps=0.2,cs2=0.8"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
AKS_H_C = 2.0 * math.log1p(100.0 * 1e16 * G_CM3_TO_KM2)


def potential_flow(star, l, modes):
    found = barotropic_spectrum(star, l, modes)
    assert found.status[0].tolist() == [Status.OK] * modes
    return found.omega_squared[0].sqrt(), found.order[0].tolist()


def displacement(star, l, modes):
    found = cowling_spectrum(star, l, tolerance=1e-5)
    assert found.status[0, :modes].tolist() == [Status.OK] * modes
    return found.omega[0, :modes], found.signed_nodes[0, :modes].tolist()


BOTH = pytest.mark.parametrize("solver", [potential_flow, displacement])


@BOTH
def test_benchmark_star_bu0_has_its_published_spectrum(solver, star_on_nodes):
    omega, order = solver(star_on_nodes((BU0,), (BU0_H_C,), 24), 2, 5)
    khz = (omega * HZ_PER_INVERSE_KM / 1e3).tolist()
    assert khz == pytest.approx([1.88290, 4.10648, 6.03018, 7.86689, 9.66560], abs=5.1e-6)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("l", [1, 2, 3, 4])
def test_both_pencils_and_the_shooting_solver_agree_on_bu0(l, star_on_nodes, counts_of_shooting):
    star = star_on_nodes((BU0,), (BU0_H_C,), 24)
    omega, order = potential_flow(star, l, 4)
    other, signed = displacement(star, l, 4)
    assert signed == order == [0, 1, 2, 3]
    assert other.tolist() == pytest.approx(omega.tolist(), rel=1e-10)

    def problem(star):
        return CowlingProblem(star, l)

    counts = counts_of_shooting(problem, BU0, BU0_H_C, omega.tolist(), 1e-8)
    for n, (below, above) in zip(order, counts, strict=True):
        assert below < n < above


CASES = [
    (potential_flow, SOFT, 0.15, 24, 4),
    (potential_flow, "energy-polytrope:n=0.6,K=100", 0.2, 20, 4),
    (potential_flow, "pp:SLy", 0.25, 14, 4),
    (potential_flow, HYBRID, 0.3, 14, 4),
    (potential_flow, "mit:B=60", 0.2, 20, 4),
    (displacement, LAYERED, 0.25, 24, 16),
    (displacement, "polytrope:gamma=2,K=100,gamma1=2.2", 0.2, 24, 16),
    (displacement, STRATIFIED_HYBRID, 0.3, 14, 8),
]


@pytest.mark.parametrize(("solver", "spec", "h_c", "nodes", "modes"), CASES)
def test_the_shooting_solver_counts_the_same_modes(
    solver, spec, h_c, nodes, modes, star_on_nodes, counts_of_shooting
):
    omega, order = solver(star_on_nodes((spec,), (h_c,), nodes), 2, modes)
    assert order == list(range(order[0], order[0] + modes))

    def problem(star):
        return CowlingProblem(star, 2)

    counts = counts_of_shooting(problem, spec, h_c, omega.tolist(), 1e-8)
    for n, (below, above) in zip(order, counts, strict=True):
        assert below < n < above


@pytest.mark.parametrize("l", [1, 2, 3, 4])
def test_newtonian_incompressible_sphere_rings_at_the_square_root_of_l(l, star_on_nodes):
    # potential flow xi = grad(r^l Y), gravity fixed: omega^2 = l M / R^3
    star = star_on_nodes(("constant-density:eps=1e15",) * 2, (1e-5, 2e-5), 12)
    found = barotropic_spectrum(star, l, 1).omega_squared[:, 0] / star.unit
    near, far = found.tolist()
    assert 2.0 * near - far == pytest.approx(l, rel=1e-8)


@pytest.mark.parametrize(
    ("spec", "h_c", "nodes", "lowest"),
    [(HYBRID, 0.3, 14, -1), (SOFT, 0.15, 24, 0), ("mit:B=60", 0.2, 20, 0)],
)
def test_the_two_pencils_agree(spec, h_c, nodes, lowest, star_on_nodes):
    star = star_on_nodes((spec,), (h_c,), nodes)
    by_flow, order = potential_flow(star, 2, 4)
    by_displacement, signed = displacement(star, 2, 4)
    assert order == signed == list(range(lowest, lowest + 4))
    assert by_displacement.tolist() == pytest.approx(by_flow.tolist(), rel=1e-8)


def test_labels_of_a_star_with_a_density_jump(star_on_nodes):
    spectrum = cowling_spectrum(star_on_nodes((HYBRID,), (0.3,), 16), 2, tolerance=1e-5)
    labels = label_fluid(fluid_modes(spectrum, 0)[:4])
    assert [label.label for label in labels] == ["i1", "f", "p1", "p2"]
    # a single jump in a star without other buoyancy holds all of it
    assert fluid_modes(spectrum, 0)[0].interface_shares == (1.0,)


def test_labels_and_nodes_of_a_stratified_star(star_on_nodes):
    star = star_on_nodes((LAYERED,), (AKS_H_C,), 24)
    modes = fluid_modes(cowling_spectrum(star, 2), 0)
    named = dict(zip((label.label for label in label_fluid(modes)), modes, strict=True))
    for name in ("g5", "g4", "g3", "g2", "g1", "f", "p1", "p2", "p3"):
        assert named[name].nodes == (0 if name == "f" else int(name[1:]))
    # Cowling g-modes lie 3-10 % below those of full GR (Krueger 2015: 0.0453, 0.0307, 0.0232)
    mass = float(star.compactness * star.radius)
    for name, full in (("g1", 0.0453), ("g2", 0.0307), ("g3", 0.0232)):
        assert 1.0 < full / (mass * named[name].omega) < 1.11


def test_periods_of_high_g_modes_tend_to_equal_spacing(star_on_nodes):
    # Tassoul 1980
    found = cowling_spectrum(star_on_nodes((LAYERED,), (0.25,), 32), 2)
    signed, omega = found.signed_nodes[0], found.omega[0]
    periods = [1.0 / float(omega[signed == -n]) for n in range(1, 14)]
    spacings = [b - a for a, b in zip(periods, periods[1:], strict=False)]
    unevenness = [abs(b / a - 1.0) for a, b in zip(spacings, spacings[1:], strict=False)]
    for low, high in zip(unevenness, unevenness[1:], strict=False):
        assert high < low
    assert unevenness[-1] < 1e-3


def test_the_filter_keeps_no_mode_that_is_not_there(star_on_nodes):
    """Every resolved p-mode of a coarse star is a mode of a fine one."""
    coarse = cowling_spectrum(star_on_nodes((BU0,), (BU0_H_C,), 20), 2)
    exact = (
        barotropic_spectrum(star_on_nodes((BU0,), (BU0_H_C,), 32), 2, 20, size=40)
        .omega_squared[0]
        .sqrt()
    )
    kept = coarse.omega[0][coarse.omega[0].isfinite()]
    assert 3 <= kept.numel() < 20
    distance = (kept.unsqueeze(1) - exact).abs().amin(dim=1) / kept
    assert float(distance.max()) < 1e-6


def test_barotropic_pencil_is_symmetric_and_positive(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_H_C,), 16)
    a, b = barotropic_pencil(star, 2, 12)
    for matrix in (a, b):
        assert torch.allclose(matrix, matrix.mT, rtol=0.0, atol=1e-15 * float(matrix.max()))
        assert float(torch.linalg.eigvalsh(matrix).min()) > 0.0


def test_barotropic_matter_has_as_many_null_modes_as_radial_displacements(star_on_nodes):
    """They stay at zero, apart from all true modes, whatever the resolution."""
    star = star_on_nodes((BU0,), (BU0_H_C,), 20)
    for size in (8, 12, 16):
        k, m = displacement_pencil(star, 2, size)
        values = symmetric_pencil(k, m).values[0] / star.unit
        assert float(values[: size + 1].abs().max()) < 1e-8
        assert float(values[size + 1]) > 1.0


def collocation(star, l):
    """A and B of all elements of one star, their edges and ends as rows below, [1, n, n]."""
    parts = cowling_elements(star, star.fields, l)
    whole = []
    for name in ("a", "b"):
        inside, below, above = (
            getattr(part, name)[0] for part in (parts.inside, parts.behind, parts.ahead)
        )
        count, rows, size = inside.shape
        q = torch.eye(count * size, dtype=torch.float64).unflatten(0, (count, size)).unsqueeze(0)
        at_edges = [part[0] for part in parts.handed_on(q)]
        edges = (below @ at_edges[0] + above @ at_edges[1]).flatten(0, 1)
        ends = torch.cat(parts.at_ends(q)) if name == "a" else torch.zeros(2, count * size)
        whole.append(torch.cat((torch.block_diag(*inside), edges, ends.to(edges)))[None])
    return whole


@pytest.mark.parametrize(
    ("spec", "h_c", "stratified"),
    [(BU0, BU0_H_C, False), (LAYERED, 0.25, True), (HYBRID, 0.3, False)],
)
def test_collocation_of_the_first_order_equations_has_the_same_modes(
    spec, h_c, stratified, star_on_nodes
):
    star = star_on_nodes((spec,), (h_c,), 28)
    a, b = collocation(star, 2)
    moving = b[0].abs().amax(dim=0).nonzero()[:, 0]
    assert bool((moving < 28).any()) == stratified
    found = general_pencil(a, b, -star.unit, columns=moving)
    expected = cowling_spectrum(star, 2, size=24).omega[0, :10] ** 2
    distance = (found.values[0] - expected.unsqueeze(1)).abs().amin(dim=1) / expected
    assert float(distance[expected.isfinite()].max()) < 1e-7
    assert int(expected.isfinite().sum()) >= 8


def test_rank_of_the_barotropic_collocation_is_the_number_of_nodes(star_on_nodes):
    """No mode of zero frequency comes in: lambda stands in one line alone."""
    star = star_on_nodes((BU0,), (BU0_H_C,), 16)
    a, b = collocation(star, 2)
    found = general_pencil(a, b, -star.unit)
    assert found.values.shape == (1, 16)
    finite = found.values[0].abs() < 1e6 * star.unit
    assert float(found.values[0][finite].abs().min() / star.unit) > 1.0


def test_wrong_questions_are_refused(star_on_nodes):
    star = star_on_nodes((LAYERED,), (0.25,), 12)
    with pytest.raises(ValueError, match="l >= 1"):
        cowling_spectrum(star, 0)
    with pytest.raises(ValueError, match="at least 7"):
        cowling_spectrum(star, 2, size=6)
    with pytest.raises(ValueError, match="stratified"):
        barotropic_spectrum(star, 2, 2)
    with pytest.raises(ValueError, match="nodes at the ends"):
        star_on_nodes((BU0,), (BU0_H_C,), 12, basis="chebyshev-gauss")

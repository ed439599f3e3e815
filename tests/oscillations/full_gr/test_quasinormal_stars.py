"""Fluid modes of stars in full general relativity."""

import math

import pytest

from parode_core import Status
from stellar.constants import C_KM_S, G_CM3_TO_KM2, HZ_PER_INVERSE_KM
from stellar.eos.catalogue.lookup import resolve
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.labels import FluidMode, label_fluid
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.quasinormal import find_modes

BU0, BU0_CENTRE = "polytrope:gamma=2,K=100", math.log1p(2 * 100 * 1.28e-3)
AKS = "energy-polytrope:n=1,K=100"
AKS_CENTRE = 2 * math.log1p(100 * 1e16 * G_CM3_TO_KM2)


def named(star, l=2, **options):
    """Label -> (M omega, error of Re, error of Im) of every star."""
    inside = interiors(star, l, **options)
    response, modes = inside.response, corrected(fluid_modes(inside.response), inside)
    stars = []
    for lane in range(response.lanes):
        kept = (modes.status[lane] == int(Status.OK)).nonzero()[:, 0].tolist()
        mass = float(response.compactness[lane])
        columns = zip(
            (modes.omega[lane] * mass)[kept].tolist(),
            (modes.re_error[lane] * mass)[kept].tolist(),
            (modes.im_error[lane] * mass)[kept].tolist(),
            response.nodes[lane][kept].tolist(),
            response.signed_nodes[lane][kept].tolist(),
            strict=True,
        )
        found = list(columns)
        labels = label_fluid([FluidMode(w.real, n, s) for w, _, _, n, s in found])
        stars.append({label.label: row[:3] for label, row in zip(labels, found, strict=True)})
    return stars


@pytest.fixture(scope="module")
def compact(star_on_nodes):
    return named(star_on_nodes((AKS,), (AKS_CENTRE,), 28))[0]


@pytest.mark.parametrize(
    ("label", "omega"),
    [
        ("f", 0.171 + 6.19e-5j),
        ("p1", 0.344 + 2.46e-6j),
        ("p2", 0.502 + 3.97e-5j),
        ("p3", 0.658 + 3.38e-6j),
    ],
)
def test_a_compact_polytrope_has_its_published_modes(compact, label, omega):
    # Andersson, Kokkotas & Schutz (1995), the digits they print
    found = compact[label][0]
    assert found.real == pytest.approx(omega.real, abs=6e-4)
    assert found.imag == pytest.approx(omega.imag, rel=3e-3)


def test_buoyancy_modes_have_their_published_damping(star_on_nodes):
    # Krueger, Ho & Andersson (2015), the same star with Gamma_1 = 1.1 Gamma
    found = named(star_on_nodes((AKS + ",gamma1=1.1x",), (AKS_CENTRE,), 28))[0]
    published = {"g1": 0.0453, "g2": 0.0307, "g3": 0.0232, "g4": 0.0187, "g5": 0.0157}
    for label, real in published.items():
        assert found[label][0].real == pytest.approx(real, abs=6e-5)
    assert found["g1"][0].imag == pytest.approx(1.41e-12, rel=4e-3)
    assert found["g2"][0].imag == pytest.approx(1.17e-13, rel=4e-3)


def test_the_fundamental_mode_of_a_benchmark_star(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_CENTRE,), 24)
    omega = named(star)[0]["f"][0] / float(star.compactness[0] * star.radius[0])
    assert 1e-3 * omega.real * HZ_PER_INVERSE_KM == pytest.approx(1.5783, abs=1e-4)
    assert 1.0 / (omega.imag * C_KM_S) == pytest.approx(0.2933, abs=1e-4)


def test_damping_follows_the_quadrupole_formula_in_weak_fields(star_on_nodes):
    # 1/tau ~ (M R^2)^2 omega^6 / (M R^2 omega^2), so that R/tau ~ C (omega R)^4 ~ C^3
    star = star_on_nodes((AKS, AKS), (1.2e-4, 1.2e-3), 24)
    low, high = (one["f"][0] for one in named(star))
    ratio = float(star.compactness[1] / star.compactness[0])
    frequency = high.real / low.real
    damping = high.imag / low.imag
    # M omega is C times omega R
    assert math.log(frequency) / math.log(ratio) == pytest.approx(1.5, abs=1e-3)
    assert math.log(damping) / math.log(ratio) == pytest.approx(4.0, abs=1e-2)


@pytest.mark.parametrize("l", [2, 3, 4])
def test_no_mode_is_missing_between_the_labels(star_on_nodes, l):
    specs = tuple(f"energy-polytrope:n={n},K=100" for n in (0.6, 0.8, 1.0, 1.2, 1.4))
    for modes in named(star_on_nodes(specs, (0.32, 0.25, 0.2, 0.15, 0.1), 24), l):
        assert {"f", "p1", "p2", "p3", "p4", "p5"} <= modes.keys()
        ordered = [modes[label][0].real for label in ("f", "p1", "p2", "p3", "p4", "p5")]
        assert ordered == sorted(ordered)


def test_errors_cover_the_distance_to_finer_elements(star_on_nodes):
    specs = tuple(f"energy-polytrope:n={n},K=100" for n in (0.7, 1.0, 1.3))
    centres = (0.3, 0.25, 0.15)
    star = star_on_nodes(specs, centres, 28)  # its own errors are told by the solver of stars
    coarse, fine = named(star, size=18), named(star)
    for rough, exact in zip(coarse, fine, strict=True):
        for label in ("f", "p1", "p2", "p3"):
            omega, re_error, im_error = rough[label]
            off = omega - exact[label][0]
            assert abs(off.real) <= re_error + 1e-12
            assert abs(off.imag) <= im_error
            assert re_error < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "centre"), [(BU0, BU0_CENTRE), (AKS, AKS_CENTRE)])
def test_the_shooting_solver_finds_the_same_modes(star_on_nodes, spec, centre):
    star = star_on_nodes((spec,), (centre,), 28)
    mass = float(star.compactness[0] * star.radius[0])
    found = named(star)[0]
    background = solve_background(resolve(spec), centre, 1e-12)
    request = ModeRequest(("f", "p"), n_max=2)
    for mode in find_modes(background, 2, request, 1e-10).modes:
        omega = found[mode.label][0] / mass
        assert omega.real == pytest.approx(mode.omega.real, rel=1e-8)
        assert omega.imag == pytest.approx(mode.omega.imag, rel=1e-6)

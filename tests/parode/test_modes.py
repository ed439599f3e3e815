"""Modes of the batched solver through the public functions: published spectra, rows, labels."""

import math

import numpy as np
import pytest

import stellar
from parode_core import Status
from stellar.campaign.solvers import AUTO, chosen_solver
from stellar.constants import G_CM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.formats.registry import FORMATS
from stellar.eos.user_tables.resample import resampled
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.parode import cowling_modes, full_gr_modes

BU0 = "polytrope:gamma=2,K=100"
BU0_DENSITY = "7.905060453455e14"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
VERY_COMPACT = "energy-polytrope:n=1,K=100"
# 1e16 g/cm^3 in units of 7.42591549e-19 km^-2, with which the further digits were published
AKS_DENSITY = [7.42591549e-3 / G_CM3_TO_KM2]
HYBRID = "css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1"


def modes(*arguments, **options):
    return stellar.modes(*arguments, solver="parode", **options)


def by_label(table, column, l=2):
    return {
        label: value
        for label, value, degree in zip(table["label"], table[column], table["l"], strict=True)
        if degree == l
    }


@pytest.fixture(scope="module")
def bu0():
    return modes(
        BU0,
        central_densities=BU0_DENSITY,
        l=(2, 3),
        families="f,p,w,radial",
        n_max=2,
        accuracy=1e-8,
    )


@pytest.fixture(scope="module")
def very_compact():
    return modes(
        VERY_COMPACT,
        central_energy_densities=AKS_DENSITY,
        families="f,p,w,radial",
        n_max=2,
        accuracy=1e-8,
    )


def test_benchmark_star_rings_and_decays_as_published(bu0):
    frequency, time = (by_label(bu0.modes, name) for name in ("frequency_hz", "damping_time_s"))
    assert frequency["f"] == pytest.approx(1578.3, abs=0.05)
    assert time["f"] == pytest.approx(0.2933, abs=5e-5)


@pytest.mark.parametrize(
    ("l", "expected"),
    [
        (2, {"f": 0.06838870253, "p1": 0.16063877379, "p2": 0.24626982563, "w1": 0.43728790812}),
        (3, {"f": 0.08949746882, "p1": 0.18918672516}),
    ],
)
def test_benchmark_star_agrees_with_a_spectral_code_to_its_digits(l, expected, bu0):
    found = by_label(bu0.modes, "m_omega_re", l)
    for label, value in expected.items():
        assert found[label] == pytest.approx(value, abs=2e-11), label
    assert bool(bu0.modes["complete"].all())
    named = [not label.startswith("wII") for label in bu0.modes["label"]]
    assert not bu0.modes["status"][named].any()


def test_damping_agrees_with_a_spectral_code_to_its_digits(bu0):
    found = by_label(bu0.modes, "m_omega_im")
    for label, value in {"f": 2.351067e-5, "p1": 4.779515e-6, "p2": 1.614284e-7}.items():
        assert found[label] == pytest.approx(value, rel=4e-7), label
    assert found["w1"] == pytest.approx(0.3045429, abs=1e-7)
    assert found["wII1"] == pytest.approx(0.32417, abs=1e-5)


def test_radial_modes_are_the_published_ones_and_do_not_depend_on_gravity(bu0):
    # Font et al. 2002
    table = bu0.modes
    radial = table["family"] == "radial"
    khz = table["frequency_hz"][radial] / 1e3
    assert khz.tolist() == pytest.approx([1.442, 3.954, 5.915], abs=1.5e-3)
    assert set(table["gravity"]) == {"full"}
    assert table["l"][radial].tolist() == [0, 0, 0]


def test_very_compact_star_has_its_published_modes(very_compact):
    # Andersson, Kokkotas & Schutz 1995; Krueger 2015
    real, imag = (by_label(very_compact.modes, name) for name in ("m_omega_re", "m_omega_im"))
    published = {
        "f": 0.171 + 6.19e-5j,
        "p1": 0.344 + 2.46e-6j,
        "p2": 0.5025 + 3.97e-5j,
        "w1": 0.471 + 0.056j,
        "w2": 0.653 + 0.164j,
        "wII1": 0.5594 + 0.3843j,
    }
    for label, value in published.items():
        assert real[label] == pytest.approx(value.real, abs=5e-4), label
        assert imag[label] == pytest.approx(value.imag, rel=1e-2), label


def test_unstable_star_has_a_growing_mode_in_a_well_row(very_compact):
    table = very_compact.modes
    (f,) = np.nonzero(table["label"] == "F")[0]
    assert table["status"][f] == Status.OK
    assert (table["frequency_hz"][f], table["omega_re_per_s"][f]) == (0.0, 0.0)
    assert table["omega_im_per_s"][f] < 0.0
    assert math.isnan(table["damping_time_s"][f])
    assert very_compact.stars["stable"].tolist() == [False]


@pytest.fixture(scope="module")
def layered():
    return modes(LAYERED, central_energy_densities=AKS_DENSITY, n_max=4, accuracy=1e-8).modes


def test_gravity_modes_have_their_published_frequencies(layered):
    # Krueger 2015; the further digits by shooting
    found = by_label(layered, "m_omega_re")
    published = {"g1": 0.0453, "g2": 0.0307, "g3": 0.0232}
    for label, value in published.items():
        assert found[label] == pytest.approx(value, abs=6e-5), label
    assert by_label(layered, "m_omega_im")["g2"] == pytest.approx(1.1662057e-13, rel=1e-6)


def test_thresholds_of_particles_cost_no_digits():
    """The buoyancy of npe-mu matter begins like a root where muons appear; figures by shooting."""
    table = modes("sly4", central_densities="1e15", n_max=1, families="g,i").modes
    assert not table["status"].any()
    found = by_label(table, "frequency_hz")
    assert found["g1"] == pytest.approx(139.567849, rel=2e-8)
    assert found["i1"] == pytest.approx(85.3270429, rel=2e-8)


def test_weak_damping_is_told_by_the_flux_and_has_an_error(layered):
    time, error = (by_label(layered, name) for name in ("damping_time_s", "damping_time_err_s"))
    message = by_label(layered, "message")
    assert "flux" in message["g4"]
    assert "flux" not in message["f"]
    assert 0.0 < error["g4"] < 1e-2 * time["g4"]


def test_buoyancy_slows_down_without_gravity_waves_by_the_published_part(layered):
    # Cowling g-modes lie 3-10 % below those of full GR
    fixed = modes(LAYERED, central_energy_densities=AKS_DENSITY, gravity="cowling").modes
    full, other = by_label(layered, "frequency_hz"), by_label(fixed, "frequency_hz")
    for label in ("g1", "g2", "g3"):
        assert 1.0 < full[label] / other[label] < 1.11


@pytest.mark.parametrize("gravity", ["cowling", "full"])
def test_interface_mode_of_a_density_jump_has_its_name(gravity):
    table = modes(HYBRID, central_densities="1e15", n_max=1, gravity=gravity).modes
    assert table["label"].tolist() == ["f", "p1", "i1"]
    assert not table["status"].any()
    frequency = by_label(table, "frequency_hz")
    assert frequency["i1"] < frequency["f"] < frequency["p1"]


@pytest.mark.parametrize("gravity", ["cowling", "full"])
def test_band_holds_what_a_list_by_order_holds_and_is_complete(gravity):
    star = {"central_energy_densities": "1e15", "gravity": gravity}
    listed = modes(LAYERED, n_max=6, **star).modes
    band = (0.9 * by_label(listed, "frequency_hz")["g3"], 1.1 * listed["frequency_hz"].max())
    inside = listed["label"][(listed["frequency_hz"] >= band[0])]
    found = modes(LAYERED, band=f"{band[0]}:{band[1]}", **star).modes
    assert set(found["label"]) == set(inside)
    assert bool(found["complete"].all())
    expected = by_label(listed, "frequency_hz")
    for label, frequency in by_label(found, "frequency_hz").items():
        assert frequency == pytest.approx(expected[label], rel=1e-6)


def test_band_of_a_star_of_many_elements_holds_the_same_modes(monkeypatch):
    options = {"central_energy_densities": "1e15", "band": "250:9000", "gravity": "cowling"}
    known = modes(LAYERED, **options).modes
    assert {"g2", "g1", "f", "p1", "p2"} <= set(known["label"].tolist())
    monkeypatch.setattr(cowling_modes, "LARGEST", 0)
    found = modes(LAYERED, **options).modes
    assert found["label"].tolist() == known["label"].tolist()
    assert bool(found["complete"].all())
    assert found["frequency_hz"] == pytest.approx(known["frequency_hz"], rel=1e-8)


def test_band_that_ends_far_above_f_holds_every_mode_of_a_flow():
    found = modes(BU0, central_densities=BU0_DENSITY, band="100:40000", gravity="cowling").modes
    orders = found["n"].tolist()
    assert orders == list(range(len(orders)))
    assert len(orders) > 20
    assert bool(found["complete"].all())


def test_band_whose_lower_end_no_grid_resolves_says_that_it_may_be_incomplete():
    table = modes(
        LAYERED, central_energy_densities="1e15", band="0.5:3000", gravity="cowling"
    ).modes
    assert len(table["label"]) > 3
    assert not table["complete"].any()


@pytest.mark.parametrize("gravity", ["cowling", "full"])
def test_every_mode_asked_for_has_a_row_and_a_missing_star_a_reason(gravity):
    table = modes(BU0, "1.4,1.7", n_max=1, families="f,p,radial", gravity=gravity).modes
    assert table["label"].tolist() == ["F", "H1", "f", "p1"] * 2
    assert table["status"].tolist() == [0] * 4 + [Status.DEPENDS_ON_FAILED_STAR] * 4
    assert np.isnan(table["frequency_hz"]).tolist() == [False] * 4 + [True] * 4
    assert all("1.63728" in message for message in table["message"][4:])


def test_incompressible_star_rings_at_its_f_mode_alone():
    results = modes("constant-density:eps=1e15", central_pressures="1e30", gravity="cowling")
    assert results.modes["label"].tolist() == ["f"]
    assert results.stars["stable"].tolist() == [True]
    # Newtonian sphere on a fixed potential: omega^2 = l M/R^3; C = 5e-7 here
    star = {name: float(results.stars[name][0]) for name in ("compactness", "radius_km")}
    omega = float(results.modes["m_omega_re"][0]) / star["compactness"]
    assert omega**2 == pytest.approx(2.0 * star["compactness"], rel=1e-5)


@pytest.mark.parametrize("gravity", ["cowling", "full"])
def test_a_star_has_the_same_bits_alone_and_in_company(gravity):
    asked = {"n_max": 1, "families": "f,p,radial", "gravity": gravity}
    star, other = "1e15", "6e14"
    alone = modes("pp:SLy", central_densities=star, **asked).modes
    together = modes(["pp:SLy", BU0], central_densities=f"{other},{star}", **asked).modes
    rows = together["star_id"] == 1
    for name in ("omega_re_per_s", "omega_im_per_s", "frequency_err_hz", "nodes"):
        assert np.array_equal(together[name][rows], alone[name]), name


def test_more_trial_functions_are_taken_for_high_modes():
    table = modes(BU0, "1.4", n_max=12, families="p,radial", gravity="cowling").modes
    assert not table["status"].any()
    assert bool(table["complete"].all())
    # p-modes of high order tend to an even spacing, that of the radial overtones
    p, radial = (table["frequency_hz"][table["family"] == family] for family in ("p", "radial"))
    spacing = np.diff(radial)[-1]
    assert np.diff(p)[-1] == pytest.approx(spacing, rel=0.02)


def test_no_finer_star_is_tried_for_what_the_wave_outside_does_not_tell(monkeypatch):
    # Re omega of wII3 nearly vanishes: the ray outside knows it to 6e-5
    looked_at = []

    def counted(star, l, *, size, **options):
        looked_at.append(size)
        return interiors(star, l, size=size, **options)

    monkeypatch.setattr(full_gr_modes, "interiors", counted)
    table = modes(BU0, masses="1.4", l=(4,), families="w", n_max=1).modes
    assert len(looked_at) == 1
    known = by_label(table, "status", l=4)
    assert known == {"w1": 0, "wII1": 0, "wII2": 0, "wII3": int(Status.ACCURACY_NOT_REACHED)}
    assert bool(table["complete"].all())


def test_batched_solver_is_the_default():
    for command in ("structure", "modes"):
        for gravity in ("full", "cowling"):
            assert chosen_solver(AUTO, command, gravity) == "parode"


@pytest.mark.parametrize("gravity", ["full", "cowling"])
def test_modes_of_a_table_of_many_rows(gravity, tmp_path):
    path = tmp_path / "fps.dat"
    path.write_bytes(FORMATS["lal2"].write(resampled(resolve("fps"), 240))[""])
    options = {"masses": "1.4", "gravity": gravity, "families": "f,p,radial", "n_max": 1}
    found, known = (modes(spec, **options).modes for spec in (str(path), "fps"))
    assert found["label"].tolist() == known["label"].tolist() == ["F", "H1", "f", "p1"]
    assert found["status"].tolist() == [Status.OK] * 4
    # what is left is how well the rows tell the matter between them
    assert found["frequency_hz"] == pytest.approx(known["frequency_hz"], rel=1e-5)
    assert found["frequency_rayleigh_hz"] == pytest.approx(found["frequency_hz"], rel=1e-7)


@pytest.mark.parametrize("families", ["radial", pytest.param("f,p", marks=pytest.mark.slow)])
def test_more_digits_move_a_mode_by_no_more_than_its_errors(families):
    # a thin crust makes large pencils round
    star = {"masses": "1.0", "gravity": "cowling", "families": families, "n_max": 2}
    rough, fine = (modes("sly", accuracy=accuracy, **star).modes for accuracy in (1e-7, 1e-9))
    assert rough["label"].tolist() == fine["label"].tolist()
    moved = np.abs(rough["frequency_hz"] - fine["frequency_hz"])
    assert (moved <= rough["frequency_err_hz"] + fine["frequency_err_hz"]).all()


def test_a_wave_caught_at_the_frequency_of_a_mode_leaves_its_label_alone():
    # in the box the fourth pressure mode and a wave differ by 2e-4 and are mixed half and half
    table = modes("energy-polytrope:n=0.898105,K=100", compactness="0.26841943", n_max=4).modes
    assert by_label(table, "nodes") == {"f": 0, "p1": 1, "p2": 2, "p3": 3, "p4": 4}
    assert bool(table["complete"].all())

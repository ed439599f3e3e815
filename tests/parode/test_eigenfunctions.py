"""Modes along the radius in results: normalisation, zeros, energies, and what has none."""

import math

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

import stellar
from stellar.campaign.config import RunConfig
from stellar.errors import UsageError
from stellar.oscillations.mode import radial_mode
from stellar.parode.eigenfunctions import energy_off

BU0 = "polytrope:gamma=2,K=100"
CENTRE = {"central_densities": "7.905060453455e14"}


@pytest.fixture(scope="module")
def bu0():
    return stellar.modes(BU0, families="f,p,w,radial", n_max=2, eigenfunctions=True, **CENTRE)


def test_every_mode_is_there_from_the_centre_to_the_surface(bu0):
    assert set(bu0.eigenfunctions) == set(range(bu0.row_count("modes")))
    for columns in bu0.eigenfunctions.values():
        radius = columns["radius_km"]
        assert radius[0] == 0.0
        assert radius[-1] == pytest.approx(float(bu0.stars["radius_km"][0]), rel=1e-8)
        assert (np.diff(radius) >= 0.0).all()
        assert columns["radial_displacement_re"][-1] == pytest.approx(1.0, rel=1e-12)
        assert abs(columns["radial_displacement_im"][-1]) < 1e-12


def test_curves_have_points_enough_where_few_nodes_show_the_waves(bu0):
    asked = {"families": "f", "eigenfunctions": True, "accuracy": 1e-4}
    (few,) = stellar.modes(BU0, **asked, **CENTRE).eigenfunctions.values()
    fine = bu0.eigenfunctions[int(np.argmax(bu0.modes["label"] == "f"))]
    assert few["radius_km"].size >= 28
    radius, first = np.unique(fine["radius_km"], return_index=True)
    for name in ("radial_displacement_re", "tangential_displacement_re", "metric_h0_re"):
        known = CubicSpline(radius, fine[name][first])(few["radius_km"])
        np.testing.assert_allclose(few[name], known, rtol=0.0, atol=1e-4)


def test_displacements_have_the_zeros_that_name_the_modes(bu0):
    for number, columns in bu0.eigenfunctions.items():
        if bu0.modes["family"][number] == "w":
            continue
        displacement = columns["radial_displacement_re"][1:]
        zeros = np.count_nonzero(displacement[1:] * displacement[:-1] < 0.0)
        assert zeros == bu0.modes["n"][number] == bu0.modes["nodes"][number]


def test_only_the_metric_of_waves_moves(bu0):
    metric = {
        family: "metric_k_re" in bu0.eigenfunctions[int(np.argmax(bu0.modes["family"] == family))]
        for family in ("f", "p", "w", "radial")
    }
    assert metric == {"f": True, "p": True, "w": True, "radial": False}


def test_energy_over_luminosity_is_half_the_damping_time(bu0):
    modes = bu0.modes
    fluid = np.isin(modes["family"], ["f", "p"])
    power = 2.0 * modes["mode_energy_erg"] / modes["damping_time_s"]
    lost_within_a_period = np.abs(modes["m_omega_im"] / modes["m_omega_re"])
    ratio = modes["gw_luminosity_erg_s"] / power - 1.0
    assert (np.abs(ratio[fluid]) < 4.0 * lost_within_a_period[fluid] + 1e-5).all()


def test_waves_have_no_energy_and_radial_modes_no_luminosity(bu0):
    modes = bu0.modes
    waves, radial = (modes["family"] == family for family in ("w", "radial"))
    assert np.isnan(modes["mode_energy_erg"][waves]).all()
    assert np.isnan(modes["gw_luminosity_erg_s"][waves | radial]).all()
    assert np.isfinite(modes["mode_energy_erg"][radial]).all()
    assert not modes["status"].any()


@pytest.mark.parametrize("gravity", ["full", "cowling"])
@pytest.mark.parametrize("eos", ["pp:SLy", "mit:B=60", "sly"])
def test_finer_energies_are_within_the_errors_told(eos, gravity):
    asked = {"families": "f,p,g,i,radial", "l": (2, 3), "gravity": gravity, "masses": "1.4"}
    fine = stellar.modes(eos, accuracy=1e-8, **asked).modes
    compared = 0
    for accuracy in (1e-4, 1e-5):
        few = stellar.modes(eos, accuracy=accuracy, **asked).modes
        assert few["label"].tolist() == fine["label"].tolist()
        for name in ("mode_energy", "gw_luminosity"):
            unit = "erg" if name == "mode_energy" else "erg_s"
            if f"{name}_{unit}" not in few:
                continue
            value, error = few[f"{name}_{unit}"], few[f"{name}_err_{unit}"]
            known, left = fine[f"{name}_{unit}"], fine[f"{name}_err_{unit}"]
            there = np.isfinite(known)
            assert (np.isfinite(value) == there).all()
            assert (np.isfinite(error) == there).all()
            assert (np.abs(value - known) <= error + left)[there].all()
            # of g-modes the surface hardly moves
            assert np.min((error / value)[there]) < 1e-4
            assert np.median((error / value)[there]) < 0.03
            compared += int(there.sum())
    assert compared > 20


def test_of_a_mode_that_stands_still_no_energy_is_known():
    still = radial_mode(0, 0.0, 1e-12, residual=1e-9, nodes=0, apart=math.inf)
    assert energy_off(still, math.nan, 0.0, 0.0, 1.0) == math.inf
    slow = radial_mode(0, 1e-8, 1e-12, residual=1e-9, nodes=0, apart=100.0)
    assert 1e-5 < energy_off(slow, math.nan, 0.0, 0.0, 1.0) < 1e-2


def test_energies_do_not_depend_on_what_is_stored(bu0):
    bare = stellar.modes(BU0, families="f,p,w,radial", n_max=2, **CENTRE)
    assert not bare.eigenfunctions
    for name in ("mode_energy_erg", "gw_luminosity_erg_s", "frequency_rayleigh_hz"):
        np.testing.assert_array_equal(bare.modes[name], bu0.modes[name])


def test_energies_do_not_depend_on_the_stars_beside(bu0):
    densities = "6e14,7.905060453455e14"
    together = stellar.modes(
        [BU0, "pp:SLy"], families="f,p,w,radial", n_max=2, central_densities=densities
    )
    there = (together.modes["eos"] == bu0.modes["eos"][0]) & (together.modes["star_id"] == 1)
    for name in ("mode_energy_erg", "gw_luminosity_erg_s", "frequency_rayleigh_hz"):
        np.testing.assert_array_equal(together.modes[name][there], bu0.modes[name])


def test_modes_of_layered_matter_lose_what_their_damping_says():
    modes = stellar.modes("sly", masses="1.4", families="f,g,i", n_max=1).modes
    ratio = modes["gw_luminosity_erg_s"] * modes["damping_time_s"] / modes["mode_energy_erg"]
    np.testing.assert_allclose(ratio, 2.0, rtol=2e-3)
    np.testing.assert_allclose(modes["frequency_rayleigh_hz"], modes["frequency_hz"], rtol=1e-7)


def test_a_fixed_metric_has_displacements_alone():
    found = stellar.modes(BU0, gravity="cowling", n_max=1, eigenfunctions=True, l=1, **CENTRE)
    assert set(found.eigenfunctions) == set(range(found.row_count("modes")))
    assert not any(name.startswith("metric") for name in found.eigenfunctions[0])
    assert (
        "gw_luminosity_erg_s" not in found.modes
        or np.isnan(found.modes["gw_luminosity_erg_s"]).all()
    )


def test_stars_of_constant_density_have_energies_on_a_fixed_metric_too():
    modes = stellar.modes(
        "constant-density:eps=1e15", gravity="cowling", compactness="0.1", families="f"
    ).modes
    assert not modes["status"].any()
    np.testing.assert_allclose(modes["frequency_rayleigh_hz"], modes["frequency_hz"], rtol=1e-8)


def test_shooting_hands_back_no_modes_along_the_radius():
    with pytest.raises(UsageError, match="--eigenfunctions needs --solver parode"):
        RunConfig("modes", (BU0,), "masses", "1.4", solver="shooting", eigenfunctions=True)

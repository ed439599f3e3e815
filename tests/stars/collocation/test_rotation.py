"""Slow rotation against its identities, Newtonian limits and the shooting form."""

import pytest
import torch
from star_batches import BU0, HYBRID, UNIFORM, batch, solved, uniform_centre

from stellar.shooting.background import solve_background
from stellar.shooting.frame_dragging import moment_of_inertia
from stellar.shooting.slow_rotation import rotation_coefficients, slow_rotation
from stellar.stars.collocation.properties import Wanted

ROTATION = Wanted(degrees=(2,), magnetic=False)
STARS = [
    BU0,
    ("pp:SLy", 0.3),
    (HYBRID, 0.35),
    ("mit:B=60", 0.3),
    (UNIFORM, uniform_centre(0.4)),
    ("polytrope:gamma=3,K=30000", 0.3),
]


@pytest.fixture(scope="module")
def stars():
    return solved(*STARS, wanted=ROTATION)


def test_mass_gained_at_fixed_baryon_mass_is_half_the_moment_of_inertia(stars):
    values = stars.values
    half = 0.5 * values["moment_of_inertia"] / values["radius"] ** 3
    torch.testing.assert_close(values["delta_mass_over_m_fixed_mb"], half, rtol=1e-11, atol=0.0)


def test_mass_and_baryon_mass_gained_at_fixed_centre_obey_the_first_law(stars):
    _, eos, _ = batch(*STARS)
    values = stars.values
    cube, redshift = values["radius"] ** 3, (1.0 - 2.0 * values["compactness"]).sqrt()
    baryons = values["delta_baryon_mass_over_mb"] * values["baryon_mass"] / values["mass"] * cube
    expected = 0.5 * values["moment_of_inertia"] + redshift * baryons / eos.baryon_factor
    torch.testing.assert_close(values["delta_mass_over_m"] * cube, expected, rtol=1e-11, atol=0.0)


def test_static_first_law_holds_along_sequences(stars):
    step = 1e-3
    moved = [(spec, h_c * factor) for spec, h_c in STARS for factor in (1 - step, 1 + step)]
    wanted = Wanted(degrees=(), magnetic=False, rotation=False, slopes=False)
    pairs = solved(*moved, wanted=wanted).values
    for name, slope in (("mass", "mass_slope"), ("radius", "radius_slope")):
        low, high = pairs[name].unflatten(0, (-1, 2)).unbind(-1)
        centres = torch.tensor([h_c for _, h_c in STARS], dtype=torch.float64)
        measured = (high - low) / (2.0 * step * centres)
        torch.testing.assert_close(stars.values[slope], measured, rtol=3e-5, atol=0.0)


def test_maclaurin_spheroids_in_the_newtonian_limit():
    two = [(UNIFORM, uniform_centre(c)) for c in (1e-5, 2e-5)]
    values = solved(*two, wanted=ROTATION).values
    for name, exact in {"quadrupole_over_mr2": 0.5, "eccentricity_squared": 2.5}.items():
        near, far = values[name].tolist()
        assert 2.0 * near - far == pytest.approx(exact, rel=1e-8)


def test_newtonian_quadrupole_is_two_thirds_of_the_love_number():
    two = [("energy-polytrope:n=1,K=100", h_c) for h_c in (1e-5, 2e-5)]
    values = solved(*two, wanted=ROTATION).values
    near, far = (values["quadrupole_over_mr2"] / values["k2"]).tolist()
    assert 2.0 * near - far == pytest.approx(2.0 / 3.0, rel=1e-8)


def test_benchmark_star_bu0_has_its_published_moment_of_inertia(stars):
    ratio = stars.values["moment_of_inertia"][0] / stars.values["mass"][0] ** 3
    assert ratio.item() == pytest.approx(14.482431386, rel=1e-10)


def test_coefficients_agree_with_the_textbook_form(stars):
    equations, _, centres = batch(*STARS)
    for lane in range(4):
        star = solve_background(equations[lane], centres[lane].item(), 1e-12)
        inertia = moment_of_inertia(star, 1e-12)
        assert stars.values["moment_of_inertia"][lane].item() == pytest.approx(inertia, rel=1e-10)
        expected = rotation_coefficients(star, slow_rotation(star, 1e-12))
        found = {name: stars.values[name][lane].item() for name in expected}
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)

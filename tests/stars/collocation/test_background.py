"""The star on its nodes against closed solutions, published numbers and the shooting form."""

import math

import pytest
import torch
from star_batches import (
    BU0,
    HYBRID,
    STRUCTURE,
    UNIFORM,
    UNIFORM_DENSITY,
    batch,
    solved,
    uniform_centre,
)

from stellar.constants import MSUN_KM
from stellar.shooting.background import solve_background
from stellar.stars.collocation.solve import Resolution

PIECEWISE = [("pp:SLy", 0.3), ("gpp:SLY4", 0.25), (HYBRID, 0.35), ("mit:B=60", 0.3)]


@pytest.mark.parametrize("compactness", [1e-5, 0.1, 0.3, 0.44])
def test_constant_density_star_is_the_interior_schwarzschild_solution(compactness):
    values = solved((UNIFORM, uniform_centre(compactness)), wanted=STRUCTURE).values
    radius = math.sqrt(3.0 * compactness / (4.0 * math.pi * UNIFORM_DENSITY))
    # 4 pi eps int r^2 (1 - r^2/a^2)^(-1/2) dr with r = a sin(chi)
    a = radius / math.sqrt(2.0 * compactness)
    chi = math.asin(radius / a)
    baryons = 4.0 * math.pi * UNIFORM_DENSITY * a**3 * (0.5 * chi - 0.25 * math.sin(2.0 * chi))
    assert values["radius"].item() == pytest.approx(radius, rel=1e-12)
    assert values["mass"].item() == pytest.approx(compactness * radius, rel=1e-12)
    if compactness > 0.01:  # the closed form of the baryon mass cancels below
        assert values["baryon_mass"].item() == pytest.approx(baryons, rel=1e-12)


def test_benchmark_star_bu0_on_one_element_of_24_nodes():
    one_element = Resolution(nodes=24, tolerance=1e-8)
    stars = solved(BU0, wanted=STRUCTURE, resolution=one_element)
    assert stars.values["mass"].item() / MSUN_KM == pytest.approx(1.40015972951671, rel=1e-12)
    assert stars.values["radius"].item() == pytest.approx(14.1543724291801, rel=1e-12)
    assert stars.values["baryon_mass"].item() / MSUN_KM == pytest.approx(1.50617624, abs=6e-9)


def test_surface_of_an_n_equal_1_polytrope_in_the_newtonian_limit():
    # R = pi sqrt(K/(2 pi)); the correction is linear in h_c
    energy = "energy-polytrope:n=1,K=100"
    near, far = solved((energy, 1e-5), (energy, 2e-5), wanted=STRUCTURE).values["radius"].tolist()
    assert 2.0 * near - far == pytest.approx(math.pi * math.sqrt(50.0 / math.pi), rel=1e-9)


def test_stars_with_breaks_jumps_and_bare_surfaces_agree_with_the_shooting_form():
    equations, _, centres = batch(*PIECEWISE)
    values = solved(*PIECEWISE, wanted=STRUCTURE).values
    for lane, eos in enumerate(equations):
        star = solve_background(eos, centres[lane].item(), 1e-12)
        assert values["mass"][lane].item() == pytest.approx(star.mass, rel=1e-10)
        assert values["radius"][lane].item() == pytest.approx(star.radius, rel=1e-10)
        assert values["baryon_mass"][lane].item() == pytest.approx(star.baryon_mass, rel=1e-10)


def test_polytropes_whose_surface_is_no_power_series_converge():
    stars = [("polytrope:gamma=3,K=30000", 0.3), ("energy-polytrope:n=0.7,K=100", 0.4)]
    fine = solved(*stars, wanted=STRUCTURE, resolution=Resolution(24, 1e-12)).values
    for name in ("mass", "radius", "baryon_mass"):
        coarse = solved(*stars, wanted=STRUCTURE, resolution=Resolution(12, 1e-8)).values[name]
        torch.testing.assert_close(coarse, fine[name], rtol=1e-9, atol=0.0)


def test_binding_energy_of_light_polytropes_is_newtonian():
    # n = 1: gravity gives 3/(5 - n) M^2/R, of which heat takes the part n/3 (virial theorem)
    star = ("polytrope:gamma=2,K=100", 1e-5)
    values = solved(star, (star[0], 2e-5), wanted=STRUCTURE).values
    ratio = values["binding_energy"] * values["radius"] / values["mass"] ** 2
    near, far = ratio.tolist()
    assert 2.0 * near - far == pytest.approx(0.75 * (1.0 - 1.0 / 3.0), rel=1e-8)


def test_a_star_that_is_mostly_envelope_is_solved():
    star = ("sly", 0.03)
    equations, _, centres = batch(star)
    values = solved(star, wanted=STRUCTURE).values
    shot = solve_background(equations[0], centres.item(), 1e-12)
    assert values["radius"].item() == pytest.approx(shot.radius, rel=1e-10)
    assert values["mass"].item() == pytest.approx(shot.mass, rel=1e-10)


def test_a_resolution_keeps_its_accuracy_of_masses_and_radii():
    stars = [
        BU0,
        ("pp:SLy", 0.3),
        ("sly", 0.03),
        ("polytrope:gamma=3,K=30000", 0.3),
        (HYBRID, 0.35),
    ]
    fine = solved(*stars, wanted=STRUCTURE).values
    for accuracy in (1e-6, 1e-8):
        resolution = Resolution.of(accuracy, errors=False)
        found = solved(*stars, wanted=STRUCTURE, resolution=resolution).values
        for name in ("mass", "radius"):
            torch.testing.assert_close(found[name], fine[name], rtol=accuracy, atol=0.0)

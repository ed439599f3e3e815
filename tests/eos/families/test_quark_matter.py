"""Bag and colour-flavour-locked stars: closed forms, limits, published stars, the surface jump."""

import math

import numpy as np
import pytest
from reference_star import maximum_mass, radius_and_lambda, star_of_mass

from stellar.constants import HBAR_C_MEV_FM, MEV_FM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.shooting.tides import exterior_love_number, tidal_love

BAG_145 = 145.0**4 / HBAR_C_MEV_FM**3  # B^(1/4) = 145 MeV
BAG_135 = 135.0**4 / HBAR_C_MEV_FM**3


def test_bag_obeys_its_two_closed_forms():
    eos, bag = resolve("mit:B=60"), 60.0 * MEV_FM3_TO_KM2
    h = np.geomspace(1e-6, 1.0, 40)
    state = eos.segments[0].evaluate(h)
    np.testing.assert_allclose(state.eps, 3.0 * state.p + 4.0 * bag, rtol=1e-14)
    np.testing.assert_allclose(h, 0.25 * np.log1p(state.p / bag), rtol=1e-13)


def test_bag_baryon_factor_follows_from_the_energy_per_baryon():
    # massless u, d, s quarks at zero pressure: 837.2565 MeV at B = 60 MeV/fm^3, as B^(1/4)
    factor = resolve("mit:B=60").baryon_factor
    assert 931.49410242 / factor == pytest.approx(837.2565, abs=5e-5)
    assert resolve("mit:B=960").baryon_factor == pytest.approx(0.5 * factor, rel=1e-14)


def test_bag_stars_are_the_published_ones():
    mass, radius = maximum_mass(resolve("mit:B=60"))
    assert mass == pytest.approx(1.9637, abs=5e-5)
    assert radius == pytest.approx(10.710, abs=1e-3)
    # M and R go with B^(-1/2) (Witten 1984)
    lighter, smaller = maximum_mass(resolve("mit:B=240"))
    assert lighter / mass == pytest.approx(0.5, rel=1e-6)
    assert smaller / radius == pytest.approx(0.5, rel=1e-4)


def test_tidal_deformability_of_a_bag_star_needs_the_jump_at_its_surface():
    eos = resolve(f"mit:B={BAG_145!r}")
    radius, deformability = radius_and_lambda(eos)
    assert radius == pytest.approx(10.941, abs=1e-3)
    assert deformability == pytest.approx(465.9, abs=0.1)
    # undo y -> y - 4 pi R^3 eps_s / M to get what leaving the jump out would give
    star = star_of_mass(eos, 1.4)
    love, _ = tidal_love(star, 2, 1e-9)
    low, high = -2.0, 3.0
    for _ in range(60):  # k_2 falls with y
        y = 0.5 * (low + high)
        low, high = (y, high) if exterior_love_number(y, star.compactness, 2) > love else (low, y)
    drop = 4.0 * math.pi * star.radius**3 * 4.0 * BAG_145 * MEV_FM3_TO_KM2 / star.mass
    without = exterior_love_number(y + drop, star.compactness, 2)
    assert 2.0 / 3.0 * without / star.compactness**5 == pytest.approx(72.8, abs=0.1)


@pytest.mark.parametrize("spec", ["ms=0,gap=0", "ms=200,gap=100"])
def test_locked_matter_without_quadratic_term_is_the_bag(spec):
    locked, bag = resolve(f"cfl:B=60,{spec},a4=1"), resolve("mit:B=60")
    h = np.geomspace(1e-6, 1.0, 40)
    for value, expected in zip(
        locked.segments[0].evaluate(h), bag.segments[0].evaluate(h), strict=True
    ):
        np.testing.assert_allclose(value, expected, rtol=1e-12)
    assert locked.baryon_factor == pytest.approx(bag.baryon_factor, rel=1e-14)


@pytest.mark.parametrize("spec", ["ms=150,gap=100,a4=0.7", "ms=300,gap=0,a4=0.9"])
def test_locked_matter_obeys_its_published_pressure(spec):
    eos = resolve(f"cfl:B=60,{spec}")
    values = dict(item.split("=") for item in spec.split(","))
    a4, a2 = float(values["a4"]), float(values["ms"]) ** 2 - 4.0 * float(values["gap"]) ** 2
    mu_0 = 931.49410242 / eos.baryon_factor / 3.0
    for h in (0.0, 1e-3, 0.1, 0.4):
        mu = mu_0 * math.exp(h)
        p = 3.0 / (4.0 * math.pi**2) * (a4 * mu**4 - a2 * mu**2) / HBAR_C_MEV_FM**3 - 60.0
        n_mu = 3.0 / (4.0 * math.pi**2) * (4.0 * a4 * mu**4 - 2.0 * a2 * mu**2) / HBAR_C_MEV_FM**3
        state = eos.evaluate(h)
        assert state.p / MEV_FM3_TO_KM2 == pytest.approx(p, abs=1e-10)
        assert (state.p + state.eps) / MEV_FM3_TO_KM2 == pytest.approx(n_mu, rel=1e-12)


def test_locked_star_is_the_expected_one():
    # computed independently for B^(1/4) = 135 MeV
    mass, _ = maximum_mass(resolve(f"cfl:B={BAG_135!r},ms=150,gap=100,a4=0.7"))
    assert mass == pytest.approx(2.608, abs=5e-4)

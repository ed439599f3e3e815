"""Love numbers against published values, Newtonian limits and the shooting form."""

import math

import pytest
import torch
from star_batches import BU0, HYBRID, UNIFORM, batch, solved, uniform_centre

from stellar.shooting.background import solve_background
from stellar.shooting.magnetic_tides import magnetic_love
from stellar.shooting.tides import tidal_love
from stellar.stars.collocation.properties import Wanted

TIDES = Wanted(rotation=False, slopes=False)
SECOND_FORM = [BU0, ("pp:SLy", 0.3), (HYBRID, 0.35), ("mit:B=60", 0.3)]


def test_benchmark_star_bu0_has_its_published_tidal_deformability():
    values = solved(BU0, wanted=TIDES).values
    assert values["lambda2"].item() == pytest.approx(740.820170688, rel=1e-12)


def test_incompressible_stars_have_their_published_love_numbers():
    # a bare surface: without its shell k_2 would be several times as large
    printed = {0.1: 0.40030, 0.2: 0.18302, 0.3: 0.06321}
    stars = [(UNIFORM, uniform_centre(compactness)) for compactness in printed]
    found = solved(*stars, wanted=TIDES).values["k2"].tolist()
    assert found == pytest.approx(list(printed.values()), abs=5e-6)


def test_newtonian_love_numbers_of_constant_density_are_3_4_3_8_1_4():
    near = solved(
        (UNIFORM, uniform_centre(1e-5)), (UNIFORM, uniform_centre(2e-5)), wanted=TIDES
    ).values
    for name, exact in {"k2": 0.75, "k3": 0.375, "k4": 0.25}.items():
        first, second = near[name].tolist()
        assert 2.0 * first - second == pytest.approx(exact, rel=1e-8)


def test_newtonian_love_number_of_the_n_equal_1_polytrope():
    energy = "energy-polytrope:n=1,K=100"
    first, second = solved((energy, 1e-5), (energy, 2e-5), wanted=TIDES).values["k2"].tolist()
    exact = (15.0 - math.pi**2) / (2.0 * math.pi**2)
    assert 2.0 * first - second == pytest.approx(exact, rel=1e-8)


def test_love_numbers_agree_with_the_textbook_form_and_its_explicit_jumps():
    equations, _, centres = batch(*SECOND_FORM)
    values = solved(*SECOND_FORM, wanted=TIDES).values
    for lane, eos in enumerate(equations):
        star = solve_background(eos, centres[lane].item(), 1e-12)
        for l in (2, 3, 4):
            love, _ = tidal_love(star, l, 1e-12)
            assert values[f"k{l}"][lane].item() == pytest.approx(love, rel=1e-9)
        for flow in ("static", "irrotational"):
            love = magnetic_love(star, flow, 1e-12)
            assert values[f"k2_magnetic_{flow}"][lane].item() == pytest.approx(love, rel=1e-9)


def test_love_numbers_of_light_stars_keep_their_digits():
    # k_2 of a polytrope depends on C linearly at first: three light stars lie on a line
    stars = [(BU0[0], h_c) for h_c in (1e-5, 2e-5, 3e-5)]
    k2 = solved(*stars, wanted=TIDES).values["k2"]
    bend = k2[0] - 2.0 * k2[1] + k2[2]
    assert abs(bend.item()) < 1e-8
    assert torch.all(k2.diff() < 0.0)

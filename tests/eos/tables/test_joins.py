"""Where cores of functionals meet crusts that were computed with other forces."""

import math

import numpy as np
import pytest

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.fits.crusts import CRUSTS
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.tables import unified
from stellar.eos.tables.table import cold_eos
from stellar.shooting.background import solve_background
from stellar.shooting.tides import tidal_love

STIFF = [name for name in FUNCTIONALS if any(s.kind == "join" for s in resolve(name).segments)]
SOFT = [name for name in FUNCTIONALS if resolve(name).transitions]


def baryon_density(eos, segment, h):
    return eos.rest_mass_density_in(segment, h) / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV


def test_every_core_joins_with_a_jump_or_with_a_layer():
    assert not set(STIFF) & set(SOFT)
    assert set(STIFF) | set(SOFT) == set(FUNCTIONALS)


@pytest.mark.parametrize("name", SOFT)
def test_density_rises_inwards_by_less_than_makes_stars_unstable(name):
    # Seidov 1971: Delta eps / eps < 1/2 + 3 P / (2 eps)
    (join,) = resolve(name).transitions
    jump = join.eps_above / join.eps_below - 1.0
    assert 0.0 < jump < 0.5 + 1.5 * join.p / join.eps_below


@pytest.mark.parametrize("name", STIFF)
def test_layer_is_causal_and_continuous_in_pressure_and_energy_density(name):
    eos = resolve(name)
    (number,) = (i for i, s in enumerate(eos.segments) if s.kind == "join")
    outer, layer, inner = eos.segments[number - 1 : number + 2]
    speeds = layer.evaluate(np.linspace(layer.h_lo, layer.h_hi, 20)).cs2_equilibrium
    np.testing.assert_allclose(speeds, 1.0, rtol=1e-9)
    for left, right, h in ((outer, layer, layer.h_lo), (layer, inner, layer.h_hi)):
        assert left.evaluate(h)[:2] == pytest.approx(right.evaluate(h)[:2], rel=1e-11)
    # so stiff that the baryon density hardly changes across it
    thin = baryon_density(eos, layer, layer.h_hi) / baryon_density(eos, layer, layer.h_lo)
    assert 1.0 < thin < 1.01


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_core_begins_where_its_recipe_says(name):
    eos, recipe = resolve(name), FUNCTIONALS[name].recipe
    core = next(segment for segment in eos.segments if segment.kind == "core")
    if recipe.own_crust and recipe.own_crust.crust == "sly":
        outer = eos.segments[eos.segments.index(core) - 1]
        assert baryon_density(eos, outer, core.h_lo) == pytest.approx(recipe.own_crust.n_edge)
    else:
        assert baryon_density(eos, core, core.h_lo) == pytest.approx(recipe.n_core, rel=1e-10)


@pytest.mark.parametrize("crust", CRUSTS)
def test_pressure_in_the_crust_is_that_of_the_fit(crust):
    eos = resolve(f"bsk24:crust={crust}")
    segment = next(s for s in eos.segments if s.kind == "inner_crust")
    h = np.linspace(segment.h_lo, segment.h_hi, 7)[1:-1]
    p, eps, _, _ = segment.evaluate(h)
    x = np.log10(eps / MEV_FM3_TO_KM2 * 1.78266192e12)
    expected, _, _ = CRUSTS[crust].state(x)
    np.testing.assert_allclose(p / MEV_FM3_TO_KM2, expected, rtol=1e-7)


def test_the_crust_of_the_same_force_joins_with_hardly_any_jump():
    (own,), (foreign,) = (resolve(s).transitions for s in ("bsk24:crust=bsk24", "bsk24"))
    assert own.eps_above / own.eps_below - 1.0 < 0.012
    assert foreign.eps_above / foreign.eps_below - 1.0 > 0.1


@pytest.mark.parametrize("name", ["sly4", "bsk24", "nl3", "dd2"])
def test_changing_the_crust_moves_the_radius_by_less_than_a_quarter_kilometre(name):
    # central log-enthalpies of about 1.4 M_sun; a change of the crust moves the surface only
    radii = [
        solve_background(resolve(f"{name}:crust={crust}"), 0.22, 1e-8).radius for crust in CRUSTS
    ]
    assert 0.0 < abs(radii[0] - radii[1]) < 0.25


@pytest.mark.parametrize("name", ["fsu2h", "nl3"])
def test_smooth_join_bridges_the_largest_mismatch_with_rising_density(name):
    eos = resolve(f"{name}:join=smooth")
    assert not eos.transitions
    (bridge,) = (segment for segment in eos.segments if segment.kind == "join")
    state = bridge.evaluate(np.geomspace(bridge.h_lo, bridge.h_hi, 200)[1:-1])
    assert np.all(state.cs2_equilibrium > 0.0)
    assert math.isclose(
        solve_background(eos, 0.22, 1e-8).mass,
        solve_background(resolve(name), 0.22, 1e-8).mass,
        rel_tol=1e-3,
    )


@pytest.mark.parametrize("name", ["bsk24", "dd2"])
def test_stars_do_not_depend_on_the_resolution_of_the_table(name, monkeypatch):
    def star(core_tail, crust_tail):
        monkeypatch.setattr(unified, "_CORE_TAIL", core_tail)
        monkeypatch.setattr(unified, "FIT_TAIL", crust_tail)
        table = FUNCTIONALS[name].compute()
        background = solve_background(cold_eos(table, name, "all"), 0.22, 1e-11)
        return len(table.column("h")), background, tidal_love(background)[1]

    (many, fine, fine_lambda), (few, coarse, coarse_lambda) = star(1e-12, 1e-9), star(1e-8, 1e-7)
    assert few < 0.85 * many
    assert coarse.mass == pytest.approx(fine.mass, rel=1e-8)
    assert coarse.radius == pytest.approx(fine.radius, rel=1e-8)
    assert coarse_lambda == pytest.approx(fine_lambda, rel=1e-7)

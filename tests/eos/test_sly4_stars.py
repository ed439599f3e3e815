"""The tabulated sly4: against its functional, and the stars made of it."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2, MSUN_KM
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.data import manifest
from stellar.shooting.background import solve_background


@pytest.fixture(scope="module")
def sly4():
    return resolve("sly4")


def test_join_keeps_pressure_and_potential_and_reports_the_density_jump(sly4):
    (join,) = sly4.transitions
    assert join.kind == "join"
    # the join of an independent computation, which ends its crust 0.1 per cent lower
    assert join.p / MEV_FM3_TO_KM2 == pytest.approx(0.341, rel=5e-3)
    assert join.eps_above / join.eps_below - 1.0 == pytest.approx(0.0242, abs=2e-4)
    outer = next(s for s in sly4.segments if s.h_hi == join.h).evaluate(join.h)
    n_edge = sly4.baryon_factor * (outer.eps + outer.p) * math.exp(-join.h)
    assert n_edge / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV == pytest.approx(0.076, rel=1e-11)


def test_crust_has_no_composition_and_no_buoyancy(sly4):
    for segment in sly4.segments[:3]:
        h = 0.5 * (segment.h_lo + segment.h_hi)
        assert segment.evaluate(h).delta == 0.0
        assert all(math.isnan(value) for value in sly4.composition.fractions(h).values())


def test_surface_chemical_potential_is_that_of_iron(sly4):
    # 930.4 MeV per nucleon for cold catalysed matter at zero pressure; the fit allows 0.5 MeV
    assert ATOMIC_MASS_UNIT_MEV / sly4.baryon_factor == pytest.approx(930.4, abs=0.5)


def test_maximum_mass_and_canonical_radius_are_the_published_ones(sly4):
    stated = manifest()["sly4.h5"]
    h_max = brentq(lambda h: solve_background(sly4, h, 1e-9).mass_slope, 0.6, 0.85, xtol=1e-7)
    m_max = solve_background(sly4, h_max, 1e-9).mass / MSUN_KM
    h_14 = brentq(
        lambda h: solve_background(sly4, h, 1e-9).mass / MSUN_KM - 1.4, 0.15, 0.4, xtol=1e-9
    )
    r_14 = solve_background(sly4, h_14, 1e-9).radius
    # Douchin & Haensel 2001: 2.05 M_sun; 11.7 km
    assert m_max == pytest.approx(2.0503, abs=5e-4)
    assert r_14 == pytest.approx(11.711, abs=2e-3)
    assert m_max == pytest.approx(stated.m_max_msun, abs=5e-5)
    assert r_14 == pytest.approx(stated.r_14_km, abs=1e-3)


def test_core_without_crust_makes_stars_of_almost_the_same_mass(sly4):
    bare = resolve("sly4:crust=none")
    assert not bare.transitions
    top, bare_top = (
        brentq(lambda h, e=eos: solve_background(e, h, 1e-8).mass_slope, 0.5, 0.83, xtol=1e-6)
        for eos in (sly4, bare)
    )
    mass = solve_background(sly4, top, 1e-8).mass
    assert solve_background(bare, bare_top, 1e-8).mass == pytest.approx(mass, rel=5e-3)


def test_smooth_join_is_continuous_and_leaves_the_matter_away_from_it_alone(sly4):
    smooth = resolve("sly4:join=smooth")
    assert not smooth.transitions
    (bridge,) = (segment for segment in smooth.segments if segment.kind == "join")
    neighbours = smooth.segment_at(0.99 * bridge.h_lo), smooth.segment_at(bridge.h_hi)
    for neighbour, h in zip(neighbours, (bridge.h_lo, bridge.h_hi), strict=True):
        assert bridge.evaluate(h) == pytest.approx(neighbour.evaluate(h), rel=1e-8, abs=1e-12)
    speeds = bridge.evaluate(np.linspace(bridge.h_lo, bridge.h_hi, 100)).cs2_equilibrium
    assert np.all(np.diff(speeds) > 0.0)
    for h in (1e-4, 0.02, 0.028, 0.3, 0.8):
        assert smooth.evaluate(h) == pytest.approx(sly4.evaluate(h), rel=1e-8)


def test_smoothing_the_join_hardly_moves_a_star(sly4):
    h_c = 0.24
    sharp, smooth = (solve_background(e, h_c, 1e-9) for e in (sly4, resolve("sly4:join=smooth")))
    assert smooth.mass == pytest.approx(sharp.mass, rel=1e-4)
    assert smooth.radius == pytest.approx(sharp.radius, rel=1e-3)

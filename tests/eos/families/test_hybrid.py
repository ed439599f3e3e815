"""Cores of constant sound speed above a first-order transition."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from reference_star import maximum_mass

from stellar.constants import ATOMIC_MASS_UNIT_MEV, G_CM3_TO_KM2, MEV_FM3_TO_KM2
from stellar.eos.base import Segment, Thermo
from stellar.eos.catalogue.lookup import resolve
from stellar.errors import InputError
from stellar.shooting.background import solve_background
from stellar.shooting.tides import tidal_love

SPEC = "css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1"


def test_transition_is_where_and_as_high_as_asked():
    eos = resolve(SPEC)
    (jump,) = eos.transitions
    assert jump.kind == "first_order"
    assert jump.eps_above / jump.eps_below == pytest.approx(1.3, rel=1e-13)
    outside = eos.segments[-2]
    rho_t = eos.rest_mass_density_in(outside, jump.h) / G_CM3_TO_KM2
    assert rho_t == pytest.approx(6e14, rel=1e-12)


def test_base_is_untouched_below_the_transition():
    eos, base = resolve(SPEC), resolve("pp:SLy")
    for h in np.linspace(1e-4, 0.999 * eos.breaks[-1], 20).tolist():
        assert eos.evaluate(h) == base.evaluate(h)


def test_core_has_the_asked_sound_speed_to_any_density():
    eos = resolve("css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=0.5")
    jump, inside = eos.transitions[0], eos.segments[-1]
    h = np.linspace(inside.h_lo, 1.5, 20)
    state = inside.evaluate(h)
    np.testing.assert_allclose(state.eps - jump.eps_above, 2.0 * (state.p - jump.p), atol=1e-17)


def test_no_jump_and_no_change_of_sound_speed_is_no_change():
    bag = resolve("mit:B=60")
    hybrid = resolve(f"css:base=mit:B=60,rho_t=6e14,deps=0,cs2={1 / 3!r}")
    assert hybrid.transitions == ()
    assert hybrid.baryon_factor == bag.baryon_factor
    for h in (0.01, 0.1, 0.3, 0.6):
        assert hybrid.evaluate(h) == pytest.approx(bag.evaluate(h), rel=1e-13)


def test_composition_and_stratification_end_at_the_transition():
    eos, base = resolve("css:base=sly,n_t=0.4,deps=0.4,cs2=0.8"), resolve("sly")
    h_t = eos.transitions[-1].h
    below, above = 0.9 * h_t, 1.1 * h_t
    assert eos.stratified
    assert eos.evaluate(below) == base.evaluate(below)
    assert eos.evaluate(above).delta == 0.0
    assert eos.composition.fractions(below) == base.composition.fractions(below)
    assert all(math.isnan(y) for y in eos.composition.fractions(above).values())
    n_t = eos.rest_mass_density_in(eos.segments[-2], h_t) / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV
    assert n_t == pytest.approx(0.4, rel=1e-12)


def test_canonical_specification_keeps_the_parameters_of_its_base():
    eos = resolve("css:cs2=1,deps=0.3,rho_t=6e14,base=(pp:sly,gamma1=1.1x)")
    assert eos.spec == "css:base=(pp:SLy,gamma1=1.1x),rho_t=6e+14,deps=0.3,cs2=1"
    assert resolve(eos.spec).evaluate(0.1) == eos.evaluate(0.1)
    assert eos.stratified


@dataclass(frozen=True)
class Ramp(Segment):
    """eps grows linearly in h instead of jumping; p' = eps + p solved in closed form."""

    p_lo: float
    eps_lo: float
    slope: float
    h_lo: float
    h_hi: float
    kind: str = "ramp"

    def evaluate(self, h):
        rise = h - self.h_lo
        enthalpy = (self.p_lo + self.eps_lo + self.slope) * np.exp(rise) - self.slope
        eps = self.eps_lo + self.slope * rise
        return Thermo(enthalpy - eps, eps, enthalpy / self.slope, 0.0 * eps)


def ramped(eos, width):
    """The same matter with its transition spread over a relative width in h."""
    (jump,) = eos.transitions
    h_end = jump.h * (1.0 + width)
    slope = (jump.eps_above - jump.eps_below) / (h_end - jump.h)
    ramp = Ramp(jump.p, jump.eps_below, slope, jump.h, h_end)
    end = ramp.evaluate(h_end)
    inside = replace(eos.segments[-1], p_lo=end.p, eps_lo=end.eps, h_lo=h_end)
    return replace(eos, segments=(*eos.segments[:-1], ramp, inside))


def test_tidal_deformability_contains_the_jump_at_the_transition():
    # y = r H'/H changes by -4 pi r^3 Delta eps/(m + 4 pi r^3 p) (Damour & Nagar 2009). With it
    # spread over a steep ramp d eps/dp does the same, and the difference goes with the width.
    sharp, h_c = resolve(SPEC), 0.4
    _, expected = tidal_love(solve_background(sharp, h_c, 1e-10), 2, 1e-10)
    differences = []
    for width in (2e-3, 1e-3):
        star = solve_background(ramped(sharp, width), h_c, 1e-10)
        assert star.eos.transitions == ()
        differences.append(tidal_love(star, 2, 1e-10)[1] / expected - 1.0)
    assert abs(differences[1]) < 5e-3
    assert differences[0] / differences[1] == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("excess", [0.9, 1.1])
def test_stars_beyond_a_strong_transition_are_unstable_by_the_criterion_of_seidov(excess):
    # Seidov 1971: a small new core lowers the mass if Delta eps/eps_t > 1/2 + (3/2) p_t/eps_t
    (jump,) = resolve(SPEC).transitions
    critical = 0.5 + 1.5 * jump.p / jump.eps_below
    eos = resolve(f"css:base=pp:SLy,rho_t=6e14,deps={excess * critical!r},cs2=1")
    star = solve_background(eos, jump.h * (1.0 + 1e-4), 1e-11)
    assert (star.mass_slope < 0.0) == (excess > 1.0)


def test_stiff_core_gives_a_heavier_maximum_than_a_soft_one():
    soft, stiff = (maximum_mass(resolve(SPEC.replace("cs2=1", f"cs2={c}")))[0] for c in (0.4, 1))
    assert 1.2 < soft < stiff < 3.0


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("css:base=pp:SLy,deps=0.3,cs2=1", "exactly one of rho_t and n_t"),
        ("css:base=pp:SLy,rho_t=6e14,n_t=0.4,deps=0.3,cs2=1", "exactly one of rho_t and n_t"),
        ("css:base=sly,n_t=5,deps=0.3,cs2=1", "times the highest of sly4"),
        ("css:base=sly,n_t=0.0768,deps=0.3,cs2=1", "lies in the density jump of sly4"),
        ("css:base=mit:B=60,rho_t=1e13,deps=0.3,cs2=1", "density jump"),
        ("css:base=slyy,rho_t=6e14,deps=0.3,cs2=1", "Did you mean sly"),
        ("css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1.2", "0 < cs2 <= 1"),
        ("css:base=pp:SLy,rho_t=6e14,deps=-0.1,cs2=1", "0 <= deps"),
        ("css:base=sly,n_t=0.4,deps=0.3,cs2=1,gamma1=1.1x", "already there"),
    ],
)
def test_impossible_hybrid_is_refused(spec, reason):
    with pytest.raises(InputError, match=reason):
        resolve(spec)


def test_origin_of_the_base_is_kept():
    provenance = dict(resolve("css:base=sly,n_t=0.4,deps=0.4,cs2=0.8").provenance)
    base = dict(resolve("sly").provenance)
    assert "Alford" in provenance["citation"]
    assert provenance["base_citation"] == base["citation"]
    assert provenance["base_table_sha256"] == base["table_sha256"]

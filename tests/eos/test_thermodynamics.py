"""Laws that every equation of state must obey, run over the whole registry."""

import math
from functools import cache

import numpy as np
import pytest

from stellar.eos.catalogue.fits import FITS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.families import FAMILIES
from stellar.eos.functionals import FUNCTIONALS

OPTIONS = ("freeze=proton", "crust=none", "crust=bsk24", "join=smooth", "crust=bsk24,join=smooth")
EVERYDAY = ("sly4", "bsk24", "nl3", "fsu2h")  # one of each kind of join; the others are slow
SPECS = [
    *FUNCTIONALS,
    *(f"{name}:{options}" for name in EVERYDAY for options in OPTIONS),
    *(
        pytest.param(f"{name}:{options}", marks=pytest.mark.slow)
        for name in FUNCTIONALS
        if name not in EVERYDAY
        for options in OPTIONS
    ),
    *FITS,
    "sly-fit:gamma1=1.1x",
    *(f"{f.name}:{row.name}" for f in FAMILIES.values() for row in f.rows()),
    *(f.example for f in FAMILIES.values() if not f.rows()),
    *(
        f"{f.example},{index}"
        for f in FAMILIES.values()
        if f.compressible and not resolve(f.example).stratified
        for index in ("gamma1=1.1x", "gamma1=2.5")
    ),
]
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(32)
PANELS = 8  # near neutron drip h hardly rises with density: much happens in little h


@pytest.fixture(params=SPECS, ids=lambda spec: spec[:60])
def eos(request):
    return _resolved(request.param)


@cache
def _resolved(spec):
    return resolve(spec)


def intervals(eos, seed=7):
    """Random stretches inside segments: (segment, h_1, h_2) with h_2 <= 1.2 h_1."""
    rng = np.random.default_rng(seed)
    for segment in eos.segments:
        lowest = max(segment.h_lo, 1e-3 * min(segment.h_hi, 1.0))
        highest = min(segment.h_hi, 1.5)
        for u in rng.uniform(math.log(lowest), math.log(highest), 3):
            yield segment, math.exp(u), min(1.2 * math.exp(u), highest)


def quadrature(function, h_1, h_2):
    edges = np.linspace(h_1, h_2, PANELS + 1)
    half = 0.5 * (edges[1] - edges[0])
    middles = 0.5 * (edges[1:] + edges[:-1])
    return half * sum(function(middle + half * POINTS) @ WEIGHTS for middle in middles)


def test_pressure_difference_is_the_integral_of_the_enthalpy_density(eos):
    for segment, h_1, h_2 in intervals(eos):

        def enthalpy_density(h, segment=segment):
            state = segment.evaluate(h)
            return state.eps + state.p

        difference = segment.evaluate(h_2).p - segment.evaluate(h_1).p
        residual = difference - quadrature(enthalpy_density, h_1, h_2)
        assert abs(residual) < 1e-12 * segment.evaluate(h_2).p


def test_energy_density_difference_follows_from_the_equilibrium_speed_of_sound(eos):
    for segment, h_1, h_2 in intervals(eos):

        def slope(h, segment=segment):
            state = segment.evaluate(h)
            return (state.eps + state.p) / state.cs2_equilibrium

        difference = segment.evaluate(h_2).eps - segment.evaluate(h_1).eps
        residual = difference - quadrature(slope, h_1, h_2)
        assert abs(residual) < 1e-12 * segment.evaluate(h_2).eps


def test_segments_leave_no_gap_and_pressure_is_continuous(eos):
    assert eos.segments[0].h_lo == 0.0
    for outer, inner in zip(eos.segments, eos.segments[1:], strict=False):
        assert outer.h_hi == inner.h_lo
        p_out, p_in = outer.evaluate(outer.h_hi).p, inner.evaluate(inner.h_lo).p
        assert p_out == pytest.approx(p_in, rel=1e-11)


def test_energy_density_jumps_nowhere_but_at_declared_transitions(eos):
    declared = {transition.h for transition in eos.transitions}
    for outer, inner in zip(eos.segments, eos.segments[1:], strict=False):
        eps_out, eps_in = outer.evaluate(outer.h_hi).eps, inner.evaluate(inner.h_lo).eps
        if inner.h_lo in declared:
            assert eps_in > 1.001 * eps_out
        else:
            assert eps_out == pytest.approx(eps_in, rel=1e-11)


def test_pressure_vanishes_at_the_surface(eos):
    surface = eos.evaluate(0.0)
    assert surface.p == 0.0
    assert math.isfinite(surface.eps)


def test_numbers_and_arrays_give_the_same_state(eos):
    for segment, h_1, h_2 in intervals(eos):
        alone = segment.evaluate(h_1)
        together = segment.evaluate(np.array([h_1, h_2]))
        assert all(isinstance(value, float) for value in alone)
        for value, values in zip(alone, together, strict=True):
            assert value == pytest.approx(values[0], rel=2e-12)


def test_matter_is_stratified_exactly_where_it_says_so(eos):
    deltas = [float(s.evaluate(h).delta) for s, h, _ in intervals(eos)]
    assert any(deltas) == eos.stratified


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_evaluation_outside_a_table_is_refused(name):
    eos = resolve(name)
    core = eos.segments[-1]
    for h in (1.001 * core.h_hi, 0.999 * core.h_lo, -1.0, math.nan):
        with pytest.raises(ArithmeticError, match="outside the segment"):
            core.evaluate(h)
        with pytest.raises(ArithmeticError, match="outside the segment"):
            core.evaluate(np.array([core.h_hi, h]))

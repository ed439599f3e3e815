"""The option gamma1: the frozen index is what was asked for."""

import numpy as np
import pytest

from stellar.eos.catalogue.lookup import resolve

H = np.geomspace(1e-3, 1.0, 40)


@pytest.mark.parametrize("base", ["polytrope:gamma=2,K=100", "energy-polytrope:n=1,K=100"])
def test_factor_multiplies_the_equilibrium_index(base):
    (segment,) = resolve(f"{base},gamma1=1.1x").segments
    state = segment.evaluate(H)
    frozen = state.cs2_equilibrium + state.delta
    np.testing.assert_allclose(frozen / state.cs2_equilibrium, 1.1, rtol=1e-15)


def test_constant_index_is_the_same_at_every_density_and_across_breaks():
    eos = resolve("pp:SLy,gamma1=2.2")
    for segment in eos.segments:
        h = np.linspace(segment.h_lo, min(segment.h_hi, 1.0), 20)[1:]
        p, eps, cs2, delta = segment.evaluate(h)
        np.testing.assert_allclose((cs2 + delta) * (eps + p) / p, 2.2, rtol=1e-13)


def test_factor_one_is_the_barotrope_itself():
    plain, wrapped = resolve("pp:SLy"), resolve("pp:SLy,gamma1=1x")
    assert not wrapped.stratified
    assert wrapped.segments == plain.segments


def test_rest_mass_polytrope_with_its_own_index_has_no_buoyancy():
    (segment,) = resolve("polytrope:gamma=2,K=100,gamma1=2").segments
    state = segment.evaluate(H)
    assert np.max(np.abs(state.delta / state.cs2_equilibrium)) < 1e-14


def test_integrations_follow_it_as_they_follow_its_base():
    plain, wrapped = resolve("fps"), resolve("fps,gamma1=1.1x")
    assert max(segment.detail for segment in wrapped.segments) > 50
    for name in ("detail", "threshold", "rough"):
        for ours, theirs in zip(wrapped.segments, plain.segments, strict=True):
            assert getattr(ours, name) == getattr(theirs, name)

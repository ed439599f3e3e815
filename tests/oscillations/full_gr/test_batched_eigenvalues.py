"""Spectra of stars as a GPU computes them, without LAPACK, against those with it."""

import math
from functools import partial

import pytest
import torch

from parode_core import Status
from parode_core.eigen import eigenpairs, eigenvalues, general
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior import spectrum
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.full_gr.spacetime.modes import spacetime_modes
from stellar.oscillations.mode import ModeRequest

STARS = {
    "polytrope": ("polytrope:gamma=2,K=100", math.log1p(2 * 100 * 1.28e-3), 20),
    "pieces": ("pp:SLy", 0.25, 14),
    "gravity modes": ("sly", 0.22, 14),
}
each_star = pytest.mark.parametrize("name", STARS)


@pytest.fixture(scope="module")
def both_ways(stars_of_engine):
    """The interior of a star, with LAPACK and without."""
    known = {}

    def respond(name):
        if name not in known:
            spec, centre, nodes = STARS[name]
            h_c = torch.tensor([centre], dtype=torch.float64)
            ((_, star),) = stars_of_engine(pack([resolve(spec)]), h_c, nodes)
            with pytest.MonkeyPatch.context() as patch:
                lapack = interiors(star, 2)
                patch.setattr(spectrum, "eigenpairs", partial(eigenpairs, batched=True))
                known[name] = lapack, interiors(star, 2)
        return known[name]

    return respond


def relative(one, other):
    return float(((one - other).abs() / other.abs()).max())


@each_star
def test_poles_that_are_resolved_are_the_same(name, both_ways):
    known, found = (inside.response for inside in both_ways(name))
    assert found.status.tolist() == [int(Status.OK)]
    # what is not resolved may be anywhere among the others
    wanted, there = (
        corrected(fluid_modes(inside.response, broadest=math.inf), inside).omega.isfinite()
        for inside in both_ways(name)
    )
    assert int(there.sum()) == int(wanted.sum()) >= 8
    # lambda of slow gravity modes is a small difference of the shift and 1/mu
    assert relative(found.poles[there], known.poles[wanted]) < 1e-10
    assert torch.equal(found.nodes[there], known.nodes[wanted])
    assert torch.equal(found.signed_nodes[there], known.signed_nodes[wanted])


@each_star
def test_the_response_is_the_same_function(name, both_ways):
    known, found = (inside.response for inside in both_ways(name))
    lam = torch.linspace(1.0, 60.0, 200, dtype=torch.float64) + 0.3j
    value, slope = found.value(lam[None])
    assert relative(value, known.value(lam[None])[0]) < 1e-9
    assert relative(slope, known.value(lam[None])[1]) < 1e-8


@each_star
def test_fluid_modes_are_the_same_to_what_they_tell_of_their_errors(name, both_ways):
    lapack, batched = (
        corrected(fluid_modes(inside.response), inside) for inside in both_ways(name)
    )
    kept, found = (modes.status == int(Status.OK) for modes in (lapack, batched))
    assert int(found.sum()) == int(kept.sum()) >= 5
    change = batched.omega[found] - lapack.omega[kept]
    assert (change.real.abs() <= lapack.re_error[kept]).all()
    assert (change.imag.abs() <= lapack.im_error[kept]).all()


@pytest.mark.parametrize("name", ["polytrope", "pieces"])
def test_space_time_modes_are_the_same(name, both_ways, monkeypatch):
    lapack, batched = both_ways(name)
    request = ModeRequest(("w",), 2)
    (known,) = spacetime_modes(lapack, request)
    monkeypatch.setattr(general, "eigenvalues", partial(eigenvalues, batched=True))
    (found,) = spacetime_modes(batched, request)
    assert known.complete
    assert found.complete
    labels = [mode.label for mode in known.modes]
    assert "w1" in labels
    assert [mode.label for mode in found.modes] == labels
    for one, other in zip(found.modes, known.modes, strict=True):
        assert abs(one.omega - other.omega) < 1e-9 * abs(other.omega)

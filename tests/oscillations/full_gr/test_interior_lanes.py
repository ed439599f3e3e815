"""Stars in a batch: none feels another, whatever becomes of it and wherever it stands."""

from dataclasses import fields, replace

import pytest
import torch

from parode_core import Status
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.responses import interiors

PLAIN = "energy-polytrope:n=1,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
PIECES = "pp:SLy"
NODES = 8


@pytest.fixture(scope="module")
def several(star_on_nodes):
    """69 stars out of five different ones with up to seven elements, with buoyancy and without."""
    specs = (PLAIN, LAYERED, PIECES, PIECES, LAYERED)
    star = star_on_nodes(specs, (0.1, 0.2, 0.2, 0.05, 0.25), NODES)
    return star.select(torch.arange(69) % 5)


@pytest.fixture(scope="module")
def clean(several):
    return interiors(several, 2).response


def columns(response, lanes):
    """All tensors of some lanes."""
    chosen = response.select(lanes)
    return {part.name: getattr(chosen, part.name) for part in fields(Response) if part.name != "l"}


def same(one, other):
    if one.is_complex():
        return same(one.real, other.real) and same(one.imag, other.imag)
    if one.is_floating_point():
        return torch.equal(one.nan_to_num(nan=-7.0), other.nan_to_num(nan=-7.0))
    return torch.equal(one, other)


def test_a_star_has_the_same_bits_wherever_it_stands(clean):
    first = columns(clean, torch.arange(5).repeat(14)[:69])
    for name, values in columns(clean, torch.arange(69)).items():
        assert same(values, first[name]), name


@pytest.mark.parametrize("lane", range(5))
def test_a_star_alone_has_the_bits_it_has_in_company(lane, several, clean):
    alone = interiors(several.select(torch.tensor([lane])), 2).response
    width = alone.mu.shape[1]
    company = columns(clean, torch.tensor([lane]))
    for name, values in columns(alone, torch.tensor([0])).items():
        known = company[name]
        # a row of the batch may be longer: it is filled up
        known = known[:, :width] if name != "jumps" and known.ndim > 1 else known
        assert same(values, known), name


@pytest.mark.parametrize("poison", [torch.nan, torch.inf, -1e6, 0.0])
def test_a_poisoned_star_changes_no_other(poison, several, clean):
    x_ratio = several.x_ratio.clone()
    places = (0, 63, 68)
    x_ratio[list(places)] = poison
    found = interiors(replace(several, x_ratio=x_ratio), 2).response
    others = torch.tensor([lane for lane in range(69) if lane not in places])
    known = columns(clean, others)
    for name, values in columns(found, others).items():
        assert same(values, known[name]), name
    for place in places:
        assert int(found.status[place]) != int(Status.OK)
        assert bool(found.constant[place].isnan())
        assert not bool(found.resolved[place].any())


def test_elements_without_length_change_nothing(star_on_nodes):
    # the second star gives the batch an element that the first does not reach
    both = star_on_nodes((PIECES, PIECES), (0.1, 0.3), NODES)
    short = star_on_nodes((PIECES,), (0.1,), NODES)
    one, other = interiors(both, 2).response, interiors(short, 2).response
    width = other.mu.shape[1]
    assert one.poles[0, :width].tolist() == pytest.approx(other.poles[0].tolist(), rel=1e-12)

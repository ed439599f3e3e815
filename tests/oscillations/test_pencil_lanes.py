"""Stars in a batch: none feels another, whatever becomes of it and wherever it stands."""

from dataclasses import replace

import pytest
import torch

from parode_core import Status
from stellar.oscillations.cowling_spectrum import cowling_spectrum
from stellar.oscillations.potential_flow import barotropic_spectrum
from stellar.oscillations.radial_pencil import radial_spectrum

PLAIN = "energy-polytrope:n=1,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"


def radial(star):
    found = radial_spectrum(star, 4, tolerance=1e-3)
    return found.omega_squared, found.status


def flow(star):
    found = barotropic_spectrum(star, 2, 3, tolerance=1e-3)
    return found.omega_squared, found.status


def nodes(star):
    found = cowling_spectrum(star, 2, tolerance=1e-3)
    return found.omega, found.status


EVERY = pytest.mark.parametrize("spectrum", [radial, flow, nodes])


@pytest.fixture(scope="module")
def several(star_on_nodes):
    """257 stars out of five different ones."""
    star = star_on_nodes((PLAIN,) * 5, (0.05, 0.1, 0.15, 0.2, 0.25), 12)
    return star.select(torch.arange(257) % 5)


def same(one, other):
    return torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))


@EVERY
def test_a_star_has_the_same_bits_wherever_it_stands(spectrum, several):
    values, _ = spectrum(several)
    first = values[:5].repeat(52, 1)[:257]
    assert same(values, first)
    alone, _ = spectrum(several.select(torch.tensor([3])))
    assert same(alone[0], values[3])


@EVERY
@pytest.mark.parametrize("poison", [torch.nan, torch.inf, -1e6, 0.0])
def test_a_poisoned_star_changes_no_other(spectrum, poison, several):
    clean, _ = spectrum(several)
    for place in (0, 64, 130, 256):
        x_ratio = several.x_ratio.clone()
        x_ratio[place] = poison
        values, status = spectrum(replace(several, x_ratio=x_ratio))
        others = torch.arange(257) != place
        assert same(values[others], clean[others])
        assert bool((status[place] != int(Status.OK)).all())
        assert bool(torch.isnan(values[place]).all())


def test_barotropic_and_stratified_stars_stand_side_by_side(star_on_nodes):
    both = star_on_nodes((PLAIN, LAYERED), (0.2, 0.2), 16)
    found = cowling_spectrum(both, 2)
    for lane in (0, 1):
        alone = cowling_spectrum(both.select(torch.tensor([lane])), 2)
        width = alone.omega.shape[1]
        assert same(found.omega[lane, :width], alone.omega[0])
        assert torch.equal(found.signed_nodes[lane, :width], alone.signed_nodes[0])
    assert bool((found.signed_nodes[0] >= 0).all())
    assert int(found.signed_nodes[1].min()) <= -3


@EVERY
def test_stars_with_fewer_elements_stand_beside_those_with_more(spectrum, star_on_nodes):
    """pp:SLy breaks at h = 0.094 and 0.290: centres in its last three segments."""
    together = star_on_nodes(("pp:SLy",) * 3, (0.06, 0.25, 0.32), 12)
    assert together.live.sum(dim=1).tolist() == [5, 6, 7]
    values, status = spectrum(together)
    assert bool((status[:, :3] == int(Status.OK)).all())
    for lane, elements in enumerate((5, 6, 7)):
        short = together.select(torch.tensor([lane]))
        mesh = replace(
            short.mesh,
            edges=short.mesh.edges[:, 7 - elements :],
            grading=short.mesh.grading[:, 7 - elements :],
        )
        bare = replace(
            short,
            mesh=mesh,
            segment=short.segment[:, 7 - elements :],
            x_ratio=short.x_ratio[:, 7 - elements :],
            v_ratio=short.v_ratio[:, 7 - elements :],
        )
        alone, _ = spectrum(bare)
        assert values[lane, :3].tolist() == pytest.approx(alone[0, :3].tolist(), rel=1e-9)


def test_incompressible_matter_has_no_compression_to_take_out_and_says_so(star_on_nodes):
    specs = (PLAIN, "constant-density:eps=1e15")
    star = star_on_nodes(specs, (0.2, 0.2), 12)
    values, status = nodes(star)
    assert status[0, 0] == int(Status.OK)
    assert bool((status[1] != int(Status.OK)).all())
    assert bool(torch.isnan(values[1]).all())

"""Stars on elements for their pencils: each its own, whatever stands beside it, and fewer do."""

import pytest
import torch

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.radial_pencil import radial_spectrum
from stellar.parode.cowling_modes import cowling_searches
from stellar.parode.radial_modes import radial_searches
from stellar.parode.sequence_nodes import SIZES
from stellar.parode.short_elements import pencil_parts
from stellar.parode.trials import batches
from stellar.stars.collocation.solve import Resolution, solve

CENTRES = (0.13, 0.26, 0.42)
REQUEST = ModeRequest(("f", "p", "g", "i"), 3)


@pytest.fixture(scope="module")
def stars():
    """Three stars of a functional with its crust."""
    h_c = torch.tensor(CENTRES, dtype=torch.float64)
    nodes = pack([resolve("sly")]).select(torch.zeros(len(CENTRES), dtype=torch.long))
    with torch.no_grad():
        solved = solve(nodes, h_c, SIZES, Resolution.of(1e-8), nodal=True)
    ((lanes, star),) = solved.nodal
    ((_, found),) = batches(lanes, star, dict.fromkeys(range(len(CENTRES)), 1e-12))
    return found


@torch.no_grad()
def searches(stars):
    return [
        (radial, fluid)
        for radial, fluid in zip(
            radial_searches(stars, 3, 1e-7), cowling_searches(stars, 2, REQUEST, 1e-7), strict=True
        )
    ]


def test_every_part_holds_stars_of_one_number_of_elements(stars):
    parts = pencil_parts(stars, 3, 1e-7)
    assert sorted(torch.cat([part.lanes for part in parts]).tolist()) == [0, 1, 2]
    assert all(bool(part.stars.star.live.all()) for part in parts)


def test_a_star_has_the_same_modes_to_the_bit_alone(stars):
    together = searches(stars)
    for lane in range(len(CENTRES)):
        assert searches(stars.select(torch.tensor([lane]))) == [together[lane]]


def test_all_modes_of_a_star_with_a_crust_are_found_at_once_and_as_told(stars):
    for radial, fluid in searches(stars):
        assert radial.complete
        assert fluid.complete
        assert [mode.label for mode in radial.modes] == ["F", "H1", "H2", "H3"]
        assert {mode.label for mode in fluid.modes} >= {"g3", "g2", "g1", "f", "p1", "p2", "p3"}
        for mode in (*radial.modes, *fluid.modes):
            assert mode.omega_re_err < 1e-8 * mode.omega.real
            if mode.family in ("f", "p"):
                assert mode.nodes == mode.n


def test_few_functions_on_short_elements_tell_what_many_on_long_ones_tell(stars):
    many = radial_spectrum(stars.star, 4, size=40, tolerance=1e-3).omega_squared.sqrt()
    for part in pencil_parts(stars, 3, 1e-7):
        few = radial_spectrum(part.stars.star, 4, size=part.sizes[0]).omega_squared.sqrt()
        assert (few / many[part.lanes] - 1.0).abs().max() < 1e-7

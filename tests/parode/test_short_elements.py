"""Elements for modes: enough of them, no more where there are enough, each star its own."""

import pytest
import torch

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.cut_star import cut
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.parode.sequence_nodes import SIZES
from stellar.parode.short_elements import COLLOCATION, OF_WHOLE, collocation_nodes, shortened
from stellar.parode.trials import TrialStars, batches
from stellar.stars.collocation.solve import Resolution, solve

SPECS = ("polytrope:gamma=2,K=100", "pp:SLy", "sly")
NODES = 12


@pytest.fixture(scope="module")
def stars():
    """One star of each equation of state."""
    centre = torch.tensor([0.25], dtype=torch.float64)
    found = {}
    for spec in SPECS:
        with torch.no_grad():
            solved = solve(pack([resolve(spec)]), centre, SIZES, Resolution.of(1e-8), nodal=True)
        ((lanes, star),) = solved.nodal
        ((_, found[spec]),) = batches(lanes, star, {0: 1e-12})
    return found


def fluid(stars: TrialStars, size: int) -> torch.Tensor:
    """omega R of f and p1 to p4."""
    inside = interiors(stars.star, 2, size=size)
    response = inside.response
    modes = corrected(fluid_modes(response), inside)
    there = modes.omega[0].isfinite() & (modes.omega[0].imag < 5e-3 * modes.omega[0].real)
    counts = response.signed_nodes[0]
    return torch.stack([modes.omega[0][there & (counts == n)][0] for n in range(5)])


@pytest.mark.parametrize("spec", SPECS)
def test_few_nodes_on_short_elements_tell_what_many_tell(spec, stars):
    short = shortened(stars[spec], 4, 1e-7, NODES)
    own = stars[spec]
    # all elements cut twice
    for _ in range(2):
        own = own.changed(lambda star: cut(star, star.live))
    few, many = fluid(short, NODES), fluid(own, 24)
    assert (few.real / many.real - 1.0).abs().max() < 1e-9
    assert (few.imag / many.imag - 1.0).abs().max() < 1e-5


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_short_enough_stays(spec, stars):
    once = shortened(stars[spec], 4, 1e-6, NODES)
    again = shortened(once, 4, 1e-6, NODES)
    assert torch.equal(once.star.mesh.edges, again.star.mesh.edges)


def test_the_number_of_many_elements_is_one_of_few(stars):
    for spec in SPECS:
        count = int(shortened(stars[spec], 4, 1e-6, NODES).star.live.sum())
        assert count <= 8 or count % 4 == 0


def test_more_orders_or_digits_want_more_elements(stars):
    counts = [
        int(shortened(stars["sly"], orders, accuracy, NODES).star.live.sum())
        for orders, accuracy in ((2, 1e-3), (2, 1e-8), (30, 1e-8))
    ]
    assert counts[0] < counts[1] < counts[2]


def test_a_star_of_one_element_stays_whole_where_its_nodes_show_the_waves(stars):
    smooth = stars[SPECS[0]]
    own = smooth.star.mesh.basis.size
    assert smooth.star.mesh.elements == 1
    fewest, few, many = (collocation_nodes(smooth, orders, buoyant=False) for orders in (1, 4, 6))
    assert fewest.sizes[0] < few.sizes[0] <= own + 2
    assert fewest.demand == few.demand == OF_WHOLE
    assert many.demand == COLLOCATION
    assert many.sizes[0] < own < many.sizes[1]
    counts = [
        int(shortened(smooth, orders, 1e-5, nodes.sizes[0], nodes.demand).star.live.sum())
        for orders, nodes in ((1, fewest), (4, few), (6, many))
    ]
    assert counts[:2] == [1, 1]
    assert counts[2] > 1


def test_an_element_has_no_more_nodes_than_the_waves_of_the_whole_star_want(stars):
    cut = stars["sly"]
    own = cut.star.mesh.basis.size
    low, high = (collocation_nodes(cut, orders, buoyant=False) for orders in (0, 9))
    assert low.sizes[0] <= high.sizes[0] < own
    assert low.sizes[1:] == high.sizes[1:]


def test_modes_of_buoyancy_have_the_nodes_of_their_star(stars):
    smooth = stars[SPECS[0]]
    sizes, _ = collocation_nodes(smooth, 1, buoyant=True)
    assert sizes[0] >= smooth.star.mesh.basis.size


def test_stars_on_fewer_nodes_are_made_when_asked_for_and_cut_alike(stars):
    own = stars["pp:SLy"]
    short = shortened(own, 4, 1e-6, NODES)
    assert "rough" not in vars(short)
    assert torch.equal(short.rough.mesh.edges, short.star.mesh.edges)
    assert short.rough.mesh.basis.size < short.star.mesh.basis.size
    lanes = torch.tensor([0])
    assert torch.equal(short.select(lanes).rough.x_ratio, short.rough.x_ratio)

"""Poles of the interior response: what a star in a box must do, and what names its modes."""

import math

import pytest
import torch

from stellar.oscillations.cut_star import cut
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import interiors

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
HYBRID = "css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8"
TELLING = 1e-12  # residues below this part of lambda_k are rounding
WAVE = 2e-3  # poles of waves caught in the star have larger residues, f aside


def known(inside):
    """Poles that lead to a mode, [lane, pole]."""
    modes = fluid_modes(inside.response, broadest=math.inf)
    return corrected(modes, inside).omega.isfinite()


def fluid(inside):
    """Signed node counts of known poles that are no waves, and their indices."""
    response, places = inside.response, known(inside)[0].nonzero()[:, 0]
    share = (response.residues[0].real / response.poles[0].real)[places]
    signed = response.signed_nodes[0][places]
    kept = (share < WAVE) | (signed == 0)
    return signed[kept].tolist(), places[kept]


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.22), (LAYERED, 0.3), (HYBRID, 0.25)])
def test_a_box_takes_energy_from_no_mode(spec, h_c, star_on_nodes):
    star = star_on_nodes((spec,), (h_c,), 24)
    rough, fine = (interiors(star, 2, size=size).response for size in (20, 24))
    poles = fine.poles[0][fine.resolved[0]]
    assert bool((poles.imag == 0.0).all())
    # those that other nodes tell too, and residues whose sign is known
    apart = (poles.unsqueeze(1) - rough.poles[0]).abs()
    same = apart.argmin(dim=1)
    residues = fine.residues[0][fine.resolved[0]]
    unsure = (residues - rough.residues[0][same]).abs()
    told = apart.amin(dim=1) < 1e-6 * poles.abs()
    telling = told & (residues.real.abs() > unsure + TELLING * poles.real)
    assert int(telling.sum()) >= 6
    assert bool((residues.real[telling] > 0.0).all())


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.22), (LAYERED, 0.3), (HYBRID, 0.25)])
def test_the_response_rises_between_its_poles(spec, h_c, star_on_nodes):
    # as that of every system without losses (Wigner & Eisenbud 1947)
    response = interiors(star_on_nodes((spec,), (h_c,), 20), 2).response
    lam = torch.linspace(0.02, 20.0, 4001, dtype=torch.float64)[None]
    _, slope = response.value(lam)
    assert float(slope.real.min()) > 0.0


def test_barotropic_stars_have_one_mode_for_each_number_of_nodes(star_on_nodes):
    inside = interiors(star_on_nodes((BU0,), (0.22,), 24), 2)
    signed, places = fluid(inside)
    assert signed[:6] == [0, 1, 2, 3, 4, 5]
    assert inside.response.nodes[0][places][:6].tolist() == [0, 1, 2, 3, 4, 5]


def test_stratified_stars_have_gravity_modes_below_and_pressure_modes_above(star_on_nodes):
    signed, _ = fluid(interiors(star_on_nodes((LAYERED,), (0.3,), 28), 2))
    assert signed == sorted(signed)
    assert signed[signed.index(-4) : signed.index(4) + 1] == list(range(-4, 5))


def test_a_density_jump_has_an_interface_mode_with_its_energy_there(star_on_nodes):
    star = star_on_nodes((HYBRID,), (0.25,), 20)
    inside = interiors(star, 2)
    response = inside.response
    signed, places = fluid(inside)
    assert signed[:3] == [-1, 0, 1]
    (jump,) = response.jumps[0].nonzero()[:, 0].tolist()
    shares = response.interface_shares[0][places]
    # barotropic: nothing but the jump is buoyant
    assert shares[:3, jump].tolist() == pytest.approx([1.0] * 3, abs=1e-12)
    others = torch.arange(shares.shape[1]) != jump
    assert not bool(shares[:, others].any())


def test_statements_that_mean_nothing_are_refused(star_on_nodes):
    star = star_on_nodes((BU0,), (0.22,), 20)
    with pytest.raises(ValueError, match="l >= 2, not 1"):
        interiors(star, 1)
    with pytest.raises(ValueError, match="at least 6 nodes, not 5"):
        interiors(star, 2, size=5)


@pytest.mark.parametrize(
    ("spec", "h_c", "nodes", "cuts"),
    [(BU0, 0.22, 18, 3), ("pp:SLy", 0.25, 18, 1), (HYBRID, 0.25, 18, 2), (LAYERED, 0.3, 18, 3)],
)
def test_short_elements_have_the_poles_of_long_ones(spec, h_c, nodes, cuts, star_on_nodes):
    star = star_on_nodes((spec,), (h_c,), nodes)
    for _ in range(cuts):
        star = cut(star, star.live)
    assert int(star.live.sum()) >= 8
    short, long = (interiors(star, 2, short=each) for each in (True, False))
    (found, counts), (expected, others) = (
        (part.response.poles[0].real[lowest], part.response.signed_nodes[0][lowest])
        for part in (short, long)
        for lowest in [(known(part) & (part.response.poles.real > 1e-2))[0].nonzero()[:6, 0]]
    )
    assert found.tolist() == pytest.approx(expected.tolist(), rel=2e-11)
    assert counts.tolist() == others.tolist()


@pytest.mark.parametrize("orders", [5, 7])
def test_what_a_small_space_shows_are_poles_of_the_star(orders, star_on_nodes):
    # pairs of the space that are none of the star may pass for modes in everything but this
    h_c = tuple(0.12 + 0.01 * k for k in range(20))
    star = star_on_nodes(("sly",) * len(h_c), h_c, 12)
    few = interiors(star, 2, orders=orders, short=True, faint=False).response
    many = interiors(star, 2, orders=25, short=True).response
    shown = 0
    for lane in range(star.lanes):
        poles = few.poles[lane][few.resolved[lane]].real
        apart = (poles.unsqueeze(1) - many.poles[lane].real).abs().amin(dim=1)
        assert bool((apart < 5e-3 * poles).all())
        shown += poles.numel()
    assert shown > 8 * star.lanes

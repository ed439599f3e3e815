"""Poles of the interior response: what a star in a box must do, and what names its modes."""

import pytest
import torch

from stellar.oscillations.cut_star import cut
from stellar.oscillations.full_gr.interior.responses import interiors

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
HYBRID = "css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8"
TELLING = 1e-12  # residues below this part of lambda_k are rounding
WAVE = 2e-3  # poles of waves caught in the star have larger residues, f aside


def fluid(response):
    """Signed node counts of resolved poles that are no waves, and their indices."""
    places = response.resolved[0].nonzero()[:, 0]
    share = (response.residues[0].real / response.poles[0].real)[places]
    signed = response.signed_nodes[0][places]
    kept = (share < WAVE) | (signed == 0)
    return signed[kept].tolist(), places[kept]


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.22), (LAYERED, 0.3), (HYBRID, 0.25)])
def test_a_box_takes_energy_from_no_mode(spec, h_c, star_on_nodes):
    response = interiors(star_on_nodes((spec,), (h_c,), 20), 2).fine
    resolved = response.resolved[0] & (response.pole_errors[0] < 1e-6 * response.poles[0].abs())
    poles, residues = response.poles[0][resolved], response.residues[0][resolved]
    assert bool((poles.imag == 0.0).all())
    # residues whose sign is known
    telling = residues.real.abs() > response.residue_errors[0][resolved] + TELLING * poles.real
    assert int(telling.sum()) >= 6
    assert bool((residues.real[telling] > 0.0).all())


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.22), (LAYERED, 0.3), (HYBRID, 0.25)])
def test_the_response_rises_between_its_poles(spec, h_c, star_on_nodes):
    # as that of every system without losses (Wigner & Eisenbud 1947)
    response = interiors(star_on_nodes((spec,), (h_c,), 20), 2).fine
    lam = torch.linspace(0.02, 20.0, 4001, dtype=torch.float64)[None]
    _, slope = response.value(lam)
    assert float(slope.real.min()) > 0.0


def test_barotropic_stars_have_one_mode_for_each_number_of_nodes(star_on_nodes):
    response = interiors(star_on_nodes((BU0,), (0.22,), 24), 2).fine
    signed, places = fluid(response)
    assert signed[:6] == [0, 1, 2, 3, 4, 5]
    assert response.nodes[0][places][:6].tolist() == [0, 1, 2, 3, 4, 5]


def test_stratified_stars_have_gravity_modes_below_and_pressure_modes_above(star_on_nodes):
    signed, _ = fluid(interiors(star_on_nodes((LAYERED,), (0.3,), 28), 2).fine)
    assert signed == sorted(signed)
    assert signed[signed.index(-4) : signed.index(4) + 1] == list(range(-4, 5))


def test_a_density_jump_has_an_interface_mode_with_its_energy_there(star_on_nodes):
    star = star_on_nodes((HYBRID,), (0.25,), 20)
    response = interiors(star, 2).fine
    signed, places = fluid(response)
    assert signed[:3] == [-1, 0, 1]
    (jump,) = response.jumps[0].nonzero()[:, 0].tolist()
    shares = response.interface_shares[0][places]
    # barotropic: nothing but the jump is buoyant
    assert shares[:3, jump].tolist() == pytest.approx([1.0] * 3, abs=1e-12)
    others = torch.arange(shares.shape[1]) != jump
    assert not bool(shares[:, others].any())


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.22), (LAYERED, 0.3), (HYBRID, 0.25)])
def test_errors_are_no_smaller_than_what_finer_grids_change(spec, h_c, star_on_nodes):
    star = star_on_nodes((spec,), (h_c,), 30)
    coarse, fine = (interiors(star, 2, size=size).fine for size in (16, 30))
    for pole in coarse.resolved[0].nonzero()[:8, 0].tolist():
        distance = (fine.poles[0] - coarse.poles[0, pole]).abs()
        nearest = int(distance.argmin())
        allowed = float(coarse.pole_errors[0, pole] + 1e-12 * coarse.poles[0, pole].abs())
        assert float(distance[nearest]) <= allowed
        change = (fine.residues[0, nearest] - coarse.residues[0, pole]).abs()
        assert float(change) <= float(coarse.residue_errors[0, pole]) + 1e-10


def test_rough_stars_show_in_the_errors(star_on_nodes):
    star, rough = (star_on_nodes((BU0,), (0.22,), size) for size in (20, 10))
    fine, coarse = interiors(star, 2, rough=rough)[:2]
    assert int(fine.resolved.sum()) > 4
    assert not bool(coarse.resolved.any())
    known = interiors(star, 2).fine
    assert bool((fine.pole_errors[0, :3] > known.pole_errors[0, :3]).all())
    assert fine.poles[0].tolist() == known.poles[0].tolist()


def test_statements_that_mean_nothing_are_refused(star_on_nodes):
    star = star_on_nodes((BU0,), (0.22,), 20)
    with pytest.raises(ValueError, match="l >= 2, not 1"):
        interiors(star, 1)
    with pytest.raises(ValueError, match="at least 6 nodes, not 5"):
        interiors(star, 2, size=5)
    with pytest.raises(ValueError, match="2 rough stars do not belong to 1"):
        interiors(star, 2, rough=star.select(torch.tensor([0, 0])))


@pytest.mark.parametrize(
    ("spec", "h_c", "nodes", "cuts"),
    [(BU0, 0.22, 18, 3), ("pp:SLy", 0.25, 18, 1), (HYBRID, 0.25, 18, 2), (LAYERED, 0.3, 18, 3)],
)
def test_short_elements_have_the_poles_of_long_ones(spec, h_c, nodes, cuts, star_on_nodes):
    star = star_on_nodes((spec,), (h_c,), nodes)
    for _ in range(cuts):
        star = cut(star, star.live)
    assert int(star.live.sum()) >= 8
    short, long = (interiors(star, 2, short=each).fine for each in (True, False))
    found, expected = (
        part.poles[0].real[part.resolved[0] & (part.poles[0].real > 1e-2)][:6]
        for part in (short, long)
    )
    assert found.tolist() == pytest.approx(expected.tolist(), rel=2e-11)
    assert short.signed_nodes[0][short.resolved[0]][:6].tolist() == (
        long.signed_nodes[0][long.resolved[0]][:6].tolist()
    )

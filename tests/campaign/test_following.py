"""Modes of results followed along parameters of the matter and along the mass."""

import numpy as np
import pytest

import stellar
from stellar.campaign.following import displacement
from stellar.errors import UsageError
from stellar.oscillations.continuation import share

HYBRID = "css:base=(pp:SLy,gamma1=1.1x),rho_t=5e14,deps={jump:.4f},cs2=0.8"
SHAPES = {"profiles": True, "eigenfunctions": True}


@pytest.fixture(scope="module")
def growing_jump():
    specs = [HYBRID.format(jump=jump) for jump in np.linspace(0.002, 0.05, 9)]
    return stellar.modes(
        specs, masses=1.6, families=("f", "g", "i"), n_max=3, gravity="cowling", **SHAPES
    )


def test_modes_of_one_star_are_orthogonal():
    found = stellar.modes(
        "polytrope:gamma=2,K=100,gamma1=1.1x",
        central_densities="8e14",
        families=("f", "p", "g"),
        n_max=2,
        gravity="cowling",
        **SHAPES,
    )
    shapes = [displacement(found, mode) for mode in range(5)]
    for one in range(5):
        for other in range(one):
            assert share(shapes[one], shapes[other], 2) < 1e-3


def test_the_mode_of_a_growing_density_jump_goes_on_through_the_gravity_modes(growing_jump):
    # at a small jump it is labelled g1, for its energy does not sit at the jump
    modes = {mode.labels[-1]: mode for mode in stellar.follow(growing_jump)}
    interface = modes["i1"]
    assert len(interface.labels) == 9
    assert set(interface.labels) == {"g1", "i1"}
    for mode in modes.values():
        frequency = mode.column("frequency_hz")
        if len(frequency) < 9:
            continue
        # straight: no step is more than half as long again as its neighbours
        steps = np.diff(frequency)
        assert (steps > 0.0).all()
        assert (steps[1:] < 1.5 * steps[:-1]).all()
        assert (mode.share[1:] > 0.9).all()
    # by their labels the frequencies would jump
    table = growing_jump.modes
    first = table["frequency_hz"][(table["label"] == "g1")][:2]
    assert abs(first[1] - first[0]) > 50.0


def test_every_mode_belongs_to_one(growing_jump):
    rows = np.concatenate([mode.mode_id for mode in stellar.follow(growing_jump)])
    assert sorted(rows.tolist()) == sorted(growing_jump.eigenfunctions)


def test_a_path_may_leave_out_and_turn_round(growing_jump):
    back = {mode.labels[0]: mode for mode in stellar.follow(growing_jump, [8, 4, 0])}
    assert back["i1"].labels == ("i1", "i1", "g1")
    assert back["i1"].column("star_id").tolist() == [8, 4, 0]


def test_results_without_shapes_are_refused():
    bare = stellar.modes("polytrope:gamma=2,K=100", central_densities="8e14", families=("f",))
    with pytest.raises(UsageError, match="with profiles and eigenfunctions"):
        stellar.follow(bare)


@pytest.mark.parametrize("star", [-1, 9])
def test_stars_that_are_not_there_are_refused(growing_jump, star):
    with pytest.raises(UsageError, match=f"Star {star} was asked; these results have stars 0 to 8"):
        stellar.follow(growing_jump, [0, star])

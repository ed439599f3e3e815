"""Runs whose modes may be interpolated: the same numbers however many processes share them."""

from dataclasses import replace

import pytest

from stellar.campaign.config import RunConfig
from stellar.campaign.plan import plan
from stellar.campaign.tiles import compute_tile
from stellar.results.pieces import gathered

EOS = ("polytrope:gamma=2,K=100", "polytrope:gamma=2.1,K=150")
LINE = ("modes", EOS, "masses", "1.0:1.3/70")


def config(**changed):
    return RunConfig(*LINE, **({"families": ("f",), "solver": "parode"} | changed))


def results(run, jobs):
    tiles = plan(run).tiles(jobs)
    return gathered(run.to_toml(), [compute_tile(tile) for tile in tiles]), len(tiles)


def test_numbers_do_not_depend_on_how_many_processes_share_the_stars():
    (one, _), (two, tiles) = results(config(), 1), results(config(), 2)
    assert tiles == 2
    assert one.same_data(two)
    assert all("Interpolated" in message for message in one.modes["message"])


def test_stars_of_one_sequence_stay_together_unless_nothing_is_interpolated():
    assert len(plan(config()).tiles(8)) == 2
    for changed in ({"interpolate": False}, {"eigenfunctions": True}, {"band": "1000:2000"}):
        assert len(plan(config(**changed)).tiles(8)) > 2, changed


def test_stars_beyond_a_tile_are_cut_at_fixed_places():
    long = RunConfig("modes", EOS[:1], "masses", "1.0:1.3/10000", families=("f",), solver="parode")
    cuts = [
        [part.start for tile in plan(long).tiles(jobs) for part in tile.parts] for jobs in (1, 7)
    ]
    assert cuts[0] == cuts[1] == [0, 4096, 8192]


def test_space_time_modes_are_shared_out_for_they_are_not_interpolated():
    many = {"eos": EOS[:1], "values": "1.0:1.3/1000"}
    waves = [replace(config(families=families), **many) for families in (("w",), ("f", "w"))]
    assert len(plan(waves[0]).tiles(10)) == 10
    assert [len(plan(waves[1]).tiles(jobs)) for jobs in (1, 10)] == [4, 4]


@pytest.mark.parametrize("interpolate", [True, False])
def test_the_choice_is_kept_in_the_description_of_a_run(interpolate):
    run = config(interpolate=interpolate)
    assert f"interpolate = {str(interpolate).lower()}" in run.to_toml()
    assert RunConfig.from_toml(run.to_toml(), "a test") == run
    structure = RunConfig("structure", EOS, "masses", "1.4")
    assert "interpolate" not in structure.to_toml()

"""Batches: a star is the same alone and in company, and one that fails fails alone."""

import math

import pytest
import torch
from star_batches import BU0, HYBRID, batch, solved

from parode_core import Status
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

LEAN = Wanted(degrees=(2,), magnetic=False)
QUICK = Resolution(nodes=12, tolerance=1e-6)
COMPANY = [BU0, ("pp:SLy", 0.3), (HYBRID, 0.35), ("mit:B=60", 0.2), ("pp:H4", 0.15)]


def test_a_star_has_the_same_bits_alone_and_in_any_company():
    together = solved(*COMPANY, wanted=LEAN, resolution=QUICK)
    backwards = solved(*COMPANY[::-1], wanted=LEAN, resolution=QUICK)
    for lane in (1, 2):
        alone = solved(COMPANY[lane], wanted=LEAN, resolution=QUICK)
        for name, value in together.values.items():
            assert torch.equal(value[lane], alone.values[name][0]), name
            assert torch.equal(value[lane], backwards.values[name][len(COMPANY) - 1 - lane]), name


def test_a_poisoned_star_fails_alone():
    _, eos, centres = batch(*COMPANY)
    well = solve(eos, centres, LEAN, QUICK)
    for poison, status in (
        (math.nan, Status.NON_FINITE_INPUT),
        (-0.1, Status.OUTSIDE_EOS_RANGE),
        (0.0, Status.OUTSIDE_EOS_RANGE),
    ):
        poisoned = centres.clone()
        poisoned[1] = poison
        found = solve(eos, poisoned, LEAN, QUICK)
        assert found.status.tolist() == [0, status, 0, 0, 0]
        for name, value in found.values.items():
            assert torch.isnan(value[1])
            others = torch.arange(5) != 1
            assert torch.equal(value[others], well.values[name][others]), name


def test_a_centre_above_the_table_is_outside_its_range_also_beside_longer_tables():
    equations, eos, centres = batch(("sly", 0.3), ("pp:SLy", 0.3))
    centres[0] = 1.01 * equations[0].h_max
    assert solve(eos, centres, LEAN, QUICK).status.tolist() == [Status.OUTSIDE_EOS_RANGE, 0]


def test_error_estimates_cover_the_differences_to_a_finer_resolution():
    rough = solved(*COMPANY, resolution=Resolution(nodes=10, tolerance=1e-4))
    fine = solved(*COMPANY)
    for name, value in rough.values.items():
        gap = (value - fine.values[name]).abs()
        assert torch.all(gap <= rough.errors[name] + 1e-12 * value.abs()), name


@pytest.mark.parametrize("nodes", [10, 16, 24])
def test_any_number_of_nodes_keeps_the_tolerance(nodes):
    fine = solved(*COMPANY, wanted=LEAN).values
    found = solved(*COMPANY, wanted=LEAN, resolution=Resolution(nodes, 1e-6)).values
    for name in ("mass", "radius", "moment_of_inertia", "k2"):
        torch.testing.assert_close(found[name], fine[name], rtol=1e-6, atol=0.0)


def test_a_batch_without_a_single_star_has_every_name_and_a_status():
    _, eos, centres = batch(BU0, BU0)
    none = solve(eos, torch.full_like(centres, math.nan), LEAN, QUICK)
    some = solve(eos, centres, LEAN, QUICK)
    assert none.values.keys() == some.values.keys() == set(LEAN.names)
    assert none.errors.keys() == some.errors.keys() == set(LEAN.names)
    assert none.status.tolist() == [Status.NON_FINITE_INPUT] * 2
    assert all(torch.isnan(value).all() for value in none.values.values())

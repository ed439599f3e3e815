"""Counts by the argument principle where the number of roots is known."""

from dataclasses import replace

import pytest
import torch
from flat_space import cavities, inside, modes, response

from parode_core import Status
from stellar.oscillations.full_gr.spacetime.certificate import Box, certify, certify_fluid
from stellar.oscillations.full_gr.spacetime.matching import matching

BODIES = cavities(5, seed=11)


def same_box(lanes, *edges):
    return Box(*(torch.full((lanes,), edge, dtype=torch.float64) for edge in edges))


WIDE = same_box(5, 0.2, 7.0, 0.05, 4.0)
STRIP = same_box(5, 0.2, 5.0, -0.03, 0.03)


def listed(box):
    """Exact roots inside a box, [body, root]."""
    exact = [inside(modes(2, body), box, lane) for lane, body in enumerate(BODIES)]
    table = torch.full((5, max(map(len, exact))), torch.nan, dtype=torch.complex128)
    for lane, roots in enumerate(exact):
        table[lane, : len(roots)] = torch.tensor(roots)
    return table, [len(roots) for roots in exact]


def proof(roots):
    star = matching(response(2, BODIES), WIDE.centre, 24)
    return certify(star, WIDE, roots)


def test_a_complete_list_is_proven():
    roots, sizes = listed(WIDE)
    found = proof(roots)
    assert found.complete.all()
    assert found.count.tolist() == sizes


def test_without_any_list_the_roots_are_counted():
    roots, sizes = listed(WIDE)
    found = proof(torch.full_like(roots, torch.nan))
    assert found.missing.tolist() == sizes == found.count.tolist()
    assert not found.complete.any()


@pytest.mark.parametrize("slot", [0, 2])
def test_a_root_left_out_is_missed(slot):
    roots, sizes = listed(WIDE)
    roots[:, slot] = torch.nan
    found = proof(roots)
    assert found.missing.tolist() == [1] * 5
    assert found.count.tolist() == sizes


def test_a_number_that_is_no_root_is_not_believed():
    roots, sizes = listed(WIDE)
    found = proof(torch.cat((roots, torch.full_like(roots[:, :1], 2.9 + 2.9j)), dim=1))
    assert found.missing.tolist() == [-1] * 5
    assert found.count.tolist() == sizes


def test_a_listed_root_on_the_contour_does_no_harm():
    roots, _ = listed(WIDE)
    through = replace(WIDE, top=roots[:, 0].imag.clone(), right=torch.full_like(WIDE.right, 6.9))
    star = matching(response(2, BODIES), WIDE.centre, 24)
    found = certify(star, through, roots)
    assert found.status.tolist() == [Status.OK] * 5


def test_narrow_modes_are_counted_each_next_to_its_pole():
    """Damping of some is below 1e-5 of the width of the strip."""
    roots, sizes = listed(STRIP)
    left, right = STRIP.left, STRIP.right
    found = certify_fluid(response(2, BODIES), roots, left, right)
    assert found.complete.all()
    assert found.count.tolist() == sizes
    roots[:, 1] = torch.nan
    found = certify_fluid(response(2, BODIES), roots, left, right)
    assert found.missing.tolist() == [1] * 5


def test_a_poisoned_body_is_not_certified_and_spoils_no_other():
    roots, sizes = listed(WIDE)
    poisoned = response(2, BODIES)
    poisoned.mu[3, 0] = torch.nan
    found = certify(matching(poisoned, WIDE.centre, 24), WIDE, roots)
    assert found.status[3] == Status.NON_FINITE_STATE
    others = [0, 1, 2, 4]
    assert found.complete[others].all()
    assert found.count[others].tolist() == [sizes[lane] for lane in others]

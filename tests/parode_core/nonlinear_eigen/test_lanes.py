"""No lane sees another: failing lanes leave all others bit-identical, each with its own status."""

import pytest
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import (
    ScalarFunction,
    bracket_roots,
    find_roots,
    polish,
    rectangle,
)

LANES = 257


def product(z, roots):
    distance = z[:, :, None] - roots[:, None, :]
    value = distance.prod(2) * z.cosh()
    return value, value * ((1 / distance).sum(2) + z.tanh())


PRODUCT = ScalarFunction(lambda z, p: product(z, p)[0], product)


def random_roots():
    generator = torch.Generator().manual_seed(3)
    x, y = torch.rand(2, LANES, 3, dtype=torch.float64, generator=generator)
    return torch.complex(0.1 + 0.8 * x, 0.1 + 0.8 * y)


def unit_box(lanes=LANES):
    return rectangle(*(torch.full((lanes,), side, dtype=torch.float64) for side in (0, 1, 0, 1)))


POISONS = {
    "nan": (torch.nan, Status.NON_FINITE_STATE),
    "infinity": (torch.inf, Status.NON_FINITE_STATE),
    "no root": (7.0, Status.NO_ROOT),
    "root on the contour": (0.5, Status.ACCURACY_NOT_REACHED),
}


def same(first, second, lanes):
    """Bit for bit, padding included."""
    for name, value in vars(first).items():
        mine, other = value[lanes], getattr(second, name)[lanes]
        for left, right in zip(_real(mine), _real(other), strict=True):
            assert torch.equal(left.nan_to_num(-99.0), right.nan_to_num(-99.0)), name


def _real(value):
    return (value.real, value.imag) if value.is_complex() else (value.double(),)


def test_poisoned_lanes_in_every_position_leave_the_others_bit_identical():
    """Each seventh lane is poisoned, in seven shifts: every position is hit once."""
    roots = random_roots()
    clean = find_roots(PRODUCT, unit_box(), roots, max_roots=8, max_points=1024)
    assert clean.complete.double().mean() > 0.99
    kinds = list(POISONS.values())
    for shift in range(7):
        poisoned = roots.clone()
        places = torch.arange(shift, LANES, 7)
        for k, place in enumerate(places.tolist()):
            poisoned[place] = kinds[k % len(kinds)][0]
        found = find_roots(PRODUCT, unit_box(), poisoned, max_roots=8, max_points=1024)
        others = torch.ones(LANES, dtype=torch.bool)
        others[places] = False
        same(clean, found, others)
        expected = [kinds[k % len(kinds)][1] for k in range(len(places))]
        assert found.lane_status[places].tolist() == expected


def test_a_lane_alone_gives_the_bits_it_gives_in_a_batch():
    roots = random_roots()
    batch = find_roots(PRODUCT, unit_box(), roots, max_roots=8)
    for lane in (0, 63, 64, 256):
        chosen = torch.tensor([lane, lane])
        alone = find_roots(PRODUCT, unit_box(2), roots[chosen], max_roots=8)
        for name in ("values", "error", "distance", "clearance"):
            mine, other = getattr(alone, name)[0], getattr(batch, name)[lane]
            for left, right in zip(_real(mine), _real(other), strict=True):
                assert torch.equal(left.nan_to_num(-99.0), right.nan_to_num(-99.0)), name


def test_repeated_runs_agree_bit_for_bit():
    roots = random_roots()
    runs = [find_roots(PRODUCT, unit_box(), roots, max_roots=8) for _ in range(2)]
    same(*runs, torch.arange(LANES))


def test_polishing_gives_every_root_its_own_status():
    roots = random_roots()[:4]
    seeds = roots + 0.02
    seeds[1, 2] = torch.nan
    roots[2, 0] = torch.nan
    scale = torch.ones(4, dtype=torch.float64)
    found = polish(PRODUCT, seeds, scale, roots)
    assert (found.status[0] == Status.OK).all()
    assert found.status[1].tolist() == [Status.OK, Status.OK, Status.NO_ROOT]
    assert (found.status[2] == Status.NON_FINITE_STATE).all()
    assert (found.values[3] - roots[3]).abs().max() < 1e-14
    capped = polish(PRODUCT, seeds + 0.3, scale / 50, roots, max_iterations=4)
    assert capped.status[3].tolist() == [Status.NOT_CONVERGED] * 3


def test_known_roots_are_not_found_again():
    roots = random_roots()[:1]
    seed = roots[:, :1] + 1e-3
    scale = torch.ones(1, dtype=torch.float64)
    found = polish(PRODUCT, seed, scale, roots, known=roots[:, :1])
    assert (found.values - roots[0, 0]).abs().item() > 0.01
    assert found.status.tolist() == [[Status.OK]]


def test_a_poisoned_scan_leaves_the_other_brackets_bit_identical():
    shift = torch.linspace(0.0, 3.0, LANES, dtype=torch.float64)[:, None]
    nodes = torch.linspace(0.0, 10.0, 41, dtype=torch.float64).expand(LANES, 41)

    def function(x, p):
        return (x + p).sin()

    clean = bracket_roots(function, nodes, shift, max_roots=4)
    poisoned = shift.clone()
    poisoned[::5] = torch.nan
    found = bracket_roots(function, nodes, poisoned, max_roots=4)
    others = torch.arange(LANES) % 5 != 0
    same(clean, found, others)
    assert (found.lane_status[~others] == Status.NON_FINITE_STATE).all()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_finds_the_same_roots():
    roots = random_roots()
    sides = (
        torch.full((LANES,), side, dtype=torch.float64, device="cuda") for side in (0, 1, 0, 1)
    )
    there = find_roots(PRODUCT, rectangle(*sides), roots.cuda(), max_roots=8)
    here = find_roots(PRODUCT, unit_box(), roots, max_roots=8)
    assert torch.equal(there.count.cpu(), here.count)
    both = here.mask & there.mask.cpu()
    assert torch.equal(here.mask[here.complete], there.mask.cpu()[here.complete])
    assert (there.values.cpu() - here.values).abs()[both].max() < 1e-12

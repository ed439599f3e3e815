"""Wrong statements are refused with a sentence; building blocks against their definitions."""

import numpy as np
import pytest
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import (
    FactoredFunction,
    Region,
    ScalarFunction,
    bracket_roots,
    circle,
    count_by_phase,
    count_roots,
    find_roots,
    polish,
    rectangle,
)
from parode_core.nonlinear_eigen.moments import numbers_with_power_sums


def disc(radius, centre=0.0):
    return circle(
        torch.tensor([centre], dtype=torch.complex128), torch.tensor([radius], dtype=torch.float64)
    )


def test_a_region_of_mixed_shapes_is_refused():
    with pytest.raises(ValueError, match="one centre and two half-axes per lane"):
        Region(torch.zeros(2), torch.ones(3), torch.ones(2), elliptic=True)


def test_a_region_in_single_precision_is_refused():
    one = torch.ones(2)
    with pytest.raises(TypeError, match="complex128 centre"):
        rectangle(-one, one, -one, one)


def test_a_function_that_loses_points_is_refused():
    function = ScalarFunction(lambda z, p: z[:, :1], lambda z, p: (z[:, :1], z[:, :1]))
    with pytest.raises(ValueError, match="one value for every lane and point"):
        count_roots(function, disc(1.0))


def test_a_scan_of_one_node_and_seeds_without_scale_are_refused():
    with pytest.raises(ValueError, match="two nodes or more"):
        bracket_roots(lambda x, p: x, torch.zeros(3, 1))
    with pytest.raises(ValueError, match="seeds have shape"):
        polish(ScalarFunction(lambda z, p: z), torch.zeros(2, 1), torch.ones(3))


def test_numbers_return_from_their_power_sums_whatever_their_count():
    rng = np.random.default_rng(5)
    count = torch.arange(0, 9)
    numbers = torch.from_numpy(rng.uniform(-0.7, 0.7, (9, 8)) + 1j * rng.uniform(-0.7, 0.7, (9, 8)))
    used = torch.arange(8) < count[:, None]
    kept = torch.where(used, numbers, 0.0)
    sums = torch.stack([(kept**k).sum(1) for k in range(1, 9)], 1)
    found = numbers_with_power_sums(sums, count)
    assert torch.equal(torch.isfinite(found), used)
    for row in range(1, 9):
        distance = (found[row, :row, None] - numbers[row, :row]).abs()
        assert distance.min(0).values.max() < 1e-10


@pytest.mark.parametrize("counter", [count_roots, count_by_phase])
def test_counts_are_roots_less_poles(counter):
    """sin(pi z) / (z - 1/4)^3 has five zeros and a triple pole in |z| < 2.5."""
    function = ScalarFunction(lambda z, p: (np.pi * z).sin() / (z - 0.25) ** 3)
    found = counter(function, disc(2.5))
    assert found.status.tolist() == [Status.OK]
    assert found.count.tolist() == [2]
    assert found.distance.item() < 0.25


@pytest.mark.parametrize("counter", [count_roots, count_by_phase])
@pytest.mark.parametrize("order", [1, -1])
def test_a_root_or_a_pole_next_to_the_contour_is_never_miscounted(counter, order):
    """Outside by 1e-12 ... 1e-2: the count is 0, or the lane is refused; inside it is the order."""
    distances = torch.logspace(-12, -2, 21, dtype=torch.float64)
    places = torch.cat((1 + distances, 1 - distances))[:, None] * (0.6 + 0.8j)
    expected = torch.cat((torch.zeros(21), torch.full((21,), order))).to(torch.int64)
    function = ScalarFunction(lambda z, p: (z - p) ** order)
    lanes = len(places)
    region = circle(
        torch.zeros(lanes, dtype=torch.complex128), torch.ones(lanes, dtype=torch.float64)
    )
    found = counter(function, region, places)
    settled = found.status == Status.OK
    assert (found.count == expected)[settled].all()
    assert settled[[20, 41]].all()
    refused = found.status[~settled]
    assert ((refused == Status.ACCURACY_NOT_REACHED) | (refused == Status.NON_FINITE_STATE)).all()


@pytest.mark.parametrize("counter", [count_roots, count_by_phase])
def test_a_root_on_the_contour_is_refused(counter):
    found = counter(ScalarFunction(lambda z, p: z - (0.6 + 0.8j)), disc(1.0))
    assert found.status.tolist() != [Status.OK]
    assert found.count.tolist() == [0]


def test_known_roots_can_be_divided_out():
    function = FactoredFunction(ScalarFunction(lambda z, p: (np.pi * z).sin()))
    known = torch.tensor([[0.0, 1.0, torch.nan]], dtype=torch.complex128)
    orders = torch.tensor([[-1, -1, -1]])
    found = find_roots(function, disc(2.5, 0.1), (None, known, orders))
    assert found.complete.all()
    values = found.values[0][found.mask[0]]
    assert (values - torch.tensor([-2.0, -1.0, 2.0])).abs().max() < 1e-14

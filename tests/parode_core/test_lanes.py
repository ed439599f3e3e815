"""The lane axis: tiles, selection, and bits that do not depend on a batch."""

from typing import NamedTuple

import pytest
import torch

from parode_core.bases import BASES
from parode_core.collocation.elements import mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.lanes import (
    TILE,
    finite,
    padded,
    rows_times,
    several,
    spread,
    take,
    tensors,
    tiles,
)
from parode_core.solvers.newton import solve

F64 = torch.float64


class Pair(NamedTuple):
    first: torch.Tensor
    second: torch.Tensor


@pytest.mark.parametrize("count", [1, 5, 63, 64, 65, 257])
def test_padding_fills_tiles_with_the_last_lane_and_keeps_the_others(count):
    lanes = torch.randperm(count)
    filled = padded(lanes)
    assert filled.shape[0] % TILE == 0
    assert filled.shape[0] - count < TILE
    assert torch.equal(filled[:count], lanes)
    assert bool((filled[count:] == lanes[-1]).all())


@pytest.mark.parametrize("size", [4, 11, 25, 40, 68])
def test_products_in_whole_tiles_have_the_same_bits_wherever_a_lane_stands(size):
    generator = torch.Generator().manual_seed(size)
    matrix = torch.randn(size, size, dtype=F64, generator=generator)
    rows = torch.randn(5 * TILE, size, dtype=F64, generator=generator)
    by_rows, by_columns = rows_times(rows, matrix.mT), matrix @ rows.mT.contiguous()
    for count in (1, 7, TILE - 1, TILE, TILE + 1, 3 * TILE):
        lanes = torch.randperm(rows.shape[0], generator=generator)[:count]
        assert torch.equal(rows_times(rows[lanes], matrix.mT), by_rows[lanes])
        own = rows[padded(lanes)].mT.contiguous()
        assert torch.equal((matrix @ own)[:, :count], by_columns[:, lanes])


def test_products_of_a_lane_do_not_depend_on_where_it_lies_in_memory():
    generator = torch.Generator().manual_seed(3)
    whole = torch.randn(2 * TILE, 17, 17, dtype=F64, generator=generator)
    products, factors = whole @ whole, torch.linalg.lu_factor(whole).LU
    for first in range(1, 9):
        lanes = torch.arange(first, first + TILE)
        part = whole[first : first + TILE]
        assert torch.equal(part @ part, products[lanes])
        assert torch.equal(torch.linalg.lu_factor(part).LU, factors[lanes])


def test_a_lane_is_never_alone():
    assert several(torch.tensor([3])).tolist() == [3, 3]
    assert several(torch.tensor([3, 5])).tolist() == [3, 5]


def test_taking_lanes_follows_the_tree_and_leaves_shared_tensors():
    own, shared = torch.arange(4.0), torch.ones(1, 3)
    lanes = torch.tensor([2, 2, 0])
    first, (pair, nothing) = take((own, (Pair(own[:, None], shared), None)), lanes)
    assert first.tolist() == [2.0, 2.0, 0.0]
    assert isinstance(pair, Pair)
    assert pair.first.tolist() == [[2.0], [2.0], [0.0]]
    assert pair.second is shared
    assert nothing is None


def test_spreading_lanes_copies_shared_tensors_for_every_lane():
    own, shared = torch.arange(4.0), torch.tensor([[1.0, 2.0]])
    lanes = torch.tensor([3, 1])
    first, pair = spread((own, Pair(own, shared)), lanes)
    assert first.tolist() == pair.first.tolist() == [3.0, 1.0]
    assert pair.second.tolist() == [[1.0, 2.0], [1.0, 2.0]]
    elements = mesh(torch.tensor([0.0, 1.0], dtype=F64), 5).spread(lanes)
    assert elements.edges.tolist() == [[0.0, 1.0], [0.0, 1.0]]


def test_a_tree_of_anything_else_is_refused():
    with pytest.raises(TypeError, match="it holds a list"):
        take([torch.ones(2)], torch.tensor([0]))


def test_finite_looks_at_every_floating_tensor_of_a_lane():
    good = torch.zeros(3, 2, dtype=F64)
    bad, complex_bad = good.clone(), torch.zeros(3, dtype=torch.complex128)
    bad[0, 1], complex_bad[2] = torch.nan, torch.inf
    assert finite((good, torch.arange(3), None), 3).tolist() == [True] * 3
    assert finite((good, (bad, complex_bad)), 3).tolist() == [False, True, False]
    assert finite((torch.tensor([torch.inf]),), 3).tolist() == [False] * 3
    assert len(list(tensors((good, torch.arange(3), (bad, None))))) == 2


def test_tiles_hold_one_group_each_and_every_lane_once():
    generator = torch.Generator().manual_seed(2)
    groups = torch.randint(0, 5, (300,), generator=generator)
    members, group = tiles(groups)
    assert members.shape == (group.shape[0], TILE)
    for row, number in zip(members, group, strict=True):
        assert set(groups[row].tolist()) == {int(number)}
    assert sorted(set(members.flatten().tolist())) == list(range(300))
    needed = (torch.bincount(groups) + TILE - 1) // TILE
    assert group.shape[0] == int(needed.sum())


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("size", [5, 8, 13])
def test_end_states_have_the_same_bits_in_any_batch_for_every_basis(name, size):
    growth = Problem(
        1,
        lambda elements, parameters: (parameters[:, None, None] * (1.0 + elements.x).tanh(),),
        lambda y, fields: vector(-fields[0] * y[..., 0].sinh()),
        lambda elements, fields: vector(torch.ones_like(fields[0])),
        boundary=lambda left, right, fields: left - 1.0,
    )
    rate = torch.rand(300, generator=torch.Generator().manual_seed(6), dtype=F64)
    elements = mesh(torch.tensor([0.0, 1.0], dtype=F64), size, name=name)
    whole = solve(growth, rate, elements, 300)
    assert bool(whole.ok.all())
    for count in (1, 2, 5, 65):
        lanes = torch.randperm(300, generator=torch.Generator().manual_seed(count))[:count]
        found = solve(growth, rate[lanes], elements, count)
        for field in ("y", "error", "residual", "ends", "end"):
            assert torch.equal(getattr(found, field), getattr(whole, field)[lanes]), (field, count)

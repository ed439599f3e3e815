"""A lane that fails leaves every other one as it is, bit for bit, and says why it failed."""

import pytest
import torch

from parode_core import Status
from parode_core.eigen import general_pencil, match_resolutions, symmetric_pencil
from parode_core.eigen.spectrum import guarded

LANES, SIZE = 257, 6


def batch(seed=11):
    generator = torch.Generator().manual_seed(seed)
    a = torch.randn(LANES, SIZE, SIZE, dtype=torch.float64, generator=generator)
    half = torch.randn(LANES, SIZE, SIZE, dtype=torch.float64, generator=generator)
    b = half @ half.mT + torch.eye(SIZE, dtype=torch.float64)
    return a + a.mT, b


POISONS = {
    "nan": (lambda a, b: a[0, 2].fill_(torch.nan), Status.NON_FINITE_INPUT),
    "infinity": (lambda a, b: b[1, 1].fill_(torch.inf), Status.NON_FINITE_INPUT),
    "singular": (lambda a, b: (a.zero_(), b.zero_()), Status.SINGULAR),
    "overflow": (
        lambda a, b: (a.fill_(1e300), b.fill_(0.0).fill_diagonal_(1e-300)),
        Status.SINGULAR,
    ),
}

SOLVERS = {
    "symmetric": lambda a, b: symmetric_pencil(a, b, vectors=True),
    "general": lambda a, b: general_pencil(a, b, -2.5, vectors=True, left=True),
    "complex": lambda a, b: general_pencil(a * (1 + 0.5j), b + 0j, 0.3 + 9.0j, vectors=True),
    "values alone": symmetric_pencil,
    "general values alone": lambda a, b: general_pencil(a, b, -2.5),
}


def same_bits(one, other, lanes):
    for first, second in (
        (one.values, other.values),
        (one.right, other.right),
        (one.left, other.left),
    ):
        if first is not None:
            assert torch.equal(first[lanes], second[lanes])


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_lane_changes_no_other(solver, poison):
    solve, (spoil, status) = SOLVERS[solver], POISONS[poison]
    clean = solve(*batch())
    assert bool((clean.status == int(Status.OK)).all())
    for place in (0, 1, 63, 64, 128, 255, 256):
        a, b = batch()
        spoil(a[place], b[place])
        found = solve(a, b)
        others = torch.arange(LANES) != place
        same_bits(found, clean, others)
        assert bool((found.status[others] == int(Status.OK)).all())
        assert found.status[place] == int(status)
        assert bool(torch.isnan(found.values[place]).all())


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_kind_of_poison_at_once_in_all_but_one_lane(solver):
    solve = SOLVERS[solver]
    clean = solve(*batch())
    a, b = batch()
    kinds = list(POISONS.values())
    for place in range(LANES):
        if place != 200:
            kinds[place % len(kinds)][0](a[place], b[place])
    found = solve(a, b)
    same_bits(found, clean, [200])
    expected = [int(kinds[k % len(kinds)][1]) for k in range(LANES)]
    expected[200] = int(Status.OK)
    assert found.status.tolist() == expected


def test_an_indefinite_weight_is_singular_and_not_an_exception():
    a, b = batch()
    b[7] = -b[7]
    b[9, 3, 3] = -1.0
    found = symmetric_pencil(a, b)
    assert found.status[[7, 9]].tolist() == [Status.SINGULAR] * 2
    assert int((found.status != int(Status.OK)).sum()) == 2


def test_a_shift_on_an_eigenvalue_is_singular():
    a = torch.diag(torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)).expand(2, 3, 3).clone()
    b = torch.eye(3, dtype=torch.float64).expand(2, 3, 3).clone()
    found = general_pencil(a, b, torch.tensor([0.0, 2.0], dtype=torch.float64))
    assert found.status.tolist() == [Status.OK, Status.SINGULAR]
    assert found.values[0].real.tolist() == pytest.approx([1.0, 2.0, 5.0], abs=1e-15)


def test_a_failed_lane_has_no_resolved_eigenvalue():
    a, b = batch()
    fine = symmetric_pencil(a, b)
    a[3, 0, 0] = torch.nan
    kept = match_resolutions(fine, symmetric_pencil(a, b), 1e-9)
    assert not bool(kept.resolved[3].any())
    assert bool(kept.resolved[torch.arange(LANES) != 3].all())
    assert kept.status[3].tolist() == [Status.NON_FINITE_INPUT] * SIZE


def test_a_decomposition_that_raises_is_repeated_lane_by_lane():
    def touchy(matrices):
        if bool((matrices[:, 0, 0] > 100.0).any()):
            raise torch.linalg.LinAlgError("did not converge")
        return (torch.linalg.eigvalsh(matrices),)

    matrices, _ = batch()
    expected = torch.linalg.eigvalsh(matrices)
    matrices[5, 0, 0] = 1e3
    (values,), converged = guarded(touchy, matrices)
    others = torch.arange(LANES) != 5
    assert torch.equal(values[others], expected[others])
    assert bool(torch.isnan(values[5]).all())
    assert converged.tolist() == others.tolist()

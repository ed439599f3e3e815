"""No lane feels another: failures of every kind in every position, and batches of every make-up.

A solver is called as `newton.solve`; one line in SOLVERS puts another through all of it. That of a
family needs its chart as well.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh, mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.families import chord
from parode_core.families.atlas import Atlas
from parode_core.families.chart import Chart
from parode_core.families.chord import Chord
from parode_core.lanes import take
from parode_core.solvers import newton
from parode_core.solvers.newton import Newton
from parode_core.solvers.solution import Solution
from parode_core.status import Status

F64 = torch.float64
LANES = 257
FIELDS = ("y", "status", "residual", "iterations", "correction", "error")
SHORT = Newton(most=9)


def by_newton(problem: Problem, parameters: tuple, elements: Mesh, lanes: int) -> Solution:
    return newton.solve(problem, parameters, elements, lanes, method=SHORT)


@lru_cache
def atlas_of(problem: Problem) -> Atlas:
    """Parameters as coordinates; kept from call to call, which must not change a bit either."""
    make, count, elements = CHARTED[problem]

    def coordinates(parameters: tuple) -> Tensor:
        return torch.stack(torch.broadcast_tensors(*parameters), dim=1)

    def members(places: Tensor) -> tuple[tuple, Mesh]:
        return make(places.unbind(1)), elements

    return Atlas(problem, Chart(coordinates, members, (0.4,) * count), SHORT)


def by_chord(problem: Problem, parameters: tuple, elements: Mesh, lanes: int) -> Solution:
    return chord.solve(
        atlas_of(problem), parameters, elements, lanes, method=Chord(1e-14, newton=SHORT)
    )


Solver = Callable[[Problem, tuple, Mesh, int], Solution]
SOLVERS: dict[str, Solver] = {"newton": by_newton, "chord": by_chord}
each_solver = pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
newton_by_default = pytest.mark.parametrize(
    "solver",
    [
        pytest.param(by_newton, id="newton"),
        pytest.param(by_chord, id="chord", marks=pytest.mark.slow),
    ],
)


class Family(NamedTuple):
    """y' = -rate sinh(growth y), and c0 + c1 y + c2 y^2 = 0 at the start."""

    rate: Tensor
    growth: Tensor
    c0: Tensor
    c1: Tensor
    c2: Tensor


def family_fields(elements: Mesh, member: Family) -> tuple:
    rate, growth = (part[:, None, None] for part in (member.rate, member.growth))
    return (rate * (1.0 + elements.x) ** growth, growth, torch.stack(member[2:]).movedim(0, 1))


def start_row(left: Tensor, right: Tensor, fields: tuple) -> Tensor:
    c0, c1, c2 = (part[:, None] for part in fields[2].unbind(1))
    return c0 + c1 * left + c2 * left * left


family = Problem(
    1,
    family_fields,
    lambda y, fields: vector(-fields[0] * (fields[1] * y[..., 0]).sinh()),
    lambda elements, fields: vector(torch.full_like(fields[0], 0.7)),
    boundary=start_row,
)

NAN, INFINITE = float("nan"), float("inf")
# what a lane is poisoned with, and what becomes of it
POISONS = {
    "nan": ({"rate": NAN}, Status.NON_FINITE_INPUT),
    "infinity": ({"c1": INFINITE}, Status.NON_FINITE_INPUT),
    "no root": ({"c0": 1.0, "c1": 0.0, "c2": 1.0}, Status.NO_ROOT),
    "singular": ({"c0": 1.0, "c1": 0.0, "c2": 0.0}, Status.SINGULAR),
    "iteration cap": ({"c0": 1e4, "c1": -2e4, "c2": 1e4}, Status.STEP_LIMIT),
    "overflow": ({"growth": 900.0}, Status.NON_FINITE_STATE),
}


def members(lanes: int) -> Family:
    generator = torch.Generator().manual_seed(4)
    u = torch.rand(4, lanes, generator=generator, dtype=F64)
    return Family(
        0.5 + u[0], 0.5 + u[1], -0.5 - 0.3 * u[2], torch.ones(lanes, dtype=F64), 0.2 * u[3]
    )


def poisoned(clean: Family, lanes: Tensor, kind: str) -> Family:
    values, _ = POISONS[kind]
    changed = {}
    for name, value in values.items():
        part = getattr(clean, name).clone()
        part[lanes] = value
        changed[name] = part
    return clean._replace(**changed)


ELEMENTS = mesh(torch.tensor([0.0, 1.0], dtype=F64), 5)


def equal(found: Solution, clean: Solution, lanes: Tensor, of_clean: Tensor) -> bool:
    return all(
        torch.equal(getattr(found, name)[lanes], getattr(clean, name)[of_clean]) for name in FIELDS
    )


def check(solver: Solver, clean: Solution, kinds: dict[int, str]) -> None:
    """Poison the lanes in these positions; all others keep their bits."""
    batch, others = members(LANES), torch.ones(LANES, dtype=torch.bool)
    for position, kind in kinds.items():
        batch = poisoned(batch, torch.tensor([position]), kind)
        others[position] = False
    found = solver(family, batch, ELEMENTS, LANES)
    assert equal(found, clean, others, others), kinds
    assert [found.statuses()[i] for i in kinds] == [POISONS[k][1] for k in kinds.values()], kinds
    assert bool(found.y[~others].isnan().all())
    assert bool(found.error[~others].isnan().all())


@each_solver
def test_every_lane_of_the_clean_family_is_solved(solver):
    found = solver(family, members(LANES), ELEMENTS, LANES)
    assert bool(found.ok.all())
    root = found.y[:, 0, 0, 0]
    m = members(LANES)
    assert torch.allclose(m.c0 + m.c1 * root + m.c2 * root**2, torch.zeros_like(root), atol=1e-14)


@newton_by_default
def test_a_poisoned_lane_in_any_position_changes_no_other_lane(solver):
    clean = solver(family, members(LANES), ELEMENTS, LANES)
    kinds = list(POISONS)
    apart = LANES // len(kinds) + 1  # one of each kind at a time, far from each other
    for start in range(apart):
        positions = range(start, LANES, apart)
        check(solver, clean, {i: kinds[(start + i // apart) % len(kinds)] for i in positions})


@pytest.mark.slow
@each_solver
@pytest.mark.parametrize("kind", POISONS)
def test_every_poison_alone_in_every_position_changes_no_other_lane(solver, kind):
    clean = solver(family, members(LANES), ELEMENTS, LANES)
    for position in range(LANES):
        check(solver, clean, {position: kind})


@each_solver
@pytest.mark.parametrize("turn", range(len(POISONS) + 1))
def test_poisons_of_all_kinds_at_once_leave_the_healthy_lanes_as_they_are(solver, turn):
    # over all turns every kind stands in every position, and every position is healthy once
    clean = solver(family, members(LANES), ELEMENTS, LANES)
    mixed, kinds = members(LANES), list(POISONS)
    part = (torch.arange(LANES) + turn) % (len(kinds) + 1)
    for number, kind in enumerate(kinds):
        mixed = poisoned(mixed, torch.nonzero(part == number).flatten(), kind)
    found = solver(family, mixed, ELEMENTS, LANES)
    healthy = part == len(kinds)
    assert equal(found, clean, healthy, healthy)
    expected = [POISONS[kind][1] for kind in kinds] + [Status.OK]
    assert found.statuses() == [expected[number] for number in part.tolist()]


def jump_fields(elements: Mesh, parameters: tuple) -> tuple:
    power, strength, load = parameters
    return (elements.x ** power[:, None, None], strength[:, None, None], torch.sinh(load))


def jump_rhs(y: Tensor, fields: tuple) -> Tensor:
    u, v = y.unbind(-1)
    return vector(v, torch.sinh(u) * fields[0] + (u * u + 1.0) ** fields[1])


def jump_rows(left: Tensor, right: Tensor, fields: tuple) -> Tensor:
    return torch.stack((left[:, 0] - 0.1, right[:, 0] - 0.2 * fields[2]), dim=1)


both_ends = Problem(
    2,
    jump_fields,
    jump_rhs,
    lambda elements, fields: vector(0.1 + 0.0 * fields[0], 0.0 * fields[0]),
    boundary=jump_rows,
    at_start=False,
    jump=lambda state, fields: vector(state[..., 0], state[..., 1].tanh()),
)


CHARTED = {
    family: (Family._make, 5, ELEMENTS),
    both_ends: (tuple, 3, mesh(torch.tensor([0.0, 0.35, 0.8, 1.15], dtype=F64), 5)),
}


def both_ends_batch(shared_mesh: bool, shared_strength: bool) -> tuple[tuple, Mesh]:
    generator = torch.Generator().manual_seed(7)
    u = torch.rand(4, 1000, generator=generator, dtype=F64)
    strength = u[1, :1] if shared_strength else u[1]
    edges = torch.tensor([0.0, 0.3, 0.7, 1.0], dtype=F64)
    if not shared_mesh:
        edges = edges * (1.0 + 0.3 * u[3, :, None])
    return (1.0 + u[0], strength, u[2]), mesh(edges, 5)


def family_batch() -> tuple[tuple, Mesh]:
    return members(1000), ELEMENTS


BATCHES = {
    "initial value": (family, family_batch()),
    "own elements": (both_ends, both_ends_batch(False, False)),
    "shared elements": (both_ends, both_ends_batch(True, False)),
    "shared parameter": (both_ends, both_ends_batch(True, True)),
}


@each_solver
@pytest.mark.parametrize("name", BATCHES)
def test_a_lane_has_the_same_bits_alone_in_any_batch_and_in_any_order(solver, name):
    problem, (parameters, elements) = BATCHES[name]
    whole = solver(problem, parameters, elements, 1000)
    assert bool(whole.ok.all())
    generator = torch.Generator().manual_seed(11)
    for count in (1, 1, 1, 1, 2, 5, 63, 64, 65, 257, 1000):
        lanes = torch.randperm(1000, generator=generator)[:count]
        found = solver(problem, take(parameters, lanes), elements.select(lanes), count)
        assert equal(found, whole, torch.arange(count), lanes), count


@each_solver
def test_the_same_batch_twice_has_the_same_bits(solver):
    first, second = (solver(family, members(LANES), ELEMENTS, LANES) for _ in range(2))
    assert equal(first, second, torch.arange(LANES), torch.arange(LANES))

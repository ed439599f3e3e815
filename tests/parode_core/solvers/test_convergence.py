"""The engine against analytic solutions: spectral, algebraic and step-size orders, error estimates.

Every case runs over every registered basis and every way to solve it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from analytic_problems import CASES, Case
from torch import Tensor

from parode_core.bases import BASES
from parode_core.collocation.elements import Mesh, mesh
from parode_core.elimination.condensation import SCAN_FROM
from parode_core.families import chord
from parode_core.families.atlas import Atlas, Chart
from parode_core.solvers import linear, newton
from parode_core.solvers.solution import Solution

ALL_BASES = pytest.mark.parametrize("name", BASES)
OTHERS_SLOW = pytest.mark.parametrize(
    "name",
    [
        name if name in ("chebyshev-lobatto", "legendre-gauss")
        else pytest.param(name, marks=pytest.mark.slow)
        for name in BASES
    ],
)  # fmt: skip
ALL_CASES = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def by_newton(case: Case, grid: Mesh) -> Solution:
    return newton.solve(case.problem, case.parameter, grid, len(case.parameter))


def by_both_ends(case: Case, grid: Mesh) -> Solution:
    """With the elimination that takes no end for the start."""
    bound = replace(case.problem, at_start=False)
    return newton.solve(bound, case.parameter, grid, len(case.parameter))


def by_many_elements(case: Case, grid: Mesh) -> Solution:
    """With so many elements that the edges are found by a scan or by several reductions."""
    while grid.elements <= SCAN_FROM:
        grid = grid.bisected()
    return by_newton(case, grid)


def by_linear_solve(case: Case, grid: Mesh) -> Solution:
    return linear.solve(case.problem, case.parameter, grid, len(case.parameter))


def by_chord(case: Case, grid: Mesh) -> Solution:
    """With the linearisation of a neighbour in the family."""

    def members(coordinates):
        edges = case.edges(coordinates[:, 0])
        return coordinates[:, 0], mesh(edges, grid.basis.size, name=grid.basis.name)

    family = Chart(lambda parameter: parameter.unsqueeze(1), members, (0.004,))
    atlas = Atlas(case.problem, family)
    return chord.solve(atlas, case.parameter, grid, len(case.parameter))


MODES: dict[str, Callable[[Case, Mesh], Solution]] = {
    "newton": by_newton,
    "both-ends": by_both_ends,
    "many-elements": by_many_elements,
    "linear": by_linear_solve,
    "chord": by_chord,
}


@cache
def solved(case: Case, size: int, name: str, mode: str = "newton") -> tuple[Solution, Tensor]:
    """Solution, and the true error of each lane at and between the nodes, in units of the scale."""
    found = MODES[mode](case, case.mesh(size, name))
    return found, true_error(case, found)


def true_error(case: Case, found: Solution) -> Tensor:
    grid, lanes = found.mesh, len(case.parameter)
    finer = grid.with_nodes(grid.basis.size + 7)
    between = grid.basis.interpolation(finer.basis.nodes).to(found.y.dtype)
    scale = torch.ones(1, case.problem.components, dtype=torch.float64)
    if case.problem.scale is not None:
        scale = case.problem.scale(case.problem.fields(grid, case.parameter))
    error = torch.zeros(lanes, dtype=torch.float64)
    for values, where in (
        (found.y, grid),
        (torch.einsum("pn,benc->bepc", between, found.y), finer),
    ):
        exact = case.exact(where.x.expand(lanes, -1, -1), case.parameter)
        missed = (values - exact).abs() / scale[:, None, None]
        error = torch.maximum(error, missed.flatten(1).amax(dim=1))
    return error


@ALL_CASES
@ALL_BASES
def test_error_falls_spectrally_down_to_rounding(case, name):
    errors = []
    for size in case.sizes:
        found, error = solved(case, size, name)
        assert found.ok.all()
        errors.append(float(error.max()))
    assert errors[-1] < case.floor
    rising = [before / after for before, after in zip(errors[:-2], errors[1:-1], strict=True)]
    if case.ellipse is None:
        # entire functions: faster than any geometric progression, so the factors grow
        assert min(rising) > 5.0
        assert rising[-1] > rising[0]
    else:
        slope = np.polyfit(case.sizes[:-1], np.log(errors[:-1]), 1)[0]
        assert -slope == pytest.approx(case.ellipse, rel=0.1)


@pytest.mark.parametrize(
    ("case", "mode"),
    [
        pytest.param(case, mode, id=f"{case.name}-{mode}")
        for case in CASES
        for mode in ("both-ends", "linear", "chord")
        if case.linear or mode != "linear"
    ],
)
@ALL_BASES
def test_every_way_to_solve_has_the_same_error(case, name, mode):
    middle = case.sizes[len(case.sizes) // 2]
    found, error = solved(case, middle, name, mode)
    assert found.ok.all()
    assert torch.allclose(error, solved(case, middle, name)[1], rtol=0.01, atol=case.floor)


@ALL_CASES
@OTHERS_SLOW
def test_many_elements_reach_rounding(case, name):
    found, error = solved(case, 14, name, "many-elements")
    assert found.mesh.elements > SCAN_FROM
    assert found.ok.all()
    assert float(error.max()) < 10.0 * case.floor


def test_estimated_error_covers_the_true_error_and_is_of_its_size():
    ratios = []
    for case in CASES:
        for name in BASES:
            for size in case.sizes:
                found, error = solved(case, size, name)
                ratios.append(found.error / error)
    ratios = torch.cat(ratios)
    assert ratios.min() > 1.0
    assert 5.0 < ratios.median() < 60.0


@ALL_CASES
@OTHERS_SLOW
def test_estimated_error_covers_what_many_elements_add_up(case, name):
    found, error = solved(case, 14, name, "many-elements")
    assert (found.error > error).all()

"""Before the first correction: a problem on its nodes, its first state, lanes unfit to be solved.

Every way to solve begins here, so that all of them refuse the same statements and give the same
status to a lane that cannot be solved at all.
"""

from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.collocation.statement import expect, expect_double, expect_tree
from parode_core.lanes import TILE, finite
from parode_core.status import Status

ENTRIES = 1 << 23  # entries of the local matrices held at once: 64 MB


def chunks(problem: Problem, mesh: Mesh, lanes: int) -> tuple[Tensor, ...]:
    """Indices of the lanes that are solved together, so that local matrices fit in memory."""
    size = mesh.elements * (problem.components * mesh.basis.size) ** 2
    step = TILE * max(1, ENTRIES // size // TILE)
    return torch.arange(lanes, device=mesh.edges.device).split(step)


def stated(
    problem: Problem, mesh: Mesh, parameters: Any, guess: Tensor | None = None
) -> tuple[Collocation, Tensor]:
    """A problem for whole tiles of lanes, and its first state [component, lane, element, node].

    Raises
    ------
    ValueError, TypeError
        If shapes or kinds of number do not fit, or `boundary` of an initial-value problem depends
        on the right state.
    """
    fields = problem.fields(mesh, parameters)
    lanes = mesh.edges.shape[0]
    expect_tree("fields", fields, lanes)
    start = problem.guess(mesh, fields) if guess is None else guess
    expect_double("guess", start)
    shape = (lanes, mesh.elements, mesh.basis.size, problem.components)
    own = (*start.shape[:1], *shape[1:]) if start.shape[:1] == (1,) else shape
    expect("guess", start, own, "lane, element, node, component", start.dtype)
    y = start.movedim(-1, 0).expand(-1, lanes, -1, -1).contiguous()
    collocation = Collocation(problem, mesh, fields)
    if problem.at_start and problem.boundary is not None:
        _, right = collocation.boundary_matrices(y)
        if bool((right.isfinite() & (right != 0.0)).any()):
            raise ValueError("boundary depends on the right state: state at_start=False.")
    return collocation, y


def scales(problem: Problem, fields: Any, y: Tensor) -> Tensor:
    """Natural sizes of the components, [lane or 1, component]."""
    if problem.scale is None:
        return torch.ones(1, y.shape[0], dtype=torch.float64, device=y.device)
    scale = problem.scale(fields)
    expect_double("scale", scale)
    shape = (*scale.shape[:1], y.shape[0])
    return expect("scale", scale, shape, "lane, component", torch.float64)


def judged(collocation: Collocation, y: Tensor, scale: Tensor) -> Tensor:
    """OK, or what makes a lane unfit to be solved at all, [lane]."""
    expect_tree("natural scales", scale, y.shape[1])
    edges = collocation.mesh.edges
    lengths = edges.diff(dim=1)
    fit = (lengths >= 0.0).all(dim=1) & (scale > 0.0).all(dim=1)
    if collocation.problem.singular:
        fit = fit & (lengths[:, 0] > 0.0)
    status = torch.where(fit, int(Status.OK), int(Status.INVALID_PARAMETERS))
    sound = finite((collocation.fields, edges, scale, y.movedim(0, 1)), y.shape[1])
    return torch.where(sound, status, int(Status.NON_FINITE_INPUT))

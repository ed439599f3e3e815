"""Derivatives of a converged solution by the implicit function theorem.

R(y; p) = 0 makes y a function of the parameters p and of the edges of the elements. Newton
corrections with the factors at the converged state y0,

    y_1 = y0 - J^-1 R(y0; p),   y_(k+1) = y_k - J^-1 R(y_k; p),   J = dR/dy (y0; p) held fixed,

leave the value as it is and have its derivatives: each correction adds one order (Griewank &
Walther 2008, ch. 15). A backward pass solves once a correction with the transpose of the stored
factors; the iteration that found y0 is never differentiated.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.collocation.residual import Collocation
from parode_core.elimination.condensation import Condensation
from parode_core.lanes import padded, spread, tensors
from parode_core.solvers.outset import chunks
from parode_core.solvers.solution import Solution


def differentiable(
    solution: Solution,
    problem: Problem,
    parameters: Any,
    mesh: Mesh | None = None,
    *,
    order: int = 1,
) -> Tensor:
    """The values of a solution, as a differentiable function of parameters and edges.

    Parameters
    ----------
    solution : of `problem` for the values of `parameters`, from any solver
    problem : what was solved; its functions have to be differentiable, and its fields tensors,
        tuples or None
    parameters : tree of tensors [lane, ...] that carries gradients or tangents
    mesh : the elements of the solution with edges that carry gradients; default: fixed elements.
        A node moves with its edges, so that dy/d(edge) is that of the value at the moving node
    order : derivatives up to this order are exact, those beyond it are wrong; 1 or more

    Returns
    -------
    y [lane, element, node, component], equal to `solution.y`. Derivatives are as accurate as the
    collocation. A lane that failed is NaN, and so are derivatives by its own parameters; those by
    parameters that lanes share then come from the other lanes alone, if its value is not used.

    Raises
    ------
    ValueError
        If the order is below one or the mesh does not fit the solution.
    """
    if order < 1:
        raise ValueError(f"a derivative of order {order} is asked for: it starts at 1.")
    mesh = solution.mesh if mesh is None else mesh
    _check(mesh, solution)
    ok, known = solution.ok, solution.y.detach()
    lanes = known.shape[0]
    if not bool(ok.any()):
        return _mark(known, ok, parameters, mesh)
    # a failed lane repeats a good one: no NaN of its own can meet the others in a shared parameter
    own = torch.arange(lanes, device=ok.device)
    stand_in = torch.where(ok, own, ok.to(torch.int8).argmax())
    parts = [
        _corrected(problem, parameters, mesh, stand_in[part], known, order)
        for part in chunks(problem, mesh, lanes)
    ]
    return _mark(torch.cat(parts), ok, parameters, mesh)


def _check(mesh: Mesh, solution: Solution) -> None:
    there = solution.mesh
    same = mesh.basis.name == there.basis.name and mesh.basis.size == there.basis.size
    if not same or mesh.elements != there.elements:
        raise ValueError(
            f"the mesh has {mesh.elements} elements of {mesh.basis.size} {mesh.basis.name} nodes, "
            f"the solution {there.elements} of {there.basis.size} {there.basis.name} nodes: "
            f"give the mesh it was solved on."
        )


def _corrected(
    problem: Problem, parameters: Any, mesh: Mesh, lanes: Tensor, known: Tensor, order: int
) -> Tensor:
    """Values of some lanes, [lane, element, node, component], with their derivatives."""
    count, index = lanes.shape[0], padded(lanes)
    part = mesh.spread(index)
    fields = problem.fields(part, spread(parameters, index))
    start = known[index].movedim(-1, 0).contiguous()
    still = Collocation(problem, replace(part, edges=part.edges.detach()), _still(fields))
    with torch.no_grad():
        factored = Condensation(still, start, count)
    collocation = Collocation(problem, part, fields)
    y = start
    for _ in range(order):
        step = factored.correct(collocation.residual(y))
        y = start + _tangent(y[:, :count], start[:, :count], step, index)
    return y[:, :count].movedim(0, -1)


def _tangent(y: Tensor, start: Tensor, step: Tensor, index: Tensor) -> Tensor:
    """y - step - start with value zero, for all padded lanes."""
    change = y - start - step
    whole = torch.arange(index.shape[0], device=index.device).clamp(max=change.shape[1] - 1)
    return (change - change.detach())[:, whole]


def _still(fields: Any) -> Any:
    """The same tree without derivatives."""
    if isinstance(fields, Tensor):
        return fields.detach()
    if isinstance(fields, tuple):
        parts = [_still(part) for part in fields]
        return type(fields)(*parts) if hasattr(fields, "_fields") else tuple(parts)
    if fields is None:
        return None
    raise TypeError(
        f"fields of a differentiated problem are tensors, tuples or None; "
        f"they hold a {type(fields).__name__}."
    )


def _mark(y: Tensor, ok: Tensor, parameters: Any, mesh: Mesh) -> Tensor:
    """NaN in failed lanes, tied to what is theirs alone so that its derivatives are NaN as well."""
    lanes = ok.shape[0]
    nan = torch.full_like(y[:, 0, 0, 0], torch.nan)
    for part in tensors((parameters, mesh.edges)):
        part = part.real if part.is_complex() and not y.is_complex() else part
        if part.shape[0] == lanes:
            nan = nan + torch.where(ok, 0.0, torch.nan) * part.reshape(lanes, -1).sum(dim=1)
    return torch.where(ok[:, None, None, None], y, nan[:, None, None, None])

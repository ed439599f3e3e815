"""Solutions as functions of the matter and of the centre, where anything asks for derivatives."""

from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from parode_core.lanes import tensors
from parode_core.solvers.gradient import differentiable
from parode_core.solvers.solution import Solution
from stellar.eos.nodes.batch import NodeEOS


def values(solution: Solution, problem: Problem, parameters: Any, mesh: Mesh) -> Tensor:
    """y of a solution [lane, element, node, component], differentiable if its statement is."""
    if not asked((parameters, mesh.edges)):
        return solution.y
    return differentiable(solution, problem, parameters, mesh)


def asked(tree: Any) -> bool:
    """Whether anything asks for derivatives with respect to a tensor of a tree."""
    return torch.is_grad_enabled() and any(part.requires_grad for part in _numbers(tree))


def _numbers(tree: Any) -> list[Tensor]:
    """Tensors of a tree, those of a batch of equations of state among them."""
    if isinstance(tree, NodeEOS):
        return [tree.edges, tree.baryon_factor, *(group.parameters for group in tree.groups)]
    if isinstance(tree, tuple):
        return [part for branch in tree for part in _numbers(branch)]
    return list(tensors(tree))

"""What a problem with a known solution states, and shorthands for stating it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh, mesh
from parode_core.collocation.problem import Problem


@dataclass(frozen=True, eq=False)
class Case:
    """One family of problems.

    parameter : of each lane, [lane]
    edges : parameter -> edges, [lane, element + 1] or [element + 1]
    exact : (x [lane, element, point], parameter) -> y [lane, element, point, component]
    sizes : ascending numbers of nodes; with the last the error lies at the floor
    floor : error that the last size must reach, in units of the scale
    ellipse : log of the size of the ellipse round an element that the solution is analytic in,
        the smallest of all lanes; None for entire functions
    linear : whether the system is linear
    """

    name: str
    problem: Problem
    parameter: Tensor
    edges: Callable[[Tensor], Tensor]
    exact: Callable[[Tensor, Tensor], Tensor]
    sizes: tuple[int, ...]
    floor: float
    ellipse: float | None = None
    linear: bool = False

    def mesh(self, size: int, name: str) -> Mesh:
        return mesh(self.edges(self.parameter), size, name=name)


def numbers(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def column(parameter: Tensor) -> Tensor:
    """A parameter beside nodes, [lane, 1, 1]."""
    return parameter[:, None, None]


def numpy_function(function, x: Tensor) -> Tensor:
    return torch.as_tensor(np.asarray(function(x.numpy())))


def even(first: float, last: float, count: int) -> Callable[[Tensor], Tensor]:
    return lambda parameter: torch.linspace(first, last, count + 1, dtype=torch.float64)


def columned(exact):
    """Hand the parameter on beside the nodes."""
    return lambda x, parameter: exact(x, column(parameter))


def ellipse(poles, left: float, right: float) -> float:
    """log of the sum of half-axes of the largest ellipse with foci at the ends and no pole in it.

    In units of half the distance of its foci.
    """
    z = (2.0 * np.asarray(poles) - left - right) / (right - left) + 0j
    root = np.sqrt(z - 1.0) * np.sqrt(z + 1.0)
    return float(np.log(np.abs(z + root)).min())

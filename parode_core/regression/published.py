"""The published experiment: its problem, and the table it reports.

    y' = -y^3 + sin t,   y(0) = 0.5,   201 equidistant times

Veselsky (2025), "A Parallel Regression Approach to ODE Integration". The text names t in [0, 0.1];
the errors of its table belong to t in [0, 2], which a rerun shows. A second problem, linear, stands
beside it for the reduction that needs one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.regression.rows import RightHandSide

CITATION = 'Veselsky (2025), "A Parallel Regression Approach to ODE Integration", results table'
TIMES = 201
END, END_OF_THE_TEXT = 2.0, 0.1


@dataclass(frozen=True)
class PublishedRow:
    """One row of the published table.

    number : its place in the table
    sizes : functions of y, functions of t
    point_count : K
    iterations : Newton iterations; 200 is the limit
    error : relative L2 error over the 201 times
    """

    number: int
    sizes: tuple[int, int]
    point_count: int
    iterations: int
    error: float


TABLE = (
    PublishedRow(1, (5, 5), 3_000, 200, 4.28e-1),
    PublishedRow(2, (5, 5), 50_000, 200, 1.168e-1),
    PublishedRow(3, (10, 10), 200_000, 15, 3.28e-4),
    PublishedRow(4, (10, 10), 800_000, 200, 3.2e-2),
    PublishedRow(5, (15, 15), 800_000, 15, 3.02e-5),
)


@dataclass(frozen=True)
class ScalarProblem:
    """A scalar initial-value problem on [0, end].

    name : as shown
    right_hand_side : f(y [..., 1], t [...]) -> [..., 1]
    initial : y(0)
    linear : A(t) [node, 1, 1] and b(t) [node, 1] where f = A y + b, else None
    """

    name: str
    right_hand_side: RightHandSide
    initial: float
    linear: tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]] | None = None

    def start(self) -> Tensor:
        """The initial value as one lane, [1, 1]."""
        return torch.tensor([[self.initial]], dtype=torch.float64)


def times(end: float) -> Tensor:
    """The times at which errors are taken, [time]."""
    return torch.linspace(0.0, end, TIMES, dtype=torch.float64)


def _cubic(states: Tensor, at: Tensor) -> Tensor:
    return torch.sin(at).unsqueeze(-1) - states * states * states


def _relaxing(states: Tensor, at: Tensor) -> Tensor:
    return torch.sin(at).unsqueeze(-1) - states


def _relaxation_matrix(at: Tensor) -> Tensor:
    return -torch.ones_like(at)[:, None, None]


def _relaxation_source(at: Tensor) -> Tensor:
    return torch.sin(at)[:, None]


CUBIC = ScalarProblem("y' = -y^3 + sin t", _cubic, 0.5)
LINEAR = ScalarProblem(
    "y' = -y + sin t", _relaxing, 0.5, linear=(_relaxation_matrix, _relaxation_source)
)

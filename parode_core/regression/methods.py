"""The published form and its repairs under one signature, for comparisons at growing size.

A method takes a size and solves its problem of `published` at 201 times; `unknowns` counts the
coefficients that are solved for. Adding one is a function here and a line in METHODS.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from parode_core.regression.first_integral import first_integral
from parode_core.regression.flow_map import flow_map
from parode_core.regression.fundamental_matrix import fundamental_matrix
from parode_core.regression.outcome import Trajectories
from parode_core.regression.parode import ParODE
from parode_core.regression.published import CUBIC, LINEAR, ScalarProblem, times
from parode_core.regression.rows import Box
from parode_core.regression.trajectory import trajectory_collocation

POINTS = 20_000  # K of the published form; more of them change nothing but the rounding
TUBE_HALF_WIDTH = 0.1


@dataclass(frozen=True)
class Method:
    """One way to the trajectory.

    title : as shown
    problem : which one it is tried on
    sizes : from coarse to fine
    best : the size shown where one is shown
    unknowns : size -> number of coefficients
    solve : (size, end of the time, seed) -> trajectory of the one lane
    seeded : whether the seed changes anything
    """

    title: str
    problem: ScalarProblem
    sizes: tuple[int, ...]
    best: int
    unknowns: Callable[[int], int]
    solve: Callable[[int, float, int], Trajectories]
    seeded: bool = False


def _published(size: int, end: float, seed: int) -> Trajectories:
    scheme = ParODE(CUBIC.right_hand_side, sizes=(size, size), point_count=POINTS)
    return scheme.solve(CUBIC.start(), times(end), seed)


def _first_integral(size: int, end: float, seed: int) -> Trajectories:
    half_width = ParODE(CUBIC.right_hand_side).half_width
    corners = [[CUBIC.initial - half_width, 0.0], [CUBIC.initial + half_width, end]]
    box = Box(*torch.tensor(corners, dtype=torch.float64))
    integral = first_integral(CUBIC.right_hand_side, box, (size, size))
    return integral.solve(CUBIC.start(), times(end))


def _flow_map(size: int, end: float, seed: int) -> Trajectories:
    edges = torch.tensor([-TUBE_HALF_WIDTH, TUBE_HALF_WIDTH], dtype=torch.float64) + CUBIC.initial
    span = torch.tensor([0.0, end], dtype=torch.float64)
    found = flow_map(CUBIC.right_hand_side, edges[0], edges[1], span, (size, 2 * size))
    return found.solve(CUBIC.start(), times(end))


def _fundamental_matrix(size: int, end: float, seed: int) -> Trajectories:
    span = torch.tensor([0.0, end], dtype=torch.float64)
    if LINEAR.linear is None:
        raise ValueError(f"{LINEAR.name} is not stated as a linear system.")
    matrix, source = LINEAR.linear
    return fundamental_matrix(matrix, source, span, size).solve(LINEAR.start(), times(end))


def _trajectory(size: int, end: float, seed: int) -> Trajectories:
    return trajectory_collocation(CUBIC.right_hand_side, CUBIC.start(), times(end), size)


METHODS: dict[str, Method] = {
    "published": Method(
        "published form",
        CUBIC,
        (4, 5, 6, 8, 10, 12, 15, 18),
        10,
        lambda size: size * size,
        _published,
        seeded=True,
    ),
    "first-integral": Method(
        "first integral (SVD)",
        CUBIC,
        (5, 8, 10, 12, 15, 20, 25, 30),
        25,
        lambda size: size * size - 1,
        _first_integral,
    ),
    "flow-map": Method(
        "backward flow map on a tube",
        CUBIC,
        (4, 6, 8, 10, 12, 15),
        15,
        lambda size: size * (2 * size - 1),
        _flow_map,
    ),
    "trajectory": Method(
        "trajectory collocation",
        CUBIC,
        (6, 8, 12, 16, 20, 24, 30),
        30,
        lambda size: size - 1,
        _trajectory,
    ),
    "fundamental-matrix": Method(
        "fundamental matrix (linear problem)",
        LINEAR,
        (4, 6, 8, 10, 12, 16),
        16,
        lambda size: 2 * (size - 1),
        _fundamental_matrix,
    ),
}

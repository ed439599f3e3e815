"""Normal equations of the regression, summed block by block so that memory does not grow with K.

    (B^T B + w phi phi^T + lambda I) a = B^T f + w phi y_0

B : rows of the regression, [point, column]
phi : basis functions at (y_0, t_0), so that w asks F(y_0, t_0) = y_0
lambda : Tikhonov parameter

The size of a block is part of the result: the published setting is so close to singular that the
rounding of these sums decides its digits (README of this package).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.regression.function_bases import FunctionBasis
from parode_core.regression.rows import Box, RightHandSide, Tables, tables
from parode_core.status import Status

Rows = Callable[[Tables, Tensor], Tensor]


class NormalEquations(NamedTuple):
    """Sums over the points.

    matrix : B^T B, [column, column]
    right : B^T f, [column, component]
    """

    matrix: Tensor
    right: Tensor


class Expansion(NamedTuple):
    """The space in which F is sought.

    basis : functions of one variable
    sizes : functions of each component of y, functions of t
    box : region of the regression
    """

    basis: FunctionBasis
    sizes: tuple[int, int]
    box: Box

    def at(self, states: Tensor, times: Tensor) -> Tables:
        """Basis functions at points; states : [point, component], times : [point]."""
        return tables(self.basis, self.sizes, self.box, states, times)


def accumulate(
    right_hand_side: RightHandSide, expansion: Expansion, rows: Rows, cube: Tensor, block: int
) -> NormalEquations:
    """Sums of B^T B and B^T f.

    cube : points of the unit cube, [point, component + 1]
    block : points taken in one product
    """
    low, high = expansion.box
    dimension = cube.shape[1] - 1
    columns = expansion.sizes[0] ** dimension * expansion.sizes[1]
    matrix, right = cube.new_zeros(columns, columns), cube.new_zeros(columns, dimension)
    for part in cube.split(block):
        place = low + (high - low) * part
        states, times = place[:, :-1], place[:, -1]
        slope = right_hand_side(states, times)
        design = rows(expansion.at(states, times), slope)
        matrix += design.T @ design
        right += design.T @ slope
    return NormalEquations(matrix, right)


def solve(
    sums: NormalEquations, initial_row: Tensor, initial: Tensor, weight: float, tikhonov: float
) -> tuple[Tensor, Status]:
    """Coefficients of F, and what became of the solve.

    initial_row : phi, [column]
    initial : y_0, [component]

    Returns
    -------
    coefficients : [column, component]
    status : SINGULAR if the factorisation met a zero pivot, NON_FINITE_STATE if the sums overflowed
    """
    identity = torch.eye(len(initial_row), dtype=initial_row.dtype, device=initial_row.device)
    matrix = sums.matrix + weight * torch.outer(initial_row, initial_row) + tikhonov * identity
    right = sums.right + weight * torch.outer(initial_row, initial)
    coefficients, info = torch.linalg.solve_ex(matrix, right)
    if not _finite(matrix, right):
        return coefficients, Status.NON_FINITE_STATE
    return coefficients, Status.SINGULAR if _pivot_missing(info) else Status.OK


def _finite(*tensors: Tensor) -> bool:
    """Host check, once for a lane."""
    return all(bool(torch.isfinite(tensor).all()) for tensor in tensors)


def _pivot_missing(info: Tensor) -> bool:
    """Host check, once for a lane."""
    return bool(info != 0)

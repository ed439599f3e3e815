"""Rows of the regression: what a basis function contributes to dF/dt along the flow at a point.

    F(y, t) = sum a_mn Phi_m(y) psi_n(t)

    total:    d_t F + f . grad_y F = f     rows  Phi_m psi_n' + (f . grad Phi_m) psi_n
    partial:  d_t F                = f     rows  Phi_m psi_n'   (the "simple" form of the text)

Phi_m is the product of one function of each component of y; m runs with the last component
fastest, and columns are ordered with n fastest. All components of F share the matrix. Two
assemblies of the total derivative are kept, by outer products and column after column: the two
published classes in their own order of work (Veselsky 2025).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.regression.function_bases import FunctionBasis

RightHandSide = Callable[[Tensor, Tensor], Tensor]
"""y [..., component], t [...] -> dy/dt [..., component]; pointwise."""


class Box(NamedTuple):
    """The region of the regression.

    low, high : corners, the components of y and then t, [component + 1]
    """

    low: Tensor
    high: Tensor


class Tables(NamedTuple):
    """Basis functions at points.

    state : Phi_m, [point, state function]
    gradient : its derivatives, one per component, each [point, state function]
    time, time_derivative : psi_n and psi_n', [point, time function]
    """

    state: Tensor
    gradient: list[Tensor]
    time: Tensor
    time_derivative: Tensor


def tables(
    basis: FunctionBasis, sizes: tuple[int, int], box: Box, states: Tensor, times: Tensor
) -> Tables:
    """Basis functions at points.

    sizes : functions of each component of y, functions of t
    states : [point, component]
    times : [point]
    """
    dimension = states.shape[1]
    axes = [basis(states[:, i], sizes[0], box.low[i], box.high[i]) for i in range(dimension)]
    time, time_derivative = basis(times, sizes[1], box.low[-1], box.high[-1])
    gradient = [
        _products([axis[1] if i == j else axis[0] for j, axis in enumerate(axes)])
        for i in range(dimension)
    ]
    return Tables(_products([axis[0] for axis in axes]), gradient, time, time_derivative)


def _products(factors: list[Tensor]) -> Tensor:
    """Products of one function of each component, [point, state function]."""
    result = factors[0]
    for factor in factors[1:]:
        result = (result.unsqueeze(2) * factor.unsqueeze(1)).flatten(1)
    return result


def along_flow(at: Tables, slope: Tensor) -> Tensor:
    """f . grad Phi_m, [point, state function]; slope : f, [point, component]."""
    total = slope[:, :1] * at.gradient[0]
    for component in range(1, slope.shape[1]):
        total = total + slope[:, component : component + 1] * at.gradient[component]
    return total


def outer_product_rows(at: Tables, slope: Tensor) -> Tensor:
    """Total derivative of every basis function at once, [point, column]."""
    flow = along_flow(at, slope)
    by_time = at.state.unsqueeze(2) * at.time_derivative.unsqueeze(1)
    return (by_time + flow.unsqueeze(2) * at.time.unsqueeze(1)).flatten(1)


def column_rows(at: Tables, slope: Tensor) -> Tensor:
    """Total derivative of one basis function after the other, [point, column]."""
    flow = along_flow(at, slope)
    columns = [
        at.state[:, m] * at.time_derivative[:, n] + flow[:, m] * at.time[:, n]
        for m in range(at.state.shape[1])
        for n in range(at.time.shape[1])
    ]
    return torch.stack(columns, dim=1)


def partial_rows(at: Tables, slope: Tensor) -> Tensor:
    """Only the explicit derivative, which is what the text's dF/dt = f says, [point, column]."""
    return (at.state.unsqueeze(2) * at.time_derivative.unsqueeze(1)).flatten(1)

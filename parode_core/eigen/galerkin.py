"""Galerkin pencils of Sturm-Liouville problems, element by element.

    -(P z')' + Q z = lambda W z      A_ij = int P z_i' z_j' + Q z_i z_j,   B_ij = int W z_i z_j

Natural conditions hold by themselves: P z' = 0 at the ends, P z' continuous where elements meet,
jumps of P, Q and W among them. A weight that belongs to the quadrature (see `gauss_jacobi`) keeps
spectral accuracy at singular ends.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.lanes import rows_times


class Integrand(NamedTuple):
    """weight x left_i x right_j at the points of a quadrature, summed over the points.

    weights : with those of the quadrature, [lane, element, point]
    left, right : functions, the same on all elements, [point, function]
    """

    weights: Tensor
    left: Tensor
    right: Tensor


def weighted_products(integrands: tuple[Integrand, ...]) -> Tensor:
    """Sum of the integrals, [lane, element, left function, right function].

    Matrices are linear in the weights: all of them come from one product, and what stands beside
    an element does not change it.
    """
    weights = torch.cat([part.weights for part in integrands], dim=2)
    tables = [(part.left.unsqueeze(2) * part.right.unsqueeze(1)) for part in integrands]
    table = torch.cat(tables)
    return rows_times(weights, table.flatten(1)).unflatten(2, table.shape[1:])


def sturm_liouville(
    functions: Tensor, slopes: Tensor, stiffness: Tensor, potential: Tensor, inertia: Tensor
) -> tuple[Tensor, Tensor]:
    """Matrices A and B of trial functions sampled at the points of a quadrature.

    Parameters
    ----------
    functions, slopes : z_i and z_i' at the points, [..., point, function]
    stiffness, potential, inertia : P, Q and W, each times the weights of the quadrature,
        [..., point]

    Returns
    -------
    A and B, symmetric, [..., function, function].
    """
    bent = slopes.mT @ (stiffness.unsqueeze(-1) * slopes)
    held = functions.mT @ (potential.unsqueeze(-1) * functions)
    moved = functions.mT @ (inertia.unsqueeze(-1) * functions)
    return bent + held, moved


def join_elements(matrices: Tensor) -> Tensor:
    """Matrix of continuous functions from those of the elements.

    Parameters
    ----------
    matrices : [lane, element, function, function]; the last function of an element and the first
        of the next are one

    Returns
    -------
    [lane, n, n] with n = elements (functions - 1) + 1.
    """
    lanes, elements, size, _ = matrices.shape
    total = elements * (size - 1) + 1
    whole = matrices.new_zeros(lanes, total, total)
    for element in range(elements):
        first = element * (size - 1)
        whole[:, first : first + size, first : first + size] += matrices[:, element]
    return whole

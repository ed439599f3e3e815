"""Legendre nodes: Lobatto, Radau and Gauss, the last two behind a left end.

All are eigenvalues of a Jacobi matrix (Golub & Welsch 1969; Golub 1973 for prescribed ends): the
inner Lobatto nodes are the zeros of the Jacobi polynomial P^(1,1), the inner Radau nodes those of
P^(1,0).
"""

import torch
from torch import Tensor

from parode_core.bases.basis import Basis


def lobatto(size: int) -> Basis:
    """Both ends and the zeros of the derivative of a Legendre polynomial."""
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    nodes = torch.cat((ends[:1], _jacobi_zeros(size - 2, 1.0, 1.0), ends[1:]))
    return _basis("legendre-lobatto", nodes, 2 * size - 3)


def radau(size: int) -> Basis:
    """A left end, and the Radau nodes with the right end among them."""
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    nodes = torch.cat((ends[:1], _jacobi_zeros(size - 2, 1.0, 0.0), ends[1:]))
    return _basis("legendre-radau", nodes, 2 * size - 4)


def gauss(size: int) -> Basis:
    """A left end, and the zeros of a Legendre polynomial."""
    end = torch.tensor([-1.0], dtype=torch.float64)
    return _basis(
        "legendre-gauss", torch.cat((end, _jacobi_zeros(size - 1, 0.0, 0.0))), 2 * size - 3
    )


def _basis(name: str, nodes: Tensor, order: int) -> Basis:
    return Basis(name, 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes), order)


def _jacobi_zeros(count: int, alpha: float, beta: float) -> Tensor:
    """Zeros of the Jacobi polynomial P^(alpha, beta) of degree `count`, ascending."""
    if count == 0:
        return torch.zeros(0, dtype=torch.float64)
    k = torch.arange(count, dtype=torch.float64)
    total = 2.0 * k + alpha + beta
    # k = 0 is 0/0 for alpha + beta = 0, where the limit is (beta - alpha)/2 = 0
    below = torch.where(total > 0.0, total * (total + 2.0), 1.0)
    diagonal = (beta**2 - alpha**2) / below
    diagonal[0] = (beta - alpha) / (alpha + beta + 2.0)
    k, total = k[1:], total[1:]
    numerator = 4.0 * k * (k + alpha) * (k + beta) * (k + alpha + beta)
    # (total^2 - 1) and (k + alpha + beta) cancel at k = 1 when alpha + beta = -1, never here
    beside = (numerator / (total**2 * (total**2 - 1.0))).sqrt()
    matrix = torch.diag(diagonal) + torch.diag(beside, 1) + torch.diag(beside, -1)
    return torch.linalg.eigvalsh(matrix)

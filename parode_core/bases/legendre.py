"""Legendre nodes: Lobatto, Radau and Gauss, the last two behind a left end.

The inner Lobatto nodes are the zeros of the Jacobi polynomial P^(1,1), the inner Radau nodes those
of P^(1,0) (Golub 1973).
"""

import torch
from torch import Tensor

from parode_core.bases.basis import Basis
from parode_core.bases.jacobi import gauss_jacobi


def lobatto(size: int) -> Basis:
    """Both ends and the zeros of the derivative of a Legendre polynomial."""
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    nodes = torch.cat((ends[:1], gauss_jacobi(size - 2, 1.0, 1.0)[0], ends[1:]))
    return _basis("legendre-lobatto", nodes, 2 * size - 3)


def radau(size: int) -> Basis:
    """A left end, and the Radau nodes with the right end among them."""
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    nodes = torch.cat((ends[:1], gauss_jacobi(size - 2, 1.0, 0.0)[0], ends[1:]))
    return _basis("legendre-radau", nodes, 2 * size - 4)


def gauss(size: int) -> Basis:
    """A left end, and the zeros of a Legendre polynomial."""
    end = torch.tensor([-1.0], dtype=torch.float64)
    return _basis("legendre-gauss", torch.cat((end, gauss_jacobi(size - 1)[0])), 2 * size - 3)


def _basis(name: str, nodes: Tensor, order: int) -> Basis:
    return Basis(name, 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes), order)

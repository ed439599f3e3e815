"""Gauss-Jacobi quadrature: the integral of (1 - x)^alpha (1 + x)^beta f(x) over [-1, 1].

Nodes are the eigenvalues of the Jacobi matrix of the orthogonal polynomials, weights the squares
of the first components of its eigenvectors (Golub & Welsch 1969).
"""

import math
from functools import lru_cache

import torch
from torch import Tensor


@lru_cache(maxsize=256)
def gauss_jacobi(size: int, alpha: float = 0.0, beta: float = 0.0) -> tuple[Tensor, Tensor]:
    """Nodes, ascending, and weights, each float64 [node] on the CPU; exact to degree 2 size - 1.

    Raises
    ------
    ValueError
        If the size is below 1 or an exponent is not above -1.
    """
    if size < 1:
        raise ValueError(f"a quadrature of {size} nodes is below the least, 1.")
    if not (alpha > -1.0 and beta > -1.0):
        raise ValueError(f"exponents {alpha} and {beta} have to be above -1.")
    k = torch.arange(1, size, dtype=torch.float64)
    total = 2.0 * k + alpha + beta
    diagonal = torch.empty(size, dtype=torch.float64)
    diagonal[0] = (beta - alpha) / (alpha + beta + 2.0)
    diagonal[1:] = (beta**2 - alpha**2) / (total * (total + 2.0))
    # (k + alpha + beta) / (total - 1) is one at k = 1, also where both vanish
    ratio = torch.where(k > 1.0, k + alpha + beta, 1.0) / torch.where(k > 1.0, total - 1.0, 1.0)
    beside = (4.0 * k * (k + alpha) * (k + beta) * ratio / (total**2 * (total + 1.0))).sqrt()
    matrix = torch.diag(diagonal) + torch.diag(beside, -1) + torch.diag(beside, 1)
    nodes, vectors = torch.linalg.eigh(matrix)
    whole = (
        (alpha + beta + 1.0) * math.log(2.0)
        + math.lgamma(alpha + 1.0)
        + math.lgamma(beta + 1.0)
        - math.lgamma(alpha + beta + 2.0)
    )
    return nodes, math.exp(whole) * vectors[0] ** 2

"""First approximations of every space-time mode of many stars: one small eigenproblem a star.

About lambda_0 = omega_0^2 in the middle of the region the response of the interior is

    R = R(lambda_0) + D sum_k p_k / (1 - D x_k),      D = lambda - lambda_0,
    x_k = -mu_k / (1 + d_0 mu_k),    p_k = -rho_k / (1 + d_0 mu_k)^2,    d_0 = lambda_0 - sigma.

Its poles are many, most of them fluid modes that strongly damped waves do not feel. The symmetric
Lanczos process for diag(x) from the vector sqrt(p) leaves a small matrix T with

    R = R(lambda_0) + D eta^2 e_1^T (1 - D T)^-1 e_1

to as many derivatives in lambda_0 as twice its size (Feldmann & Freund 1995); weak poles drop out
unasked. With y, v = omega y for the interior and the source s = Z' - beta Z of the outgoing wave g
(see `outgoing_ray`) everything is linear in omega:

    (1 + lambda_0 T) y - omega T v = e_1 s,      v - omega y = 0,      (E_0 + omega E_1) g = 0,
    g(1) = R(lambda_0) s + eta^2 (omega v_1 - lambda_0 y_1).

Nothing is guessed: the eigenvalues next to the region are those of the star up to the truncation,
which a few Newton steps remove. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.eigen import Spectrum, general_pencil
from stellar.oscillations.full_gr.exterior.outgoing_ray import OutgoingRay, outgoing_ray
from stellar.oscillations.full_gr.interior.response import Response

SIZE = 11
SPENT = 1e-26  # of the square of a vector, when orthogonal to all before it
NODES = 20


class Reduced(NamedTuple):
    """The response about lambda_0, in the notation of the module docstring.

    middle, value, weight : lambda_0, R(lambda_0) and eta^2, complex, [lane]
    matrix : T, complex and symmetric, [lane, size, size]
    """

    middle: Tensor
    value: Tensor
    weight: Tensor
    matrix: Tensor


def spacetime_pencil(
    interior: Response,
    centre: Tensor,
    lanes: int | None = None,
    *,
    size: int = SIZE,
    nodes: int = NODES,
) -> Spectrum:
    """Eigenvalues omega, most accurate next to the centre of the region that is looked at.

    Parameters
    ----------
    centre : middle of the region, complex and away from both axes, [lane]
    lanes : how many lanes to solve, where the last ones only fill a tile; None for all
    size : of the matrix T
    nodes : on the ray outside

    Returns
    -------
    Spectrum of 2 size + nodes values, [lane, mode]; those far from the centre are nothing.
    """
    ray = outgoing_ray(interior.compactness, interior.l, nodes)
    constant, slope = _matrices(reduced(interior, centre * centre, size), ray, interior.beta)
    columns = torch.arange(constant.shape[2], device=constant.device)
    own = slice(0, lanes)
    return general_pencil(constant[own], -slope[own], centre[own], columns=columns)


def reduced(interior: Response, middle: Tensor, size: int) -> Reduced:
    """Response about lambda_0 = middle, complex, [lane], by the symmetric Lanczos process.

    Vectors are made orthogonal to all before them, twice: the process would lose that by rounding.
    The product is x^T y without conjugation, as T is symmetric and not Hermitian.
    """
    value, _ = interior.value(middle[:, None])
    part = 1.0 / (1.0 + (middle - interior.shift)[:, None] * interior.mu)
    places = -interior.mu * part
    start = (-interior.rho * part**2).sqrt()
    weight = (start * start).sum(dim=1)
    vectors = [start / weight.sqrt()[:, None]]
    for _ in range(1, size):
        following = places * vectors[-1]
        length = following.abs().square().sum(dim=1, keepdim=True)
        basis = torch.stack(vectors, dim=1)
        for _ in range(2):
            overlap = (basis * following[:, None]).sum(dim=2)
            following = following - (basis * overlap[..., None]).sum(dim=1)
        square = (following * following).sum(dim=1, keepdim=True)
        # what is left of fewer poles than steps is rounding: no vector, no unknown
        spent = square.abs() <= SPENT * length
        vectors.append(torch.where(spent, 0.0, following / torch.where(spent, 1.0, square).sqrt()))
    basis = torch.stack(vectors, dim=1)
    matrix = (basis * places[:, None]) @ basis.mT
    return Reduced(middle, value[:, 0], weight, matrix)


def _matrices(inside: Reduced, ray: OutgoingRay, beta: Tensor) -> tuple[Tensor, Tensor]:
    """P_0 and P_1 of (P_0 + omega P_1) [y, v, g] = 0, [lane, n, n]."""
    lanes, size = inside.matrix.shape[:2]
    nodes = ray.derivative.shape[1]
    y, v, g = slice(0, size), slice(size, 2 * size), slice(2 * size, 2 * size + nodes)
    constant = ray.constant.new_zeros(lanes, 2 * size + nodes, 2 * size + nodes)
    slope = torch.zeros_like(constant)
    source = ray.derivative.clone()  # s = source . g - i omega g(1)
    source[:, -1] -= beta
    unit = torch.eye(size, dtype=constant.dtype, device=constant.device)
    constant[:, y, y] = unit + inside.middle[:, None, None] * inside.matrix
    slope[:, y, v] = -inside.matrix
    constant[:, 0, g] = -source
    slope[:, 0, -1] += 1j
    constant[:, v, v] = unit
    slope[:, v, y] = -unit
    field = slice(2 * size, 2 * size + nodes - 1)
    constant[:, field, g] = ray.constant
    slope[:, field, g] = ray.slope
    constant[:, -1, 0] = inside.weight * inside.middle
    slope[:, -1, size] = -inside.weight
    constant[:, -1, g] = -inside.value[:, None] * source
    constant[:, -1, -1] += 1.0
    slope[:, -1, -1] = 1j * inside.value
    return constant, slope

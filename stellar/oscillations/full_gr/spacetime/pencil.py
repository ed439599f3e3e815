"""First approximations of every space-time mode of many stars: one small eigenproblem a star.

About omega_0 in the middle of the region the response of the interior, with poles at plus and minus
w_k, w_k^2 = lambda_k, and residues a_k = r_k/(2 w_k), is

    R = R(omega_0) + delta sum_j p_j / (1 - delta x_j),      delta = omega - omega_0,
    x_j = 1/(w_j - omega_0),    p_j = a_j x_j^2.

Its poles are many, most of them fluid modes that strongly damped waves do not feel, and half of
them on the other side of the imaginary axis. The symmetric Lanczos process for diag(x) from the
vector sqrt(p) leaves a small matrix T with

    R = R(omega_0) + delta eta^2 e_1^T (1 - delta T)^-1 e_1

to as many derivatives in omega_0 as twice its size (Feldmann & Freund 1995); weak poles drop out
unasked. With the Hessenberg matrix H of the waves outside (see `surface_wave`), g = Q z, the source
s = Z' - beta Z is (s_0 - i delta q) z, with q the row of g(1), and everything is linear in delta:

    (1 - delta T) y = e_1 s,      rows 2 ... n of (1 + delta H) z = 0,
    q z = R(omega_0) s + delta eta^2 y_1.

As [z, y] = delta K [z, y] the roots next to omega_0 are the largest eigenvalues 1/delta of K. The
process of Arnoldi (1951) finds those: its space begins with what a wave that comes in excites.
Nothing is guessed: the roots are those of the star up to the truncation, which a few Newton steps
remove. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.eigen import eigenvalues
from parode_core.eigen.arnoldi import krylov_form
from parode_core.eigen.spectrum import finite_lanes, or_identity
from stellar.oscillations.full_gr.exterior.surface_wave import OUTPUTS, HessenbergWave
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.spacetime.matching import Matching

SIZE = 12
VECTORS = 24
SPENT = 1e-26  # of the square of a vector, when orthogonal to all before it


class Reduced(NamedTuple):
    """The response about omega_0, in the notation of the module docstring.

    value, weight : R(omega_0) and eta^2, complex, [lane]
    matrix : T, complex and symmetric, [lane, size, size]
    """

    value: Tensor
    weight: Tensor
    matrix: Tensor


def spacetime_pencil(
    star: Matching, lanes: int | None = None, *, size: int = SIZE, vectors: int = VECTORS
) -> Tensor:
    """First approximations of roots omega, best next to the frequency the exterior is known about.

    Parameters
    ----------
    star : both sides of the surface; the centre of its exterior is the middle of the region
    lanes : how many lanes to solve, where the last ones only fill a tile; None for all
    size : of the matrix T
    vectors : of the space of Arnoldi

    Returns
    -------
    Complex, [lane, vectors]; those far from the centre are nothing, a lane that failed is NaN.
    """
    inside = reduced(star.interior, star.exterior.centre, size)
    matrix, start = _pencil(inside, star.exterior, star.interior.beta)
    small = krylov_form(matrix, start, vectors).matrix[:lanes]
    finite = finite_lanes(small)
    values, converged = eigenvalues(or_identity(small, finite))
    zero = values == 0.0
    step = torch.where(zero, torch.inf, 1.0 / torch.where(zero, 1.0, values))
    roots = star.exterior.centre[:lanes, None] + step
    return torch.where((finite & converged)[:, None], roots, torch.nan)


def reduced(interior: Response, middle: Tensor, size: int) -> Reduced:
    """Response about omega_0 = middle, complex, [lane], by the symmetric Lanczos process.

    Vectors are made orthogonal to all before them, twice: the process would lose that by rounding.
    The product is x^T y without conjugation, as T is symmetric and not Hermitian.
    """
    value, _ = interior.value((middle * middle)[:, None])
    there = interior.mu != 0.0
    pole = torch.where(there, interior.poles, 1.0).sqrt()
    half = 0.5 * interior.residues / pole
    places = 1.0 / (torch.cat((pole, -pole), dim=1) - middle[:, None])
    start = (torch.cat((half, -half), dim=1) * places**2).sqrt()
    places = torch.where(torch.cat((there, there), dim=1), places, 0.0)
    weight = (start * start).sum(dim=1)
    basis = start.new_zeros(start.shape[0], size, start.shape[1])
    basis[:, 0] = _quotient(start, weight.sqrt()[:, None], weight[:, None] == 0.0)
    for k in range(1, size):
        known = basis[:, :k]
        following = (places * known[:, -1])[:, None]
        length = torch.view_as_real(following).square().sum(dim=(2, 3))
        for _ in range(2):
            following = following - (following @ known.mT) @ known
        following = following[:, 0]
        square = (following * following).sum(dim=1, keepdim=True)
        # what is left of fewer poles than steps is rounding: no vector, no unknown
        basis[:, k] = _quotient(following, square.sqrt(), square.abs() <= SPENT * length)
    return Reduced(value[:, 0], weight, (basis * places[:, None]) @ basis.mT)


def _pencil(inside: Reduced, outside: HessenbergWave, beta: Tensor) -> tuple[Tensor, Tensor]:
    """K, [lane, n, n], and the vector that a wave that comes in excites, [lane, n]."""
    scale, nodes = outside.scale, outside.scale.shape[1]
    lanes, size = inside.matrix.shape[:2]
    z, y = slice(0, nodes), slice(nodes, nodes + size)
    surface, outward = (outside.matrix[:, :OUTPUTS] / scale[:, None]).unbind(1)
    source = outward - (beta + 1j * outside.centre)[:, None] * surface
    match = surface - inside.value[:, None] * source
    matrix = surface.new_zeros(lanes, nodes + size, nodes + size)
    below = outside.matrix[:, OUTPUTS + 1 :] * scale[:, 1:, None] / scale[:, None]
    matrix[:, 1:nodes, z] = -below
    # z_1 from the matching, y_1 from the source
    matrix[:, 0, z] = (match[:, None, 1:] @ below)[:, 0] - 1j * inside.value[:, None] * surface
    matrix[:, 0, nodes] = inside.weight
    matrix[:, 0] /= match[:, :1]
    matrix[:, y, y] = inside.matrix
    matrix[:, nodes] += (source[:, None] @ matrix[:, z])[:, 0]
    matrix[:, nodes, z] -= 1j * surface
    start = torch.zeros_like(matrix[:, 0])
    start[:, 0], start[:, nodes] = 1.0, source[:, 0]
    return matrix, start


def _quotient(vector: Tensor, length: Tensor, spent: Tensor) -> Tensor:
    """The vector over its length, or zero where there is none."""
    return torch.where(spent, 0.0, vector / torch.where(spent, 1.0, length))

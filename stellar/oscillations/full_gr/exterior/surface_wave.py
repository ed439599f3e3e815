"""Outgoing waves at the surface for many frequencies of few stars, without a factorisation each.

On the ray of `outgoing_ray` the wave solves (E_0 + omega E_1) g = 0 with g = 1 at infinity, so that
about a fixed omega_0

    [1 + (omega - omega_0) T] g = g_0,      T = (E_0 + omega_0 E_1)^-1 E_1,      g_0 = g(omega_0).

The process of Arnoldi (1951), started with g_0, makes T an upper Hessenberg matrix H in the
orthonormal basis Q, g = Q y. Unknowns scaled so that H_{j+1,j} = -1 and epsilon = 1/(omega -
omega_0) turn the rows of (epsilon + H) y = epsilon |g_0| e_1 but the first into

    y_j = epsilon y_{j+1} + sum_{k > j} H_{j+1,k} y_k,      y_n = 1,

and the first one gives the scale (Hyman 1957; backward stable, Wilkinson 1965, ch. 7): n^2/2
multiplications a frequency. Units R = 1; time dependence e^{+i omega t}.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.outgoing_ray import OutgoingRay


class HessenbergWave(NamedTuple):
    """Exterior of stars about a frequency, ready for others; a lane tree.

    centre : omega_0, complex, [lane];  matrix : H, [lane, node, node];  size : |g_0|, [lane]
    rows : of g(1) and of dZ/dr_* + i omega g(1) in the scaled basis Q, [lane, 2, node]
    """

    centre: Tensor
    matrix: Tensor
    size: Tensor
    rows: Tensor


class SurfaceWave(NamedTuple):
    """Z and dZ/dr_* at the surface of the wave with g = 1 at infinity, [lane, point].

    Both are holomorphic in omega but for a cut from 0 into Re omega < 0: Z'/Z has poles, these have
    none.
    """

    value: Tensor
    derivative: Tensor


def hessenberg_wave(ray: OutgoingRay, centre: Tensor) -> HessenbergWave:
    """Matrices of a ray about omega_0 = centre, complex, [lane], which is no frequency itself."""
    lanes, nodes = ray.derivative.shape
    start = ray.constant.new_zeros(lanes, 1, nodes)
    operator = torch.cat((ray.constant + centre[:, None, None] * ray.slope, start), dim=1)
    operator[:, -1, 0] = 1.0  # g = 1 at infinity
    moved = torch.cat((ray.slope.expand(lanes, -1, -1), start), dim=1)
    known = torch.zeros_like(start.mT)
    known[:, -1] = 1.0
    factors, pivots, _ = torch.linalg.lu_factor_ex(operator)
    solved = torch.linalg.lu_solve(factors, pivots, torch.cat((moved, known), dim=2))
    step, first = solved[:, :, :-1], solved[:, :, -1]
    size = first.abs().square().sum(dim=1).sqrt()
    basis = torch.zeros_like(step)
    basis[:, :, 0] = first / size[:, None]
    for k in range(1, nodes):
        known_part = basis[:, :, :k]
        following = step @ basis[:, :, k - 1 : k]
        for _ in range(2):  # once leaves what rounding took
            following = following - known_part @ (known_part.mH @ following)
        basis[:, :, k : k + 1] = following / following.abs().square().sum(1, keepdim=True).sqrt()
    matrix = basis.mH @ step @ basis
    below = -matrix.diagonal(offset=-1, dim1=1, dim2=2)
    # y_n keeps its scale; the first is scaled by what the division by each row below would do
    scale = torch.cat((torch.ones_like(below[:, :1]), (1.0 / below).flip(1).cumprod(dim=1)), dim=1)
    scale = scale.flip(1)
    rows = torch.stack((basis[:, -1], (ray.derivative[:, None] @ basis)[:, 0]), dim=1)
    matrix = matrix * scale[:, None] / scale[:, :, None]
    return HessenbergWave(centre, matrix, size / scale[:, 0], rows * scale[:, None])


def surface_wave(wave: HessenbergWave, omega: Tensor) -> SurfaceWave:
    """Outgoing wave at omega R, complex, [lane, point]."""
    inverse = 1.0 / (omega - wave.centre[:, None])
    nodes = wave.matrix.shape[1]
    y = torch.ones(omega.shape[0], nodes, omega.shape[1], dtype=omega.dtype, device=omega.device)
    for row in range(nodes - 1, 0, -1):
        y[:, row - 1] = _times(wave, y, inverse, row)
    scale = wave.size[:, None] * inverse / _times(wave, y, inverse, 0)
    value, outward = (scale[:, None] * (wave.rows @ y)).unbind(1)
    return SurfaceWave(value, outward - 1j * omega * value)


def surface_wave_slopes(wave: HessenbergWave, omega: Tensor) -> tuple[SurfaceWave, SurfaceWave]:
    """Outgoing wave at omega R, [lane, point], and its derivatives with respect to omega."""
    lanes, points = omega.shape
    inverse = 1.0 / (omega - wave.centre[:, None])
    nodes, twice = wave.matrix.shape[1], torch.cat((inverse, inverse), dim=1)
    # y at the first half of the places, dy/d epsilon at the second
    y = torch.zeros(lanes, nodes, 2 * points, dtype=omega.dtype, device=omega.device)
    y[:, -1, :points] = 1.0
    for row in range(nodes - 1, 0, -1):
        y[:, row - 1] = _times(wave, y, twice, row)
        y[:, row - 1, points:] += y[:, row, :points]
    top, top_slope = _times(wave, y, twice, 0).chunk(2, dim=1)
    scale = wave.size[:, None] * inverse / top
    growth = 1.0 / inverse - (top_slope + y[:, 0, :points]) / top
    found, moved = (scale[:, None] * part for part in (wave.rows @ y).chunk(2, dim=2))
    value, outward = found.unbind(1)
    # d epsilon / d omega = -epsilon^2
    value_slope, outward_slope = (
        -(inverse**2)[:, None] * (growth[:, None] * found + moved)
    ).unbind(1)
    steeper = outward_slope - 1j * (value + omega * value_slope)
    return SurfaceWave(value, outward - 1j * omega * value), SurfaceWave(value_slope, steeper)


def _times(wave: HessenbergWave, y: Tensor, inverse: Tensor, row: int) -> Tensor:
    """Row of (epsilon + H) y without the part left of the diagonal, [lane, point]."""
    product = wave.matrix[:, row : row + 1, row:] @ y[:, row:]
    return torch.addcmul(product[:, 0], inverse, y[:, row])

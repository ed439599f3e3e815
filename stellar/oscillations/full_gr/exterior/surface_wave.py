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

from parode_core.eigen.arnoldi import krylov_form
from stellar.oscillations.full_gr.exterior.outgoing_ray import OutgoingRay

OUTPUTS = 2  # rows above H


class HessenbergWave(NamedTuple):
    """Exterior of stars about a frequency, ready for others; a lane tree.

    centre : omega_0, complex, [lane];  size : epsilon |g_0| over the scale of y_1, [lane]
    matrix : rows of g(1) and of dZ/dr_* + i omega g(1) in the scaled basis Q, and below them H,
        [lane, 2 + node, node]
    scale : of the unknowns y_j: times it they are those of the orthonormal basis, [lane, node]
    """

    centre: Tensor
    size: Tensor
    matrix: Tensor
    scale: Tensor


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
    form = krylov_form(solved[:, :, :-1], solved[:, :, -1])
    outputs = torch.stack(
        (form.basis[:, :, -1], (form.basis @ ray.derivative[:, :, None])[..., 0]), 1
    )
    below = -form.matrix.diagonal(offset=-1, dim1=1, dim2=2)
    # y_n keeps its scale; the first is scaled by what the division by each row below would do
    scale = torch.cat((torch.ones_like(below[:, :1]), (1.0 / below).flip(1).cumprod(dim=1)), dim=1)
    scale = scale.flip(1)
    matrix = torch.cat((outputs, form.matrix / scale[:, :, None]), dim=1) * scale[:, None]
    return HessenbergWave(centre, form.size / scale[:, 0], matrix, scale)


def surface_wave(wave: HessenbergWave, omega: Tensor) -> SurfaceWave:
    """Outgoing wave at omega R, complex, [lane, point]."""
    inverse = 1.0 / (omega - wave.centre[:, None])
    found, top = _recursion(wave, inverse, slopes=False)
    value, outward = (wave.size[:, None] * inverse / top * found).unbind(0)
    return SurfaceWave(value, outward - 1j * omega * value)


def surface_wave_slopes(wave: HessenbergWave, omega: Tensor) -> tuple[SurfaceWave, SurfaceWave]:
    """Outgoing wave at omega R, [lane, point], and its derivatives with respect to omega."""
    inverse = 1.0 / (omega - wave.centre[:, None])
    twice, tops = _recursion(wave, inverse, slopes=True)
    top, top_slope = tops.chunk(2, dim=1)
    scale = wave.size[:, None] * inverse / top
    growth = 1.0 / inverse - top_slope / top
    found, moved = (scale * part for part in twice.chunk(2, dim=2))
    value, outward = found.unbind(0)
    # d epsilon / d omega = -epsilon^2
    value_slope, outward_slope = (-(inverse**2) * (growth * found + moved)).unbind(0)
    steeper = outward_slope - 1j * (value + omega * value_slope)
    return SurfaceWave(value, outward - 1j * omega * value), SurfaceWave(value_slope, steeper)


def _recursion(wave: HessenbergWave, inverse: Tensor, *, slopes: bool) -> tuple[Tensor, Tensor]:
    """Rows of the outputs times y, and the first row of (epsilon + H) y, for y_n = 1.

    Parameters
    ----------
    inverse : epsilon, [lane, point]
    slopes : whether their derivatives with respect to epsilon stand behind them, as more points

    Returns
    -------
    [2, lane, point] and [lane, point].
    """
    lanes, points = inverse.shape
    nodes = wave.matrix.shape[2]
    # lanes last: a column times its unknown is one long product
    matrix = wave.matrix.permute(1, 2, 0).contiguous()[:, :, None]
    epsilon = inverse.mT.contiguous()
    if slopes:
        epsilon = torch.cat((epsilon, epsilon))
    total = epsilon.new_zeros(OUTPUTS + nodes + 1, epsilon.shape[0], lanes)
    total[-1, :points] = 1.0
    for k in range(nodes, 0, -1):
        unknown, row = total[OUTPUTS + k], total[OUTPUTS + k - 1]
        total[: OUTPUTS + k].addcmul_(matrix[: OUTPUTS + k, k - 1], unknown)
        row.addcmul_(epsilon, unknown)
        if slopes:
            row[points:] += unknown[:points]
    return total[:OUTPUTS].mT, total[OUTPUTS].mT

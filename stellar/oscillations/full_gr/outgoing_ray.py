"""Outgoing gravitational waves on a rotated ray outside the star, as matrices linear in omega.

The Zerilli function Z = e^{-i omega r_*} g, time dependence e^{+i omega t}, is followed along
r = 1 + zeta (1/t - 1), 0 <= t <= 1, zeta = e^{-i pi/4}: t = 1 is the surface and t = 0 infinity,
where an outgoing g is regular whatever the sign of Im omega. With f = 1 - 2 C / r,
kappa = 1/(t + zeta (1 - t)) and l(l+1)-like potential U (Zerilli 1970; Chandrasekhar 1983, sec. 26)

    (f t^2 g')' + 2 i omega zeta g' - zeta^2 kappa^2 U g = 0,                       ' = d/dt
    U = 2 [n^2 (n+1) + 3 n^2 C/r + 9 n (C/r)^2 + 9 (C/r)^3] / (n + 3 C/r)^2,  n = (l-1)(l+2)/2.

Lengths in units of the radius R of the star: omega stands for omega R, C = M/R. Turning the ray
makes the decaying solution dominant for weakly and for strongly damped waves alike; on the real
axis the strongly damped ones are lost. Rows of the equation at every node but the surface, where
either g(infinity) = 1 or the matching to the star takes its place.
"""

import cmath
import math
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import basis

ZETA = cmath.exp(-0.25j * math.pi)


class OutgoingRay(NamedTuple):
    """Matrices of the exterior; nodes run from infinity (0) to the surface (-1).

    constant, slope : rows E_0 and E_1 of (E_0 + omega E_1) g = 0, [lane, node - 1, node]; E_1 is
        the same for all lanes and has one
    derivative : row d of dZ/dr_* = d g - i omega g(1) at the surface, [lane, node]
    """

    constant: Tensor
    slope: Tensor
    derivative: Tensor


class SurfaceWave(NamedTuple):
    """Z and dZ/dr_* at the surface of the wave with g = 1 at infinity, and d/d omega of both.

    All are holomorphic but for a cut from 0 along arg omega = 135 degrees: Z'/Z has poles, these have
    none. [lane, point]
    """

    value: Tensor
    derivative: Tensor
    value_slope: Tensor
    derivative_slope: Tensor


def outgoing_ray(compactness: Tensor, l: int, nodes: int) -> OutgoingRay:
    """Matrices of the exterior of stars.

    Parameters
    ----------
    compactness : C = M/R < 1/2, [lane]
    l : degree, at least 2
    nodes : Chebyshev-Lobatto nodes on the ray; 20 give 1e-8 in Z'/Z, 24 give 1e-10

    Raises
    ------
    ValueError
        If l < 2: a dipole does not radiate gravitational waves.
    """
    if l < 2:
        raise ValueError(f"gravitational waves have a degree l of at least 2, not {l}.")
    grid = basis(nodes, "chebyshev-lobatto").to(compactness.device)
    t = grid.from_left.to(torch.complex128)
    first = 2.0 * grid.differentiation.to(torch.complex128)
    half = 0.5 * (l - 1) * (l + 2)
    kappa = 1.0 / (t + ZETA * (1.0 - t))
    depth = compactness[:, None] * (kappa * t)  # C / r
    lapse = 1.0 - 2.0 * depth
    potential = half**2 * (half + 1.0) + 3.0 * half**2 * depth + 9.0 * depth**2 * (half + depth)
    potential = 2.0 * potential / (half + 3.0 * depth) ** 2
    steepness = 2.0 * t * lapse - 2.0 * compactness[:, None] * ZETA * (kappa * t) ** 2
    constant = (lapse * t**2)[:, :, None] * (first @ first) + steepness[:, :, None] * first
    constant = constant - torch.diag_embed(ZETA**2 * kappa**2 * potential)
    outward = (2.0 * compactness - 1.0)[:, None] / ZETA * first[-1]
    return OutgoingRay(constant[:, :-1], (2j * ZETA * first[:-1])[None], outward)


def surface_wave(ray: OutgoingRay, omega: Tensor) -> SurfaceWave:
    """Outgoing wave at the surface, one factorisation for every point.

    Parameters
    ----------
    omega : omega R, complex, [lane, point]; NaN where the wave is of no interest
    """
    operator = ray.constant[:, None] + omega[..., None, None] * ray.slope[:, None]
    start = torch.zeros_like(operator[..., :1, :])
    start[..., 0] = 1.0
    factors, pivots, _ = torch.linalg.lu_factor_ex(torch.cat((operator, start), dim=-2))
    known = torch.zeros_like(factors[..., :1])
    known[..., -1, 0] = 1.0
    g = torch.linalg.lu_solve(factors, pivots, known)
    moved = torch.zeros_like(known)
    moved[..., :-1, :] = -(ray.slope[:, None] @ g)
    g_slope = torch.linalg.lu_solve(factors, pivots, moved)
    row = ray.derivative[:, None, None, :]
    value, value_slope = g[..., -1, 0], g_slope[..., -1, 0]
    derivative = (row @ g)[..., 0, 0] - 1j * omega * value
    derivative_slope = (row @ g_slope)[..., 0, 0] - 1j * (value + omega * value_slope)
    return SurfaceWave(value, derivative, value_slope, derivative_slope)

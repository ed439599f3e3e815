"""First approximations of every space-time mode of many stars: one eigenproblem a star.

Both sides of the surface are linear in omega once each pole k of the response that matters has two
unknowns, y_k and v_k = omega y_k. With the source s = Z' - beta Z of the outgoing wave g,

    (1 - sigma mu_k) y_k + omega mu_k v_k = s,      v_k - omega y_k = 0,      (E_0 + omega E_1) g = 0,
    g(1) = constant s - sum_k rho_k (omega v_k - sigma y_k),

notation of `response` and `outgoing_ray`. Waves in the star have few poles of large residue and a
fluid mode one of tiny residue: a dozen poles describe what is damped fast. The poles left out are
one more pole, which has the value and two derivatives of their sum in the middle of the region.
Nothing is guessed and nothing is lost that a Newton step would not find again. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.eigen import Spectrum, general_pencil
from stellar.oscillations.full_gr.outgoing_ray import OutgoingRay, outgoing_ray
from stellar.oscillations.full_gr.response import Response

KEPT = 12
NODES = 20


class Reduced(NamedTuple):
    """R = constant + sum_k (a_k + lambda b_k) y_k with (c_k + lambda d_k) y_k = 1.

    constant : [lane];  a, b, c, d : [lane, pole], all complex
    """

    constant: Tensor
    a: Tensor
    b: Tensor
    c: Tensor
    d: Tensor


def spacetime_pencil(
    interior: Response, centre: Tensor, *, kept: int = KEPT, nodes: int = NODES
) -> Spectrum:
    """Eigenvalues omega, most accurate next to the centre of the region that is looked at.

    Parameters
    ----------
    centre : middle of the region, complex, [lane]
    kept : poles with unknowns of their own
    nodes : on the ray outside

    Returns
    -------
    Spectrum of 2 (kept + 1) + nodes values, [lane, mode], modes far outside the region and values
    that belong to the discretisation alone among them.
    """
    ray = outgoing_ray(interior.compactness, interior.l, nodes)
    constant, slope = _matrices(reduced(interior, centre * centre, kept), ray, interior.beta)
    columns = torch.arange(constant.shape[2], device=constant.device)
    return general_pencil(constant, -slope, centre, columns=columns)


def reduced(interior: Response, middle: Tensor, kept: int) -> Reduced:
    """Response with few poles, most accurate next to lambda = middle [lane].

    The middle has to be away from the real axis, where a weak pole nearby would spoil the
    derivatives of the sum of those left out.
    """
    poles = interior.poles
    there = poles.isfinite()
    weight = interior.residues.abs() / torch.where(there, poles - middle[:, None], 1.0).abs() ** 2
    order = torch.where(there, weight, -1.0).argsort(dim=1, descending=True, stable=True)
    mu, rho = (part.gather(1, order) for part in (interior.mu, interior.rho))
    sigma = interior.shift[:, None]
    own, far = slice(0, kept), slice(kept, None)
    part = 1.0 / (1.0 + (middle[:, None] - sigma) * mu[:, far])
    weighted = rho[:, far] * part
    value = interior.constant - (middle - interior.shift) * weighted.sum(dim=1)
    first = -(weighted * part).sum(dim=1, keepdim=True)
    second = (weighted * part**2 * mu[:, far]).sum(dim=1, keepdim=True)
    # sum = value + first D / (1 - ratio D), D = lambda - middle, to second order in D
    ratio = torch.where(first.abs() > 0.0, second / torch.where(first == 0.0, 1.0, first), 0.0)
    at = middle[:, None]
    return Reduced(
        value,
        torch.cat((sigma * rho[:, own], -at * first), dim=1),
        torch.cat((-rho[:, own], first), dim=1),
        torch.cat((1.0 - sigma * mu[:, own], 1.0 + ratio * at), dim=1),
        torch.cat((mu[:, own], -ratio), dim=1),
    )


def _matrices(inside: Reduced, ray: OutgoingRay, beta: Tensor) -> tuple[Tensor, Tensor]:
    """P_0 and P_1 of (P_0 + omega P_1) [y, v, g] = 0, [lane, n, n]."""
    lanes, poles = inside.a.shape
    nodes = ray.derivative.shape[1]
    y, v, g = slice(0, poles), slice(poles, 2 * poles), slice(2 * poles, 2 * poles + nodes)
    constant = ray.constant.new_zeros(lanes, 2 * poles + nodes, 2 * poles + nodes)
    slope = torch.zeros_like(constant)
    source = ray.derivative.clone()  # s = source . g - i omega g(1)
    source[:, -1] -= beta
    constant[:, y, y] = torch.diag_embed(inside.c)
    slope[:, y, v] = torch.diag_embed(inside.d)
    constant[:, y, g] = -source.unsqueeze(1)
    slope[:, y, -1] = 1j
    constant[:, v, v] = torch.diag_embed(torch.ones_like(inside.c))
    slope[:, v, y] = -constant[:, v, v]
    field = slice(2 * poles, 2 * poles + nodes - 1)
    constant[:, field, g] = ray.constant
    slope[:, field, g] = ray.slope
    constant[:, -1, y] = -inside.a
    slope[:, -1, v] = -inside.b
    constant[:, -1, g] = -inside.constant.unsqueeze(1) * source
    constant[:, -1, -1] += 1.0
    slope[:, -1, -1] = 1j * inside.constant
    return constant, slope

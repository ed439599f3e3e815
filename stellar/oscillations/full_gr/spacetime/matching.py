"""The function whose roots are the quasi-normal modes of a star, free of the poles of its exterior.

With the outgoing wave (Z, Z') at the surface, scaled to g = 1 at infinity (see
`exterior.surface_wave`), and the response R(lambda) of the interior (see `interior.response`),
lambda = omega^2,

    F(omega) = Z - (Z' - beta Z) R(omega^2),        ' = d/dr_*,      time dependence e^{+i omega t}.

F is the amplitude of the incoming wave but for factors without roots. Its only poles are those of
R, which are known: multiplied by prod (lambda_k - lambda) it has none (poles and roots of the
ratio Z'/Z are not poles or roots of F). Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.nonlinear_eigen import ScalarFunction
from stellar.oscillations.full_gr.exterior.outgoing_ray import outgoing_ray
from stellar.oscillations.full_gr.exterior.surface_wave import (
    HessenbergWave,
    hessenberg_wave,
    surface_wave,
    surface_wave_slopes,
)
from stellar.oscillations.full_gr.interior.response import Response


class Matching(NamedTuple):
    """Both sides of the surface of a batch of stars; a lane tree."""

    interior: Response
    exterior: HessenbergWave


class Terms(NamedTuple):
    """What F is made of, and nothing else, so that lanes are picked fast; a lane tree.

    shift, constant, beta : of the response, [lane];  mu, rho : [lane, pole]
    """

    shift: Tensor
    constant: Tensor
    beta: Tensor
    mu: Tensor
    rho: Tensor
    exterior: HessenbergWave


def matching(interior: Response, centre: Tensor, nodes: int, *, crowding: float = 1.0) -> Matching:
    """Stars with so many nodes on the ray outside, prepared for frequencies around a centre.

    Parameters
    ----------
    centre : middle of the region of interest, complex, [lane]
    nodes, crowding : of the ray, see `outgoing_ray`
    """
    ray = outgoing_ray(interior.compactness, interior.l, nodes, crowding=crowding)
    return Matching(interior, hessenberg_wave(ray, centre))


def terms(star: Matching) -> Terms:
    """The parameters of `mismatch` and `mismatch_slope`."""
    side = star.interior
    return Terms(side.shift, side.constant, side.beta, side.mu, side.rho, star.exterior)


def mismatch(omega: Tensor, star: Terms) -> Tensor:
    """F at omega R, complex, [lane, point]."""
    response, _ = _response(omega * omega, star, slope=False)
    wave = surface_wave(star.exterior, omega)
    return wave.value - (wave.derivative - star.beta[:, None] * wave.value) * response


def mismatch_slope(omega: Tensor, star: Terms) -> tuple[Tensor, Tensor]:
    """F and dF/d omega at omega R, complex, [lane, point]."""
    response, steepness = _response(omega * omega, star, slope=True)
    wave, slope = surface_wave_slopes(star.exterior, omega)
    beta = star.beta[:, None]
    source, source_slope = (part.derivative - beta * part.value for part in (wave, slope))
    value = wave.value - source * response
    return value, slope.value - source_slope * response - 2.0 * omega * source * steepness


def mismatch_function(rows_per_call: int) -> ScalarFunction:
    """F as the root finders of `parode_core` take it, with `Terms` as its parameters.

    Parameters
    ----------
    rows_per_call : lanes sampled together
    """
    return ScalarFunction(mismatch, mismatch_slope, rows_per_call=rows_per_call)


def _response(lam: Tensor, star: Terms, *, slope: bool) -> tuple[Tensor, Tensor]:
    """R at lambda [lane, point], and dR/dlambda or zero, both complex.

    `Response.value` without complex divisions, which take most of its time.
    """
    distance = lam - star.shift[:, None]
    across, along = distance.real[:, :, None], distance.imag[:, :, None]
    real, imag = (part.contiguous()[:, None] for part in (star.mu.real, star.mu.imag))
    # 1 / (1 + d mu) = x - i y
    x = torch.addcmul(torch.ones_like(real), across, real).addcmul_(along, imag, value=-1.0)
    y = (across * imag).addcmul_(along, real)
    size = (x * x).addcmul_(y, y).reciprocal_()
    x, y = x.mul_(size), y.mul_(size)
    weights = torch.view_as_real(star.rho)
    value = star.constant[:, None] - distance * _sum(x, y, weights)
    if not slope:
        return value, torch.zeros_like(value)
    return value, -_sum((x * x).addcmul_(y, y, value=-1.0), 2.0 * x * y, weights)


def _sum(x: Tensor, y: Tensor, weights: Tensor) -> Tensor:
    """Sum of (x - i y) times complex weights as pairs [lane, term, 2], [lane, point]."""
    (a, b), (c, d) = (x @ weights).unbind(2), (y @ weights).unbind(2)
    return torch.complex(a + d, b - c)

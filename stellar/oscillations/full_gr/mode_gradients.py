"""Derivatives of quasi-normal modes with respect to the star.

A mode is a root of G(lambda; theta) = lambda_k - lambda - r_k Y'(lambda) with Y' = Y/(1 - Y R_k),
Y = L - beta (see `pole_equation`), so that

    d lambda / d theta = -G_theta / G_lambda,      d omega = d lambda / (2 omega).

One Newton step in omega whose denominator is held fixed has this derivative. Written with G, which
is free of everything but the shift by radiation, the derivatives of the damping keep their digits
however weak it is. Units R = 1: a change of the radius is not in it.
"""

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior import Exterior, grid_number
from stellar.oscillations.full_gr.pole_equation import PolePoints, pole_points
from stellar.oscillations.full_gr.quasinormal import FluidModes, expansion_point
from stellar.oscillations.full_gr.response import Response
from stellar.oscillations.full_gr.wave_series import WaveSeries


def differentiable_modes(response: Response, modes: FluidModes) -> Tensor:
    """The frequencies omega R as functions of the response.

    Parameters
    ----------
    response : what the modes were found from; gradients flow to its mu, rho, constant, shift and
        compactness
    modes : of `fluid_modes`

    Returns
    -------
    Complex tensor [lane, pole] with the values of `modes.omega`; NaN stays NaN and passes no
    gradient on.
    """
    lane, pole = modes.omega.isfinite().nonzero(as_tuple=True)
    if not lane.numel():
        return modes.omega
    omega = modes.omega[lane, pole]
    points = pole_points(response, lane, pole)
    exterior = Exterior(response.compactness, response.l)
    wave = exterior.series(expansion_point(omega), lane, grid_number(omega, response.l))
    lam = omega * omega
    source, inverse = _coupling(points, lam, wave, omega)
    mismatch = points.place - lam - points.residue * source / inverse
    with torch.no_grad():
        found = points.equation(lam - points.place, wave)
        # F = (1 - Y R_k) G, and both vanish at a mode
        step = -inverse / found.derivative / (2.0 * omega)
    moved = omega + (mismatch - mismatch.detach()) * step
    return modes.omega.index_put((lane, pole), moved)


def _coupling(
    points: PolePoints, lam: Tensor, wave: WaveSeries, omega: Tensor
) -> tuple[Tensor, Tensor]:
    """Y and 1 - Y R_k, [point]."""
    source = wave.at(omega)[0] - points.beta
    return source, 1.0 - source * points.background(lam)[0]

"""Derivatives of quasi-normal modes with respect to the star.

A mode is a root of G(lambda; theta) = lambda_k - lambda - r_k Q(lambda) with Q = Y/(1 - Y R_k),
Y = L - beta (see `pole_equation`), so that

    d lambda / d theta = -G_theta / G_lambda,      d omega = d lambda / (2 omega),
    -G_lambda = 1 + r_k (dL/dlambda + Y^2 dR_k/dlambda) / (1 - Y R_k)^2.

One Newton step in omega whose denominator is held fixed has this derivative. Im G_lambda is as
small as the damping, so that its derivatives keep their digits however weak it is. Units R = 1: a
change of the radius is not in it.
"""

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior import Exterior, grid_number
from stellar.oscillations.full_gr.pole_equation import pole_points
from stellar.oscillations.full_gr.quasinormal import FluidModes, expansion_point
from stellar.oscillations.full_gr.response import Response


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
    value, slope = wave.at(omega)
    background, background_slope = points.background(lam)
    source = value - points.beta
    inverse = 1.0 - source * background
    mismatch = points.place - lam - points.residue * source / inverse
    with torch.no_grad():
        steepness = (0.5 * slope / omega + source**2 * background_slope) / inverse**2
        step = 0.5 / omega / (1.0 + points.residue * steepness)
    moved = omega + (mismatch - mismatch.detach()) * step
    return modes.omega.index_put((lane, pole), moved)

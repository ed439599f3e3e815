"""The function whose roots are the quasi-normal modes of a star, free of the poles of its exterior.

With the outgoing wave (Z, Z') at the surface, scaled to one at infinity (see `outgoing_ray`), and
the response R(lambda) of the interior (see `response`), lambda = omega^2,

    F(omega) = Z - (Z' - beta Z) R(omega^2),        ' = d/dr_*,      time dependence e^{+i omega t}.

F is the amplitude of the incoming wave but for factors without roots. Its only poles are those of
R, which are known: multiplied by prod (lambda_k - lambda) it has none (poles and roots of the
ratio Z'/Z are not poles or roots of F). Units R = 1.
"""

from typing import NamedTuple

from torch import Tensor

from parode_core.nonlinear_eigen import ScalarFunction
from stellar.oscillations.full_gr.outgoing_ray import OutgoingRay, outgoing_ray, surface_wave
from stellar.oscillations.full_gr.response import Response


class Matching(NamedTuple):
    """Both sides of the surface of a batch of stars; a lane tree."""

    interior: Response
    exterior: OutgoingRay


def matching(interior: Response, nodes: int) -> Matching:
    """Stars with so many nodes on the ray outside."""
    return Matching(interior, outgoing_ray(interior.compactness, interior.l, nodes))


def mismatch(omega: Tensor, star: Matching) -> tuple[Tensor, Tensor]:
    """F and dF/d omega.

    Parameters
    ----------
    omega : omega R, complex, [lane, point]
    star : of the same lanes

    Returns
    -------
    Two complex tensors [lane, point].
    """
    response, slope = star.interior.value(omega * omega)
    wave = surface_wave(star.exterior, omega)
    beta = star.interior.beta.unsqueeze(1)
    source = wave.derivative - beta * wave.value
    source_slope = wave.derivative_slope - beta * wave.value_slope
    value = wave.value - source * response
    return value, wave.value_slope - source_slope * response - 2.0 * omega * source * slope


def mismatch_function(rows_per_call: int) -> ScalarFunction:
    """F as the root finders of `parode_core` take it, with a `Matching` as its parameters.

    Parameters
    ----------
    rows_per_call : lanes sampled together; the more points a lane has, the fewer
    """
    return ScalarFunction(
        lambda omega, star: mismatch(omega, star)[0], mismatch, rows_per_call=rows_per_call
    )


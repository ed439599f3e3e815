"""How far a quasi-normal mode may be off: what its equation and its exterior pass on.

With F(delta) = 0 of `pole_equation`, d delta = -dF/F', the error of the outgoing wave

    of L             (r_k - delta R_k)/F' dL

is carried to the parts of lambda apart: Im L has a much smaller error than Re L where it follows
from the flux, and real errors enter Im lambda only by the phases of their factors. The last Newton
step is added. What the interior is off by is told by `full_gr.stationary`. Units R = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.wave_series import WaveSeries
from stellar.oscillations.full_gr.fluid.pole_equation import PolePoints

ROUNDING = 4e-16  # of lambda, relative


@dataclass(frozen=True)
class ModeErrors:
    """Estimated absolute errors of real and imaginary parts, [point]."""

    real: Tensor
    imaginary: Tensor


def mode_errors(points: PolePoints, delta: Tensor, wave: WaveSeries, step: Tensor) -> ModeErrors:
    """Errors of modes but for those of the interior, [point].

    Parameters
    ----------
    points, delta, wave : poles, shifts found and the outgoing wave about each
    step : last Newton step in delta, [point]
    """
    lam = points.place + delta
    found = points.equation(delta, wave)
    by_wave = found.inside / found.derivative
    of_wave = _wave_errors(wave, lam.sqrt())
    real = by_wave.abs() * (of_wave.real + of_wave.imaginary)
    imaginary = by_wave.real.abs() * of_wave.imaginary + by_wave.imag.abs() * of_wave.real
    return ModeErrors(
        real + step.real.abs() + ROUNDING * lam.abs(),
        imaginary + step.imag.abs() + ROUNDING * delta.imag.abs(),
    )


def in_frequency(errors: ModeErrors, lam: Tensor) -> ModeErrors:
    """Errors of omega from those of lambda = omega^2, [point]."""
    omega = lam.sqrt()
    turned = 0.5 * omega.imag.abs() / lam.abs()
    straight = 0.5 / omega.abs()
    return ModeErrors(
        straight * errors.real + turned * errors.imaginary,
        straight * errors.imaginary + turned * errors.real,
    )


def _wave_errors(wave: WaveSeries, omega: Tensor) -> ModeErrors:
    """Errors of L, [point]."""
    value, _ = wave.at(omega)
    away = omega - wave.centre
    # the first term left out is about the last one kept, once more shorter by the distance
    rest = wave.coefficients[:, -1] * away ** (wave.coefficients.shape[1] - 1)
    nearness = away.abs() / wave.centre.abs()
    on_axis = wave.centre.imag == 0.0
    size = wave.error * value.abs()
    exact = wave.flux_error * value.imag.abs() + rest.imag.abs() * nearness
    tail = rest.abs() * nearness
    return ModeErrors(size + tail, torch.where(on_axis, exact, size + tail))

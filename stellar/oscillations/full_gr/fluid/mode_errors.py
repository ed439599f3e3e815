"""How far a quasi-normal mode may be off: what each ingredient of its equation passes on.

With F(delta) = 0 of `pole_equation`, d delta = -dF/F', and Y = L - beta, the errors

    of lambda_k      as they are, in Re lambda
    of r_k           Y/F' dr
    of R_k           Y delta/F' dR_k,     |dR_k| <= sum_j (|dr_j| + |r_j dlambda_j| / D_j) / D_j
    of L             (r_k - delta R_k)/F' dL,    D_j = |lambda_j - lambda|

are carried to the parts of lambda apart: Im L has a much smaller error than Re L where it follows
from the flux, and real errors enter Im lambda only by the phases of their factors. The last Newton
step is added. The sum over the poles is a bound that their common errors do not reach: where a
second resolution of the interior is at hand, its mode, computed with the same outgoing wave, takes
the place of the first three lines. Units R = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.wave_series import WaveSeries
from stellar.oscillations.full_gr.fluid.pole_equation import PolePoints, pole_points, settle
from stellar.oscillations.full_gr.interior.response import BY_CHANCE, Response

ROUNDING = 4e-16  # of lambda, relative


@dataclass(frozen=True)
class ModeErrors:
    """Estimated absolute errors of real and imaginary parts, [point]."""

    real: Tensor
    imaginary: Tensor

    def __add__(self, other: "ModeErrors") -> "ModeErrors":
        return ModeErrors(self.real + other.real, self.imaginary + other.imaginary)


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


def pole_errors(
    response: Response, points: PolePoints, delta: Tensor, wave: WaveSeries
) -> ModeErrors:
    """Errors of lambda by those of the poles and residues of the response, [point]."""
    lam = points.place + delta
    value, _ = wave.at(lam.sqrt())
    by_residue = (value - points.beta) / points.equation(delta, wave).derivative
    by_background = by_residue * delta
    of_background = _background_error(response, points, lam)
    own = (points.owner, points.pole)
    of_residue = response.residue_errors[own]
    return ModeErrors(
        response.pole_errors[own]
        + by_residue.abs() * of_residue
        + by_background.abs() * of_background,
        by_residue.imag.abs() * of_residue + by_background.imag.abs() * of_background,
    )


def resolution_errors(
    coarse: Response, points: PolePoints, delta: Tensor, wave: WaveSeries
) -> ModeErrors:
    """How far the same modes of another resolution are in lambda, [point].

    Infinite where that has no real pole.
    """
    poles = torch.where(coarse.mu.imag == 0.0, coarse.poles.real, torch.inf)
    distance = (poles[points.owner] - points.place.unsqueeze(1)).abs()
    # a lane that failed there has no number at all; its first pole is as good as any
    nearest = distance.nan_to_num(nan=torch.inf).argmin(dim=1)
    other = pole_points(coarse, points.owner, nearest)
    again, _ = settle(other, delta, wave)
    moved = other.place - points.place
    real = BY_CHANCE * (moved + (again - delta).real).abs()
    imaginary = BY_CHANCE * (again - delta).imag.abs()
    return ModeErrors(
        real.nan_to_num(nan=torch.inf, posinf=torch.inf),
        imaginary.nan_to_num(nan=torch.inf, posinf=torch.inf),
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


def _background_error(response: Response, points: PolePoints, lam: Tensor) -> Tensor:
    """Error of R_k from those of the other resolved poles, [point]."""
    counted = response.resolved[points.owner].scatter(1, points.pole.unsqueeze(1), False)
    distance = (response.poles.real[points.owner] - lam.unsqueeze(1)).abs()
    residue = response.residues.real[points.owner].abs()
    shifted = residue * response.pole_errors[points.owner] / distance
    each = (response.residue_errors[points.owner] + shifted) / distance
    return torch.where(counted, each, 0.0).sum(dim=1)

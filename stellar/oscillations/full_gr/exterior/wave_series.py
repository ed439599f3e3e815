"""The logarithmic derivative of an outgoing wave as a Taylor series in the frequency.

From the series of g = e^{i omega r_*} Z and of the row -(1 - 2C) dg/dsigma at the surface (see
`outgoing_wave`) follows that of

    L(omega) = (dZ/dr_*)/Z = -(1 - 2C) (dg/dsigma)/g - i omega,

and, because for real omega the flux of energy is the same at the surface and at infinity,

    Im L = -omega/|g|^2,

which keeps its digits where a wave hardly leaves the star and |Im L| << |Re L|. About a real
omega_0 the imaginary parts of all coefficients are taken from it: these are the derivatives along
the real axis. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

ORDER = 3  # of a series


class WaveSeries(NamedTuple):
    """L(omega) near one frequency each.

    centre : omega_0, complex, [point];  coefficients : of (omega - omega_0)^j, [point, j]
    surface : g at the surface where it is 1 at infinity, [point]
    error, flux_error : estimated errors of L, and of Im L for a real centre, relative, [point]
    """

    centre: Tensor
    coefficients: Tensor
    surface: Tensor
    error: Tensor
    flux_error: Tensor

    def at(self, omega: Tensor) -> tuple[Tensor, Tensor]:
        """L and dL/d omega at omega, [point]."""
        step = omega - self.centre
        value = slope = torch.zeros_like(step)
        for coefficient in self.coefficients.flip(1).unbind(1):
            slope = slope * step + value
            value = value * step + coefficient
        return value, slope


def no_series(omega: Tensor, order: int = ORDER) -> WaveSeries:
    """A series of NaN about each frequency, [point]."""
    real = torch.full_like(omega.real, torch.nan)
    coefficients = torch.full_like(omega, torch.nan).unsqueeze(1).repeat(1, order + 1)
    return WaveSeries(omega.clone(), coefficients, coefficients[:, 0].clone(), real, real.clone())


def logarithmic_derivative(omega: Tensor, surface: Tensor, row: Tensor) -> Tensor:
    """Coefficients of L about omega from those of g and of -(1 - 2C) dg/dsigma, [point, j]."""
    series = _quotient(row, surface)
    series[:, 0] -= 1j * omega
    series[:, 1:2] -= 1j
    real = (omega.imag == 0.0)[:, None]
    return torch.complex(series.real, torch.where(real, _flux(omega, surface), series.imag))


def _flux(omega: Tensor, surface: Tensor) -> Tensor:
    """Series of Im L for real omega, [point, j]."""
    density = _product(surface, surface.conj()).real
    source = torch.zeros_like(density)
    source[:, 0] = -omega.real
    source[:, 1:2] = -1.0
    return _quotient(source, density)


def _product(left: Tensor, right: Tensor) -> Tensor:
    """Product of two series [point, j], cut at their order."""
    orders = range(left.shape[1])
    return torch.stack(
        [(left[:, : j + 1] * right[:, : j + 1].flip(1)).sum(dim=1) for j in orders], dim=1
    )


def _quotient(left: Tensor, right: Tensor) -> Tensor:
    """Quotient of two series [point, j], cut at their order."""
    terms: list[Tensor] = []
    for j in range(left.shape[1]):
        known = left[:, j]
        for i, term in enumerate(terms):
            known = known - term * right[:, j - i]
        terms.append(known / right[:, 0])
    return torch.stack(terms, dim=1)

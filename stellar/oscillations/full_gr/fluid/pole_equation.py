"""The equation of a quasi-normal mode next to a pole of the interior's response.

With one pole lambda_k of the response R (see `interior.response`) taken apart, so that
R = r_k/(lambda_k - lambda) + R_k(lambda), and Y = L - beta, the condition 1 = Y R is free of it,

    F(delta) = -delta - Y (r_k - delta R_k) = 0,      delta = lambda - lambda_k,  lambda = omega^2.

delta, not lambda, is the unknown: it is the shift and the damping that radiation causes, and keeps
all its digits when both are 1e-20 of lambda. Re and Im of all terms are products and sums of the
same order as those of delta, so that Im delta keeps its digits, too, wherever Im L has them.
Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.wave_series import WaveSeries
from stellar.oscillations.full_gr.interior.response import Response

STEPS = 3  # of Newton's method with one series of the wave
FARTHEST = 0.2  # relative distance to which a series is trusted on the way
OVERLAP = 1.5  # poles closer than this times their coupling are solved as a pair
REAL = 1e-9  # |Im lambda|/|lambda| below which R_k is continued from the real axis by its slope


class PolePoints(NamedTuple):
    """Poles of many stars, one trial mode each.

    owner : lane;  pole : its index k, [point]
    place : lambda_k;  residue : r_k, both real, [point]
    beta, shift, offset : beta, sigma and R(sigma) - rho_k/mu_k, [point]
    mu, rho : of the star's response without this pole, zero in its place, [point, pole]
    """

    owner: Tensor
    pole: Tensor
    place: Tensor
    residue: Tensor
    beta: Tensor
    shift: Tensor
    offset: Tensor
    mu: Tensor
    rho: Tensor

    def select(self, points: Tensor) -> "PolePoints":
        """The points with these indices; an index may repeat."""
        return PolePoints(*(part[points] for part in self))

    def background(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """R_k and dR_k/dlambda at lambda, complex, [point]."""
        on_axis = lam.imag.abs() < REAL * lam.abs()
        trial = torch.complex(lam.real, torch.where(on_axis, 0.0, lam.imag))
        distance = trial - self.shift
        part = (1.0 + distance.unsqueeze(1) * self.mu).reciprocal()
        each = self.rho * part
        value = self.offset - distance * each.sum(dim=1)
        slope = -(each * part).sum(dim=1)
        # unresolved poles come in conjugate pairs whose imaginary parts cancel on the axis only
        along = torch.complex(value.real, lam.imag * slope.real)
        still = torch.complex(slope.real, torch.zeros_like(slope.real))
        return torch.where(on_axis, along, value), torch.where(on_axis, still, slope)

    def equation(self, delta: Tensor, wave: WaveSeries) -> "Mismatch":
        """F and dF/ddelta at delta, [point]."""
        lam = self.place + delta
        omega = lam.sqrt()
        value, slope = wave.at(omega)
        source = value - self.beta
        background, background_slope = self.background(lam)
        inside = self.residue - delta * background
        curved = source * (background + delta * background_slope)
        derivative = curved - 1.0 - 0.5 * slope / omega * inside
        return Mismatch(-delta - source * inside, derivative, inside)


class Mismatch(NamedTuple):
    """F, dF/ddelta and r_k - delta R_k, [point]."""

    value: Tensor
    derivative: Tensor
    inside: Tensor


def pole_points(response: Response, lane: Tensor, pole: Tensor) -> PolePoints:
    """Points for some real poles of some stars, [point] each."""
    place = pole.unsqueeze(1)
    nothing = torch.zeros_like(place, dtype=response.mu.dtype)
    mu, rho = response.mu[lane], response.rho[lane]
    mine, weight = mu.gather(1, place)[:, 0].real, rho.gather(1, place)[:, 0].real
    shift = response.shift[lane]
    return PolePoints(
        lane,
        pole,
        shift - 1.0 / mine,
        -weight / mine**2,
        response.beta[lane],
        shift,
        response.constant[lane] - weight / mine,
        mu.scatter(1, place, nothing),
        rho.scatter(1, place, nothing),
    )


def first_shift(points: PolePoints, wave: WaveSeries) -> Tensor:
    """Shift of each pole to first order in its coupling to the wave, of overlapping ones in pairs.

    Neighbours closer than their coupling start from the two roots of

        (l_j - l)(l_k - l) = Y' [r_j (l_k - l) + r_k (l_j - l)],     l : lambda,

    and Y' = Y/(1 - Y R_jk) with R_jk free of both, like resonances whose widths overlap.

    Parameters
    ----------
    points : poles of a star in a row and ascending
    wave : L about the frequency of each pole

    Returns
    -------
    delta, [point].
    """
    source = wave.coefficients[:, 0] - points.beta
    background, _ = points.background(points.place.to(source.dtype))
    shift = -points.residue * source / (1.0 - source * background)
    one = PolePoints(*(part[:-1] for part in points))
    two = PolePoints(*(part[1:] for part in points))
    gap = two.place - one.place
    pair = (one.owner == two.owner) & (gap > 0.0)
    gap = torch.where(pair, gap, 1.0)
    mean = 0.5 * (source[:-1] + source[1:])
    coupling = mean / (1.0 - mean * (background[:-1] - two.residue / gap))
    overlap = torch.maximum(one.residue.abs(), two.residue.abs()) * coupling.abs()
    pair = pair & (gap < OVERLAP * overlap)
    low, high = -coupling * one.residue, gap - coupling * two.residue
    half = 0.5 * (high - low)
    root = (half**2 + coupling**2 * one.residue * two.residue).sqrt()
    # each root to the pole it grows from when the coupling is turned on
    root = torch.where((root * half.conj()).real < 0.0, -root, root)
    middle = 0.5 * (low + high)
    shift[:-1] = torch.where(pair, middle - root, shift[:-1])
    shift[1:] = torch.where(pair, middle + root - gap, shift[1:])
    return shift


def settle(points: PolePoints, delta: Tensor, wave: WaveSeries) -> tuple[Tensor, Tensor]:
    """Newton's method with one series of the wave, no farther from its centre than it is trusted.

    Returns
    -------
    delta and the last step, [point].
    """
    step = torch.zeros_like(delta)
    for _ in range(STEPS):
        found = points.equation(delta, wave)
        step = found.value / found.derivative
        delta = delta - step
        way = (points.place + delta).sqrt() - wave.centre
        excess = way.abs() / (FARTHEST * wave.centre.abs())
        stopped = (wave.centre + way / excess) ** 2 - points.place
        delta = torch.where(excess > 1.0, stopped, delta)
    return delta, step

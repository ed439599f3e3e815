"""Static perturbations of the empty space around stars, free of cancellation at any compactness.

With u = 2M/r the decaying solutions are hypergeometric functions of u, given by Euler's integral

    2F1(a, b; c; u) = G(c)/(G(b) G(c-b)) int_0^1 t^(b-1) (1-t)^(c-b-1) (1 - u t)^(-a) dt

(Abramowitz & Stegun 1964, eq. 15.3.1): for whole b and c - b the weight is a polynomial, nothing is
negative, and Gauss points give it to rounding up to the Buchdahl limit u = 8/9 and beyond:

    electric tide      H_decay  = r^(-l-1) (1-u)^(-1) 2F1(l+1, l-1; 2l+2; u)
    magnetic tide      h0_decay = r^(-2)              2F1(1, 4; 6; u)
    Legendre, degree 2 Q_2^2 = (8/5) (M/r)^3 (1-u)^(-1)   2F1(3, 1; 6; u)
                       Q_2^1 = (2/5) (M/r)^3 (1-u)^(-1/2) 2F1(3, 2; 6; u)

with x = r/M - 1 the argument of Q and the sign of Hartle & Thorne (1968); growing electric tides
are H_grow = r^l (1-u) 2F1(2-l, -l; -2l; u), a polynomial (Binnington & Poisson 2009, eq. 4.4).
"""

import math

import torch
from torch import Tensor

from parode_core.bases import basis

POINTS = 48


def hypergeometric(a: int, b: int, c: int, u: Tensor) -> Tensor:
    """2F1(a, b; c; u) for whole 0 < b < c, of the shape of u; to rounding for 0 <= u <= 0.95."""
    points = basis(POINTS, "legendre-lobatto").to(u.device)
    t, rest = points.from_left, points.to_right
    weight = 0.5 * points.quadrature * t ** (b - 1) * rest ** (c - b - 1)
    beta = math.factorial(b - 1) * math.factorial(c - b - 1) / math.factorial(c - 1)
    # 1 - u t = (1 - t) + t (1 - u) keeps its digits where both are near one
    near = rest + t * (1.0 - u).unsqueeze(-1)
    return (near ** (-a)) @ weight / beta


def hypergeometric_slope(a: int, b: int, c: int, u: Tensor) -> Tensor:
    """d/du 2F1(a, b; c; u)."""
    return a * b / c * hypergeometric(a + 1, b + 1, c + 1, u)


def growing_polynomial(l: int, u: Tensor) -> tuple[Tensor, Tensor]:
    """2F1(2-l, -l; -2l; u) and its derivative."""
    value, slope, coefficient = torch.ones_like(u), torch.zeros_like(u), 1.0
    for k in range(l - 2):
        coefficient *= (2 - l + k) * (k - l) / ((k - 2 * l) * (k + 1.0))
        value = value + coefficient * u ** (k + 1)
        slope = slope + coefficient * (k + 1) * u**k
    return value, slope


def electric_love_number(y: Tensor, compactness: Tensor, l: int) -> Tensor:
    """k_l from y = R H'/H just outside the surface, [lane].

    k_l is half the amplitude of the decaying solution relative to the growing one, in units R.
    """
    u = 2.0 * compactness
    grow, grow_slope = growing_polynomial(l, u)
    decay = hypergeometric(l + 1, l - 1, 2 * l + 2, u)
    decay_slope = hypergeometric_slope(l + 1, l - 1, 2 * l + 2, u)
    # r d/dr = -u d/du
    y_grow = l + u / (1.0 - u) - u * grow_slope / grow
    y_decay = -l - 1 - u / (1.0 - u) - u * decay_slope / decay
    return 0.5 * grow * (1.0 - u) ** 2 / decay * (y_grow - y) / (y - y_decay)


def magnetic_love_number(excess: Tensor, compactness: Tensor) -> Tensor:
    """k_2 = -a/3 from R h0'/h0 - 3 at the surface, h0 = r^3 [(1-u) + a (R/r)^5 2F1], [lane]."""
    u = 2.0 * compactness
    decay, decay_slope = hypergeometric(1, 4, 6, u), hypergeometric_slope(1, 4, 6, u)
    grow_excess = u / (1.0 - u)
    decay_excess = -5.0 - u * decay_slope / decay
    return -(1.0 - u) / (3.0 * decay) * (grow_excess - excess) / (excess - decay_excess)

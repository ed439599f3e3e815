"""Trial roots from moments: Newton's identities and the roots of the polynomial they define.

With power sums s_k of N numbers the elementary symmetric functions follow from
k e_k = sum_{i=1..k} (-1)^(i-1) e_(k-i) s_i, and the numbers are the roots of
sum_k (-1)^k e_k zeta^(N-k) (Delves & Lyness 1967), found by the simultaneous iteration of
Ehrlich (1967) and Aberth (1973). Every row may have another N; nothing here needs an eigensolver.
"""

import math

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.deflate import repulsion

POLYNOMIAL_ITERATIONS = 40


def numbers_with_power_sums(power_sums: Tensor, count: Tensor) -> Tensor:
    """Numbers whose power sums are given.

    Parameters
    ----------
    power_sums : s_1 ... s_K, complex, [row, K]
    count : how many numbers each row has, 0 ... K, [row]

    Returns
    -------
    The numbers, [row, K]; slots from `count` on hold NaN.
    """
    capacity = power_sums.shape[1]
    coefficients = _coefficients(_elementary(power_sums), count)
    slot = torch.arange(capacity, device=count.device)
    used = slot < count[:, None]
    several = count.clamp_min(1)[:, None]
    angle = (2 * math.pi * (slot + 0.3) / several).to(power_sums.real.dtype)
    start = power_sums[:, :1] / several + torch.polar(torch.full_like(angle, 0.5), angle)
    roots = torch.where(used, start, torch.nan)
    for _ in range(POLYNOMIAL_ITERATIONS):
        value, derivative = _horner(coefficients, roots)
        correction = torch.where(value == 0, 0.0, value / derivative)
        step = correction / (1 - correction * repulsion(roots, used))
        roots = torch.where(torch.isfinite(step), roots - step, roots)
    return roots


def _elementary(power_sums: Tensor) -> Tensor:
    """Elementary symmetric functions e_0 ... e_K, [row, K + 1]."""
    found = [torch.ones_like(power_sums[:, 0])]
    for k in range(1, power_sums.shape[1] + 1):
        terms = [(-1) ** (i - 1) * found[k - i] * power_sums[:, i - 1] for i in range(1, k + 1)]
        found.append(torch.stack(terms).sum(0) / k)
    return torch.stack(found, 1)


def _coefficients(elementary: Tensor, count: Tensor) -> Tensor:
    """Coefficients of zeta^0 ... zeta^K of a polynomial of degree `count`, [row, K + 1]."""
    power = torch.arange(elementary.shape[1], device=count.device)
    index = count[:, None] - power
    sign = 1 - 2 * (index % 2)
    chosen = elementary.gather(1, index.clamp_min(0)) * sign
    return torch.where(index >= 0, chosen, 0.0)


def _horner(coefficients: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    value, derivative = torch.zeros_like(z), torch.zeros_like(z)
    for coefficient in reversed(coefficients.unbind(1)):
        derivative = derivative * z + value
        value = value * z + coefficient[:, None]
    return value, derivative

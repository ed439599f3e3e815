"""Chebyshev nodes: extrema with both ends, and zeros behind a left end."""

import math

import torch

from parode_core.bases.basis import Basis


def lobatto(size: int) -> Basis:
    """Extrema x_j = -cos(pi j/(size - 1)) of a Chebyshev polynomial, both ends included."""
    angle = 0.5 * math.pi * torch.arange(size, dtype=torch.float64) / (size - 1)
    return Basis("chebyshev-lobatto", angle.sin() ** 2, angle.sin().flip(0) ** 2, size - 1)


def gauss(size: int) -> Basis:
    """The left end, and the size - 1 zeros of a Chebyshev polynomial."""
    inner = size - 1
    angle = 0.25 * math.pi * (2.0 * torch.arange(inner, dtype=torch.float64) + 1.0) / inner
    left, right = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    from_left = torch.cat((left, angle.sin() ** 2))
    to_right = torch.cat((right, angle.sin().flip(0) ** 2))
    return Basis("chebyshev-gauss", from_left, to_right, size - 1)

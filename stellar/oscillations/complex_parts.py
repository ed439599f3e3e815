"""Complex numbers as pairs of real ones, [2, ...]: Re and Im.

Where most factors are real, and have to be read for many numbers, this takes a third of the time
that complex arithmetic does, for which they are made complex first.
"""

import torch
from torch import Tensor


def parts_of(z: Tensor) -> Tensor:
    """Re and Im of complex numbers [...], [2, ...]."""
    return torch.stack((z.real, z.imag))


def product(a: Tensor, b: Tensor) -> Tensor:
    """Parts of a b, [2, ...]."""
    real, imaginary = a[0] * b[0], a[0] * b[1]
    return torch.stack((real.addcmul_(a[1], b[1], value=-1.0), imaginary.addcmul_(a[1], b[0])))

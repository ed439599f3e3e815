"""The Zerilli function at the surface of a star, from the perturbed metric inside.

With C = M/R, n = (l-1)(l+2)/2, in units R = 1 (Zerilli 1970; Detweiler & Lindblom 1985),

    K = g Z + dZ/dr*,     H1 = h Z + k dZ/dr*,     k = 1/(1 - 2C)
    g = [n(n+1) + 3nC + 6C^2]/(n + 3C),     h = (n - 3nC - 3C^2)/[(1 - 2C)(n + 3C)].
"""

import torch
from torch import Tensor


def zerilli_surface(compactness: Tensor, l: int) -> Tensor:
    """Rows of Z and dZ/dr* by columns of H1 and K, [lane, 2, 2], for C [lane]."""
    n = 0.5 * (l - 1) * (l + 2)
    c = compactness
    g = (n * (n + 1.0) + 3.0 * n * c + 6.0 * c * c) / (n + 3.0 * c)
    k = 1.0 / (1.0 - 2.0 * c)
    h = k * (n - 3.0 * n * c - 3.0 * c * c) / (n + 3.0 * c)
    whole = torch.stack((torch.ones_like(c), -k, -g, h), dim=1).unflatten(1, (2, 2))
    return whole / (h - g * k)[:, None, None]

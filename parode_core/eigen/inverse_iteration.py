"""Right eigenvectors of many small dense matrices from their eigenvalues.

    (A - z) v_{k+1} = v_k / |v_k|,

by one LU factorisation for each eigenvalue; a pivot that is zero to rounding is replaced by
rounding (Wielandt 1944; Ipsen 1997). One or two steps are enough where z is right to rounding; of
both vectors that with the smaller residual counts. Every eigenvalue has its own v_0: one that is
there twice gets two vectors. That of a real one is real if A is, those of a pair are conjugate.
"""

import torch
from torch import Tensor

EPSILON = torch.finfo(torch.float64).eps
STEPS = 2
ENTRIES = 2**24  # of all matrices that are factorised at once, a quarter of a gigabyte
FREQUENCY = 2.0**0.5  # of first vectors, which have to be unlike each other


def inverse_iteration(matrices: Tensor, values: Tensor, partners: Tensor) -> tuple[Tensor, Tensor]:
    """Vectors of eigenvalues, of length one, and how well they belong to them.

    Parameters
    ----------
    matrices : A, finite, [lane, n, n];  values : z, complex, [lane, n]
    partners : index of the conjugate eigenvalue, or its own of one that has none, [lane, n]

    Returns
    -------
    Columns v, complex, [lane, n, mode]; and |A v - z v| in units of |A|, [lane, mode].
    """
    matrices = matrices.to(values.dtype)
    lanes, size = values.shape
    norm = matrices.abs().square().sum(dim=(1, 2)).sqrt()
    number = torch.arange(1, size + 1, dtype=norm.dtype, device=norm.device)
    starts = torch.cos(FREQUENCY * number * number.unsqueeze(1))
    at_once = max(1, ENTRIES // max(1, lanes * size * size))
    parts = [
        _vectors(matrices, norm, values[:, own], _first(starts, own, partners[:, own]))
        for own in torch.arange(size, device=values.device).split(at_once)
    ]
    vectors, residuals = (torch.cat(part, dim=1) for part in zip(*parts, strict=True))
    return vectors.mT, residuals


def _first(starts: Tensor, own: Tensor, partners: Tensor) -> Tensor:
    """Vectors v_0 of some eigenvalues, [lane, mode, n]."""
    other = torch.where((partners == own).unsqueeze(2), 0.0, starts[partners])
    return torch.complex(starts[own].expand_as(other), other)


def _vectors(
    matrices: Tensor, norm: Tensor, values: Tensor, starts: Tensor
) -> tuple[Tensor, Tensor]:
    """Vectors of some eigenvalues, [lane, mode, n], and their residuals, [lane, mode]."""
    unit = torch.eye(matrices.shape[1], dtype=values.dtype, device=values.device)
    shifted = matrices.unsqueeze(1) - values[..., None, None] * unit
    factors, pivots, _ = torch.linalg.lu_factor_ex(shifted)
    diagonal = factors.diagonal(dim1=2, dim2=3)
    least = (EPSILON * torch.where(norm > 0.0, norm, 1.0))[:, None, None]
    diagonal.copy_(torch.where(diagonal.abs() < least, least, diagonal))
    v = _unit(starts)
    best, residuals = v, torch.full_like(values.real, torch.inf)
    for _ in range(STEPS):
        v = _unit(torch.linalg.lu_solve(factors, pivots, v.unsqueeze(3)).squeeze(3))
        rest = (shifted @ v.unsqueeze(3)).squeeze(3).abs().square().sum(dim=2).sqrt()
        better = rest < residuals
        best = torch.where(better.unsqueeze(2), v, best)
        residuals = torch.where(better, rest, residuals)
    return best, residuals / torch.where(norm > 0.0, norm, 1.0).unsqueeze(1)


def _unit(v: Tensor) -> Tensor:
    v = v / v.abs().amax(dim=2, keepdim=True)
    return v / v.abs().square().sum(dim=2, keepdim=True).sqrt()

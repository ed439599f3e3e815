"""Eigenvalues and eigenvectors of small dense matrices, by what the device is good at.

On the CPU LAPACK takes a lane at a time. A GPU would do the same with its `eig` and wait for each
lane: there all lanes run the QR algorithm at once (`shifted_qr`), and vectors come from inverse
iteration. Both are right to rounding times the condition of an eigenvalue, and no more alike.
"""

import torch
from torch import Tensor

from parode_core.eigen.inverse_iteration import EPSILON, inverse_iteration
from parode_core.eigen.shifted_qr import balance, shifted_qr
from parode_core.eigen.spectrum import guarded
from parode_core.lanes import padded

ROUNDINGS = 100.0  # residual of a vector, in units of rounding for each row


def eigenvalues(matrices: Tensor, *, batched: bool | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues of finite matrices.

    Parameters
    ----------
    matrices : float64 or complex128, [lane, n, n]
    batched : whether all lanes work together; None: wherever LAPACK is not at home

    Returns
    -------
    Complex eigenvalues in no order, [lane, n], and which lanes converged, [lane]; others are NaN.
    Those of real matrices are real or in conjugate pairs.
    """
    if not _is_batched(matrices, batched):
        (values,), converged = guarded(lambda m: (torch.linalg.eigvals(m),), matrices)
        return values, converged
    values, converged = shifted_qr(matrices)
    if not matrices.is_complex():
        values, _ = _conjugate_pairs(values)
    return torch.where(converged.unsqueeze(1), values, torch.nan), converged


def eigenpairs(matrices: Tensor, *, batched: bool | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Eigenvalues and right eigenvectors of finite matrices.

    Parameters
    ----------
    matrices, batched : as for `eigenvalues`

    Returns
    -------
    Eigenvalues [lane, n]; vectors of length one with a real largest component, as columns,
    [lane, n, n]; and which lanes converged, [lane]. Lanes without one vector each are NaN, too.
    """
    if not _is_batched(matrices, batched):
        (values, vectors), converged = guarded(torch.linalg.eig, matrices)
        return values, vectors, converged
    lanes = matrices.shape[0]
    if lanes == 0:
        values, converged = eigenvalues(matrices, batched=True)
        return values, torch.zeros_like(matrices, dtype=values.dtype), converged
    whole = matrices[padded(torch.arange(lanes, device=matrices.device))]
    values, converged = shifted_qr(whole)
    partners = torch.arange(whole.shape[1], device=whole.device).expand_as(values)
    if not whole.is_complex():
        values, partners = _conjugate_pairs(values)
    balanced, scale = balance(whole)
    vectors, residuals = inverse_iteration(balanced, values, partners)
    converged = converged & (residuals <= ROUNDINGS * whole.shape[1] * EPSILON).all(dim=1)
    vectors = _with_real_largest(scale.unsqueeze(2) * vectors)
    second = values.gather(1, partners).imag > values.imag
    other = vectors.gather(2, partners.unsqueeze(1).expand_as(vectors)).conj()
    vectors = torch.where(second.unsqueeze(1), other, vectors)
    good = converged[:, None]
    values = torch.where(good, values, torch.nan)
    vectors = torch.where(good.unsqueeze(2), vectors, torch.nan)
    return values[:lanes], vectors[:lanes], converged[:lanes]


def _is_batched(matrices: Tensor, batched: bool | None) -> bool:
    return matrices.device.type != "cpu" if batched is None else batched


def _conjugate_pairs(values: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues of real matrices without the rounding that spoils their symmetry.

    Two whose conjugates are next to each other become a pair, one that is next to its own conjugate
    real. What has no partner, in clusters that are wide by rounding, stays and is its own.

    Returns
    -------
    Eigenvalues, [lane, n], and the index of each one's partner, [lane, n].
    """
    distance = (values.unsqueeze(2) - values.conj().unsqueeze(1)).abs()
    nearest = distance.argmin(dim=2)
    own = torch.arange(values.shape[1], device=values.device).expand_as(nearest)
    mutual = nearest.gather(1, nearest) == own
    partners = torch.where(mutual, nearest, own)
    mean = 0.5 * (values + values.gather(1, partners).conj())
    return torch.where(mutual, mean, values), partners


def _with_real_largest(vectors: Tensor) -> Tensor:
    """Columns of length one, turned so that the component that is largest is real."""
    size = vectors.abs()
    largest = vectors.gather(1, size.argmax(dim=1, keepdim=True))
    turned = vectors * torch.sgn(largest).conj()
    return turned / size.square().sum(dim=1, keepdim=True).sqrt()

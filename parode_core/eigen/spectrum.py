"""Eigenvalues of a batch of pencils, and what keeps one bad lane from the others.

LAPACK may loop or raise on matrices that are not finite, and a batched decomposition raises for
all lanes when one does not converge. Bad lanes are therefore replaced by the identity before they
reach it, and a decomposition that raises is repeated lane by lane.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.status import Status


@dataclass(frozen=True, eq=False)
class Spectrum:
    """All eigenvalues of A q = lambda B q, in ascending order of their real part.

    values : [lane, mode]; infinite where B q = 0, NaN in a lane that failed
    status : `Status` of each lane, [lane]
    right : columns q, [lane, row, mode], or None if not asked for
    left : columns y with y^T A = lambda y^T B (no conjugation), [lane, row, mode], or None
    """

    values: Tensor
    status: Tensor
    right: Tensor | None = None
    left: Tensor | None = None


def check_square(*matrices: Tensor) -> None:
    """Refuse matrices that are not [lane, n, n] of one shape and of double precision.

    Raises
    ------
    ValueError
        If the shapes differ or are not square.
    TypeError
        If the numbers are neither float64 nor complex128.
    """
    for matrix in matrices:
        if matrix.ndim != 3 or matrix.shape[1] != matrix.shape[2]:
            raise ValueError(f"a pencil is made of [lane, n, n]; got shape {tuple(matrix.shape)}.")
        if matrix.shape != matrices[0].shape:
            raise ValueError(
                f"both matrices of a pencil need one shape; got {tuple(matrices[0].shape)} and "
                f"{tuple(matrix.shape)}."
            )
        if matrix.dtype not in (torch.float64, torch.complex128):
            raise TypeError(f"pencils are float64 or complex128, not {matrix.dtype}.")


def finite_lanes(*tensors: Tensor) -> Tensor:
    """Whether every number of a lane is finite, [lane]."""
    found = [tensor.isfinite().flatten(1).all(dim=1) for tensor in tensors]
    return torch.stack(found).all(dim=0)


def or_identity(matrices: Tensor, keep: Tensor) -> Tensor:
    """The matrices [lane, n, n] of the lanes to keep, and the identity in the others."""
    identity = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    return torch.where(keep[:, None, None], matrices, identity)


def guarded(
    decompose: Callable[[Tensor], Sequence[Tensor]], matrices: Tensor
) -> tuple[Sequence[Tensor], Tensor]:
    """Decompose finite matrices; lanes that do not converge are NaN.

    Returns
    -------
    The parts of the decomposition, and which lanes converged, [lane].
    """
    converged = torch.ones(matrices.shape[0], dtype=torch.bool, device=matrices.device)
    try:
        return decompose(matrices), converged
    except torch.linalg.LinAlgError:
        return _one_by_one(decompose, matrices, converged)


def _one_by_one(
    decompose: Callable[[Tensor], Sequence[Tensor]], matrices: Tensor, converged: Tensor
) -> tuple[Sequence[Tensor], Tensor]:
    harmless = decompose(or_identity(matrices[:1], torch.zeros_like(converged[:1])))
    lanes, good = [], []
    for matrix in matrices.split(1):
        try:
            lanes.append(decompose(matrix))
            good.append(True)
        except torch.linalg.LinAlgError:
            lanes.append([torch.full_like(part, torch.nan) for part in harmless])
            good.append(False)
    parts = [torch.cat(part) for part in zip(*lanes, strict=True)]
    return parts, torch.tensor(good, device=matrices.device)


def lane_status(*found: tuple[Tensor, Status]) -> Tensor:
    """Status of each lane: that of the first condition [lane] it violates, else OK."""
    status = torch.full_like(found[0][0], int(Status.OK), dtype=torch.long)
    for good, failure in reversed(found):
        status = torch.where(good, status, int(failure))
    return status


def blank(values: Tensor, status: Tensor) -> Tensor:
    """NaN in every lane that failed; `values` [lane, ...]."""
    good = (status == int(Status.OK)).reshape(-1, *[1] * (values.ndim - 1))
    return torch.where(good, values, torch.nan)


def ascending(values: Tensor, *vectors: Tensor | None) -> tuple[Tensor, tuple[Tensor | None, ...]]:
    """Values [lane, mode] by ascending real part, and columns [lane, row, mode] in that order."""
    order = values.real.argsort(dim=1, stable=True) if values.is_complex() else values.argsort(1)
    moved = tuple(
        None if columns is None else columns.gather(2, order.unsqueeze(1).expand_as(columns))
        for columns in vectors
    )
    return values.gather(1, order), moved

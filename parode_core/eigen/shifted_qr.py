"""Eigenvalues of many small dense matrices at once, by operations that work on all lanes together.

LAPACK takes one matrix after the other, and a GPU waits meanwhile. Here every lane runs the QR
algorithm (Francis 1961; Golub & Van Loan 2013, 7.5) with rotations that are elementwise over lanes:
a balanced matrix becomes Hessenberg, and then

    H - S = Q R,    H := R Q + S,

with S diagonal: every block between negligible subdiagonal entries has its own shift, that of
Wilkinson (1965), and goes on at the same time as the others, in whatever lane. Matrices lie as
[row, column, lane], and lanes fill tiles: nothing depends on the company of a lane.
"""

import torch
from torch import Tensor

from parode_core.lanes import padded

EPSILON = torch.finfo(torch.float64).eps
BALANCINGS = 8
SWEEPS = 30  # for each row; two to three are usual
STUCK = 10  # sweeps without a deflation, after which a shift is exceptional


def shifted_qr(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues of finite matrices.

    Parameters
    ----------
    matrices : float64 or complex128, [lane, n, n]

    Returns
    -------
    Eigenvalues, complex and in no order, [lane, n], to rounding of the norm of the balanced matrix
    times their condition; and which lanes converged, [lane].
    """
    lanes = matrices.shape[0]
    if lanes == 0 or matrices.shape[1] == 0:
        empty = matrices.new_zeros(matrices.shape[:2], dtype=torch.complex128)
        return empty, matrices.new_ones(lanes, dtype=torch.bool)
    places = padded(torch.arange(lanes, device=matrices.device))
    balanced, _ = balance(matrices[places])
    h = hessenberg(balanced).to(torch.complex128).permute(1, 2, 0).contiguous()
    live = _deflated(h)
    stuck = torch.zeros_like(places)
    for _ in range(SWEEPS * h.shape[0]):
        span = _span_seen_by_host(live)
        if span is None:
            break
        # in place: nothing here has derivatives
        _sweep(h, live, _shifts(h, live, stuck % STUCK == STUCK - 1), span)
        left = _deflated(h)
        stuck = torch.where((left != live).any(dim=0), 0, stuck + 1)
        live = left
    values = h.diagonal(dim1=0, dim2=1)
    return values[:lanes].contiguous(), ~live.any(dim=0)[:lanes]


def balance(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """D^-1 A D with rows and columns of about one size, and D, powers of two, [lane, n].

    All rows at once instead of one after the other (Parlett & Reinsch 1969), by half of what each
    of them asks for.
    """
    whole = torch.ones_like(matrices[:, 0].real)
    outside = 1.0 - torch.eye(matrices.shape[1], dtype=whole.dtype, device=whole.device)
    for _ in range(BALANCINGS):
        size = (matrices.abs() * outside).square()
        columns, rows = size.sum(dim=1), size.sum(dim=2)
        there = (columns > 0.0) & (rows > 0.0)
        ratio = torch.where(there, rows / torch.where(there, columns, 1.0), 1.0)
        factor = torch.exp2((0.25 * torch.log2(ratio)).round())
        matrices = matrices * factor.unsqueeze(1) / factor.unsqueeze(2)
        whole = whole * factor
    return matrices, whole


def hessenberg(matrices: Tensor) -> Tensor:
    """Similar matrices, zero below the first subdiagonal, by reflections (Householder 1958)."""
    h = matrices.clone()
    for k in range(h.shape[1] - 2):
        v = h[:, k + 1 :, k : k + 1].clone()
        first = v[:, 0]
        phase = torch.where(first == 0.0, 1.0, torch.sgn(first))
        v[:, 0] = first + phase * v.abs().square().sum(dim=1).sqrt()
        square = v.abs().square().sum(dim=1, keepdim=True)
        there = square > 0.0
        twice = torch.where(there, 2.0 / torch.where(there, square, 1.0), 0.0)
        h[:, k + 1 :, k:] -= v @ (twice * (v.mH @ h[:, k + 1 :, k:]))
        h[:, :, k + 1 :] -= (h[:, :, k + 1 :] @ v) @ (twice * v.mH)
    return h.triu(diagonal=-1)


def _deflated(h: Tensor) -> Tensor:
    """Which subdiagonal entries are still there, [n - 1, lane]; negligible ones become zero."""
    size = h.diagonal(dim1=0, dim2=1).abs().mT
    below = h.diagonal(offset=-1, dim1=0, dim2=1).mT
    largest = torch.cat((size, below.abs())).amax(dim=0)
    live = below.abs() > EPSILON * (size[1:] + size[:-1] + EPSILON * largest)
    below.mul_(live)
    return live


def _span_seen_by_host(live: Tensor) -> tuple[int, int] | None:
    """First and last subdiagonal entry that is there in some lane: the one look at the data."""
    found = live.any(dim=1).nonzero()[:, 0].tolist()
    return (found[0], found[-1]) if found else None


def _shifts(h: Tensor, live: Tensor, exceptional: Tensor) -> Tensor:
    """Shift of each row, that of the last row of its block, [n, lane]; zero for a row alone."""
    diagonal = h.diagonal(dim1=0, dim2=1).mT
    below = h.diagonal(offset=-1, dim1=0, dim2=1).mT
    above = h.diagonal(offset=1, dim1=0, dim2=1).mT
    half = 0.5 * (diagonal[:-1] - diagonal[1:])
    product = above * below
    root = (half * half + product).sqrt()
    root = torch.where((half.conj() * root).real < 0.0, -root, root)
    total = half + root
    there = total != 0.0
    move = torch.where(there, product / torch.where(there, total, 1.0), 0.0)
    shift = diagonal[1:] - torch.where(exceptional, -0.75 * below.abs(), move)
    shift = torch.cat((diagonal[:1], shift))
    ends = torch.zeros_like(live[:1])
    rows = torch.arange(h.shape[0], device=h.device).unsqueeze(1)
    last = torch.where(torch.cat((live, ends)), h.shape[0], rows)
    last = last.flip(0).cummin(dim=0).values.flip(0)
    joined = torch.cat((live, ends)) | torch.cat((ends, live))
    return torch.where(joined, shift.gather(0, last), 0.0)


def _sweep(h: Tensor, live: Tensor, shift: Tensor, span: tuple[int, int]) -> None:
    """One step of all blocks; rows and columns out of the span are left, they are triangular."""
    first, last = span
    diagonal = h.diagonal(dim1=0, dim2=1).mT
    diagonal.sub_(shift)
    rotations = []
    for k in range(first, last + 1):
        rotation = _rotation(h[k, k], h[k + 1, k], live[k])
        pair = h[k : k + 2, k : last + 2]
        pair.copy_((rotation.unsqueeze(2) * pair).sum(dim=1))
        h[k + 1, k] = 0.0
        rotations.append(rotation.conj())
    for k, rotation in enumerate(rotations, start=first):
        pair = h[first : k + 2, k : k + 2]
        pair.copy_((rotation * pair.unsqueeze(1)).sum(dim=2))
    diagonal.add_(shift)


def _rotation(upper: Tensor, lower: Tensor, live: Tensor) -> Tensor:
    """The unitary matrix that makes `lower` zero, or one, [2, 2, lane]."""
    size = torch.hypot(upper.abs(), lower.abs())
    size = torch.where(live, size, 1.0)
    c, s = torch.where(live, upper / size, 1.0), torch.where(live, lower / size, 0.0)
    return torch.stack((c.conj(), s.conj(), -s, c)).unflatten(0, (2, 2))

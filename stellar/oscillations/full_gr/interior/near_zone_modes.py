"""What a pole of the interior response looks like in the star, for the names of modes.

A pole is a mode of the star in a box. Its displacement W, V has the zeros that name the
quasi-normal mode next to it (see `labels`).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from stellar.oscillations.cowling_spectrum import interface_shares
from stellar.oscillations.full_gr.interior.spectrum import InteriorSpectrum

SAMPLES = 3  # points a node at which zeros of W are counted


class NearZoneModes(NamedTuple):
    """nodes, signed_nodes : zeros of W in 0 < r < R, plain and by sense, [lane, mode];
    interface_shares : of the buoyancy energy, [lane, mode, element - 1], outwards.
    """

    nodes: Tensor
    signed_nodes: Tensor
    interface_shares: Tensor


def near_zone_modes(spectrum: InteriorSpectrum, index: Tensor) -> NearZoneModes:
    """The modes of real poles, by their index [lane, mode]."""
    chain = spectrum.chain
    star = chain.elements.star
    w, v = chain.displacement(spectrum.functions(index))
    finer = _samples(star.mesh.basis)
    nodes, signed = _count(finer @ w, finer @ v)
    shares = interface_shares(star, chain.elements.fields, w, chain.elements.l)
    return NearZoneModes(nodes, signed, shares)


def _samples(own: Basis) -> Tensor:
    """Weights of the points where zeros are counted, [point, node]."""
    points = basis(SAMPLES * own.size, own.name).nodes.to(own.from_left.device)
    return own.interpolation(points)


def _count(w: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Zeros of w, plain and signed, [lane, mode], of functions [lane, element, point, mode]."""
    # elements meet in points that stand twice, so that no zero hides between them
    zero = w[:, :, :-1] * w[:, :, 1:] < 0.0
    sense = torch.sign(w[:, :, 1:] * v[:, :, 1:])
    signed = torch.where(zero, sense, 0.0).sum(dim=(1, 2))
    return zero.sum(dim=(1, 2)), signed.to(torch.long)

"""What a pole of the interior response looks like in the star, for the names of modes.

A pole is a mode of the star in a box. Its displacement W, V has the zeros that name the
quasi-normal mode next to it (see `labels`). Where the box has a wave in the star at nearly the same
frequency, its modes are mixtures of both; the quasi-normal modes, of which one is broad, are not.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from stellar.oscillations.cowling_spectrum import interface_shares
from stellar.oscillations.full_gr.interior.equations import V, W
from stellar.oscillations.full_gr.interior.spectrum import InteriorSpectrum
from stellar.oscillations.nodal_star import NodeStar

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
    elements = spectrum.chain.elements
    w, v = spectrum.chain.displacement(spectrum.functions(index))
    shares = interface_shares(elements.star, elements.fields, w, elements.l)
    return NearZoneModes(*_counted(elements.star, w, v), shares)


def nodes_at(spectrum: InteriorSpectrum, lam: Tensor) -> tuple[Tensor, Tensor]:
    """Zeros of W of weakly damped modes themselves, plain and by sense, by lambda [lane, mode]."""
    states = spectrum.states(lam)
    # but for a factor they are almost real
    w, v = ((states[:, :, :, row] / states[:, :, -1:, W, -1:]).real for row in (W, V))
    return _counted(spectrum.chain.elements.star, w.movedim(1, 3), v.movedim(1, 3))


def _counted(star: NodeStar, w: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Zeros of displacements [lane, element, node, mode], plain and by sense."""
    finer = _samples(star.mesh.basis)
    return _count(finer @ w, finer @ v)


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

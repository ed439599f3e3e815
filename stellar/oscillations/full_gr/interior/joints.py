"""How the elements of a star's interior are joined.

H1, K, W and V go on from one element to the next; where the density jumps, (eps + p) P does instead
of V. The four parameters of the ends of each element (see `interior.elements`) are tied by as many
conditions: those at the left end of an element and, instead of these, at the centre that its
parameters of regularity are zero, and that those of the surface are what drives the star.
"""

import torch
from torch import Tensor

from stellar.oscillations.full_gr.interior.elements import COMPONENTS, InteriorElements
from stellar.oscillations.full_gr.interior.equations import ENTHALPY, K, V, W


class Joints:
    """Conditions at the left ends of the elements of stars, each at its lambda [lane].

    met : whether an element goes on from the one before it, [lane, element]
    """

    def __init__(self, elements: InteriorElements, lam: Tensor) -> None:
        self.star, self.series, eq = elements.star, elements.series, elements.equations
        live = self.star.live
        self.met = torch.zeros_like(live)
        self.met[:, 1:] = live[:, 1:] & live[:, :-1]
        self.jumps = torch.zeros_like(live)
        self.jumps[:, 1:] = elements.jumps
        # enthalpies of both sides in units of the inner one
        inner = torch.cat((eq.inertia[:, :1, 0], eq.inertia[:, :-1, -1]), dim=1)
        self.weight = eq.inertia[:, :, 0] / torch.where(self.jumps, inner, 1.0)
        self.enthalpy = eq.enthalpy + lam[:, None, None, None] * eq.moving_enthalpy

    def left(self, states: Tensor) -> Tensor:
        """What arrives at the left ends, [lane, element, 4, column].

        states : [lane, element, component * node, column], as everywhere
        """
        ends = states.unflatten(2, (COMPONENTS, -1))[:, :, :, 0]
        return self._passed(ends, 0, self.weight, self.jumps)

    def right(self, states: Tensor) -> Tensor:
        """What leaves the right ends, of all elements but the last, as `left`."""
        ends = states.unflatten(2, (COMPONENTS, -1))[:, :, :, -1]
        return self._passed(ends, -1, torch.ones_like(self.weight), self._behind)[:, :-1]

    def blocks(self, free: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """C by blocks from the states `free` by the parameters.

        Returns
        -------
        those of each element, [lane, element, 4, 4]; those of elements by the one before them,
        [lane, element - 1, 4, 4]; that of the central element by the outermost one, [4, 4]
        """
        identity = torch.eye(COMPONENTS, dtype=free.dtype, device=free.device)
        # parameters that nothing uses are zero
        met = self.met[:, :, None, None]
        own = torch.where(met, self.left(free), identity)
        # those of the box and of regularity belong to the outermost element, and count as central
        closing = torch.zeros_like(identity)
        closing[K, K], closing[W, W] = 1.0, 1.0
        own = torch.where(self.star.central[:, :, None, None], own - closing, own)
        before = torch.where(met[:, 1:], -self.right(free), 0.0)
        return own, before, closing

    def matrix(self, free: Tensor) -> Tensor:
        """C, [lane, 4 element, 4 element], as `blocks`."""
        lanes, count = self.met.shape
        own, before, closing = self.blocks(free)
        whole = free.new_zeros(lanes, count, COMPONENTS, count, COMPONENTS)
        whole.diagonal(dim1=1, dim2=3).copy_(own.permute(0, 2, 3, 1))
        for element in range(1, count):
            whole[:, element, :, element - 1] = before[:, element - 1]
        closes = (self.star.central[:, :, None] & self.star.outermost[:, None, :])[
            :, :, None, :, None
        ]
        whole = whole + closes * closing[:, None, :]
        return whole.flatten(3, 4).flatten(1, 2)

    def sources(self, forced: Tensor) -> tuple[Tensor, Tensor]:
        """Parts of Q: at the left end, and at the left end of the next element.

        forced : states by f, [lane, element, component * node, coefficient]
        """
        entering, leaving = self.left(forced), -self.right(forced)
        own, ends = self.series.own(ENTHALPY), self.series.values
        weight = torch.where(self.jumps, self.weight, 0.0)
        entering[:, :, V, own] -= weight.unsqueeze(2) * ends[0]
        leaving[:, :, V, own] += self._behind[:, :-1].unsqueeze(2) * ends[-1]
        met = self.met[:, :, None, None]
        entering = torch.where(met, entering, 0.0)
        leaving = torch.where(met[:, 1:], leaving, 0.0)
        return entering, torch.cat((leaving, torch.zeros_like(entering[:, :1])), dim=1)

    @property
    def _behind(self) -> Tensor:
        """Whether the density jumps at the right end, [lane, element]."""
        return torch.cat((self.jumps[:, 1:], torch.zeros_like(self.jumps[:, :1])), dim=1)

    def _passed(self, ends: Tensor, node: int, weight: Tensor, jump: Tensor) -> Tensor:
        """H1, K, W and V or weight * P of states at an end, [lane, element, 4, column]."""
        enthalpy = (self.enthalpy[..., node].unsqueeze(-1) * ends).sum(dim=2)
        weighted = weight.unsqueeze(-1) * enthalpy
        last = torch.where(jump.unsqueeze(-1), weighted, ends[:, :, V])
        return torch.cat((ends[:, :, :V], last.unsqueeze(2)), dim=2)


def parameter_columns(matrices: Tensor) -> Tensor:
    """Right-hand sides of M u = ... by the parameters, [lane, element, component * node, 4]."""
    nodes = matrices.shape[-1] // COMPONENTS
    columns = torch.zeros_like(matrices[..., :COMPONENTS])
    for row in range(COMPONENTS):
        columns[:, :, row * nodes, row] = 1.0
    return columns

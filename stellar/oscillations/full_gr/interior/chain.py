"""Elements of a star's interior, each solved for its ends, and joined into one response.

With B = B_h S the part of the equations that lambda multiplies, the state that is driven by
dZ/dr* - beta Z = 1 at the surface is known at every lambda once it is at the shift sigma:

    y = (1 + d T)^-1 w,    T = S M(sigma)^-1 B_h,    w = S M(sigma)^-1 b,    d = lambda - sigma
    Z(R) = constant - d c (1 + d T)^-1 w,            y = S u = (H0_1, P_1, V_1).

M^-1 is not formed. In an element u = G f + Y alpha, with f = -d y and four parameters alpha of its
ends; continuity of H1, K, W and V, or of (eps + p) P where the density jumps, ties the alpha of all
elements by C alpha = drive - Q f, a matrix of four rows an element, so that

    T = diag(S_e G_e) - diag(S_e Y_e) C^-1 Q

is kept as blocks and applied at a price that grows as the number of elements. On an element f and y
are Legendre series, see `source_series`.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from stellar.oscillations.full_gr.interior.elements import COMPONENTS, InteriorElements
from stellar.oscillations.full_gr.interior.ends import (
    InverseEnds,
    ReducedEnds,
    factored_ends,
    times,
)
from stellar.oscillations.full_gr.interior.equations import K, V, W
from stellar.oscillations.full_gr.interior.joints import Joints, parameter_columns


@dataclass(frozen=True, eq=False)
class InteriorChain:
    """All elements of each star at lambda = sigma; lanes first everywhere.

    elements : the matrices;  shift : sigma, [lane]
    forced : G, [element, component * node, coefficient]
    free : Y, [element, component * node, parameter]
    ends : C, factored
    leaving, entering : parts of Q by the f of an element: of the rows at its left end and at the
        left end of the next one, [element, 4, coefficient]
    singular : whether a factorisation broke down, [lane]
    """

    elements: InteriorElements
    shift: Tensor
    forced: Tensor
    free: Tensor
    ends: InverseEnds | ReducedEnds
    entering: Tensor
    leaving: Tensor
    singular: Tensor

    @cached_property
    def blocks(self) -> Tensor:
        """S_e G_e, [lane, element, coefficient, coefficient]."""
        return self.elements.observe(self.forced)

    @cached_property
    def seen(self) -> Tensor:
        """S_e Y_e, [lane, element, coefficient, parameter]."""
        return self.elements.observe(self.free)

    @cached_property
    def driven(self) -> Tensor:
        """alpha without f, [lane, element, parameter, 1]."""
        drive = torch.zeros_like(self.free[:, :, :COMPONENTS, :1])
        drive[:, :, K, 0] = self.elements.star.central.to(drive.dtype)
        return self.ends.solve(drive)

    @cached_property
    def start(self) -> Tensor:
        """w, [lane, element, coefficient, 1]."""
        return self.seen @ self.driven

    @cached_property
    def _rows(self) -> Tensor:
        """S_e G_e above both parts of Q, [lane, element, coefficient + 8, ...]."""
        return torch.cat((self.blocks, self.entering, self.leaving), dim=2)

    def _solved(self, entering: Tensor, leaving: Tensor) -> Tensor:
        """alpha [lane, element, parameter, column] by both parts of Q f."""
        load = torch.cat((entering[:, :1], entering[:, 1:] + leaving[:, :-1]), dim=1)
        return self.ends.solve(load)

    def parameters(self, f: Tensor) -> Tensor:
        """C^-1 Q f for f [lane, element, coefficient, column]."""
        return self._solved(self.entering @ f, self.leaving @ f)

    def apply(self, f: Tensor) -> Tensor:
        """T f for f [lane, element, coefficient, column]."""
        if self.forced.shape[1] == 1:
            return times(self.blocks, f)
        size = f.shape[2]
        image = times(self._rows, f)
        own, entering, leaving = image.split((size, COMPONENTS, COMPONENTS), dim=2)
        return own - times(self.seen, self._solved(entering, leaving))

    @cached_property
    def states(self) -> Tensor:
        """H1, K, W and V with dZ/dr* - beta Z = 1, [lane, element, component, node]."""
        return (self.free @ self.driven).squeeze(3).unflatten(2, (COMPONENTS, -1))

    def displacement(self, f: Tensor) -> tuple[Tensor, Tensor]:
        """W and V of the states of f, each [lane, element, node, column]."""
        parameters = self.parameters(f)
        forced, free = (part.unflatten(2, (COMPONENTS, -1)) for part in (self.forced, self.free))
        w, v = (forced[:, :, row] @ f - free[:, :, row] @ parameters for row in (W, V))
        return w, v

    def dense(self) -> Tensor:
        """T, [lane, element * coefficient, the same]."""
        lanes, count, size = self.blocks.shape[:3]
        unit = torch.eye(count * size, dtype=self.blocks.dtype, device=self.blocks.device)
        if count == 1:
            return self.blocks[:, 0]
        unit = unit.unflatten(0, (count, size)).expand(lanes, -1, -1, -1)
        return self.apply(unit).flatten(1, 2)

    def surface_row(self, f: Tensor) -> Tensor:
        """c f for f [lane, element, coefficient, column], [lane, column]."""
        by_forced, by_free = self._surface_rows
        row = (by_forced @ f - by_free @ self.parameters(f)).sum(dim=1)
        return row.squeeze(1)

    @cached_property
    def constant(self) -> Tensor:
        """R(sigma), [lane]."""
        _, by_free = self._surface_rows
        return (by_free @ self.driven).sum(dim=(1, 2, 3))

    @cached_property
    def _surface_rows(self) -> tuple[Tensor, Tensor]:
        """Z(R) by f and by alpha of each element, [lane, element, 1, column]."""
        nodes = self.forced.shape[2] // COMPONENTS
        outer = self.elements.star.outermost[:, :, None, None]
        z = self.elements.surface[:, 0, :, None, None, None]
        parts = []
        for states in (self.forced, self.free):
            h1, k = states[:, :, nodes - 1], states[:, :, 2 * nodes - 1]
            row = (z[:, 0] * h1.unsqueeze(2)) + (z[:, 1] * k.unsqueeze(2))
            parts.append(torch.where(outer, row, 0.0))
        return parts[0], parts[1]


def interior_chain(elements: InteriorElements, lam: Tensor) -> InteriorChain:
    """The star at one lambda [lane], real or complex."""
    matrices = elements.matrices(lam)
    sources = elements.sources().to(matrices.dtype)
    factors, pivots, info = torch.linalg.lu_factor_ex(matrices)
    right = torch.cat((sources, parameter_columns(matrices)), dim=-1)
    solved = torch.linalg.lu_solve(factors, pivots, right)
    forced, free = solved[..., :-COMPONENTS], solved[..., -COMPONENTS:]
    joints = Joints(elements, lam)
    ends = factored_ends(joints, free)
    singular = (info != 0).any(dim=1) | ends.broken
    return InteriorChain(elements, lam, forced, free, ends, *joints.sources(forced), singular)

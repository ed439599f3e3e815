"""Elimination element by element: what is left is a small system for the edges.

Inside an element the correction is d = z + Z alpha (`interior`). The edges then obey

    Z_e(left) alpha_e - G_e Z_(e-1)(right) alpha_(e-1) = r_e + G_e z_(e-1)(right) - z_e(left),

with the boundary rows for both ends, and G_e the derivative of the jump. All elements are factored
at once. Of an initial-value problem alpha is the left state, and the edges follow by substitution,
or by a parallel scan where there are many elements. Where both ends are bound the elements give
orthonormal bases, and the edges are reduced in pairs (`reduction`).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.collocation.residual import Collocation, Residual
from parode_core.elimination.interior import ByLeftState, ByNullSpace
from parode_core.elimination.reduction import Dense, Reduction, scan, substitute

SCAN_FROM = 32  # elements from which the scan, of depth log2, replaces the substitution
NOISE = 16.0  # pivots of the edges below this many roundings of the differentiation are none


@dataclass(frozen=True)
class Edges:
    """The system of the edges.

    transfer : G_e Z_(e-1)(right), [lane, element - 1, component, component]
    ahead : Z_e(left) behind inner edges, of the same shape
    jump : G_e, of the same shape
    start : derivative of the rows at the start by alpha_0, [lane, component, component]
    end : derivative of the boundary rows by the last alpha; zero for an initial-value problem
    left, right : derivatives of the boundary rows by the end states, [lane, row, component]
    """

    transfer: Tensor
    ahead: Tensor
    jump: Tensor
    start: Tensor
    end: Tensor
    left: Tensor
    right: Tensor


class Condensation:
    """The linearisation of a collocation at a state, factored: corrections from residuals.

    collocation, y : what is linearised, and where, [component, lane, element, node]
    lanes : only the first so many lanes are factored; the others are padding

    response : Z, [lane, element, component * node, component]
    edges : the system of the edges
    singular : whether a pivot vanished, the boundary rows leave a solution free, or a factor is not
        finite, [lane]
    """

    def __init__(self, collocation: Collocation, y: Tensor, lanes: int | None = None) -> None:
        self.collocation = collocation
        self.components, whole, self.elements, self.nodes = y.shape
        self.lanes = whole if lanes is None else lanes
        local = collocation.local_matrices(y)[: self.lanes]
        self.scale = self._scale(y)
        self.inside = self._inside(local)
        self.response = self.inside.response
        self.regular = local[:, 0, :: self.nodes]
        self.edges = self._edge_system(y)
        self.chain = self._chain()
        finite = self.response.flatten(1).isfinite().all(dim=1)
        self.singular = self.inside.singular | self.chain.singular | ~finite

    @property
    def marches(self) -> bool:
        """Whether everything is fixed at the start."""
        return self.collocation.problem.at_start

    def _scale(self, y: Tensor) -> Tensor:
        stated = self.collocation.problem.scale
        if stated is None:
            return torch.ones(1, self.components, dtype=torch.float64, device=y.device)
        return stated(self.collocation.fields)[: self.lanes]

    def _inside(self, local: Tensor) -> ByLeftState | ByNullSpace:
        if not self.marches:
            return ByNullSpace(local, self.scale)
        replaced = (1.0 - self.collocation.mask).movedim(0, 2)
        return ByLeftState(local, replaced.reshape(1, self.elements, -1), self.components)

    def _at_ends(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Left and right states of corrections [lane, element, component * node, column]."""
        split = values.unflatten(2, (self.components, self.nodes))
        if self.collocation.ends_at_node:
            return split[:, :, :, 0], split[:, :, :, -1]
        # one small product a lane: a single large one would give a lane other bits in other batches
        weights = self.collocation.right.to(values.dtype).expand(*split.shape[:3], 1, -1)
        return split[:, :, :, 0], (weights @ split).squeeze(-2)

    def _edge_system(self, y: Tensor) -> Edges:
        at_left, at_right = self._at_ends(self.response)
        jump = self.collocation.jump_matrices(y)[: self.lanes]
        left, right = (rows[: self.lanes] for rows in self.collocation.boundary_matrices(y))
        transfer = jump @ at_right[:, :-1]
        free = self.collocation.free
        start = self._regularity(self.response[:, 0])
        start.index_copy_(1, free, left @ at_left[:, 0])
        end = torch.zeros_like(start)
        end.index_copy_(1, free, right @ at_right[:, -1])
        return Edges(transfer, at_left[:, 1:], jump, start, end, left, right)

    def _regularity(self, values: Tensor) -> Tensor:
        """Rows kept at a singular start, of corrections [lane, component * node, column].

        Where alpha is the left state these rows were met inside the element, and a kept alpha is
        zero: its row is that of the identity.
        """
        if not self.marches:
            return self.regular @ values
        identity = torch.eye(self.components, dtype=values.dtype, device=values.device)
        return identity.expand(self.lanes, -1, -1).clone()

    def _chain(self) -> Dense | Reduction:
        edges = self.edges
        if self.marches:
            return Dense(edges.start * self.scale.unsqueeze(1))
        rows = self.scale[:, None, :, None]
        # differentiation loses N^2 roundings, and no pivot is known better
        noise = NOISE * self.nodes**2 * torch.finfo(rows.dtype).eps
        return Reduction(edges.transfer / rows, edges.ahead / rows, edges.start, edges.end, noise)

    def correct(self, residual: Residual) -> Tensor:
        """Solve (derivative) d = residual, [component, lane, element, node]."""
        residual = residual.narrow(self.lanes)
        rows = residual.nodes.permute(1, 2, 0, 3).flatten(2)
        inner = self.inside.particular(rows)
        alpha = self._solve_edges(*self._edge_load(residual, inner))
        whole = inner + (self.response @ alpha.unsqueeze(-1)).squeeze(-1)
        return whole.unflatten(2, (self.components, self.nodes)).permute(2, 0, 1, 3)

    def _edge_load(self, residual: Residual, inner: Tensor) -> tuple[Tensor, Tensor]:
        """Right-hand sides of the start [lane, component] and of the inner edges."""
        at_left, at_right = (ends.squeeze(-1) for ends in self._at_ends(inner.unsqueeze(-1)))
        edges = self.edges
        start = torch.zeros_like(at_left[:, 0])
        if not self.marches:
            met = self.regular @ inner[:, 0].unsqueeze(-1)
            start = residual.nodes[:, :, 0, 0].T - met.squeeze(-1)
        known = edges.left @ at_left[:, 0, :, None] + edges.right @ at_right[:, -1, :, None]
        boundary = residual.boundary - known.squeeze(-1)
        start = start.index_copy(1, self.collocation.free, boundary)
        carried = (edges.jump @ at_right[:, :-1].unsqueeze(-1)).squeeze(-1)
        return start, residual.inner + carried - at_left[:, 1:]

    def _solve_edges(self, start: Tensor, behind: Tensor) -> Tensor:
        """Free corrections alpha, [lane, element, component]."""
        if isinstance(self.chain, Reduction):
            return self.chain.solve(behind / self.scale.unsqueeze(1), start)
        first = self.scale * self.chain.solve(start)
        march = scan if self.elements > SCAN_FROM else substitute
        return march(self.edges.transfer, behind, first)

"""Elimination element by element: what is left is a small system for the states at the edges.

Inside an element the correction is d = z + P sigma, with sigma the correction of its left state,
z = K^-1 r and P = K^-1 (unit loads in the left rows). The edges then obey

    sigma_e - G_e U_(e-1) sigma_(e-1) = r_e + G_e z_(e-1)(right),      U = P(right),

with the boundary rows for sigma_0. All elements are factored at once. The edge system is solved by
forward substitution for an initial-value problem, by a parallel scan of affine maps where there are
many elements, and by a pivoted factorisation where both ends are bound (Ascher, Mattheij & Russell
1995, ch. 7).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.collocation import Collocation, Residual

SCAN_FROM = 32  # elements from which the scan, of depth log2, replaces the substitution


@dataclass(frozen=True)
class Edges:
    """The system of the edge states.

    transfer : G_e U_(e-1), [lane, element - 1, component, component]
    jump : G_e, of the same shape
    start : derivative of the boundary rows by sigma_0, regularity components replaced by identity
    end : derivative of the boundary rows by the last sigma; zero for an initial-value problem
    left, right : derivatives of the boundary rows by the end states, [lane, row, component]
    """

    transfer: Tensor
    jump: Tensor
    start: Tensor
    end: Tensor
    left: Tensor
    right: Tensor


class Condensation:
    """The linearisation of a collocation at a state, factored: corrections from residuals.

    collocation, y : what is linearised, and where, [component, lane, element, node]
    lanes : only the first so many lanes are factored; the others are padding

    singular : whether a pivot vanished or a factor is not finite, [lane]
    """

    def __init__(self, collocation: Collocation, y: Tensor, lanes: int | None = None) -> None:
        self.collocation = collocation
        self.components, whole, self.elements, self.nodes = y.shape
        self.lanes = whole if lanes is None else lanes
        local = collocation.local_matrices(y)[: self.lanes]
        self.factors, self.pivots, info = torch.linalg.lu_factor_ex(local)
        units = torch.zeros(local.shape[-1], self.components, dtype=y.dtype, device=y.device)
        units[:: self.nodes] = torch.eye(self.components, dtype=y.dtype, device=y.device)
        loads = units * self._replaced().unsqueeze(-1)
        self.response = torch.linalg.lu_solve(
            self.factors, self.pivots, loads.expand(self.lanes, -1, -1, -1)
        )
        self.edges = self._edge_system(y)
        self.singular = (info != 0).any(dim=1) | ~self.response.flatten(1).isfinite().all(dim=1)

    def _replaced(self) -> Tensor:
        """One in the rows of left states, [1, element, component * node]."""
        mask = self.collocation.mask
        return (1.0 - mask).movedim(0, 2).reshape(1, self.elements, -1)

    def _at_ends(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Left and right states of corrections [lane, element, component * node, column]."""
        split = values.unflatten(2, (self.components, self.nodes))
        if self.collocation.ends_at_node:
            return split[:, :, :, 0], split[:, :, :, -1]
        weights = self.collocation.right.to(values.dtype)
        return split[:, :, :, 0], torch.einsum("becnk,n->beck", split, weights)

    def _edge_system(self, y: Tensor) -> Edges:
        left_state, right_state = self._at_ends(self.response)
        jump = self.collocation.jump_matrices(y)[: self.lanes]
        left, right = (rows[: self.lanes] for rows in self.collocation.boundary_matrices(y))
        transfer = jump @ right_state[:, :-1]
        free = list(self.collocation.problem.free)
        start = torch.eye(self.components, dtype=y.dtype, device=y.device)
        start = start.expand(self.lanes, -1, -1).clone()
        start[:, free] = left @ left_state[:, 0]
        end = torch.zeros_like(start)
        end[:, free] = right @ right_state[:, -1]
        return Edges(transfer, jump, start, end, left, right)

    def correct(self, residual: Residual) -> Tensor:
        """Solve (derivative) d = residual, [component, lane, element, node]."""
        residual = residual.narrow(self.lanes)
        rows = residual.nodes.permute(1, 2, 0, 3).flatten(2).unsqueeze(-1)
        inner = torch.linalg.lu_solve(self.factors, self.pivots, rows)
        load = self._edge_load(residual, inner)
        sigma = self._solve_edges(load)
        whole = inner + self.response @ sigma.unsqueeze(-1)
        return whole.reshape(self.lanes, self.elements, self.components, self.nodes).permute(
            2, 0, 1, 3
        )

    def _edge_load(self, residual: Residual, inner: Tensor) -> Tensor:
        """Right-hand side of the edge system, [lane, element, component]."""
        at_left, at_right = (ends.squeeze(-1) for ends in self._at_ends(inner))
        edges = self.edges
        start = torch.zeros_like(at_left[:, 0])
        known = edges.left @ at_left[:, 0].unsqueeze(-1) + edges.right @ at_right[:, -1].unsqueeze(
            -1
        )
        start[:, list(self.collocation.problem.free)] = residual.boundary - known.squeeze(-1)
        behind = residual.inner + (edges.jump @ at_right[:, :-1].unsqueeze(-1)).squeeze(-1)
        return torch.cat((start.unsqueeze(1), behind), dim=1)

    def _solve_edges(self, load: Tensor) -> Tensor:
        """States at the left ends of elements, [lane, element, component]."""
        if self.elements == 1:
            return _solve(self.edges.start + self.edges.end, load[:, 0]).unsqueeze(1)
        if not self.collocation.problem.at_start:
            return self._solve_both_ends(load)
        first = _solve(self.edges.start, load[:, 0])
        if self.elements > SCAN_FROM:
            return scan(self.edges.transfer, load[:, 1:], first)
        states = [first]
        for number in range(self.elements - 1):
            carried = (self.edges.transfer[:, number] @ states[-1].unsqueeze(-1)).squeeze(-1)
            states.append(load[:, number + 1] + carried)
        return torch.stack(states, dim=1)

    def _solve_both_ends(self, load: Tensor) -> Tensor:
        n, elements = self.components, self.elements
        whole = torch.eye(n * elements, dtype=load.dtype, device=load.device)
        whole = whole.expand(self.lanes, -1, -1).clone()
        whole[:, :n, :n] = self.edges.start
        whole[:, :n, -n:] += self.edges.end
        for number in range(elements - 1):
            rows = slice((number + 1) * n, (number + 2) * n)
            whole[:, rows, number * n : (number + 1) * n] = -self.edges.transfer[:, number]
        return _solve(whole, load.flatten(1)).unflatten(1, (elements, n))


def scan(transfer: Tensor, load: Tensor, first: Tensor) -> Tensor:
    """States of sigma_(e+1) = T_e sigma_e + b_e for all e at once, in log2(element) steps.

    Parameters
    ----------
    transfer : T, [lane, step, component, component]
    load : b, [lane, step, component]
    first : sigma_0, [lane, component]

    Returns
    -------
    sigma_0 ... sigma_step, [lane, step + 1, component]
    """
    maps, shifts, stride = transfer, load.unsqueeze(-1), 1
    while stride < transfer.shape[1]:
        later, earlier = maps[:, stride:], maps[:, :-stride]
        shifts = torch.cat(
            (shifts[:, :stride], shifts[:, stride:] + later @ shifts[:, :-stride]), dim=1
        )
        maps = torch.cat((maps[:, :stride], later @ earlier), dim=1)
        stride *= 2
    states = maps @ first[:, None, :, None] + shifts
    return torch.cat((first.unsqueeze(1), states.squeeze(-1)), dim=1)


def _solve(matrix: Tensor, load: Tensor) -> Tensor:
    """Solve without raising: a singular lane gives values that are not finite."""
    solution, info = torch.linalg.solve_ex(matrix, load.unsqueeze(-1))
    return torch.where((info != 0)[:, None], torch.nan, solution.squeeze(-1))

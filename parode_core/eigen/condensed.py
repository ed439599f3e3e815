"""Symmetric pencils of elements in a row by their ends: static condensation (Guyan 1965).

In A + sigma B = L L^T the unknowns inside an element come before those at its ends, which couple to
their neighbours alone: one small Cholesky factor for each element and one for the ends. B is kept
element by element for

    S = L^-1 B L^-T,

which is so applied, and whose eigenvalues are counted, at a price that grows as their number.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.eigen.galerkin import join_elements


@dataclass(frozen=True, eq=False)
class Condensed:
    """S, for x with the unknowns inside elements first, then those at their ends.

    inner : q inside an element by x inside and q at its ends, [lane, element, inside, function]
    moved : B by the same, [lane, element, function, function]
    left : what of A + sigma B is left for the ends, [lane, end, end]
    ends : inverse of its Cholesky factor, [lane, end, end]
    definite : whether L exists, [lane]
    """

    inner: Tensor
    moved: Tensor
    left: Tensor
    ends: Tensor
    definite: Tensor

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return self.inner.shape[0]

    @property
    def rows(self) -> int:
        """Number of unknowns."""
        _, elements, inside, _ = self.inner.shape
        return elements * (inside + 1) + 1

    def only(self, keep: Tensor) -> "Condensed":
        """With S = 0 in the other lanes, [lane]."""
        mask = keep[:, None, None, None]
        inner, moved = (torch.where(mask, part, 0.0) for part in (self.inner, self.moved))
        left, ends = (torch.where(mask[:, 0], part, 0.0) for part in (self.left, self.ends))
        return Condensed(inner, moved, left, ends, self.definite)

    def apply(self, x: Tensor) -> Tensor:
        """S x for x [lane, row, vector]."""
        image = self.moved @ self._by_element(x)
        at_ends = x.new_zeros(self.lanes, self.ends.shape[1], x.shape[2])
        at_ends[:, :-1] += image[:, :, -2]
        at_ends[:, 1:] += image[:, :, -1]
        return torch.cat((image[:, :, :-2].flatten(1, 2), self.ends @ at_ends), dim=1)

    def functions(self, x: Tensor) -> Tensor:
        """L^-T x at the functions of each element, [lane, element, function, vector]."""
        own = self._by_element(x)
        return torch.cat((own[:, :, -2:-1], self.inner @ own, own[:, :, -1:]), dim=2)

    def _by_element(self, x: Tensor) -> Tensor:
        """x inside each element, then q at both its ends."""
        elements, inside = self.inner.shape[1:3]
        within, beside = x.split((elements * inside, elements + 1), dim=1)
        q = self.ends.mT @ beside
        within = within.unflatten(1, (elements, inside))
        return torch.cat((within, q[:, :-1].unsqueeze(2), q[:, 1:].unsqueeze(2)), dim=2)

    def count_above(self, mu: Tensor) -> Tensor:
        """Number of eigenvalues of S above a number, [lane]: of those of mu - S below zero."""
        level = mu[:, None, None, None]
        inside = slice(None, -2)
        unit = torch.eye(self.inner.shape[2], dtype=mu.dtype, device=mu.device)
        within = level * unit - self.moved[:, :, inside, inside]
        factors, pivots, _ = torch.linalg.ldl_factor_ex(within)
        tied = self.moved[:, :, inside, -2:].contiguous()
        bent = tied.mT @ torch.linalg.ldl_solve(factors, pivots, tied)
        at_ends = level[:, 0] * self.left - join_elements(self.moved[:, :, -2:, -2:] + bent)
        rest, order, _ = torch.linalg.ldl_factor_ex(at_ends)
        return _negative(factors, pivots).sum(dim=1) + _negative(rest, order)


def condensed(a: Tensor, b: Tensor, shift: Tensor) -> Condensed:
    """S of A + sigma B, from the matrices of elements.

    Parameters
    ----------
    a, b : [lane, element, function, function], see `join_elements`; functions that are zero in
        both move nothing
    shift : sigma, [lane]
    """
    whole = a + shift[:, None, None, None] * b
    inside, ends = slice(1, -1), slice(None, None, whole.shape[2] - 1)
    factor, failed = torch.linalg.cholesky_ex(_with_idle(whole[..., inside, inside]))
    tied = torch.linalg.solve_triangular(factor, whole[..., inside, ends], upper=False)
    left = _with_idle(join_elements(whole[..., ends, ends] - tied.mT @ tied))
    root, none = torch.linalg.cholesky_ex(left)
    inner = torch.linalg.solve_triangular(
        factor.mT, torch.cat((_unit(factor), -tied), dim=3), upper=True
    )
    # functions in the order of x inside and q at the ends
    rows = torch.cat((b[..., inside, :], b[..., ends, :]), dim=2)
    half = rows[..., inside] @ inner
    half[..., -2:] += rows[..., ends]
    moved = inner.mT @ half[:, :, :-2]
    moved[:, :, -2:] += half[:, :, -2:]
    inverse = torch.linalg.solve_triangular(root, _unit(root), upper=False)
    return Condensed(inner, moved, left, inverse, (failed == 0).all(dim=1) & (none == 0))


def _with_idle(matrices: Tensor) -> Tensor:
    """With ones on the diagonal where it is zero."""
    return matrices + torch.diag_embed((matrices.diagonal(dim1=-2, dim2=-1) == 0.0).to(matrices))


def _unit(matrices: Tensor) -> Tensor:
    size = matrices.shape[-1]
    unit = torch.eye(size, dtype=matrices.dtype, device=matrices.device)
    return unit.expand_as(matrices)


def _negative(factors: Tensor, pivots: Tensor) -> Tensor:
    """Negative eigenvalues of L D L^T, [...]; a block of two in D has one of each sign."""
    single = (factors.diagonal(dim1=-2, dim2=-1) < 0.0) & (pivots > 0)
    return single.sum(dim=-1) + (pivots < 0).sum(dim=-1) // 2

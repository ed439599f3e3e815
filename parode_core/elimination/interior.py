"""Elimination inside elements: corrections as a particular one plus a few free ones,

    C d = r,        d = z + Z alpha,        C z = r,  C Z = 0,

with C the rows an element owns and one column of Z for every component of the system. What alpha
means is a choice. `ByLeftState` lets it be the left state: one LU factorisation, and what an
initial-value problem asks for. Where both ends are bound, an element may hold solutions that fall
by e^100 beside others that grow as much; their left states then no longer tell them apart.
`ByNullSpace` takes for Z an orthonormal basis of all solutions on the nodes, so that each is
represented by its size where it is large (Ascher, Mattheij & Russell 1995, ch. 6-7). `ByBorder`
does nearly as well at the price of `ByLeftState`: the rows are bordered by as many as are missing,
made of numbers in which no solution is missed (Govaerts 2000, ch. 3).
"""

import torch
from torch import Tensor


class ByLeftState:
    """Free corrections counted by the left state of each element.

    response : Z, [lane, element, component * node, component]; a column is zero where a row of the
        element itself fixes the left state
    singular : whether a pivot vanished, [lane]

    local : rows of the elements, identities in place of left states,
        [lane, element, component * node, component * node]
    replaced : one in the rows of left states, [1, element, component * node]
    """

    def __init__(self, local: Tensor, replaced: Tensor, components: int) -> None:
        self.factors, self.pivots, info = torch.linalg.lu_factor_ex(local)
        nodes = local.shape[-1] // components
        units = torch.zeros(local.shape[-1], components, dtype=local.dtype, device=local.device)
        units[::nodes] = torch.eye(components, dtype=local.dtype, device=local.device)
        loads = (units * replaced.unsqueeze(-1)).expand(*local.shape[:2], -1, -1)
        self.response = torch.linalg.lu_solve(self.factors, self.pivots, loads)
        self.singular = (info != 0).any(dim=1)

    def particular(self, rows: Tensor) -> Tensor:
        """z for rows [lane, element, component * node], of the same shape."""
        return torch.linalg.lu_solve(self.factors, self.pivots, rows.unsqueeze(-1)).squeeze(-1)


class ByNullSpace:
    """Free corrections along an orthonormal basis, in units of `scale`.

    The rows of first nodes take no part: they belong to the edges, those of a singular start too.

    response, singular, local : as in `ByLeftState`
    scale : natural sizes of the components, [lane or 1, component]
    """

    def __init__(self, local: Tensor, scale: Tensor) -> None:
        components = scale.shape[-1]
        nodes = local.shape[-1] // components
        index = torch.arange(components * nodes, device=local.device)
        self.behind = index.view(components, nodes)[:, 1:].flatten()
        self.scale = scale.repeat_interleave(nodes, dim=1)[:, None]
        rows = local.index_select(2, self.behind) * self.scale.unsqueeze(2)
        whole, upper = torch.linalg.qr(rows.mH, mode="complete")
        count = rows.shape[2]
        self.span, self.upper = whole[..., :count], upper[..., :count, :]
        self.response = self.scale.unsqueeze(-1) * whole[..., count:]
        pivots = self.upper.diagonal(dim1=-2, dim2=-1).abs()
        self.singular = (pivots == 0.0).flatten(1).any(dim=1)

    def particular(self, rows: Tensor) -> Tensor:
        """The smallest z for rows [lane, element, component * node], of the same shape."""
        load = rows.index_select(2, self.behind).unsqueeze(-1)
        inner = torch.linalg.solve_triangular(self.upper.mH, load, upper=False)
        return self.scale * (self.span @ inner).squeeze(-1)


class ByBorder:
    """Free corrections counted by their sums with numbers without a pattern.

    response, singular : as in `ByLeftState`

    rows : those that an element owns, [lane, element, row, unknown]
    scale : natural sizes of the unknowns, [lane or 1, unknown]
    """

    def __init__(self, rows: Tensor, scale: Tensor) -> None:
        *_, count, unknowns = rows.shape
        self.free = unknowns - count
        place = torch.arange(self.free * unknowns, dtype=rows.dtype, device=rows.device)
        border = torch.cos(place * place).unflatten(0, (self.free, unknowns)) / scale[:, None, None]
        whole = torch.cat((rows, border.expand(*rows.shape[:2], -1, -1)), dim=2)
        self.factors, self.pivots, info = torch.linalg.lu_factor_ex(whole)
        units = torch.zeros(unknowns, self.free, dtype=rows.dtype, device=rows.device)
        units[count:] = torch.eye(self.free, dtype=rows.dtype, device=rows.device)
        loads = units.expand(*rows.shape[:2], -1, -1)
        self.response = torch.linalg.lu_solve(self.factors, self.pivots, loads)
        self.singular = (info != 0).any(dim=1)

    def particular(self, rows: Tensor) -> Tensor:
        """z for right-hand sides [lane, element, row], [lane, element, unknown]."""
        load = torch.nn.functional.pad(rows, (0, self.free)).unsqueeze(-1)
        return torch.linalg.lu_solve(self.factors, self.pivots, load).squeeze(-1)

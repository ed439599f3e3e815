"""Chains of small systems between the edges of elements,

    ahead_e a_(e+1) - back_e a_e = load_e,      start a_0 + end a_last = boundary,

solved in log2(elements) stages, each for all elements and lanes at once.

`Reduction` removes every second state by an orthogonal factorisation of the two rows it stands in
(structured orthogonal factorisation, Wright 1992): growing and decaying solutions do not spoil each
other. `scan` composes affine maps for chains that are fixed at their start.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

ROUNDING = 4.0 * torch.finfo(torch.float64).eps


@dataclass(frozen=True)
class Stage:
    """One halving of a chain: the rows that give the removed states, by pair.

    rotation : adjoint of the orthogonal factor, [lane, pair, 2 component, 2 component]
    upper, before, behind : upper a = load - before a_before - behind a_behind for a removed state,
        [lane, pair, component, component]
    """

    rotation: Tensor
    upper: Tensor
    before: Tensor
    behind: Tensor


class Reduction:
    """A chain that is bound at both ends, factored.

    Parameters
    ----------
    back, ahead : matrices of the rows between edges, [lane, step, component, component]
    start, end : matrices of the boundary rows, [lane, component, component]
    noise : relative size below which a pivot of the last system is taken for zero

    singular : whether the boundary rows leave a solution of the chain free, [lane]
    """

    def __init__(
        self, back: Tensor, ahead: Tensor, start: Tensor, end: Tensor, noise: float = ROUNDING
    ) -> None:
        self.components = start.shape[-1]
        self.stages: list[Stage] = []
        back = -back
        while back.shape[1] > 1:
            stage, back, ahead = self._halve(back, ahead)
            self.stages.append(stage)
        if back.shape[1] == 0:
            last = start + end
        else:
            rows = (torch.cat((start, end), dim=2), torch.cat((back[:, 0], ahead[:, 0]), dim=2))
            last = torch.cat(rows, dim=1)
        self.last = Dense(last, noise)
        self.singular = self.last.singular

    def _halve(self, back: Tensor, ahead: Tensor) -> tuple[Stage, Tensor, Tensor]:
        n, pairs = self.components, back.shape[1] // 2
        first, second = slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2)
        stacked = torch.cat((ahead[:, first], back[:, second]), dim=-2)
        whole, upper = torch.linalg.qr(stacked, mode="complete")
        rotation = whole.mH
        before = rotation[..., :n] @ back[:, first]
        behind = rotation[..., n:] @ ahead[:, second]
        stage = Stage(rotation, upper[..., :n, :], before[..., :n, :], behind[..., :n, :])
        rest = slice(2 * pairs, None)
        back = torch.cat((before[..., n:, :], back[:, rest]), dim=1)
        ahead = torch.cat((behind[..., n:, :], ahead[:, rest]), dim=1)
        return stage, back, ahead

    def solve(self, load: Tensor, boundary: Tensor) -> Tensor:
        """States [lane, step + 1, component] for loads [lane, step, component] and boundary rows.

        boundary : [lane, component]
        """
        n, removed = self.components, []
        for stage in self.stages:
            pairs = stage.upper.shape[1]
            turned = stage.rotation @ load[:, : 2 * pairs].reshape(-1, pairs, 2 * n, 1)
            removed.append(turned[..., :n, :])
            load = torch.cat((turned[..., n:, 0], load[:, 2 * pairs :]), dim=1)
        ends = self.last.solve(
            torch.cat((boundary, load[:, 0]) if load.shape[1] else (boundary,), 1)
        )
        states = ends.unflatten(1, (-1, n))
        for stage, known in zip(reversed(self.stages), reversed(removed), strict=True):
            states = self._insert(stage, known, states)
        return states

    def _insert(self, stage: Stage, known: Tensor, states: Tensor) -> Tensor:
        """The removed states between those they stand between."""
        pairs = known.shape[1]
        kept = states[:, : pairs + 1].unsqueeze(-1)
        load = known - stage.before @ kept[:, :-1] - stage.behind @ kept[:, 1:]
        found = torch.linalg.solve_triangular(stage.upper, load, upper=True).squeeze(-1)
        woven = torch.stack((states[:, :pairs], found), dim=2).flatten(1, 2)
        return torch.cat((woven, states[:, pairs:]), dim=1)


class Dense:
    """A small system, its rows brought to equal size and factored; nothing raises.

    noise : relative size below which a pivot is taken for zero
    singular : whether there is such a pivot, [lane]; `solve` gives NaN there
    """

    def __init__(self, matrix: Tensor, noise: float = ROUNDING) -> None:
        size = matrix.abs().amax(dim=2)
        empty = size == 0.0
        self.size = torch.where(empty, 1.0, size)
        self.factors, self.pivots, info = torch.linalg.lu_factor_ex(matrix / self.size.unsqueeze(2))
        pivots = self.factors.diagonal(dim1=1, dim2=2).abs()
        lost = pivots.amin(dim=1) <= noise * pivots.amax(dim=1)
        self.singular = (info != 0) | empty.any(dim=1) | lost

    def solve(self, load: Tensor) -> Tensor:
        """Solution [lane, component] for a load of the same shape."""
        found = torch.linalg.lu_solve(
            self.factors, self.pivots, (load / self.size).unsqueeze(-1)
        ).squeeze(-1)
        return torch.where(self.singular.unsqueeze(1), torch.nan, found)


def scan(transfer: Tensor, load: Tensor, first: Tensor) -> Tensor:
    """States of a_(e+1) = T_e a_e + b_e for all e at once, in log2(step) stages.

    Parameters
    ----------
    transfer : T, [lane, step, component, component]
    load : b, [lane, step, component]
    first : a_0, [lane, component]

    Returns
    -------
    a_0 ... a_step, [lane, step + 1, component]
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


def substitute(transfer: Tensor, load: Tensor, first: Tensor) -> Tensor:
    """The same states, one after the other."""
    states = [first]
    for number in range(transfer.shape[1]):
        carried = (transfer[:, number] @ states[-1].unsqueeze(-1)).squeeze(-1)
        states.append(load[:, number] + carried)
    return torch.stack(states, dim=1)

"""First-order perturbations of stars as Riccati equations on the nodes,

    s y' = a + b y + c y^2                (' = d/ds, s = h_c - h),

with the regular solution at the centre: tides, and the dragging of frames. Several kinds of
perturbation stand side by side as lanes and are solved in one call.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.elements import Mesh
from parode_core.lanes import take
from parode_core.problem import Problem
from stellar.stars.collocation.differentiation import values
from stellar.stars.collocation.nodal_star import NodalStar, tiled
from stellar.stars.collocation.outward import solve


class Riccati(NamedTuple):
    """Coefficients a, b, c and a first guess, [lane, element, node]; natural size of y, [lane]."""

    constant: Tensor
    linear: Tensor
    quadratic: Tensor
    guess: Tensor
    size: Tensor


def _rates(y: Tensor, given: Riccati) -> Tensor:
    value = y[..., 0]
    slope = torch.addcmul(given.linear, given.quadratic, value)
    return torch.addcmul(given.constant, value, slope).unsqueeze(-1)


def _slopes(y: Tensor, given: Riccati) -> Tensor:
    slope = given.linear + 2.0 * given.quadratic * y[..., 0]
    return slope[..., None, None]


def _fields(mesh: Mesh, given: Riccati) -> Riccati:
    return given


REGULAR = Problem(
    components=1,
    fields=_fields,
    rhs=_rates,
    jacobian=_slopes,
    guess=lambda mesh, given: given.guess.unsqueeze(-1),
    singular=True,
    kept=(0,),
    scale=lambda given: given.size.unsqueeze(-1),
)


def solve_riccati(star: NodalStar, kinds: list[Riccati]) -> tuple[list[Tensor], Tensor]:
    """The regular solutions of all kinds on the nodes of stars.

    Returns
    -------
    y of each kind, [lane, element, node], and the status of each lane: the first that is not well.
    """
    count, size = star.lanes, star.h_c.shape[0]
    offsets = torch.arange(len(kinds), device=star.h_c.device) * size
    first = torch.arange(count, device=star.h_c.device)
    whole = Riccati(*(torch.cat(parts) for parts in zip(*kinds, strict=True)))
    whole = take(whole, (offsets[:, None] + first).flatten())
    mesh = star.mesh.select(first.repeat(len(kinds)))
    solution = solve(REGULAR, whole, mesh, count * len(kinds), star.tolerance)
    y = values(solution, REGULAR, whole, mesh)[..., 0].unflatten(0, (len(kinds), count))
    status = solution.status.unflatten(0, (len(kinds), count)).amax(dim=0)
    return [tiled(part) for part in y.unbind()], tiled(status)

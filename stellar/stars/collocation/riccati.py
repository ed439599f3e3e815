"""First-order perturbations of stars as Riccati equations on the nodes,

    s y' = a + b y + c y^2                (' = d/ds, s = h_c - h),

with the regular solution at the centre: tides, and the dragging of frames. Several kinds of
perturbation stand side by side as lanes and are solved in one call.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem
from stellar.stars.collocation.differentiation import values
from stellar.stars.collocation.nodal_star import NodalStar
from stellar.stars.collocation.outward import solve
from stellar.stars.collocation.substitution import Flow


class Riccati(NamedTuple):
    """Coefficients a, b, c and a first guess, [lane, element, node]; natural size of y, [lane]."""

    constant: Tensor
    linear: Tensor
    quadratic: Tensor
    guess: Tensor
    size: Tensor


def rates(state: Sequence[Tensor], given: Sequence[Tensor]) -> list[Tensor]:
    """s dy/ds."""
    (y,), (constant, linear, quadratic) = state, given
    return [torch.addcmul(constant, y, torch.addcmul(linear, quadratic, y))]


def _slopes(y: Tensor, given: Riccati) -> Tensor:
    slope = given.linear + 2.0 * given.quadratic * y[..., 0]
    return slope[..., None, None]


def _fields(mesh: Mesh, given: Riccati) -> Riccati:
    return given


REGULAR = Problem(
    components=1,
    fields=_fields,
    rhs=lambda y, given: rates(y.unbind(-1), given[:3])[0].unsqueeze(-1),
    jacobian=_slopes,
    guess=lambda mesh, given: given.guess.unsqueeze(-1),
    singular=True,
    kept=(0,),
    scale=lambda given: given.size.unsqueeze(-1),
)
# at the centre s dy/ds = -e (y - y_0), where e is 5/2 for frames, l + 1/2 for tides and 7/2 for
# magnetic ones: one number between them serves all
OUTWARDS = Flow(
    rates=rates,
    coefficients=lambda given: given[:3],
    centre=lambda given: (given.guess[:, 0, 0],),
    shift=3.0,
)


def solve_riccati(star: NodalStar, kinds: list[Riccati]) -> tuple[list[Tensor], Tensor]:
    """The regular solutions of all kinds on the nodes of stars.

    Returns
    -------
    y of each kind, [lane, element, node], and the status of each lane: the first that is not well.
    """
    size = star.h_c.shape[0]
    every = torch.arange(size, device=star.h_c.device).repeat(len(kinds))
    whole = Riccati(*(torch.cat(parts) for parts in zip(*kinds, strict=True)))
    mesh = star.mesh.select(every)
    solution = solve(REGULAR, OUTWARDS, whole, mesh, every.shape[0], star.tolerance, star.newton)
    y = values(solution, REGULAR, whole, mesh)[..., 0].unflatten(0, (len(kinds), size))
    return list(y.unbind()), solution.status.unflatten(0, (len(kinds), size)).amax(dim=0)

"""Stars in hydrostatic equilibrium, with the log-enthalpy as coordinate (Lindblom 1992).

With s = h_c - h, r^2 = s X, m/r = s V, D = V + 4 pi X p and a prime for d/ds

    s X' = 2 X (1 - 2 s V)/D - X,        s V' = (1 - 2 s V)(4 pi X eps - V)/D - V

and at the centre X_0 = 3/(2 pi (eps_c + 3 p_c)), V_0 = (4 pi/3) eps_c X_0. The unknowns are
x = X/X_0 and v = V/V_0, of order one; p and eps are known on the nodes before anything is solved.
Units: km, G = c = 1.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem, matrix, vector
from parode_core.solvers.sweep import sweep
from stellar.eos.nodes.batch import NodeEOS
from stellar.eos.nodes.forms import NodeStates
from stellar.stars.collocation.differentiation import values
from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar, tiled
from stellar.stars.collocation.outward import solve
from stellar.stars.collocation.pieces import Layout
from stellar.stars.collocation.substitution import Flow


class Statement(NamedTuple):
    """What defines a batch of stars: central log-enthalpy [lane], matter at the nodes."""

    h_c: Tensor
    states: NodeStates


class Matter(NamedTuple):
    """Known numbers of the equations, [lane, element, node] or, of the centre, [lane, 1, 1].

    pressure, energy : 4 pi X_0 p/V_0 and 4 pi X_0 eps/V_0
    depth : -2 s;  inverse : 1/V_0
    """

    pressure: Tensor
    energy: Tensor
    depth: Tensor
    inverse: Tensor


def known(mesh: Mesh, statement: Statement) -> Matter:
    """Matter at the nodes of a mesh in x = -h/h_c."""
    states, centre = statement.states, statement.h_c[:, None, None]
    scale_x, scale_v = central_scales(states.p[:, :1, :1], states.eps[:, :1, :1])
    factor = FOUR_PI * scale_x / scale_v
    depth = -2.0 * centre * mesh.from_start
    return Matter(factor * states.p, factor * states.eps, depth, 1.0 / scale_v)


def central_scales(p: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
    """X_0 and V_0 from pressure and energy density at the centre."""
    scale = 3.0 / (2.0 * math.pi * (eps + 3.0 * p))
    return scale, 2.0 * eps / (eps + 3.0 * p)


def rates(state: Sequence[Tensor], matter: Sequence[Tensor]) -> list[Tensor]:
    """s dx/ds and s dv/ds.

    With f = (1 - 2 s V)/D: s x' = 2 f x - x, and s v' = f (4 pi X_0 eps x/V_0 - v) - v.
    """
    (x, v), (_, energy, _, _) = state, matter
    rate = _rate(x, v, matter)
    back = -v
    outward = torch.addcmul(back, energy, x)
    return [torch.addcmul(-x, rate, x, value=2.0), torch.addcmul(back, rate, outward)]


def slopes(y: Tensor, matter: Matter) -> Tensor:
    """Derivatives of `rates` by x and v."""
    x, v = y.unbind(-1)
    rate = _rate(x, v, matter)
    outward = matter.energy * x - v
    lever = torch.addcmul(v, matter.pressure, x)
    by_x = -rate * matter.pressure / lever
    by_v = (matter.depth - rate) / lever
    return matrix(
        (2.0 * (rate + x * by_x) - 1.0, 2.0 * x * by_v),
        (by_x * outward + rate * matter.energy, by_v * outward - rate - 1.0),
    )


def _rate(x: Tensor, v: Tensor, matter: Sequence[Tensor]) -> Tensor:
    """(1 - 2 s V)/(V + 4 pi X p)."""
    pressure, _, depth, inverse = matter
    return torch.addcmul(inverse, depth, v) / torch.addcmul(v, pressure, x)


def first_guess(mesh: Mesh, matter: Matter) -> Tensor:
    """A sweep from the centre: extended envelopes are far from it."""
    centre = torch.ones(matter.pressure.shape[0], 2, dtype=torch.float64, device=mesh.edges.device)
    return sweep(_rhs, centre, mesh, matter, singular=True)


def _rhs(y: Tensor, matter: Matter) -> Tensor:
    return vector(*rates(y.unbind(-1), matter))


EQUILIBRIUM = Problem(
    components=2,
    fields=known,
    rhs=_rhs,
    jacobian=slopes,
    guess=first_guess,
    singular=True,
    kept=(0, 1),
)
OUTWARDS = Flow(
    rates=rates,
    coefficients=lambda matter: matter,
    centre=lambda matter: (1.0, 1.0),
    shift=1.25,
)


def solve_layout(
    eos: NodeEOS, h_c: Tensor, layout: Layout, nodes: int, tolerance: float, newton: bool = True
) -> NodalStar:
    """The stars of a layout, in the order of `layout.lanes`; one that fails is NaN from there on.

    eos, h_c : matter and central log-enthalpies of the whole batch, [lane]
    nodes : of an element;  tolerance, newton : of the iterations, as in `outward.solve`
    """
    count, layout = layout.lanes.shape[0], layout.tiled()
    mine, centre = eos.select(layout.lanes), h_c[layout.lanes]
    mesh = layout.mesh(mine, centre, nodes)
    # rows of nodes are the same in any company: what only fills the tiles need not be evaluated
    h = (centre[:, None, None] * mesh.to_end)[:count]
    states = NodeStates(*map(tiled, mine.evaluate(h, layout.segment[:count])))
    statement = Statement(centre, states)
    solution = solve(EQUILIBRIUM, OUTWARDS, statement, mesh, centre.shape[0], tolerance, newton)
    scale_x, scale_v = central_scales(states.p[:, :1, :1], states.eps[:, :1, :1])
    x, v = values(solution, EQUILIBRIUM, statement, mesh).unbind(-1)
    return NodalStar(
        lanes=count,
        mesh=mesh,
        eos=mine,
        segment=layout.segment,
        h_c=centre,
        X=scale_x * x,
        V=scale_v * v,
        **states._asdict(),
        status=solution.status,
        tolerance=tolerance,
        newton=newton,
    )


def highest_enthalpy(eos: NodeEOS) -> Tensor:
    """Upper end of the matter of each lane, [lane]; infinite for an unbounded form.

    A place that pads a lane repeats the segment before it, and would extrapolate that one.
    """
    same = (eos.group_of.diff(dim=1) == 0) & (eos.row_of.diff(dim=1) == 0)
    first = torch.ones_like(eos.group_of[:, :1], dtype=torch.bool)
    own = torch.cat((first, ~same), dim=1)
    return torch.where(own, eos.edges[:, 1:], -torch.inf).amax(dim=1)

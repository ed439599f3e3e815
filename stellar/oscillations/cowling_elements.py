"""Non-radial fluid modes on a fixed metric by collocation of the first-order equations.

With xi^r = r^{l-1} e^{-lam/2} w Y, xi^theta = -r^{l-2} v Y_,theta and -Delta p proportional to
(eps + p) c_s^2 y, the equations of McDermott et al. (1983) are, in s = h_c - h with r^2 = s X,
m/r = s V, q = e^-lam, D = V + 4 pi X p, g = D / (X q^{1/2}) and L = l (l + 1),

    (D/q) s dw/ds = -(l + 1) w + r^2 q^{-1/2} y - L q^{-1/2} v
    (D/q) s dv/ds = (2 s D/q - l) v - q^{-1/2} w + (s D/q) (delta/c_e^2) (e^nu/lambda) y
    c_s^2 y = lambda e^-nu v + g w

Every coefficient is smooth; the last line says y = 0 where p does at a surface with c_s = 0. Where
matter is stratified the second line is multiplied by lambda; elsewhere its last term is absent
and lambda stands in the third line alone, so that no mode of zero frequency comes in.

The first two lines hold at all nodes of an element but its first one. There w is continuous, and v,
or (eps + p) (lambda e^-nu v + g w) at a density jump; at the centre both lines say w + l v = 0. In
place of one of them the highest coefficient of y in the outermost element vanishes (without it
polynomials imitate the solution that is singular at the surface), or y itself where a bare surface
has c_s > 0.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from stellar.oscillations.nodal_star import NodeStar, StarFields

BARE = 0.5  # c_s^2 at the surface over that one node below, from which the surface counts as bare
UNKNOWNS = 3  # w, v and y
ENDS = 2  # w and v, which elements hand on


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of A q = lambda B q, lanes first."""

    a: Tensor
    b: Tensor

    def at(self, lam: Tensor) -> Tensor:
        """A - lambda B for lambda [lane]."""
        return self.a - lam.view(-1, *(1,) * (self.a.ndim - 1)) * self.b

    def select(self, lanes: Tensor) -> "Rows":
        """Those of these stars."""
        return Rows(self.a[lanes], self.b[lanes])


@dataclass(frozen=True, eq=False)
class CowlingElements:
    """The equations by q = (w, v, y) at the nodes of each element.

    inside : [lane, element, 3 node - 2, 3 node]
    behind, ahead : conditions at each inner edge by (w, v) below and above it,
        [lane, element - 1, 2, 2]
    centre : w + l v at the first node of the innermost element, [lane, 3 node]
    surface : what vanishes there, by the outermost element, [lane, 3 node]
    scale : natural sizes of the unknowns of an element, [lane, 3 node]
    """

    inside: Rows
    behind: Rows
    ahead: Rows
    centre: Tensor
    surface: Tensor
    scale: Tensor

    def select(self, lanes: Tensor) -> "CowlingElements":
        """Those of these stars."""
        return CowlingElements(
            self.inside.select(lanes),
            self.behind.select(lanes),
            self.ahead.select(lanes),
            self.centre[lanes],
            self.surface[lanes],
            self.scale[lanes],
        )

    def handed_on(self, q: Tensor) -> tuple[Tensor, Tensor]:
        """w and v below and above each inner edge by q [lane, element, 3 node, column]."""
        nodes = self.scale.shape[1] // UNKNOWNS
        below, above = q[:, :-1, nodes - 1 :: nodes], q[:, 1:, ::nodes]
        return below[:, :, :ENDS], above[:, :, :ENDS]

    def at_ends(self, q: Tensor) -> tuple[Tensor, Tensor]:
        """What vanishes at the centre and at the surface, each [lane, column]."""
        inner, outer = self.centre.unsqueeze(2) * q[:, 0], self.surface.unsqueeze(2) * q[:, -1]
        return inner.sum(dim=1), outer.sum(dim=1)


def cowling_elements(star: NodeStar, fields: StarFields, l: int) -> CowlingElements:
    """The equations of stars all of whose elements have a length (see `groups`).

    Parameters
    ----------
    fields : at the nodes of the stars
    l : degree, at least 1

    Raises
    ------
    ValueError
        If l < 1.
    """
    if l < 1:
        raise ValueError(f"non-radial modes need l >= 1, not {l}.")
    nodes = fields.s.shape[2]
    centre = torch.zeros_like(fields.s[:, 0]).repeat(1, UNKNOWNS)
    centre[:, 0], centre[:, nodes] = 1.0, float(l)
    one = torch.ones_like(fields.s[:, 0])
    scale = torch.cat((one, one, one / star.radius.unsqueeze(1) ** 2), dim=1)
    behind, ahead = _edges(star, fields)
    inside = _inside(star, fields, l)
    return CowlingElements(inside, behind, ahead, centre, _surface(star, fields), scale)


class _Blocks:
    """Matrices of elements seen as blocks of rows and columns of w, v and y, numbered 0, 1, 2."""

    def __init__(self, like: Tensor):
        lanes, elements, self.nodes = like.shape
        self.whole = like.new_zeros(lanes, elements, UNKNOWNS * self.nodes, UNKNOWNS * self.nodes)

    def block(self, row: int, column: int) -> Tensor:
        """A view of one block, [lane, element, node, node]."""
        n = self.nodes
        return self.whole[:, :, row * n : (row + 1) * n, column * n : (column + 1) * n]

    def diagonal(self, row: int, column: int) -> Tensor:
        """A view of the diagonal of one block, [lane, element, node]."""
        return self.block(row, column).diagonal(dim1=2, dim2=3)

    @property
    def owned(self) -> Tensor:
        """All rows but those of w and v at the first node."""
        place = torch.arange(self.whole.shape[2], device=self.whole.device)
        return self.whole.index_select(2, place[(place != 0) & (place != self.nodes)])


def _inside(star: NodeStar, fields: StarFields, l: int) -> Rows:
    """Rows of the nodes, times ds/dxi q/D."""
    a, b = _Blocks(fields.s), _Blocks(fields.s)
    root = 1.0 / fields.exp_minus_lam.sqrt()
    pull = fields.s * fields.pull / fields.exp_minus_lam  # r nu'/2
    pace = fields.speed * fields.exp_minus_lam / fields.pull
    slope = fields.s.unsqueeze(-1) * star.mesh.basis.differentiation
    a.block(0, 0).copy_(slope)
    a.diagonal(0, 0).add_((l + 1) * pace)
    a.diagonal(0, 1).copy_(l * (l + 1) * root * pace)
    a.diagonal(0, 2).copy_(-fields.r_squared * root * pace)
    # lambda multiplies the row where delta acts: these are terms of -B
    acts = (fields.delta != 0.0).any(dim=2, keepdim=True)
    buoyancy = pull * relative_excess(star, fields) * fields.exp_nu * pace
    a.diagonal(1, 2).copy_(torch.where(acts, buoyancy, 0.0))
    for blocks, keep in ((a, ~acts), (b, acts)):
        blocks.block(1, 1).copy_(torch.where(keep.unsqueeze(-1), slope, 0.0))
        blocks.diagonal(1, 1).add_(torch.where(keep, (l - 2.0 * pull) * pace, 0.0))
        blocks.diagonal(1, 0).copy_(torch.where(keep, root * pace, 0.0))
    # where nothing can be compressed y = 0, and at the surface Delta p = 0
    soft, surface = fields.cs2.isfinite(), torch.zeros_like(fields.cs2, dtype=torch.bool)
    surface[:, -1, -1] = True
    a.diagonal(2, 2).copy_(torch.where(soft, fields.cs2, (~surface).to(fields.cs2)))
    a.diagonal(2, 0).copy_(torch.where(soft | surface, -_gravity(fields), 0.0))
    b.diagonal(2, 1).copy_(torch.where(soft | surface, 1.0 / fields.exp_nu, 0.0))
    return Rows(a.owned, b.owned)


def _gravity(fields: StarFields) -> Tensor:
    """g."""
    return fields.pull / fields.x_ratio / fields.exp_minus_lam.sqrt()


def relative_excess(star: NodeStar, fields: StarFields) -> Tensor:
    """delta/c_e^2 at the nodes; at a surface where both vanish continued from those below."""
    vanishing = fields.ce2 <= 0.0
    ratio = fields.delta / torch.where(vanishing, 1.0, fields.ce2)
    nodes, weights = star.mesh.basis.nodes, star.mesh.basis.barycentric
    # the polynomial through all nodes but the last, at the last (Berrut & Trefethen 2004)
    through = weights[:-1] * (nodes[:-1] - nodes[-1]) / (nodes[-1] - nodes[:-1])
    end = (ratio[..., :-1] * through).sum(dim=-1, keepdim=True) / through.sum()
    last = torch.cat((torch.zeros_like(vanishing[..., :-1]), vanishing[..., -1:]), dim=-1)
    return torch.where(last, end, ratio)


def _edges(star: NodeStar, fields: StarFields) -> tuple[Rows, Rows]:
    """Conditions at inner edges: what stands above, less what stands below."""
    jump, gravity = star.jumps_in(fields), _gravity(fields)
    one = torch.ones_like(gravity[:, 1:, 0])
    # both sides over the enthalpy of the inner one
    ratio = fields.enthalpy[:, 1:, 0] / fields.enthalpy[:, :-1, -1]
    below = _edge(-one, jump, gravity[:, :-1, -1], fields.exp_nu[:, :-1, -1])
    return below, _edge(one, jump, gravity[:, 1:, 0], fields.exp_nu[:, 1:, 0], ratio)


def _edge(
    sign: Tensor, jump: Tensor, gravity: Tensor, exp_nu: Tensor, ratio: Tensor | float = 1.0
) -> Rows:
    nothing = torch.zeros_like(gravity)
    weight = sign * ratio
    kept = torch.where(jump, 0.0, sign), torch.where(jump, -weight * gravity, 0.0)
    a = torch.stack((sign, nothing, kept[1], kept[0]), dim=2)
    moved = torch.where(jump, weight / exp_nu, 0.0)
    b = torch.stack((nothing, nothing, nothing, moved), dim=2)
    return Rows(a.unflatten(2, (ENDS, ENDS)), b.unflatten(2, (ENDS, ENDS)))


def _surface(star: NodeStar, fields: StarFields) -> Tensor:
    """The condition at the surface by (w, v, y) of the outermost element."""
    top = star.mesh.basis.coefficients[-1]
    last = torch.zeros_like(top)
    last[-1] = 1.0
    speed = fields.cs2[:, -1, -1:]
    bare = (speed > BARE * fields.cs2[:, -1, -2:-1]) | speed.isinf()
    row = torch.where(bare, last, top / top.abs().max())
    return torch.cat((torch.zeros_like(row), torch.zeros_like(row), row), dim=1)

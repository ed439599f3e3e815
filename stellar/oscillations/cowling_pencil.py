"""Non-radial fluid modes on a fixed metric, all at once, as a matrix pencil in lambda = omega^2.

With xi^r = r^{l-1} e^{-lam/2} w Y, xi^theta = -r^{l-2} v Y_,theta and -Delta p proportional to
(eps + p) c_s^2 y, the equations of McDermott et al. (1983) are, in s = h_c - h with r^2 = s X,
m/r = s V, q = e^-lam, D = V + 4 pi X p, g = D / (X q^{1/2}) and L = l (l + 1),

    (D/q) s dw/ds = -(l + 1) w + r^2 q^{-1/2} y - L q^{-1/2} v
    (D/q) s dv/ds = (2 s D/q - l) v - q^{-1/2} w + (s D/q) (delta/c_e^2) (e^nu/lambda) y
    c_s^2 y = lambda e^-nu v + g w

Every coefficient is smooth; the last line says y = 0 where p does at a surface with c_s = 0. Where
matter is stratified the second line is multiplied by lambda; elsewhere its last term is absent
and lambda stands in the third line alone, so that no mode of zero frequency comes in.

Rows: at the centre both lines say w + l v = 0. One is kept; in place of the other the highest
coefficient of y in the outermost element vanishes (without it polynomials imitate the solution
that is singular at the surface), or y itself where a bare surface has c_s > 0. Where elements meet
w is continuous, and v, or (eps + p) (lambda e^-nu v + g w) at a density jump.
"""

import torch
from torch import Tensor

from stellar.oscillations.nodal_star import NodeStar, StarFields

BARE = 0.5  # c_s^2 at the surface over that one node below, from which the surface counts as bare


def cowling_pencil(star: NodeStar, l: int, *, stratified: bool) -> tuple[Tensor, Tensor]:
    """Matrices of A q = omega^2 B q, q = (w, v, y) at all nodes, [lane, 3 n, 3 n].

    Parameters
    ----------
    l : degree, at least 1
    stratified : whether buoyancy in the bulk is kept; without it B is zero in the columns of w, y

    Raises
    ------
    ValueError
        If l < 1.
    """
    if l < 1:
        raise ValueError(f"non-radial modes need l >= 1, not {l}.")
    blocks = _Blocks(star)
    _equations(blocks, star, star.fields, l, stratified=stratified)
    _element_ends(blocks, star, star.fields)
    _centre_and_surface(blocks, star, star.fields, l)
    return blocks.a, blocks.b


class _Blocks:
    """A and B seen as blocks of rows and columns of w, v and y, numbered 0, 1, 2."""

    def __init__(self, star: NodeStar):
        lanes, elements, nodes = star.x_ratio.shape
        self.total, self.nodes, self.elements = elements * nodes, nodes, elements
        size = 3 * self.total
        self.a = star.x_ratio.new_zeros(lanes, size, size)
        self.b = star.x_ratio.new_zeros(lanes, size, size)

    def block(self, matrix: Tensor, row: int, column: int) -> Tensor:
        """A view of one block, [lane, n, n]."""
        n = self.total
        return matrix[:, row * n : (row + 1) * n, column * n : (column + 1) * n]

    def diagonal(self, matrix: Tensor, row: int, column: int, values: Tensor) -> None:
        """Write values [lane, element, node] on the diagonal of a block."""
        self.block(matrix, row, column).diagonal(dim1=1, dim2=2).copy_(values.flatten(1))

    def derivative(self, matrix: Tensor, row: int, values: Tensor) -> None:
        """Write matrices [lane, element, node, node] into a block's elements."""
        block = self.block(matrix, row, row)
        for element in range(self.elements):
            part = slice(element * self.nodes, (element + 1) * self.nodes)
            block[:, part, part] = values[:, element]

    def clear(self, row: int, place: int) -> None:
        """Empty the row of one node."""
        self.a[:, row * self.total + place] = 0.0
        self.b[:, row * self.total + place] = 0.0


def _equations(
    blocks: _Blocks, star: NodeStar, fields: StarFields, l: int, *, stratified: bool
) -> None:
    """Rows of all nodes; times ds/dxi q/D, so that an element without length says du/dxi = 0."""
    q, live = fields.exp_minus_lam, star.live.unsqueeze(-1)
    root = q.rsqrt()
    pull = fields.s * fields.pull / q  # r nu'/2
    pace = fields.speed * q / fields.pull
    degree = l * (l + 1)
    matrix = star.mesh.basis.differentiation
    slope = torch.where(live.unsqueeze(-1), fields.s.unsqueeze(-1) * matrix, matrix)
    a, b = blocks.a, blocks.b
    blocks.derivative(a, 0, slope)
    blocks.block(a, 0, 0).diagonal(dim1=1, dim2=2).add_(((l + 1) * pace).flatten(1))
    blocks.diagonal(a, 0, 1, degree * root * pace)
    blocks.diagonal(a, 0, 2, -fields.r_squared * root * pace)
    tangential = (l - 2.0 * pull) * pace
    if stratified:
        # lambda multiplies the row where delta acts: these are terms of -B
        acts = star.live & (fields.delta != 0.0).any(dim=2)
        here = acts[:, :, None, None]
        blocks.derivative(a, 1, torch.where(here, 0.0, slope))
        blocks.derivative(b, 1, torch.where(here, slope, 0.0))
        for target, keep in ((a, ~acts.unsqueeze(-1)), (b, acts.unsqueeze(-1))):
            block = blocks.block(target, 1, 1).diagonal(dim1=1, dim2=2)
            block.add_(torch.where(keep, tangential, 0.0).flatten(1))
            blocks.diagonal(target, 1, 0, torch.where(keep, root * pace, 0.0))
        buoyancy = pull * relative_excess(star, fields) * fields.exp_nu * pace
        blocks.diagonal(a, 1, 2, torch.where(acts.unsqueeze(-1), buoyancy, 0.0))
    else:
        blocks.derivative(a, 1, slope)
        blocks.block(a, 1, 1).diagonal(dim1=1, dim2=2).add_(tangential.flatten(1))
        blocks.diagonal(a, 1, 0, root * pace)
    gravity = fields.pull / fields.x_ratio * root
    # where nothing can be compressed y = 0, and at the surface Delta p = 0
    soft, surface = live & fields.cs2.isfinite(), torch.zeros_like(fields.cs2, dtype=torch.bool)
    surface[..., -1] = star.outermost
    still = torch.where(live & surface, 0.0, 1.0)
    blocks.diagonal(a, 2, 2, torch.where(soft, fields.cs2, still))
    blocks.diagonal(a, 2, 0, torch.where(soft | surface, -gravity, 0.0))
    blocks.diagonal(b, 2, 1, torch.where(soft | surface, 1.0 / fields.exp_nu, 0.0))


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


def _element_ends(blocks: _Blocks, star: NodeStar, fields: StarFields) -> None:
    """Rows of the first node of every element but the first: conditions between elements."""
    n, nodes = blocks.total, blocks.nodes
    gravity = fields.pull / fields.x_ratio * fields.exp_minus_lam.rsqrt()
    for element in range(1, blocks.elements):
        right = element * nodes
        left = right - 1
        for row in (0, 1):
            blocks.clear(row, right)
        blocks.a[:, right, right] = 1.0
        blocks.a[:, right, left] = -1.0
        jump = star.jumps[:, element - 1]
        row = n + right
        # both sides over the enthalpy of the inner one
        ratio = fields.enthalpy[:, element, 0] / fields.enthalpy[:, element - 1, -1]
        blocks.a[:, row, n + right] = torch.where(jump, 0.0, 1.0)
        blocks.a[:, row, n + left] = torch.where(jump, 0.0, -1.0)
        blocks.a[:, row, right] = torch.where(jump, -ratio * gravity[:, element, 0], 0.0)
        blocks.a[:, row, left] = torch.where(jump, gravity[:, element - 1, -1], 0.0)
        blocks.b[:, row, n + right] = torch.where(jump, ratio / fields.exp_nu[:, element, 0], 0.0)
        blocks.b[:, row, n + left] = torch.where(
            jump, -1.0 / fields.exp_nu[:, element - 1, -1], 0.0
        )


def _centre_and_surface(blocks: _Blocks, star: NodeStar, fields: StarFields, l: int) -> None:
    """Rows of the first node: w + l v = 0, and the condition at the surface."""
    n, nodes = blocks.total, blocks.nodes
    blocks.clear(0, 0)
    blocks.clear(1, 0)
    blocks.a[:, n, 0] = 1.0
    blocks.a[:, n, n] = float(l)
    top = star.mesh.basis.coefficients[-1]
    last = torch.zeros_like(top)
    last[-1] = 1.0
    speed = fields.cs2[..., -1:]
    bare = (speed > BARE * fields.cs2[..., -2:-1]) | speed.isinf()
    row = torch.where(bare, last, top / top.abs().max()) * star.outermost.unsqueeze(-1)
    blocks.a[:, 0, 2 * n : 2 * n + blocks.elements * nodes] = row.flatten(1)

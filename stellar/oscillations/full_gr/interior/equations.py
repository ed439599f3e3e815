"""Perturbed Einstein equations inside a star, regular everywhere and linear in lambda = omega^2.

With H0, H1, K, W, V of Lindblom & Detweiler (1983) and Detweiler & Lindblom (1985), powers of r
taken out, v = m/r, x = r^2, q = 1 - 2v, a = s (V_s + 4 pi X p) = q r nu'/2, n = (l-1)(l+2)/2,
L = l(l+1), and the enthalpy of a fluid element P = Delta p / (eps + p),

    P = lambda (V e^-nu + H0_1/2) + a W / (x sqrt q) + H0_0/2,          H0 = H0_0 + lambda H0_1
    (n + 3v - 4 pi x eps) H0 = 8 pi x (eps+p) P' - [L a/2 - lambda x q e^-nu] H1
                               + [n - lambda x e^-nu - (a/q)(3v - 1 + 4 pi x p)] K
    r H1' = -[l + 1 + 2v/q + 4 pi x (p - eps)/q] H1 + [H0 + K - 16 pi (eps+p) V]/q
    r K'  = H0 + L/2 H1 - (l + 1 - a/q) K - 8 pi (eps+p) W/sqrt q
    r W'  = -(l + 1) W + x/sqrt q [P/c_s^2 + H0/2 + K] - L V/sqrt q
    r V'  = (2a/q - l) V + x H1 - W/sqrt q + (a/q) (e^nu/lambda) delta/(c_e^2 c_s^2) P

where P' is P without H0/2. X of the papers, which needs d eps/dr, does not occur; H0 is eliminated,
and r d/dr = (D/q) s d/ds. The row of W is multiplied by c_s^2, which makes it P = 0 at a surface
without matter, and the row of V by lambda where buoyancy acts. Then lambda enters by

    H0_1,     P_1 = V e^-nu + H0_1/2,     and where buoyancy acts V_1 = r V' - ... - [...] P_1

alone: two or three numbers a node instead of four. Units in which the radius R of the star is one.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import torch
from torch import Tensor

from stellar.oscillations.nodal_star import FOUR_PI, NodeStar

H1, K, W, V = range(4)  # components of a state
METRIC, ENTHALPY, BUOYANCY = range(3)  # H0_1, P_1 and V_1


@dataclass(frozen=True, eq=False)
class InteriorEquations:
    """Coefficients at the nodes, [lane, element, ..., node], rows in the order H1, K, W, V.

    A row is lead * s du/dxi + static u + lambda sources observed u = 0; where buoyancy acts the row
    of V has its derivative in V_1.

    lead : [row];  static : [row, component]
    sources : [row, combination];  observed : without the derivative of V_1 [combination, component]
    buoyant : whether buoyancy acts, [lane, element, node]
    enthalpy, moving_enthalpy : P_0 and P_1 by component, [component]
    stretch : static part of r W' - ... but for P, not multiplied by c_s^2, [component]; H0_1 has
        the factor -lever/2 there, and P/c_s^2 has -lever
    lever : see `stretch`;  buoyancy : -1 times it is the factor of P in the row of V
    inertia : eps + p;  s : h_c - h;  cs2 : frozen; all [lane, element, node]
    empty : whether matter ends continuously at the surface, [lane]
    """

    lead: Tensor
    static: Tensor
    sources: Tensor
    observed: Tensor
    buoyant: Tensor
    enthalpy: Tensor
    moving_enthalpy: Tensor
    stretch: Tensor
    lever: Tensor
    buoyancy: Tensor
    inertia: Tensor
    s: Tensor
    cs2: Tensor
    empty: Tensor

    def select(self, lanes: Tensor) -> "InteriorEquations":
        """The stars with these indices."""
        return InteriorEquations(*(getattr(self, field.name)[lanes] for field in fields(self)))

    @cached_property
    def moving(self) -> Tensor:
        """What lambda multiplies in the rows, derivatives aside, [row, component]."""
        return torch.einsum("...rkn,...kcn->...rcn", self.sources, self.observed)

    @cached_property
    def combinations(self) -> int:
        """Two, or three where buoyancy acts."""
        return self.sources.shape[3]


def interior_equations(star: NodeStar, l: int, *, stratified: bool) -> InteriorEquations:
    """Coefficients of the equations of degree l at the nodes of the stars.

    stratified : whether buoyancy is taken into account; without it delta counts as zero
    """
    local = _Local(star, l)
    rows = [local.row_h1(), local.row_k(), local.row_w(), local.row_v(stratified)]
    static, sources = (torch.stack([row[part] for row in rows], dim=2) for part in (0, 1))
    observed = [local.metric_moving, local.enthalpy_moving]
    if stratified:
        rest = local.rest_v - local.buoyancy.unsqueeze(2) * local.enthalpy_moving
        observed.append(torch.where(local.buoyant.unsqueeze(2), rest, 0.0))
    else:
        sources = sources[..., :BUOYANCY, :]
    one = torch.ones_like(local.lead_w)
    lead_v = torch.where(local.buoyant, 0.0, one) if stratified else one
    return InteriorEquations(
        lead=torch.stack((one, one, local.lead_w, lead_v), dim=2),
        static=static,
        sources=sources,
        observed=torch.stack(observed, dim=2),
        buoyant=local.buoyant & stratified,
        enthalpy=local.enthalpy_static,
        moving_enthalpy=local.enthalpy_moving,
        stretch=local.stretch,
        lever=local.lever,
        buoyancy=local.buoyancy,
        inertia=local.inertia,
        s=local.s,
        cs2=local.cs2,
        empty=local.empty.flatten(1).any(dim=1),
    )


class _Local:
    """Rows at the nodes: by component [lane, element, 4, node], sources likewise by combination."""

    def __init__(self, star: NodeStar, l: int) -> None:
        at = star.fields
        square = star.radius[:, None, None] ** 2
        self.l, self.ll, n = l, l * (l + 1), 0.5 * (l - 1) * (l + 2)
        self.s, self.cs2, self.en = at.s, at.cs2, at.exp_nu
        self.x, self.q = at.r_squared / square, at.exp_minus_lam
        self.v = at.s * at.v_ratio
        self.p, self.eps = at.p * square, at.eps * square
        self.inertia = self.p + self.eps
        self.a = at.s * at.pull
        self.root = self.q.rsqrt()
        # elements without length have no derivative: their rows are replaced
        self.advance = at.speed * self.q / at.pull
        self.weight = at.pull / at.x_ratio * square * self.root
        self.ratio = self.a / self.q
        self._metric(n)
        self._enthalpy()
        self._compression(star)
        self._stratification(at.ce2, at.delta)

    def _columns(self, h1=None, k=None, w=None, v=None) -> Tensor:
        zero = torch.zeros_like(self.x)
        return torch.stack([zero if part is None else part for part in (h1, k, w, v)], dim=2)

    def _metric(self, n: float) -> None:
        """H0_0 and H0_1."""
        x, q, en = self.x, self.q, self.en
        c = 1.0 / (n + 3.0 * self.v - FOUR_PI * x * self.eps)
        matter = 2.0 * FOUR_PI * x * self.inertia * c
        bend = self.ratio * (3.0 * self.v - 1.0 + FOUR_PI * x * self.p)
        self.metric_static = self._columns(
            -0.5 * self.ll * self.a * c, (n - bend) * c, matter * self.weight
        )
        self.metric_moving = self._columns(x * q / en * c, -x / en * c, None, matter / en)

    def _enthalpy(self) -> None:
        """P_0 and P_1."""
        self.enthalpy_static = 0.5 * self.metric_static + self._columns(w=self.weight)
        self.enthalpy_moving = 0.5 * self.metric_moving + self._columns(v=1.0 / self.en)

    def _compression(self, star: NodeStar) -> None:
        """The row of W is lead_w (r W' - ...) - press P, in proportions that stay finite."""
        self.lever = self.advance * self.x * self.root
        empty = torch.zeros_like(star.fields.s, dtype=torch.bool)
        empty[..., -1] = star.outermost
        self.empty = empty & (self.cs2 == 0.0)
        rigid = self.cs2.isinf()
        press = torch.where(self.empty, 1.0, self.lever)
        speed = torch.where(rigid, 1.0, self.cs2)
        total = speed + press
        self.lead_w = torch.where(rigid, 1.0, speed / total)
        self.press = torch.where(rigid, 0.0, press / total)

    def _stratification(self, ce2: Tensor, delta: Tensor) -> None:
        """Factor of P in the row of V."""
        there = (delta != 0.0) & (ce2 * self.cs2 > 0.0)
        speeds = torch.where(there, ce2 * self.cs2, 1.0)
        strength = self.advance * self.ratio * self.en * torch.where(there, delta, 0.0)
        self.buoyancy = strength / speeds
        self.buoyant = self.buoyancy != 0.0
        # c_s^2 = 0 at an empty surface, where the factor is extrapolated: see `interior.elements`
        beside = torch.zeros_like(self.buoyant)
        beside[..., -1] = self.buoyant[..., -2]
        self.buoyant = self.buoyant | (self.empty & beside)

    def _sources(self, metric=None, enthalpy=None, buoyancy=None) -> Tensor:
        zero = torch.zeros_like(self.x)
        parts = (metric, enthalpy, buoyancy)
        return torch.stack([zero if part is None else part for part in parts], dim=2)

    def row_h1(self) -> tuple[Tensor, Tensor]:
        """Static part by component, and sources by combination."""
        x, q, c = self.x, self.q, self.advance
        damping = self.l + 1.0 + (2.0 * self.v + FOUR_PI * x * (self.p - self.eps)) / q
        own = self._columns(damping, -1.0 / q, None, 4.0 * FOUR_PI * self.inertia / q)
        row = own - self.metric_static / q.unsqueeze(2)
        return c.unsqueeze(2) * row, self._sources(-c / q)

    def row_k(self) -> tuple[Tensor, Tensor]:
        """As `row_h1`."""
        half = torch.full_like(self.x, -0.5 * self.ll)
        pressed = 2.0 * FOUR_PI * self.inertia * self.root
        own = self._columns(half, self.l + 1.0 - self.ratio, pressed)
        return self.advance.unsqueeze(2) * (own - self.metric_static), self._sources(-self.advance)

    def row_w(self) -> tuple[Tensor, Tensor]:
        """As `row_h1`."""
        bend = self.x * self.root
        one = torch.full_like(self.x, self.l + 1.0)
        own = self._columns(None, -bend, one, self.ll * self.root)
        row = own - 0.5 * bend.unsqueeze(2) * self.metric_static
        self.stretch = self.advance.unsqueeze(2) * row
        pressed = self.press.unsqueeze(2) * self.enthalpy_static
        static = self.lead_w.unsqueeze(2) * self.stretch - pressed
        return static, self._sources(-0.5 * self.lead_w * self.lever, -self.press)

    def row_v(self, stratified: bool) -> tuple[Tensor, Tensor]:
        """As `row_h1`; `rest_v` is what belongs to r V' where nothing stratifies."""
        own = self._columns(-self.x, None, self.root, self.l - 2.0 * self.ratio)
        self.rest_v = self.advance.unsqueeze(2) * own
        if not stratified:
            return self.rest_v, self._sources()
        lifted = -self.buoyancy.unsqueeze(2) * self.enthalpy_static
        static = torch.where(self.buoyant.unsqueeze(2), lifted, self.rest_v)
        return static, self._sources(buoyancy=self.buoyant.to(self.x.dtype))

"""The equations of a star's interior as collocation matrices of its elements.

On each element M(lambda) u = f, u the values of H1, K, W, V at the nodes, component by component.
The rows of the four components at the left node hold what closes the element:

    between     the left state itself
    central     regularity for H1 and V; those of K and W say the same, and hold K and W instead
    outermost   V; dZ/dr* - beta Z; regularity; K, the first and the last two at the surface

The right-hand sides of rows that hold a state, and of dZ/dr* - beta Z, are the parameters of the
element. Where matter ends in a vacuum that it reaches continuously, c_s^2 -> 0, the equations have
a second solution of the kind h^-n, which polynomials imitate. Regularity there is

    r W' + (l + 1) W - ... = (x/sqrt q) P/c_s^2     at the surface,

where the right-hand side is extrapolated from the other nodes; at a bare surface it is P = 0.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.zerilli_surface import zerilli_surface
from stellar.oscillations.full_gr.interior.equations import (
    BUOYANCY,
    ENTHALPY,
    H1,
    METRIC,
    InteriorEquations,
    K,
    V,
    W,
    interior_equations,
)
from stellar.oscillations.full_gr.interior.source_series import SourceSeries, source_series
from stellar.oscillations.nodal_star import NodeStar, StarFields

COMPONENTS = 4


@dataclass(frozen=True, eq=False)
class InteriorElements:
    """Matrices of the elements as they depend on lambda.

    star, l : whose;  fields : of the stars
    equations : coefficients at the nodes
    reach : weights at the nodes with which P enters the rows of regularity and of V at the surface,
        [lane, 2, node]
    surface : Z and dZ/dr* at the surface by H1 and K, [lane, 2, 2]
    short : whether elements are short beside the waves of modes, see `source_series`
    """

    star: NodeStar
    fields: StarFields
    l: int
    equations: InteriorEquations
    reach: Tensor
    surface: Tensor
    short: bool

    @property
    def beta(self) -> Tensor:
        """-l (1 - 2C), [lane]."""
        return -self.l * (1.0 - 2.0 * self.star.compactness)

    @property
    def jumps(self) -> Tensor:
        """Whether eps jumps between an element and the next one, [lane, element - 1]."""
        return self.star.jumps_in(self.fields)

    @property
    def stratified(self) -> bool:
        """Whether there are combinations V_1."""
        return self.equations.combinations > BUOYANCY

    @property
    def series(self) -> SourceSeries:
        """How f and y are written on an element."""
        return source_series(self.star.mesh.basis, self.equations.combinations, short=self.short)

    def select(self, lanes: Tensor) -> "InteriorElements":
        """The stars with these indices."""
        at = StarFields(*(getattr(self.fields, part.name)[lanes] for part in fields(StarFields)))
        return InteriorElements(
            self.star.select(lanes),
            at,
            self.l,
            self.equations.select(lanes),
            self.reach[lanes],
            self.surface[lanes],
            self.short,
        )

    def matrices(self, lam: Tensor) -> Tensor:
        """M(lambda), [lane, element, component * node, component * node], for lambda [lane]."""
        eq, star = self.equations, self.star
        lam = lam[:, None, None, None]
        lanes, elements, _, nodes = eq.lead.shape
        dtype = torch.promote_types(lam.dtype, eq.static.dtype)
        shape = (lanes, elements, COMPONENTS, nodes, COMPONENTS, nodes)
        whole = torch.zeros(shape, dtype=dtype, device=lam.device)
        whole.diagonal(dim1=3, dim2=5).copy_(eq.static + lam.unsqueeze(-1) * eq.moving)
        still = eq.lead.to(dtype)
        lead_v = torch.where(eq.buoyant, lam.squeeze(-1).to(dtype), still[:, :, V])
        lead = torch.cat((still[:, :, :V], lead_v.unsqueeze(2)), dim=2)
        slopes = lead.unsqueeze(-1) * self._slopes().unsqueeze(2)
        whole.diagonal(dim1=2, dim2=4).add_(slopes.movedim(2, -1))
        # P at the nodes of the outermost element, as it reaches into rows at the surface
        enthalpy = eq.enthalpy + lam * eq.moving_enthalpy
        reached = star.outermost[:, :, None, None, None] * (
            self.reach[:, None, :, None] * enthalpy.unsqueeze(2)
        )
        if self.stratified:
            whole[:, :, V, -1] += reached[:, :, 1]
        whole[:, :, :, 0] = self._left_rows(whole, reached[:, :, 0], lam)
        return whole.flatten(4, 5).flatten(2, 3)

    def sources(self) -> Tensor:
        """B_h, [lane, element, component * node, coefficient]."""
        eq, star = self.equations, self.star
        lanes, elements, _, nodes = eq.lead.shape
        whole = eq.s.new_zeros(lanes, elements, COMPONENTS, nodes, eq.combinations, nodes)
        whole.diagonal(dim1=3, dim2=5).copy_(eq.sources)
        outer, central = (m[:, :, None, None] for m in (star.outermost, star.central))
        reached = outer * self.reach.unsqueeze(1)
        if self.stratified:
            whole[:, :, V, -1, ENTHALPY] += reached[:, :, 1]
        left = torch.zeros_like(whole[:, :, :, 0])
        for row in (H1, V):
            left[:, :, row] = torch.where(central, whole[:, :, row, 0], 0.0)
        led = -0.5 * eq.lever[..., -1] * self._led(star)
        left[:, :, W, METRIC, -1] = torch.where(star.outermost, led, 0.0)
        left[:, :, W, ENTHALPY] = reached[:, :, 0]
        whole[:, :, :, 0] = left
        return self.series.by_coefficients(whole).flatten(2, 3)

    def observe(self, states: Tensor) -> Tensor:
        """H0_1, P_1 and V_1, [lane, element, coefficient, column].

        states : [lane, element, component * node, column]
        """
        eq, states = self.equations, states.unflatten(2, (COMPONENTS, -1))
        h1, k, _, v = states.unbind(dim=2)
        by_h1, by_k, by_v = (eq.observed[:, :, METRIC, row, :, None] for row in (H1, K, V))
        metric = by_h1 * h1 + by_k * k + by_v * v
        lapse = eq.observed[:, :, ENTHALPY, V] - 0.5 * eq.observed[:, :, METRIC, V]
        seen = [metric, 0.5 * metric + lapse.unsqueeze(-1) * v]
        if self.stratified:
            slope = torch.where(eq.buoyant.unsqueeze(-1), self._slopes().to(v.dtype) @ v, 0.0)
            rest = (eq.observed[:, :, BUOYANCY].unsqueeze(-1) * states).sum(dim=2)
            seen.append(rest + slope)
        return self.series.of_values(seen)

    def _slopes(self) -> Tensor:
        """Matrices of s d/dxi, [lane, element, node, node]."""
        return self.equations.s.unsqueeze(-1) * self.star.mesh.basis.differentiation

    def _led(self, star: NodeStar) -> Tensor:
        """Whether regularity is about r W', [lane, 1]; elsewhere it is P = 0."""
        return self.equations.empty.unsqueeze(1).to(star.x_ratio.dtype)

    def _left_rows(self, whole: Tensor, reached: Tensor, lam: Tensor) -> Tensor:
        """Rows of the left node, [lane, element, row, component, node]."""
        outer, central = (
            mask[:, :, None, None] for mask in (self.star.outermost, self.star.central)
        )
        left = torch.zeros_like(whole[:, :, :, 0])
        last = torch.zeros_like(left)
        for row in range(COMPONENTS):
            left[:, :, row, row, 0] = 1.0
            last[:, :, row, row, -1] = 1.0
        box = self.surface[:, 1] - self.beta.unsqueeze(1) * self.surface[:, 0]
        boxed = torch.zeros_like(left[:, :, 0])
        boxed[:, :, (H1, K), -1] = box.unsqueeze(1).to(boxed.dtype)
        alone = outer & ~central
        return torch.stack(
            (
                torch.where(
                    central, whole[:, :, H1, 0], torch.where(alone, last[:, :, V], left[:, :, H1])
                ),
                torch.where(outer, boxed, left[:, :, K]),
                torch.where(outer, self._regularity(reached, lam), left[:, :, W]),
                torch.where(
                    central, whole[:, :, V, 0], torch.where(alone, last[:, :, K], left[:, :, V])
                ),
            ),
            dim=2,
        )

    def _regularity(self, reached: Tensor, lam: Tensor) -> Tensor:
        """The row of regularity at the surface, [lane, element, component, node]."""
        eq = self.equations
        led = self._led(self.star).unsqueeze(-1)
        row = reached.clone()
        moving = -0.5 * eq.lever[:, :, None, -1] * eq.observed[:, :, METRIC, :, -1]
        row[..., -1] += led * (eq.stretch[..., -1] + lam.squeeze(-1) * moving)
        row[:, :, W] += led * self._slopes()[:, :, -1]
        return row


def interior_elements(
    star: NodeStar, l: int, *, stratified: bool, short: bool = False
) -> InteriorElements:
    """Matrices of the elements of stars for degree l; lengths in units of the radius.

    star : stars without elements of no length, see `oscillations.groups`
    stratified : whether buoyancy is taken into account; without it delta counts as zero
    short : whether elements are short beside the waves of modes, see `source_series`
    """
    whole = star.in_whole_tiles()
    own = torch.arange(star.lanes, device=star.x_ratio.device)
    equations = interior_equations(whole, l, stratified=stratified).select(own)
    at = StarFields(*(getattr(whole.fields, part.name)[own] for part in fields(StarFields)))
    surface = zerilli_surface(star.compactness, l)
    return InteriorElements(star, at, l, equations, _reach(star, equations), surface, short)


def _reach(star: NodeStar, eq: InteriorEquations) -> Tensor:
    """See `InteriorElements`; extrapolated from all nodes but the last where matter ends."""
    lanes = torch.arange(star.lanes, device=eq.s.device)
    outermost = star.outermost.to(torch.long).argmax(dim=1)
    lever, cs2, buoyancy = (part[lanes, outermost] for part in (eq.lever, eq.cs2, eq.buoyancy))
    weights = star.mesh.basis.barycentric
    weights = -weights[:-1] / weights[-1]
    empty = eq.empty.unsqueeze(1)
    safe = torch.where(empty, cs2[:, :-1], 1.0)
    pressed = torch.where(empty, -lever[:, -1:] * weights / safe, 0.0)
    lifted = torch.where(empty, -buoyancy[:, :-1] * weights, 0.0)
    bare = (~empty).to(eq.s.dtype)
    last = torch.cat((bare, torch.zeros_like(bare)), dim=1)
    return torch.cat((torch.stack((pressed, lifted), dim=1), last.unsqueeze(2)), dim=2)

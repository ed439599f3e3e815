"""A batch of stars as the pencils of oscillations see it: fields at the nodes of elements.

The independent variable is s = h_c - h, from the centre (s = 0) to the surface (h = 0), with
r^2 = s X and m/r = s V (Lindblom 1992): X and V are smooth at the centre and across the star, and
matter follows from the log-enthalpy h alone. The star can therefore be looked at on any other
points of its elements: X and V are interpolated, the equation of state is evaluated there.
Lengths in km, G = c = 1.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.collocation.elements import Mesh
from parode_core.lanes import padded
from stellar.eos.nodes.batch import NodeEOS
from stellar.stars.collocation.nodal_star import NodalStar

FOUR_PI = 4.0 * math.pi
SHORTEST = 1e-14  # of the star: elements below have no length
CLOSED = ("chebyshev-lobatto", "legendre-lobatto", "legendre-radau")
EVERY = slice(None)
SMALLEST_JUMP = 1e-9  # relative jump of eps that counts as one; the limit of ColdEOS.transitions


@dataclass(frozen=True, eq=False)
class StarFields:
    """Fields at points of the elements, each [lane, element, point].

    s, h : h_c - h and log-enthalpy;  speed : ds/dxi, xi in [-1, 1] along the element
    x_ratio : X = r^2/s, km^2;  v_ratio : V = m/(r s);  exp_nu : e^nu
    p, eps : km^-2;  ce2, delta : equilibrium speed of sound squared and cs2_frozen - ce2
    """

    s: Tensor
    h: Tensor
    speed: Tensor
    x_ratio: Tensor
    v_ratio: Tensor
    exp_nu: Tensor
    p: Tensor
    eps: Tensor
    ce2: Tensor
    delta: Tensor

    @cached_property
    def r_squared(self) -> Tensor:
        """r^2, km^2."""
        return self.s * self.x_ratio

    @cached_property
    def exp_minus_lam(self) -> Tensor:
        """e^-lam = 1 - 2m/r."""
        return 1.0 - 2.0 * self.s * self.v_ratio

    @cached_property
    def pull(self) -> Tensor:
        """D = V + 4 pi X p; gravity is nu'/2 = s D e^lam / r."""
        return self.v_ratio + FOUR_PI * self.x_ratio * self.p

    @cached_property
    def cs2(self) -> Tensor:
        """Square of the frozen speed of sound."""
        return self.ce2 + self.delta

    @cached_property
    def enthalpy(self) -> Tensor:
        """eps + p, km^-2."""
        return self.eps + self.p


@dataclass(frozen=True, eq=False)
class NodeStar:
    """Stars of a batch on the nodes they were solved on.

    mesh : elements in s, outwards from the centre; the last node of an element is its end. Elements
        without length may stand before the centre or behind the surface
    eos : matter of each lane;  segment : its segment in each element, [lane, element]
    x_ratio, v_ratio : X, km^2, and V at the nodes, [lane, element, node]

    Raises
    ------
    ValueError
        If the basis of the mesh has no node at the right end.
    """

    mesh: Mesh
    eos: NodeEOS
    segment: Tensor
    x_ratio: Tensor
    v_ratio: Tensor

    def __post_init__(self) -> None:
        if self.mesh.basis.name not in CLOSED:
            raise ValueError(
                f"stars need nodes at the ends of their elements: {', '.join(CLOSED)}, not "
                f"{self.mesh.basis.name}."
            )

    @property
    def lanes(self) -> int:
        """Number of stars."""
        return self.x_ratio.shape[0]

    @cached_property
    def live(self) -> Tensor:
        """Whether an element has a length, [lane, element]."""
        edges = self.mesh.edges
        return (self.mesh.lengths > SHORTEST * (edges[:, -1:] - edges[:, :1])).expand(
            self.lanes, -1
        )

    @cached_property
    def central(self) -> Tensor:
        """The element that begins at the centre, [lane, element]."""
        return self.live & (self.live.cumsum(dim=1) == 1)

    @cached_property
    def outermost(self) -> Tensor:
        """The element that ends at the surface, [lane, element]."""
        return self.live & (self.live.flip(1).cumsum(dim=1).flip(1) == 1)

    @cached_property
    def radius(self) -> Tensor:
        """R, km, [lane]."""
        return (self._whole * self.x_ratio[:, -1, -1]).sqrt()

    @cached_property
    def compactness(self) -> Tensor:
        """M/R, [lane]."""
        return self._whole * self.v_ratio[:, -1, -1]

    @property
    def _whole(self) -> Tensor:
        """s at the surface, whatever elements lie below it, [lane]."""
        return self.mesh.edges[:, -1] - self.mesh.edges[:, 0]

    @cached_property
    def unit(self) -> Tensor:
        """M/R^3, the natural size of omega^2, km^-2, [lane]."""
        return self.compactness / self.radius**2

    @cached_property
    def fields(self) -> StarFields:
        """Everything at the star's own nodes."""
        return self._fields(self.mesh, self.x_ratio, self.v_ratio)

    @cached_property
    def stratified(self) -> Tensor:
        """Whether buoyancy acts somewhere, [lane]; a star that failed counts as barotropic."""
        delta = self.fields.delta
        return ((delta != 0.0) & ~delta.isnan()).flatten(1).any(dim=1)

    @cached_property
    def jumps(self) -> Tensor:
        """Whether eps jumps between an element and the next one, [lane, element - 1]."""
        return self.jumps_in(self.fields)

    def jumps_in(self, fields: StarFields) -> Tensor:
        """As `jumps`, by fields at nodes with both ends of the elements."""
        inner, outer = fields.eps[:, :-1, -1], fields.eps[:, 1:, 0]
        return (
            ((inner - outer).abs() > SMALLEST_JUMP * inner) & self.live[:, 1:] & self.live[:, :-1]
        )

    @cached_property
    def _segment(self) -> Tensor:
        """Segments; an element without length takes the one of the element it stands beside."""
        place = torch.arange(self.live.shape[1], device=self.live.device)
        first, last = (
            flag.to(torch.long).argmax(dim=1, keepdim=True)
            for flag in (self.central, self.outermost)
        )
        nearest = torch.minimum(torch.maximum(place.expand_as(self.live), first), last)
        return self.segment.gather(1, nearest)

    def at(self, points: Basis, elements: slice = EVERY) -> StarFields:
        """Fields at other points of elements."""
        weights = self.mesh.basis.interpolation(points.nodes).mT
        mesh = replace(self.mesh, basis=points)
        x_ratio, v_ratio = self.x_ratio[:, elements], self.v_ratio[:, elements]
        return self._fields(mesh, x_ratio @ weights, v_ratio @ weights, elements)

    def on(self, points: Basis) -> "NodeStar":
        """The same stars with other nodes."""
        weights = self.mesh.basis.interpolation(points.nodes).mT
        return replace(
            self,
            mesh=replace(self.mesh, basis=points),
            x_ratio=self.x_ratio @ weights,
            v_ratio=self.v_ratio @ weights,
        )

    def select(self, lanes: Tensor) -> "NodeStar":
        """The stars with these indices, in their order; an index may repeat."""
        return NodeStar(
            self.mesh.select(lanes),
            self.eos.select(lanes),
            self.segment[lanes],
            self.x_ratio[lanes],
            self.v_ratio[lanes],
        )

    def anew(self) -> "NodeStar":
        """The same stars without anything that has been computed of them so far.

        What was computed while gradients were switched off has none.
        """
        return replace(self, mesh=replace(self.mesh))

    def in_whole_tiles(self) -> "NodeStar":
        """The same stars, the last one repeated up to whole tiles (see `parode_core.lanes`)."""
        return self.select(padded(torch.arange(self.lanes, device=self.x_ratio.device)))

    def _fields(
        self, mesh: Mesh, x_ratio: Tensor, v_ratio: Tensor, elements: slice = EVERY
    ) -> StarFields:
        s, h, speed = (
            part.expand(self.lanes, -1, -1)[:, elements]
            for part in (mesh.from_start, mesh.to_end, mesh.speed)
        )
        matter = self.eos.evaluate(h, self._segment[:, elements])
        exp_nu = (1.0 - 2.0 * self.compactness)[:, None, None] * torch.exp(-2.0 * h)
        return StarFields(s, h, speed, x_ratio, v_ratio, exp_nu, *matter)


def node_star(star: NodalStar) -> NodeStar:
    """The stars of a solved batch, without its padding; one that failed is NaN throughout."""
    lanes = torch.arange(star.lanes, device=star.h_c.device)
    edges = star.mesh.edges * star.h_c.unsqueeze(1)
    whole = NodeStar(replace(star.mesh, edges=edges), star.eos, star.segment, star.X, star.V)
    return whole.select(lanes)

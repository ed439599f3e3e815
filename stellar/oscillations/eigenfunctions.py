"""Modes inside their stars: what their numbers are called, and how they are written as curves.

Amplitudes are those for which the radial displacement of the surface, e^{lam/2} xi^r, is R times
Y_lm (radial modes: R). The perturbations follow Lindblom & Detweiler (1983).
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from stellar.oscillations.integration_rules import Coefficients
from stellar.oscillations.nodal_star import NodeStar
from stellar.oscillations.wave_functional import Shape, Surface

POINTS = 28  # of curves through a star at least: what shows a wave is few for a picture of it


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a mode amounts to at unit amplitude, each [mode].

    energy : of fluid and field, km;  luminosity : of waves far away, 1 (G = c = 1)
    omega : frequency that the shape stands for, complex, km^-1
    shaped : what the shape leaves of omega^2 without regard to sign, relative: over the relative
        distance to another mode it tells how much of that is mixed in
    surface : how the mode stands to those that move the surface most
    excess : of the luminosity over what the damping takes away, relative
    """

    energy: Tensor
    luminosity: Tensor
    omega: Tensor
    shaped: Tensor
    surface: Surface
    excess: Tensor

    def select(self, modes: Tensor | slice | tuple[Tensor, Tensor]) -> "Numbers":
        """Those of these modes."""
        return Numbers(
            self.energy[modes],
            self.luminosity[modes],
            self.omega[modes],
            self.shaped[modes],
            Surface(*(part[modes] for part in self.surface)),
            self.excess[modes],
        )


@dataclass(frozen=True, eq=False)
class Modes:
    """Non-radial modes of stars on their nodes.

    lane : star of each mode, [mode];  full : whether the metric moves
    """

    star: NodeStar
    l: int
    lane: Tensor
    shape: Shape
    numbers: Numbers
    full: bool

    def curves(self) -> dict[str, Tensor]:
        """Perturbations with their powers of r, [mode, element, node]; `radius` in km.

        The factors of Y_lm, of dY_lm/dtheta for the tangential displacement.
        """
        if self.star.mesh.elements * self.star.mesh.basis.size < POINTS:
            return self._on(basis(POINTS, self.star.mesh.basis.name)).curves()
        star, l, shape = self.star, self.l, self.shape
        here = Coefficients.of(star, star.fields).select(self.lane)
        size = here.x**0.5
        displaced, moved = size ** (l - 1), size**l
        drawn = {
            "radius": star.fields.r_squared.sqrt()[self.lane],
            "radial_displacement": displaced * shape.w,
            "tangential_displacement": -displaced * shape.v,
            "density_change": -moved * self._compression(here),
        }
        if self.full:
            drawn |= {
                "metric_h0": moved * shape.metric_h0,
                "metric_h1": moved * shape.metric_h1,
                "metric_k": moved * shape.metric_k,
            }
        return drawn

    def _on(self, points: Basis) -> "Modes":
        """The same modes on other nodes of their elements."""
        own = torch.arange(self.star.lanes, device=self.lane.device)
        points = points.to(self.lane.device)
        star = self.star.in_whole_tiles().on(points).select(own)
        through = self.star.mesh.basis.interpolation(points.nodes).mT
        shape = Shape(*(part @ through.to(part.dtype) for part in self.shape))
        return replace(self, star=star, shape=shape)

    def _compression(self, here: Coefficients) -> Tensor:
        """-Delta n/n without its power of r: P/c_s^2, at an empty surface by continuity."""
        l, shape = self.l, self.shape
        slope = (
            here.pace
            * (self.star.mesh.basis.differentiation.to(shape.w.dtype) @ shape.w.unsqueeze(3))[
                ..., 0
            ]
        )
        spread = slope + (l + 1) * shape.w
        squeezed = here.q.sqrt() * spread + l * (l + 1) * shape.v
        by_flow = squeezed / torch.where(here.x > 0.0, here.x, 1.0)
        by_flow = by_flow - 0.5 * shape.metric_h0 - shape.metric_k
        there = here.cs2 > 0.0
        return torch.where(there, shape.pressed / torch.where(there, here.cs2, 1.0), by_flow)

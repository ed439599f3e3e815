"""Radial modes inside their stars, and the frequencies that their shapes stand for.

With zeta = r^2 e^{-nu/2} xi^r (see `radial_pencil`) the functional

    omega^2 = int (P zeta'^2 - Q zeta^2) dr / int W zeta^2 dr

is stationary at a mode. It is evaluated at points that are not those of the pencil. The energy of
the mode is 2 pi omega^2 int W zeta^2 dr. Lengths in km, G = c = 1.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from stellar.oscillations.eigenfunctions import Numbers
from stellar.oscillations.element_matrices import TRIAL
from stellar.oscillations.integration_rules import quadrature
from stellar.oscillations.nodal_star import NodeStar, StarFields
from stellar.oscillations.radial_pencil import pulsation_coefficients, radial_modes_of
from stellar.oscillations.wave_functional import Surface

SPARE_POINTS = 10  # of a rule, beyond two for each node


@dataclass(frozen=True, eq=False)
class RadialModes:
    """The lowest radial modes; u = zeta/r^3 with e^{lam/2} xi^r = R at the surface.

    fields : of the stars at the trial nodes
    u, slope : zeta/r^3 and zeta'/r^2, [lane, element, node, mode]
    numbers : each [lane, mode]; omega is imaginary where the mode grows
    """

    fields: StarFields
    u: Tensor
    slope: Tensor
    numbers: Numbers

    def curves(self) -> dict[str, Tensor]:
        """Displacement e^{lam/2} xi^r / R and -e^{nu/2} zeta'/r^2, [lane, element, node, mode]."""
        at = self.fields
        radius = at.r_squared[:, -1:, -1:].sqrt()
        stretch = (at.exp_nu / at.exp_minus_lam).sqrt() * at.r_squared.sqrt() / radius
        return {
            "radius": at.r_squared.sqrt().unsqueeze(3).expand_as(self.u),
            "radial_displacement": stretch.unsqueeze(3) * self.u,
            "density_change": -at.exp_nu.sqrt().unsqueeze(3) * self.slope,
        }


def radial_eigenfunctions(star: NodeStar, modes: int, size: int) -> RadialModes:
    """The lowest radial modes of stars with `size` trial functions an element.

    They are NaN in a star of which one may be missing.
    """
    whole = star.in_whole_tiles()
    own = torch.arange(star.lanes, device=star.x_ratio.device)
    index = torch.arange(modes, device=star.x_ratio.device).expand(star.lanes, -1)
    solved = radial_modes_of(star, size, modes)
    all_there = solved.in_order(modes).isfinite()
    u = torch.where(all_there[:, None, None], solved.functions(index), torch.nan)
    trial = basis(size, TRIAL).to(star.x_ratio.device)
    at = whole.on(trial).select(own).fields
    surface = (at.exp_nu / at.exp_minus_lam)[:, -1, -1].sqrt()
    outermost = star.outermost.to(torch.long).argmax(dim=1)
    u = u / (surface.unsqueeze(1) * u[own, outermost, -1])[:, None, None, :]
    kinetic, potential = _integrals(star, whole, trial, u)
    omega_squared = potential / kinetic
    numbers = Numbers(
        energy=2.0 * math.pi * omega_squared * kinetic,
        luminosity=torch.zeros_like(omega_squared),
        omega=omega_squared.to(torch.complex128).sqrt(),
        shaped=torch.full_like(omega_squared, torch.nan),  # a Ritz shape: see its frequency
        surface=Surface(
            torch.zeros_like(omega_squared),
            torch.zeros_like(omega_squared),
            torch.ones_like(omega_squared),
        ),
        excess=torch.zeros_like(omega_squared),
    )
    return RadialModes(at, u, _slope(at, u, trial.differentiation @ u), numbers)


def _slope(at: StarFields, u: Tensor, along: Tensor) -> Tensor:
    """zeta'/r^2 = 3 u + r u' by u and du/dxi, [lane, element, point, mode]."""
    live = at.speed > 0.0
    pace = at.s * at.pull / (at.exp_minus_lam * torch.where(live, at.speed, 1.0))
    return 3.0 * u + pace.unsqueeze(3) * along


def _integrals(star: NodeStar, whole: NodeStar, trial: Basis, u: Tensor) -> tuple[Tensor, Tensor]:
    """int W zeta^2 dr and int (P zeta'^2 - Q zeta^2) dr, [lane, mode]."""
    own = torch.arange(star.lanes, device=u.device)
    points, weights = quadrature(2 * trial.size + SPARE_POINTS, u.device)
    at = whole.at(points)
    bent, held, moved = (part[own].unsqueeze(3) for part in pulsation_coefficients(at))
    at = StarFields(*(getattr(at, name)[own] for name in StarFields.__dataclass_fields__))
    live = star.live[:, :, None]
    pace = at.s * at.pull / (at.exp_minus_lam * torch.where(live, at.speed, 1.0))
    measure = torch.where(live, weights * at.r_squared**1.5 / pace, 0.0).unsqueeze(3)
    through = trial.interpolation(points.nodes)
    value, along = through @ u, through @ trial.differentiation @ u
    slope = _slope(at, value, along)
    kinetic = (measure * moved * value**2).sum(dim=(1, 2))
    return kinetic, (measure * (bent * slope**2 + held * value**2)).sum(dim=(1, 2))

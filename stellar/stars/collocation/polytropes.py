"""Stars of one polytrope each as a charted family, for the chord method.

With p = K rho^Gamma and eps = rho + p/(Gamma - 1) the constant K only sets the unit of length:
in units of the central rest-mass density

    z = (e^h - 1)/(n + 1),  rho = (z/z_c)^n,  p = rho z,  eps = rho + n p,  n = 1/(Gamma - 1),

so that stars of all K have two coordinates, Gamma and ln h_c (Tooper 1965). Lengths are in units
of rho_c^(-1/2), with G = c = 1; rho_c = (z_c/K)^n.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh, mesh
from parode_core.collocation.problem import vector
from parode_core.families.chart import Chart
from parode_core.solvers.solution import Solution
from stellar.stars.collocation.background import EQUILIBRIUM, Matter, central_scales
from stellar.stars.collocation.nodal_star import FOUR_PI

SPACING = (0.1, 0.1)  # cells of the chart, in Gamma and ln h_c


class Polytropes(NamedTuple):
    """Indices and central log-enthalpies of stars, [lane]."""

    gamma: Tensor
    h_c: Tensor


class Bulk(NamedTuple):
    """Gravitational mass and radius, [lane], in units of rho_c^(-1/2)."""

    mass: Tensor
    radius: Tensor


def known(elements: Mesh, stars: Polytropes) -> Matter:
    """Matter at the nodes of a mesh from -1 to 0."""
    index, centre = (part[:, None, None] for part in (1.0 / (stars.gamma - 1.0), stars.h_c))
    share = 1.0 / (index + 1.0)
    z, z_c = torch.expm1(centre * elements.to_end) * share, torch.expm1(centre) * share
    rho = (z / z_c) ** index
    p = rho * z
    scale_x, scale_v = central_scales(z_c, 1.0 + index * z_c)
    factor = FOUR_PI * scale_x / scale_v
    depth = -2.0 * centre * elements.from_start
    return Matter(factor * p, factor * (rho + index * p), depth, 1.0 / scale_v)


def newtonian(elements: Mesh, matter: Matter) -> Tensor:
    """A first guess with the run of the Newtonian star of n = 1, x = pi^2/6 and v = 1/2 outside."""
    depth = (elements.from_start / elements.lengths.unsqueeze(-1)).expand_as(matter.pressure)
    return vector(1.0 + 0.64 * depth * depth, 1.0 - 0.5 * depth)


POLYTROPES = replace(EQUILIBRIUM, fields=known, guess=newtonian)


def one_element(nodes: int, grading: int = 0, device: torch.device | str = "cpu") -> Mesh:
    """The whole star as one element."""
    edges = torch.tensor([-1.0, 0.0], dtype=torch.float64, device=device)
    return mesh(edges, nodes, grading=torch.tensor([grading], device=device))


def polytrope_chart(elements: Mesh, spacing: tuple[float, float] = SPACING) -> Chart:
    """The chart of the family on these elements."""

    def members(places: Tensor) -> tuple[Polytropes, Mesh]:
        return Polytropes(places[:, 0], places[:, 1].exp()), elements

    return Chart(lambda stars: torch.stack((stars.gamma, stars.h_c.log()), dim=1), members, spacing)


def bulk(solution: Solution, stars: Polytropes) -> Bulk:
    """Mass and radius of solved stars."""
    index = 1.0 / (stars.gamma - 1.0)
    z_c = torch.expm1(stars.h_c) / (index + 1.0)
    scale_x, scale_v = central_scales(z_c, 1.0 + index * z_c)
    x, v = solution.end.unbind(-1)
    radius = (stars.h_c * scale_x * x).sqrt()
    return Bulk(stars.h_c * scale_v * v * radius, radius)

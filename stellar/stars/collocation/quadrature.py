"""Integrals through stars: of s^(1/2) times smooth functions, and running ones of smooth functions.

Volumes grow like s^(3/2) from the centre. On the element that begins there, with s proportional to
t = (1 + xi)/2, the weights integrate t^(1/2) times the polynomial through the nodes exactly, by

    int_0^1 t^(1/2) P_k(2t - 1) dt = prod_{i<k} (1/2 - i) / prod_{i<=k+1} (1/2 + i)

(Gradshteyn & Ryzhik 2007, 7.127); behind it s^(1/2) is smooth itself.
"""

from functools import lru_cache

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.collocation.elements import GRADED_RIGHT
from stellar.stars.collocation.nodal_star import NodalStar


def volume_integral(star: NodalStar, integrand: Tensor) -> Tensor:
    """int s^(1/2) f ds from the centre to the surface, [lane].

    integrand : f [lane, element, node], smooth on each element
    """
    mesh, depth = star.mesh, star.h_c[:, None]
    behind = star.s[:, 1:].sqrt() * integrand[:, 1:] * mesh.speed[:, 1:]
    length = depth * mesh.lengths[:, :1]
    inner = (integrand[:, 0] * _stretch(star)) @ root_weights(mesh.basis)
    total = length[:, :1] * length[:, :1].sqrt() * inner.unsqueeze(1)
    # one after the other: elements of no length do not change the order of the sum
    parts = torch.cat((total, (behind @ mesh.basis.quadrature) * depth), dim=1)
    return parts.cumsum(dim=1)[:, -1]


def _stretch(star: NodalStar) -> Tensor:
    """(s/(L t))^(1/2) ds/(L dt) on the element at the centre, [lane or 1, node]."""
    rest = star.mesh.basis.to_right
    graded = 2.0 * rest * (1.0 + rest).sqrt()  # s = L t (2 - t)
    at_surface = star.mesh.grading[:, :1] == GRADED_RIGHT
    return torch.where(at_surface, graded, torch.ones_like(graded))


def running_integral(star: NodalStar, integrand: Tensor) -> Tensor:
    """int f ds from the centre to every node, [lane, element, node]."""
    basis = star.mesh.basis
    rate = integrand * star.mesh.speed * star.h_c[:, None, None]
    inside = rate @ basis.integration.T
    total = (rate @ basis.quadrature).cumsum(dim=1)
    before = torch.cat((torch.zeros_like(total[:, :1]), total[:, :-1]), dim=1)
    return inside + before.unsqueeze(-1)


@lru_cache(maxsize=16)
def root_weights(basis: Basis) -> Tensor:
    """Weights of int_0^1 t^(1/2) f dt for values of f at the nodes, [node]."""
    moments = [2.0 / 3.0]
    for degree in range(basis.size - 1):
        moments.append(moments[-1] * (0.5 - degree) / (degree + 2.5))
    table = torch.tensor(moments, dtype=torch.float64, device=basis.nodes.device)
    return table @ basis.coefficients

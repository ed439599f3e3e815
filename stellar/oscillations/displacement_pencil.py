"""Non-radial modes on a fixed metric, stratified or not, as one symmetric pencil.

With W and V of McDermott et al. (1983), Phi' = nu'/2, mu = (eps + p) e^{nu/2}, chi = e^-nu V,
L = l (l + 1), and Q for omega^2 chi as it follows from the compression of matter,

    omega^2 chi = Q
    omega^2 mu e^{lam/2-nu} W / r^2 = mu S Phi' e^{-lam/2} W / r^2 - mu (Q' - S Q)
    mu r^2 e^{lam/2} Q / c_s^2 = mu [W' - Phi' W / c_s^2 + L e^{lam/2+nu} chi]

The pair (W, chi) is the displacement and Q, taken out element by element, its potential energy

    M = int mu e^{lam/2-nu} W^2 / r^2 + L int mu e^{lam/2+nu} chi^2
    K = int mu S Phi' e^{-lam/2} W^2 / r^2 + sum [mu] Phi' e^{-lam/2} W^2 / r^2 + b C^-1 b

where b and C are the two sides of the third line, and the sum runs over density jumps and a bare
surface: all conditions there are natural. W = r^{l+1} w is continuous and of degree n, chi and Q
are r^l times polynomials of degree n - 1 on each element. As chi and Q share their space, every W
has a chi with b = 0 exactly: where nothing stratifies these are modes of omega = 0, apart from all
others, and elsewhere the g-modes. Lengths in km, G = c = 1.
"""

import torch
from torch import Tensor

from parode_core.bases import basis
from parode_core.eigen import Integrand, join_elements
from stellar.oscillations.element_matrices import (
    SPARE_POINTS,
    TRIAL,
    Integrands,
    Sample,
    on_elements,
)
from stellar.oscillations.nodal_star import NodeStar, StarFields


def displacement_pencil(star: NodeStar, l: int, size: int) -> tuple[Tensor, Tensor]:
    """Matrices K and M of K z = omega^2 M z, [lane, n, n] with n = 2 elements size + 1.

    Rows and columns of elements without length are zero.
    """
    k, m = displacement_elements(star, l, size)
    return join_elements(k), join_elements(m)


def displacement_elements(star: NodeStar, l: int, size: int) -> tuple[Tensor, Tensor]:
    """Matrices K and M of the elements, [lane, element, 2 size + 1, 2 size + 1].

    Unknowns of an element are w at all nodes but the last, chi at its own nodes, and w at the last.
    Those of elements without length are zero.

    Parameters
    ----------
    l : degree, at least 1
    size : functions chi of an element; w has one more

    Raises
    ------
    ValueError
        If l < 1.
    """
    if l < 1:
        raise ValueError(f"non-radial modes need l >= 1, not {l}.")
    device = star.x_ratio.device
    radial, potential = (basis(count, TRIAL).to(device) for count in (size + 1, size))
    tiles = star.in_whole_tiles()
    scale = tiles.radius[:, None, None] ** 2

    def matrices(sample: Sample) -> tuple[Integrands, ...]:
        f = sample.fields
        lean, root = f.exp_minus_lam, f.exp_minus_lam.sqrt()
        mu = sample.measure * _inertia(f) * (f.r_squared / scale) ** (l - 1)
        pull = f.s * f.pull / lean  # r Phi'
        w, u = (part.interpolation(sample.points.nodes) for part in (radial, potential))
        along = w @ radial.differentiation
        held = mu * root * f.s * f.pull**2 / (lean**2 * f.x_ratio) * f.delta / (f.ce2 * f.cs2)
        return (
            (Integrand(mu * f.r_squared / (root * f.cs2), u, u),),
            (
                Integrand(mu * (l + 1 - pull / f.cs2), u, w),
                Integrand(mu * sample.per_radius, u, along),
            ),
            (Integrand(l * (l + 1) * mu * f.exp_nu / root, u, u),),
            (Integrand(mu / (root * f.exp_nu), w, w),),
            (Integrand(torch.where(f.delta == 0.0, 0.0, held), w, w),),
        )

    count = 2 * size + SPARE_POINTS
    stiff, by_w, by_chi, mass_w, buoyancy = on_elements(tiles, star.lanes, count, matrices)
    live = star.live[:, :, None, None]
    identity = torch.eye(size, dtype=stiff.dtype, device=device)
    factor, _ = torch.linalg.cholesky_ex(torch.where(live, stiff, identity))
    half_w, half_chi = (
        torch.linalg.solve_triangular(factor, part, upper=False) for part in (by_w, by_chi)
    )
    last = torch.zeros(size + 1, dtype=stiff.dtype, device=device)
    last[-1] = 1.0
    waves = _wave_energy(tiles, l)[: star.lanes]
    buoyancy = buoyancy + waves[:, :, None, None] * torch.outer(last, last)
    k = _whole(half_w.mT @ half_w + buoyancy, half_w.mT @ half_chi, half_chi.mT @ half_chi)
    m = _whole(mass_w, torch.zeros_like(by_w.mT), by_chi)
    return k, m


def _inertia(fields: StarFields) -> Tensor:
    """mu, km^-2."""
    return fields.enthalpy * fields.exp_nu.sqrt()


def _wave_energy(star: NodeStar, l: int) -> Tensor:
    """[mu] Phi' e^{-lam/2} W^2 / r^2 at the end of each element for w = 1, [lane, element]."""
    fields = star.fields
    inertia = _inertia(fields)
    inner, outer = inertia[..., -1], torch.zeros_like(inertia[..., -1])
    outer[:, :-1] = torch.where(star.jumps, inertia[:, 1:, 0], inner[:, :-1])
    drop = torch.where(star.outermost, inner, inner - outer)
    drop = torch.where(star.live, drop, 0.0)
    r2, lean = fields.r_squared[..., -1], fields.exp_minus_lam[..., -1]
    pull = fields.s[..., -1] * fields.pull[..., -1] / lean
    return drop * lean.sqrt() * pull * r2.sqrt() * (r2 / star.radius.unsqueeze(1) ** 2) ** (l - 1)


def _whole(ww: Tensor, wc: Tensor, cc: Tensor) -> Tensor:
    """One symmetric matrix of each element from its blocks."""
    size = cc.shape[-1]
    whole = torch.cat((torch.cat((ww, wc), dim=3), torch.cat((wc.mT, cc), dim=3)), dim=2)
    order = torch.tensor([*range(size), *range(size + 1, 2 * size + 1), size], device=cc.device)
    return whole[:, :, order.unsqueeze(1), order]

"""Batches of parametric equations of state from tensors of parameters, one lane a draw.

The constructions are those of the families of the same names, with every quantity differentiable:
crossing densities, dividing log-enthalpies and the constants a_i, Lambda_i follow the parameters.
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from stellar.constants import (
    ATOMIC_MASS_UNIT_MEV,
    C_SI,
    G_CM3_TO_KM2,
    HBAR_C_MEV_FM,
    MEV_FM3_TO_KM2,
    MSUN_KM,
)
from stellar.eos.families import generalized_polytrope, piecewise_polytrope
from stellar.eos.nodes.batch import Group, NodeEOS, one_form
from stellar.eos.nodes.forms import (
    COLOR_FLAVOR_LOCKED,
    CONSTANT_SOUND_SPEED,
    ENERGY_POLYTROPE,
    POLYTROPE,
)

_NEWTON_STEPS = 60


def piecewise_polytropes(log_p1: Tensor, g1: Tensor, g2: Tensor, g3: Tensor) -> NodeEOS:
    """Family `pp`: log10 of p [dyn/cm^2] at 10^14.7 g/cm^3 and three indices, each [lane]."""
    crust = piecewise_polytrope.crust_pieces()
    inner = piecewise_polytrope.core_divisions()
    p1 = 10.0**log_p1 / (C_SI * 100.0) ** 2 * G_CM3_TO_KM2
    ks = [torch.full_like(g1, k) for k, _ in crust]
    gammas = [*(torch.full_like(g1, gamma) for _, gamma in crust), g1, g2, g3]
    ks.append(p1 / inner[0] ** g1)
    for rho, below, above in zip(inner, (g1, g2), (g2, g3), strict=True):
        ks.append(ks[-1] * rho ** (below - above))
    divisions = [
        (ks[i] / ks[i + 1]) ** (1.0 / (gammas[i + 1] - gammas[i])) for i in range(len(crust))
    ]
    divisions += [torch.full_like(g1, rho) for rho in inner]
    a = torch.zeros_like(g1)
    edges, pieces = [torch.zeros_like(g1)], []
    for number, (k, gamma) in enumerate(zip(ks, gammas, strict=True)):
        pieces.append(torch.stack([gamma, k, a, torch.zeros_like(a)], -1))
        if number < len(divisions):
            ratio, after = k * divisions[number] ** (gamma - 1.0), gammas[number + 1]
            edges.append(torch.log1p(a + ratio * gamma / (gamma - 1.0)))
            a = a + ratio / (gamma - 1.0) - ratio / (after - 1.0)
    return _polytropic(pieces, edges)


def generalized_polytropes(log_k1: Tensor, g1: Tensor, g2: Tensor, g3: Tensor) -> NodeEOS:
    """Family `gpp`: log10 of K_1 and three indices, each [lane]."""
    k_outer, crust, crust_divisions = generalized_polytrope.crust_constants()
    stiffness = k_outer * crust[0]  # of the innermost crust, dp/drho = stiffness rho^(Gamma - 1)
    for rho, below, above in zip(crust_divisions, crust, crust[1:], strict=False):
        stiffness *= rho ** (below - above)
    k1 = 10.0**log_k1 * G_CM3_TO_KM2 ** (1.0 - g1)
    rho_0 = (stiffness / (k1 * g1)) ** (1.0 / (g1 - crust[-1]))
    gammas = [*(torch.full_like(g1, gamma) for gamma in crust), g1, g2, g3]
    divisions = [torch.full_like(g1, rho) for rho in crust_divisions]
    divisions += [rho_0, *(torch.full_like(g1, r) for r in generalized_polytrope.core_divisions())]
    k, a, offset = torch.full_like(g1, k_outer), torch.zeros_like(g1), torch.zeros_like(g1)
    edges, pieces = [torch.zeros_like(g1)], []
    for number, gamma in enumerate(gammas):
        pieces.append(torch.stack([gamma, k, a, offset], -1))
        if number < len(divisions):
            density, after = divisions[number], gammas[number + 1]
            slope = k * gamma * density ** (gamma - 1.0)  # dp/drho
            edges.append(torch.log1p(a + slope / (gamma - 1.0)))
            a = a + slope * (after - gamma) / ((gamma - 1.0) * (after - 1.0))
            offset = offset + slope * density * (after - gamma) / (gamma * after)
            k = slope / (after * density ** (after - 1.0))
    return _polytropic(pieces, edges)


def _polytropic(pieces: list[Tensor], edges: list[Tensor]) -> NodeEOS:
    ends = torch.stack([*edges, torch.full_like(edges[0], torch.inf)], -1)
    return one_form(POLYTROPE, torch.stack(pieces, 1), ends, torch.ones_like(edges[0]))


def _single(form, columns: list[Tensor], baryon_factor: Tensor) -> NodeEOS:
    """A batch of equations of state of one unbounded segment."""
    edges = torch.stack([torch.zeros_like(columns[0]), torch.full_like(columns[0], torch.inf)], -1)
    return one_form(form, torch.stack(columns, -1).unsqueeze(1), edges, baryon_factor)


def rest_mass_polytropes(gamma: Tensor, K: Tensor) -> NodeEOS:
    """Family `polytrope`: index and constant in units G = c = M_sun = 1, each [lane]."""
    zero = torch.zeros_like(gamma)
    k = K * MSUN_KM ** (2.0 * gamma - 2.0)
    return _single(POLYTROPE, [gamma, k, zero, zero], torch.ones_like(gamma))


def energy_polytropes(n: Tensor, K: Tensor) -> NodeEOS:
    """Family `energy-polytrope`: polytropic index and constant in km^(2/n), each [lane]."""
    return _single(ENERGY_POLYTROPE, [n, K], torch.ones_like(n))


def _surface_potential(a4: Tensor, a2: Tensor, bag: Tensor) -> Tensor:
    """mu_0 in MeV, as `quark_matter.surface_potential_mev`."""
    constant = 4.0 * math.pi**2 / 3.0 * bag * HBAR_C_MEV_FM**3
    root = torch.sqrt(a2**2 + 4.0 * a4 * constant)
    squared = torch.where(a2 > 0.0, (a2 + root) / (2.0 * a4), 2.0 * constant / (root - a2))
    return torch.sqrt(squared)


def bags(B: Tensor) -> NodeEOS:
    """Family `mit`: bag constant in MeV/fm^3, [lane]."""
    one, zero = torch.ones_like(B), torch.zeros_like(B)
    mu_0 = _surface_potential(one, zero, B)
    columns = [one / 3.0, zero, 4.0 * B * MEV_FM3_TO_KM2, zero]
    return _single(CONSTANT_SOUND_SPEED, columns, ATOMIC_MASS_UNIT_MEV / (3.0 * mu_0))


def color_flavor_locked(B: Tensor, ms: Tensor, gap: Tensor, a4: Tensor) -> NodeEOS:
    """Family `cfl`: bag constant in MeV/fm^3, strange mass and gap in MeV, a4, each [lane]."""
    a2 = ms**2 - 4.0 * gap**2
    mu_0 = _surface_potential(a4, a2, B)
    scale = 3.0 / (4.0 * math.pi**2 * HBAR_C_MEV_FM**3) * MEV_FM3_TO_KM2
    columns = [scale * a4 * mu_0**4, scale * a2 * mu_0**2]
    return _single(COLOR_FLAVOR_LOCKED, columns, ATOMIC_MASS_UNIT_MEV / (3.0 * mu_0))


def hybrids(base: NodeEOS, rho_t: Tensor, deps: Tensor, cs2: Tensor) -> NodeEOS:
    """Family `css` on a batch of bases: rho_t in g/cm^3, relative jump, cs2, each [lane].

    The transition must not fall into a density jump of the base; a lane where no log-enthalpy has
    the density is NaN throughout.
    """
    h_t = _enthalpy_at_density(base, rho_t * G_CM3_TO_KM2)
    nodes = h_t[:, None, None]
    p, eps, _, _ = (values[:, 0, 0] for values in base.evaluate(nodes))
    core = torch.stack([cs2, p, eps * (1.0 + deps), h_t], -1)
    # the core takes the place after the last segment that begins below the transition
    kept = torch.sum(base.edges[:, :-1] < h_t[:, None], -1, keepdim=True)
    place = torch.arange(base.edges.shape[1] + 1, device=h_t.device)
    shifted = torch.cat([base.edges, torch.full_like(h_t, torch.inf)[:, None]], -1)
    ends = torch.where(place < kept, shifted, torch.where(place == kept, h_t[:, None], torch.inf))
    inside = place[:-1] >= kept
    lane = torch.arange(base.lanes, device=h_t.device)[:, None].expand_as(inside)
    padded = [torch.cat([t, t[:, -1:]], -1) for t in (base.group_of, base.row_of)]
    return NodeEOS(
        ends,
        (*base.groups, Group(CONSTANT_SOUND_SPEED, core)),
        torch.where(inside, len(base.groups), padded[0]),
        torch.where(inside, lane, padded[1]),
        base.baryon_factor,
        _without_index(base.index, inside, torch.nan),
        _without_index(base.relative, inside, False),
    )


def _without_index(option: Tensor | None, inside: Tensor, value: float) -> Tensor | None:
    """The frozen index of the base, with none for the core."""
    if option is None:
        return None
    return torch.cat([option, option[:, -1:]], -1).masked_fill(inside, value)


def _enthalpy_at_density(base: NodeEOS, density: Tensor) -> Tensor:
    """Log-enthalpy [lane] at which f (eps + p) e^-h has a value, km^-2.

    Bisection finds it; one step of Newton with d ln rho_b/dh = 1/ce2 makes it differentiable.
    """

    def mismatch(h: Tensor) -> tuple[Tensor, Tensor]:
        state = base.evaluate(h[:, None, None])
        rho = base.baryon_factor * (state.eps + state.p)[:, 0, 0] * torch.exp(-h)
        return torch.log(rho / density), state.ce2[:, 0, 0]

    with torch.no_grad():
        low = torch.zeros_like(density)
        high = torch.clamp(base.edges.masked_fill(torch.isinf(base.edges), 3.0).amax(-1), max=3.0)
        for _ in range(_NEWTON_STEPS):
            middle = 0.5 * (low + high)
            above = mismatch(middle)[0] > 0.0
            low, high = torch.where(above, low, middle), torch.where(above, middle, high)
        h = 0.5 * (low + high)
        found = torch.abs(mismatch(h)[0]) < 1e-9
        h = torch.where(found, h, torch.nan)
    excess, ce2 = mismatch(h)
    return h - ce2.detach() * excess


BUILDERS: Mapping[str, Callable[..., NodeEOS]] = {
    "pp": piecewise_polytropes,
    "gpp": generalized_polytropes,
    "polytrope": rest_mass_polytropes,
    "energy-polytrope": energy_polytropes,
    "mit": bags,
    "cfl": color_flavor_locked,
}

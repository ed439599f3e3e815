"""Non-radial modes of barotropic stars on a fixed metric, as a symmetric pencil.

Without stratification the displacement is a potential flow. With W and V of McDermott et al.
(1983), mu = (eps + p) e^{nu/2} and L = l (l + 1), the two equations give, for chi = e^-nu V,

    W = -r^2 e^{nu-lam/2} chi'
    -(mu r^2 e^{nu-lam/2} chi')' + L mu e^{nu+lam/2} chi = omega^2 mu r^2 e^{lam/2} / c_s^2 chi

a Sturm-Liouville problem in omega^2. The condition at the surface, omega^2 r^2 e^{lam/2-nu} V
+ Phi' W = 0 with Phi' = nu'/2, is natural once B holds the energy of surface waves,
mu r^2 e^{lam/2} chi^2 / Phi' (nothing if eps vanishes there). Where eps jumps, W is continuous and

    W = -omega^2 r^2 e^{lam/2} d / (Phi' (mu_in - mu_out)),    d = mu_in chi_in - mu_out chi_out

so that B gains r^2 e^{lam/2} d^2 / (Phi' (mu_in - mu_out)): the interface wave. The unknowns at a
jump are chi_out and d / mu_in, where there is none chi alone.

In ascending order come one i-mode for each jump, f, p1, p2, ...: the place is the label. Lengths
in km, G = c = 1.
"""

from dataclasses import replace

import torch
from torch import Tensor

from parode_core.eigen import join_elements
from stellar.oscillations.company import in_company
from stellar.oscillations.element_matrices import element_matrices
from stellar.oscillations.inverse_modes import InverseModes, inverse_modes
from stellar.oscillations.nodal_star import NodeStar, StarFields
from stellar.oscillations.radial_pencil import (
    COARSER,
    OrderedSpectrum,
    check_size,
    compared,
)


@in_company
def barotropic_spectrum(
    star: NodeStar,
    l: int,
    modes: int,
    *,
    size: int | None = None,
    tolerance: float = 1e-6,
    rough: NodeStar | None = None,
) -> OrderedSpectrum:
    """The lowest i-, f- and p-modes of every star.

    Parameters
    ----------
    l : degree, at least 1
    modes : number of modes, those at density jumps among them
    size : trial functions an element; as many as the star has nodes if None
    tolerance : distance of two resolutions, relative to the larger of omega^2 and M/R^3, beyond
        which a mode is not reported
    rough : the same stars on fewer nodes, for the second resolution; without them the error of
        the stars themselves is not in the errors

    Raises
    ------
    ValueError
        If l < 1, a star is stratified, or there are too few trial functions.
    """
    if bool(star.stratified.any()):
        raise ValueError("stratified stars are no potential flow; use cowling_spectrum.")
    size = star.mesh.basis.size if size is None else size
    check_size(star, size, modes)
    fine = barotropic_modes_of(star, l, size, modes)
    coarse = barotropic_modes_of(star if rough is None else rough, l, size - COARSER, modes)
    found = compared(star, fine, coarse, modes, tolerance)
    interfaces = (star.jumps & (_drop(star) > 0.0)).sum(dim=1, keepdim=True)
    return replace(found, order=found.order - interfaces)


def barotropic_modes_of(star: NodeStar, l: int, size: int, modes: int) -> InverseModes:
    """The lowest omega^2 of one resolution, solved for 1/omega^2.

    A is positive definite, so that a density inversion (mu_in < mu_out) is no failure: its mode
    grows, 1/omega^2 < 0, and is NaN at the end of the row.
    """
    return inverse_modes(*barotropic_elements(star, l, size), torch.zeros_like(star.unit), modes)


def barotropic_pencil(star: NodeStar, l: int, size: int) -> tuple[Tensor, Tensor]:
    """Matrices A and B of all elements, [lane, n, n] with n = elements size.

    Rows and columns of unknowns that move nothing are zero, see `barotropic_elements`.
    """
    first, last = slice(None, -2), slice(-1, None)  # behind the last element there is no jump
    whole = []
    for part in barotropic_elements(star, l, size):
        joined = join_elements(part)
        rows = torch.cat((joined[:, first], joined[:, last]), dim=1)
        whole.append(torch.cat((rows[:, :, first], rows[:, :, last]), dim=2))
    return whole[0], whole[1]


def barotropic_elements(star: NodeStar, l: int, size: int) -> tuple[Tensor, Tensor]:
    """Matrices A and B of the elements, [lane, element, size + 1, size + 1].

    The last two unknowns of an element are d / mu_in at its end, whose row and column are zero
    where there is no jump, and chi where the next one begins. Those of elements without length are
    zero.

    Raises
    ------
    ValueError
        If l < 1.
    """
    if l < 1:
        raise ValueError(f"non-radial modes need l >= 1, not {l}.")
    tiles = star.in_whole_tiles()
    scale = tiles.radius[:, None, None] ** 2

    def coefficients(fields: StarFields) -> tuple[Tensor, Tensor, Tensor]:
        root = fields.exp_minus_lam.sqrt()
        inertia = _inertia(fields) * (fields.r_squared / scale) ** (l - 1)
        return (
            inertia * fields.exp_nu * root,
            l * (l + 1) * inertia * fields.exp_nu / root,
            inertia * fields.r_squared / (root * fields.cs2),
        )

    a, b = element_matrices(tiles, star.lanes, size, l, coefficients)
    own = slice(star.lanes)
    ends, inertia, drop = (
        part[own] for part in (_wave_energy(tiles, l), _inertia(tiles.fields), _drop(tiles))
    )
    last = torch.zeros(size, dtype=a.dtype, device=a.device)
    last[-1] = 1.0
    surface = torch.where(star.outermost, ends * inertia[..., -1], 0.0)
    b = b + surface[:, :, None, None] * torch.outer(last, last)
    at_ends = _ends(star.jumps, inertia, size)
    a, b = (at_ends.mT @ part @ at_ends for part in (a, b))
    wave = ends[:, :-1] * inertia[:, :-1, -1] ** 2 / torch.where(star.jumps, drop, 1.0)
    b[:, :-1, -2, -2] += torch.where(star.jumps, wave, 0.0)
    return a, b


def _ends(jumps: Tensor, inertia: Tensor, size: int) -> Tensor:
    """chi of an element by its unknowns, [lane, element, size, size + 1].

    Where elements meet chi_in = (mu_out / mu_in) chi_out + d / mu_in.
    """
    ratio, jump = torch.ones_like(inertia[..., -1]), torch.zeros_like(inertia[..., -1])
    jump[:, :-1] = jumps.to(jump.dtype)
    ratio[:, :-1] = torch.where(jumps, inertia[:, 1:, 0] / inertia[:, :-1, -1], 1.0)
    same = torch.eye(size, size + 1, dtype=inertia.dtype, device=inertia.device)
    same[-1] = 0.0
    whole = same.expand(*ratio.shape, -1, -1).clone()
    whole[:, :, -1, -2] = jump
    whole[:, :, -1, -1] = ratio
    return whole


def _inertia(fields: StarFields) -> Tensor:
    """mu, km^-2."""
    return fields.enthalpy * fields.exp_nu.sqrt()


def _wave_energy(star: NodeStar, l: int) -> Tensor:
    """r^2 e^{lam/2} / Phi' at the end of each element, in the unit of the matrices."""
    fields = star.fields
    r2, s, pull = fields.r_squared[..., -1], fields.s[..., -1], fields.pull[..., -1]
    there = s > 0.0
    gravity = torch.where(there, s * pull, 1.0)
    size = (r2 / star.radius.unsqueeze(1) ** 2) ** (l - 1)
    value = r2 * r2 * r2.sqrt() * size * fields.exp_minus_lam[..., -1].sqrt() / gravity
    return torch.where(there, value, 0.0)


def _drop(star: NodeStar) -> Tensor:
    """mu_in - mu_out where elements meet, [lane, element - 1]."""
    inertia = _inertia(star.fields)
    return inertia[:, :-1, -1] - inertia[:, 1:, 0]

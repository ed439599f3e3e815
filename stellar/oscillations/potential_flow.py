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

from parode_core.eigen import Spectrum
from stellar.oscillations.element_matrices import element_matrices
from stellar.oscillations.nodal_star import NodeStar, StarFields
from stellar.oscillations.radial_pencil import (
    COARSER,
    OrderedSpectrum,
    check_size,
    compared,
    inverse_spectrum,
)


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
    fine = barotropic_modes_of(star, l, size)
    coarse = barotropic_modes_of(star if rough is None else rough, l, size - COARSER)
    found = compared(star, fine, coarse, modes, tolerance)
    interfaces = (star.jumps & (_drop(star) > 0.0)).sum(dim=1, keepdim=True)
    return replace(found, order=found.order - interfaces)


def barotropic_modes_of(star: NodeStar, l: int, size: int, *, vectors: bool = False) -> Spectrum:
    """All eigenvalues omega^2 of one resolution, solved for 1/omega^2.

    A is positive definite, so that a density inversion (mu_in < mu_out) is no failure: its mode
    grows, 1/omega^2 < 0, and is NaN at the end of the row.
    """
    a, b = barotropic_pencil(star, l, size)
    return inverse_spectrum(a, b, torch.zeros_like(star.unit), vectors=vectors)


def barotropic_pencil(star: NodeStar, l: int, size: int) -> tuple[Tensor, Tensor]:
    """Matrices A and B, [lane, n, n] with n = elements size.

    The last unknown of every element but the outermost is d / mu_in; its row and column are zero
    where there is no jump, as are those of elements without length.

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

    a, b = element_matrices(tiles, size, l, coefficients)
    ends = _wave_energy(tiles, l)
    last = torch.zeros(size, dtype=a.dtype, device=a.device)
    last[-1] = 1.0
    surface = torch.where(tiles.outermost, ends * _inertia(tiles.fields)[..., -1], 0.0)
    b = b + surface[:, :, None, None] * torch.outer(last, last)
    # whole matrices are large: only those of the stars asked for are made
    a, b, ends = a[: star.lanes], b[: star.lanes], ends[: star.lanes]
    return _joined(star, a, None), _joined(star, b, ends)


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


def _joined(star: NodeStar, matrices: Tensor, ends: Tensor | None) -> Tensor:
    """One matrix of all elements: u_in = (mu_out / mu_in) u_out + d / mu_in where they meet."""
    lanes, elements, size, _ = matrices.shape
    whole = matrices.new_zeros(lanes, elements * size, elements * size)
    for element in range(elements):
        part = slice(element * size, (element + 1) * size)
        whole[:, part, part] = matrices[:, element]
    inertia, drop = _inertia(star.fields), _drop(star)
    for element in range(elements - 1):
        d, first = (element + 1) * size - 1, (element + 1) * size
        jump = star.jumps[:, element]
        inner = inertia[:, element, -1]
        ratio = torch.where(jump, inertia[:, element + 1, 0] / inner, 1.0)[:, None]
        keep = jump[:, None]
        # copies, as derivatives need them after the matrix has changed
        column = whole[:, :, d].clone()
        whole[:, :, first] += ratio * column
        whole[:, :, d] = torch.where(keep, column, 0.0)
        row = whole[:, d, :].clone()
        whole[:, first, :] += ratio * row
        whole[:, d, :] = torch.where(keep, row, 0.0)
        if ends is not None:
            wave = ends[:, element] * inner**2 / torch.where(jump, drop[:, element], 1.0)
            whole[:, d, d] += torch.where(jump, wave, 0.0)
    return whole

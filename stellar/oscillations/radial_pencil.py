"""Radial oscillations of many stars at once, as a symmetric Galerkin pencil.

With zeta = r^2 e^{-nu/2} xi^r and ' = d/dr (Chandrasekhar 1964; Bardeen, Thorne & Meltzer 1966)

    -(P zeta')' - Q zeta = omega^2 W zeta,        P = c_s^2 (eps + p) e^{(lam+3nu)/2} / r^2
    W = (eps + p) e^{(3lam+nu)/2} / r^2
    Q = (eps + p) e^{(lam+3nu)/2} / r^2 [nu'^2/4 + 2 nu'/r - 8 pi p e^lam]

and zeta = r^3 u, u a polynomial on each element (see `element_matrices`). P zeta' = 0 at the
surface and its continuity at density jumps are natural conditions.

This is a Sturm-Liouville problem: its n-th eigenvalue has n nodes, Galerkin eigenvalues lie above
those of the star, and the same place of two resolutions is the same mode. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.eigen import join_elements
from stellar.oscillations.company import in_company
from stellar.oscillations.element_matrices import element_matrices
from stellar.oscillations.inverse_modes import InverseModes, inverse_modes
from stellar.oscillations.nodal_star import FOUR_PI, NodeStar, StarFields

DEEPEST = 10.0  # of M/R^3: no star that can be computed is more unstable
COARSER = 4  # fewer trial functions an element in the pencil that tells the error


@dataclass(frozen=True, eq=False)
class OrderedSpectrum:
    """Modes of each lane by their place in the order of a Sturm-Liouville problem.

    omega_squared, errors : km^-2, [lane, mode]; NaN where the status is not OK. A negative omega^2
        grows, e^{|omega| t}; errors hold what rounding may do
    status : [lane, mode]; ACCURACY_NOT_REACHED where two resolutions do not agree
    order : radial order, [lane, mode]: n of H_n, 0 for F; n of p_n, 0 for f, negative for i-modes
    """

    omega_squared: Tensor
    errors: Tensor
    status: Tensor
    order: Tensor


@in_company
def radial_spectrum(
    star: NodeStar,
    modes: int,
    *,
    size: int | None = None,
    tolerance: float = 1e-6,
    rough: NodeStar | None = None,
) -> OrderedSpectrum:
    """The lowest radial modes of every star: F, H1, H2, ...

    Parameters
    ----------
    modes : number of modes, F among them
    size : trial functions an element; as many as the star has nodes if None
    tolerance : distance of two resolutions, relative to the larger of |omega^2| and M/R^3, beyond
        which a mode is not reported
    rough : the same stars on fewer nodes, for the second resolution; without them the error of
        the stars themselves is not in the errors

    Raises
    ------
    ValueError
        If there are too few trial functions.
    """
    size = star.mesh.basis.size if size is None else size
    check_size(star, size, modes)
    fine = radial_modes_of(star, size, modes)
    coarse = radial_modes_of(star if rough is None else rough, size - COARSER, modes)
    return compared(star, fine, coarse, modes, tolerance)


def radial_modes_of(star: NodeStar, size: int, modes: int | None = None) -> InverseModes:
    """The lowest omega^2 of one resolution, all if None; their functions are u at the trial nodes.

    Solved as B z = mu (A + sigma B) z, mu = 1/(omega^2 + sigma): the lowest modes are the largest
    mu and keep their digits, whatever the highest eigenvalue of a thin crust is. Elements without
    length own unknowns that move nothing, mu = 0: their eigenvalues are NaN, at the end. A star
    with a mode below -sigma is SINGULAR.
    """
    return inverse_modes(*radial_elements(star, size), DEEPEST * star.unit, modes)


def radial_elements(star: NodeStar, size: int) -> tuple[Tensor, Tensor]:
    """Matrices A and B of the elements, [lane, element, size, size]; zero without length."""
    return element_matrices(star.in_whole_tiles(), star.lanes, size, 3, pulsation_coefficients)


def radial_pencil(star: NodeStar, size: int) -> tuple[Tensor, Tensor]:
    """Matrices A and B, [lane, n, n] with n = elements (size - 1) + 1.

    Rows and columns of unknowns that belong to elements without length alone are zero.
    """
    a, b = radial_elements(star, size)
    return join_elements(a), join_elements(b)


def pulsation_coefficients(fields: StarFields) -> tuple[Tensor, Tensor, Tensor]:
    """r^2 P, -r^4 Q and r^4 W."""
    lean = fields.exp_minus_lam
    factor = (fields.exp_nu / lean).sqrt() * fields.enthalpy
    gravity = fields.s * fields.pull / lean  # r nu'/2
    bracket = gravity * (gravity + 4.0) - 2.0 * FOUR_PI * fields.r_squared * fields.p / lean
    return (
        factor * fields.exp_nu * fields.cs2,
        -factor * fields.exp_nu * bracket,
        factor / lean * fields.r_squared,
    )


def check_size(star: NodeStar, size: int, modes: int) -> None:
    """Refuse fewer trial functions an element than `modes` modes need.

    Raises
    ------
    ValueError
        If there are too few.
    """
    least = COARSER + max(3, 1 - (1 - modes) // star.mesh.elements)
    if size < least:
        raise ValueError(
            f"{modes} modes need at least {least} trial functions an element, not {size}."
        )


def compared(
    star: NodeStar, fine: InverseModes, coarse: InverseModes, modes: int, tolerance: float
) -> OrderedSpectrum:
    """The modes on which two resolutions agree; a place is the same mode in both."""
    values, others = fine.in_order(modes), coarse.in_order(modes)
    there = min(modes, fine.values.shape[1])
    lowest = torch.arange(there, device=values.device).expand(values.shape[0], -1)
    rounded = torch.zeros_like(values)
    rounded[:, :there] = fine.rounding(lowest, fine.functions(lowest))
    errors = (values - others).abs() + rounded
    agrees = errors <= tolerance * torch.maximum(values.abs(), star.unit.unsqueeze(1))
    status = torch.where(agrees, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    failed = fine.status.unsqueeze(1)
    order = torch.arange(modes, device=values.device).expand_as(values)
    return OrderedSpectrum(
        torch.where(agrees, values, torch.nan),
        torch.where(agrees, errors, torch.nan),
        torch.where(failed != int(Status.OK), failed, status),
        order,
    )

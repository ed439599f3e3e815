"""Derivatives of radial and Cowling modes with respect to everything a star is made of.

For a symmetric pencil A z = omega^2 B z (see `radial_pencil`, `potential_flow` and
`displacement_pencil`)

    d omega^2/d theta = z^T (A_theta - omega^2 B_theta) z / z^T B z,

with z by inverse iteration at the known omega^2 (Wielandt 1944): the search for omega^2 is not
differentiated. Lengths in km, G = c = 1.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from parode_core.eigen import differentiable_eigenvalues
from stellar.oscillations.nodal_star import NodeStar

Pencil = Callable[[NodeStar], tuple[Tensor, Tensor]]

BESIDE = 1e-9  # of omega^2, at which the matrix is not singular
STEPS = 3  # of inverse iteration, each of which gains some eight digits


def differentiable_squares(star: NodeStar, pencil: Pencil, omega_squared: Tensor) -> Tensor:
    """Squares of frequencies as functions of the star.

    Parameters
    ----------
    star : stars on their nodes; gradients flow to their edges, X, V and equations of state
    pencil : A and B by the star, with the trial functions that gave the modes, such as
        `lambda star: radial_pencil(star, size)`
    omega_squared : of modes of these stars, km^-2, [lane, mode]; NaN for none

    Returns
    -------
    omega^2 in km^-2 with the same values, [lane, mode]. NaN stays NaN and passes no gradient on.
    """
    values = omega_squared.detach()
    lane, mode = values.isfinite().nonzero(as_tuple=True)
    if not lane.numel():
        return values
    # what was computed of the stars while gradients were switched off has none
    a, b = (matrix[lane] for matrix in pencil(star.anew()))
    known = values[lane, mode]
    vector = _vectors(a.detach(), b.detach(), known)
    found = differentiable_eigenvalues(a, b, vector)[:, 0]
    return values.index_put((lane, mode), known + (found - found.detach()))


def _vectors(a: Tensor, b: Tensor, value: Tensor) -> Tensor:
    """Eigenvectors of known eigenvalues [point], [point, n, 1]."""
    beside = ((1.0 + BESIDE) * value)[:, None, None]
    # unknowns of elements without length move nothing
    idle = torch.diag_embed((a.diagonal(dim1=1, dim2=2) == 0.0).to(a.dtype))
    factors, pivots, _ = torch.linalg.lu_factor_ex(a - beside * b + idle)
    vector = torch.ones_like(a[:, :, :1])
    for _ in range(STEPS):
        vector = torch.linalg.lu_solve(factors, pivots, b @ vector)
        vector = vector / vector.abs().amax(dim=1, keepdim=True)
    return vector

"""Derivatives of roots with respect to parameters.

At a simple root f(z(theta), theta) = 0, so dz/dtheta = -f_theta / f_z. One Newton step
z - f(z, theta) / f_z with z and f_z held fixed has just this derivative and leaves the root where
it is. For a determinant f_theta / f_z = trace(M^-1 M_theta) / trace(M^-1 M') at a point where M is
singular; with the null vectors x and y of M it is y* M_theta x / y* M' x, which is used instead.
"""

from typing import Any

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.functions import (
    Contraction,
    MatrixFunction,
    ScalarFunction,
)


def differentiable_root(
    function: ScalarFunction | MatrixFunction, z: Tensor, parameters: Any
) -> Tensor:
    """Roots that know how they depend on the parameters.

    Parameters
    ----------
    function : scalar or matrix function that `torch` can differentiate in its parameters
    z : converged simple roots, [lane, root]; NaN stays NaN and passes no gradient on
    parameters : lane tree; gradients flow to its tensors, by autograd and by `torch.func`

    Returns
    -------
    The roots after one Newton step, [lane, root]. Multiple roots have no derivative and give
    numbers that are not finite or meaningless.
    """
    used = torch.isfinite(z.detach())
    root = torch.where(used, z.detach(), 0.0)
    if isinstance(function, MatrixFunction):
        step = _null_vector_step(*function.evaluate(root, parameters))
    else:
        value, slope = function.evaluate(root, parameters)
        step = value / torch.where(used, slope.detach(), 1.0)
    return torch.where(used, root - step, torch.nan)


def _null_vector_step(matrix: Tensor, contracted: Contraction) -> Tensor:
    """y* M x / y* M' x with the null vectors held fixed, [lane, root]."""
    left, _, right = torch.linalg.svd(matrix.detach())
    x, y = right[..., -1, :].conj(), left[..., :, -1].conj()
    weights = (y[..., :, None] * x[..., None, :]).detach()
    return (weights * matrix).sum((-2, -1)) / contracted(weights).detach()

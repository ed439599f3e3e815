"""Holomorphic functions of one complex variable, scalar or as the determinant of a matrix.

Whatever the form, the rest of the package sees f = value exp(log_scale) and f' = derivative
exp(log_scale). For a matrix M(z) the function is f = det M; with f' / f = trace(M^-1 M') and the
logarithm of |det M| from the triangular factors no determinant over- or underflows.

Derivatives that are not given come from forward-mode differentiation (`torch.func.jvp`), which is
exact; or, where a function cannot be differentiated, from the four-point rule
f'(z) = [f(z+d) - f(z-d) - i f(z+id) + i f(z-id)] / 4d with an error of d^4 f^(5) / 120
(Lyness & Moler 1967). A function must treat its points one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from parode_core.lanes import TILE

Evaluation = Callable[[Tensor, Any], Tensor]
EvaluationWithDerivative = Callable[[Tensor, Any], tuple[Tensor, Tensor]]


class Sample(NamedTuple):
    """A function at points [lane, point]: f = value exp(log_scale), f' = derivative exp(log_scale)."""

    value: Tensor
    derivative: Tensor
    log_scale: Tensor

    @property
    def newton_correction(self) -> Tensor:
        """f / f', about the distance to the nearest root divided by its multiplicity."""
        return self.value / self.derivative

    @property
    def log_derivative(self) -> Tensor:
        """f' / f."""
        return self.derivative / self.value


class HolomorphicFunction(Protocol):
    """What the root finders ask of a function; `rows_per_call` lanes are sampled together."""

    @property
    def rows_per_call(self) -> int:
        """Number of lanes in every call; all calls have this shape, so bits do not depend on it."""
        ...

    def sample(self, z: Tensor, parameters: Any) -> Sample:
        """Function and derivative at z [lane, point]."""
        ...

    def phase(self, z: Tensor, parameters: Any) -> Tensor:
        """f / |f| at z [lane, point], without a derivative."""
        ...


@dataclass(frozen=True)
class ScalarFunction:
    """A function given by its values.

    Parameters
    ----------
    value : f(z [lane, point], parameters) -> [lane, point], complex128
    value_and_derivative : the same, returning (f, f'); then `value` is not differentiated
    difference_step : distance d of the four-point rule, used instead of forward differentiation
    rows_per_call : lanes sampled together; a multiple of 64 on a processor without exact masking
    """

    value: Evaluation
    value_and_derivative: EvaluationWithDerivative | None = None
    difference_step: float | None = None
    rows_per_call: int = TILE

    def sample(self, z: Tensor, parameters: Any) -> Sample:
        """Function and derivative at z [lane, point]."""
        if self.value_and_derivative is not None:
            value, derivative = self.value_and_derivative(z, parameters)
        else:
            value, derivative = _differentiated(self.value, z, parameters, self.difference_step)
        _require_shape(value, z.shape)
        return Sample(value, derivative, torch.zeros_like(value.real))

    def phase(self, z: Tensor, parameters: Any) -> Tensor:
        """f / |f| at z [lane, point]."""
        value = self.value(z, parameters)
        return value / value.abs()


@dataclass(frozen=True)
class MatrixFunction:
    """The determinant of a matrix function M(z).

    Parameters
    ----------
    matrix : M(z [lane, point], parameters) -> [lane, point, m, m], complex128
    matrix_and_derivative : the same, returning (M, M')
    difference_step, rows_per_call : as in `ScalarFunction`
    """

    matrix: Evaluation
    matrix_and_derivative: EvaluationWithDerivative | None = None
    difference_step: float | None = None
    rows_per_call: int = TILE

    def sample(self, z: Tensor, parameters: Any) -> Sample:
        """Sign of det M, its derivative on the same scale, and log |det M|."""
        if self.matrix_and_derivative is not None:
            matrix, derivative = self.matrix_and_derivative(z, parameters)
        else:
            matrix, derivative = _differentiated(self.matrix, z, parameters, self.difference_step)
        _require_shape(matrix[..., 0, 0], z.shape)
        factors, pivots, _ = torch.linalg.lu_factor_ex(matrix)
        sign, log_magnitude = _determinant(factors, pivots)
        singular = log_magnitude == -torch.inf
        # an exactly singular matrix is an exact root: f = 0 with any finite derivative
        solved = torch.linalg.lu_solve(factors, pivots, derivative)
        trace = solved.diagonal(dim1=-2, dim2=-1).sum(-1)
        return Sample(
            torch.where(singular, 0.0, sign),
            torch.where(singular, 1.0, sign * trace),
            torch.where(singular, 0.0, log_magnitude),
        )

    def phase(self, z: Tensor, parameters: Any) -> Tensor:
        """Sign of det M at z [lane, point]."""
        factors, pivots, _ = torch.linalg.lu_factor_ex(self.matrix(z, parameters))
        return _determinant(factors, pivots)[0]


def _determinant(factors: Tensor, pivots: Tensor) -> tuple[Tensor, Tensor]:
    """Sign and log-magnitude of a determinant from its triangular factors."""
    diagonal = factors.diagonal(dim1=-2, dim2=-1)
    order = torch.arange(1, pivots.shape[-1] + 1, device=pivots.device, dtype=pivots.dtype)
    swaps = (pivots != order).sum(-1)
    sign = (diagonal / diagonal.abs()).prod(-1) * (1 - 2 * (swaps % 2))
    return sign, diagonal.abs().log().sum(-1)


def _differentiated(
    call: Evaluation, z: Tensor, parameters: Any, step: float | None
) -> tuple[Tensor, Tensor]:
    """Value and derivative of a function that is given by its values only."""
    if step is None:
        value, derivative = torch.func.jvp(
            lambda points: call(points, parameters), (z,), (torch.ones_like(z),)
        )
        return value, derivative
    right, left = call(z + step, parameters), call(z - step, parameters)
    above, below = call(z + 1j * step, parameters), call(z - 1j * step, parameters)
    return call(z, parameters), (right - left - 1j * (above - below)) / (4 * step)


def _require_shape(value: Tensor, shape: torch.Size) -> None:
    if value.shape != shape:
        raise ValueError(
            f"the function returned shape {tuple(value.shape)} for points of shape "
            f"{tuple(shape)}; it has to return one value for every lane and point."
        )

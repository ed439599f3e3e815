"""Holomorphic functions of one complex variable, scalar or as the determinant of a matrix.

Whatever the form, the rest of the package sees f = value exp(log_scale) and f' = derivative
exp(log_scale). For a matrix M(z) the function is f = det M; with f' / f = trace(M^-1 M') and the
logarithm of |det M| from the triangular factors no determinant over- or underflows.

Derivatives that are not given come from one backward pass (`torch.func.vjp`), which is exact: with
the weights W = M^-T it gives the trace, sum_ij W_ij M'_ij, without ever forming M'. Where a
function cannot be differentiated, the four-point rule
f'(z) = [f(z+d) - f(z-d) - i f(z+id) + i f(z-id)] / 4d has an error of d^4 f^(5) / 120
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
Contraction = Callable[[Tensor], Tensor]


class Sample(NamedTuple):
    """f = value exp(log_scale), f' = derivative exp(log_scale) at points, [lane, point]."""

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
    difference_step : distance d of the four-point rule, used instead of a backward pass
    rows_per_call : lanes sampled together; fewer keep large matrices in the cache, more fill a GPU
    """

    value: Evaluation
    value_and_derivative: EvaluationWithDerivative | None = None
    difference_step: float | None = None
    rows_per_call: int = TILE

    def evaluate(self, z: Tensor, parameters: Any) -> tuple[Tensor, Tensor]:
        """f and f' at z, [lane, point]."""
        if self.value_and_derivative is not None:
            return self.value_and_derivative(z, parameters)
        if self.difference_step is not None:
            return _four_point_rule(self.value, z, parameters, self.difference_step)
        pulled = torch.func.vjp(lambda points: self.value(points, parameters), z)
        return pulled[0], pulled[1](torch.ones_like(pulled[0]))[0].conj()

    def sample(self, z: Tensor, parameters: Any) -> Sample:
        """Function and derivative at z [lane, point]."""
        value, derivative = self.evaluate(z, parameters)
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

    def evaluate(self, z: Tensor, parameters: Any) -> tuple[Tensor, Contraction]:
        """M at z and the map of weights W to sum_ij W_ij M'_ij, both [lane, point, m, m]."""
        if self.matrix_and_derivative is not None:
            matrix, derivative = self.matrix_and_derivative(z, parameters)
        elif self.difference_step is not None:
            matrix, derivative = _four_point_rule(self.matrix, z, parameters, self.difference_step)
        else:
            pulled = torch.func.vjp(lambda points: self.matrix(points, parameters), z)
            return pulled[0], lambda weights: pulled[1](weights.conj())[0].conj()
        return matrix, lambda weights: (weights * derivative).sum((-2, -1))

    def sample(self, z: Tensor, parameters: Any) -> Sample:
        """Sign of det M, its derivative on the same scale, and log |det M|."""
        matrix, contracted = self.evaluate(z, parameters)
        _require_shape(matrix[..., 0, 0], z.shape)
        factors, pivots, _ = torch.linalg.lu_factor_ex(matrix)
        sign, log_magnitude = _determinant(factors, pivots)
        # an exactly singular matrix is an exact root: f = 0 with any finite derivative
        singular = log_magnitude == -torch.inf
        unit = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
        inverse = torch.linalg.lu_solve(factors, pivots, unit.expand_as(matrix))
        trace = contracted(inverse.mT)
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


def _four_point_rule(
    call: Evaluation, z: Tensor, parameters: Any, step: float
) -> tuple[Tensor, Tensor]:
    """Value and derivative of a function that is given by its values only."""
    right, left = call(z + step, parameters), call(z - step, parameters)
    above, below = call(z + 1j * step, parameters), call(z - 1j * step, parameters)
    return call(z, parameters), (right - left - 1j * (above - below)) / (4 * step)


def _require_shape(value: Tensor, shape: torch.Size) -> None:
    if value.shape != shape:
        raise ValueError(
            f"the function returned shape {tuple(value.shape)} for points of shape "
            f"{tuple(shape)}; it has to return one value for every lane and point."
        )

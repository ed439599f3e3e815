"""Linear perturbations of stars, s y' = A y + b with two components, as substitutions want them."""

from collections.abc import Sequence

import torch
from torch import Tensor

from parode_core.solvers.linear import Coefficients
from stellar.stars.collocation.substitution import Flow


def linear_flow(shift: float, free: int | None = None) -> Flow:
    """The flow of a linear problem.

    Parameters
    ----------
    shift : the mean of minus the eigenvalues of A at the centre
    free : the component that regularity leaves free and the boundary row fixes, if there is one
    """

    def centre(given: Coefficients) -> tuple[Tensor | float, ...]:
        if free is None:
            return 0.0, 0.0
        fixed = 1 - free  # by the row that is kept
        row, source = given.matrix[:, 0, 0, fixed], given.source[:, 0, 0, fixed]
        value = given.values[:, 0]
        other = -(row[:, free] * value + source) / row[:, fixed]
        return (value, other) if free == 0 else (other, value)

    return Flow(rates, _coefficients, centre, shift, fixed=free is not None)


def rates(state: Sequence[Tensor], given: Sequence[Tensor]) -> list[Tensor]:
    """A y + b."""
    (x, y), (xx, xy, yx, yy, of_x, of_y) = state, given
    return [
        torch.addcmul(torch.addcmul(of_x, xx, x), xy, y),
        torch.addcmul(torch.addcmul(of_y, yx, x), yy, y),
    ]


def _coefficients(given: Coefficients) -> tuple[Tensor, ...]:
    return *given.matrix.flatten(-2).unbind(-1), *given.source.unbind(-1)

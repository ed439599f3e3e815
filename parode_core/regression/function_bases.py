"""Functions of one variable in which F(y, t) is expanded: monomials and Chebyshev polynomials.

    monomial    x^m                           of the variable itself, as published
    chebyshev   T_m(xi), xi = (2x - a - b)/(b - a)   on the interval [a, b] of the regression

The published scheme uses monomials (Veselsky 2025); their matrices have condition numbers of 1e11
(10 x 10) to 1e17 (15 x 15), those of Chebyshev polynomials only the one of the problem.
"""

from collections.abc import Callable

import torch
from torch import Tensor

FunctionBasis = Callable[[Tensor, int, Tensor, Tensor], tuple[Tensor, Tensor]]


def monomial(points: Tensor, count: int, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Powers x^0 ... x^(count-1) and their derivatives; the interval plays no part.

    points : [...]
    low, high : ends of the interval, scalars

    Returns
    -------
    values, derivatives : each [..., count]
    """
    values = [torch.ones_like(points)]
    for _ in range(1, count):
        values.append(values[-1] * points)
    derivatives = [torch.zeros_like(points)]
    derivatives += [degree * values[degree - 1] for degree in range(1, count)]
    return torch.stack(values, dim=-1), torch.stack(derivatives, dim=-1)


def chebyshev(points: Tensor, count: int, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Chebyshev polynomials T_0 ... T_(count-1) on [low, high] and their derivatives.

    The derivatives are T_m' = m U_(m-1), by the recurrence of the second kind.

    points : [...]
    low, high : ends of the interval, scalars

    Returns
    -------
    values, derivatives : each [..., count]
    """
    slope = 2.0 / (high - low)
    x = (points - low) * slope - 1.0
    first = [torch.ones_like(x), x]
    second = [torch.ones_like(x), 2.0 * x]
    for _ in range(2, count):
        first.append(2.0 * x * first[-1] - first[-2])
        second.append(2.0 * x * second[-1] - second[-2])
    derivatives = [torch.zeros_like(x)]
    derivatives += [degree * slope * second[degree - 1] for degree in range(1, count)]
    return torch.stack(first[:count], dim=-1), torch.stack(derivatives, dim=-1)


FUNCTION_BASES: dict[str, FunctionBasis] = {"monomial": monomial, "chebyshev": chebyshev}


def function_basis(name: str) -> FunctionBasis:
    """The basis of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in FUNCTION_BASES:
        raise ValueError(
            f"function basis '{name}' is unknown; it is one of {', '.join(FUNCTION_BASES)}."
        )
    return FUNCTION_BASES[name]

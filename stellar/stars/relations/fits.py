"""The forms that published fits take, for numbers, numpy arrays and torch tensors alike."""

from collections.abc import Callable, Sequence

import numpy as np

from stellar.stars.relations.relation import Columns, Values


def in_logarithms(coefficients: Sequence[float], name: str) -> Callable[[Columns], Values]:
    """The fit ln y = sum_i a_i (ln x)^i, with x the column `name`, as a function of columns."""
    return lambda columns: exponential(polynomial(coefficients, logarithm(columns[name])))


def in_logarithm_of(coefficients: Sequence[float], name: str) -> Callable[[Columns], Values]:
    """The fit y = sum_i a_i (ln x)^i, with x the column `name`, as a function of columns."""
    return lambda columns: polynomial(coefficients, logarithm(columns[name]))


def polynomial(coefficients: Sequence[float], x: Values) -> Values:
    """sum_i a_i x^i by Horner's rule."""
    value = 0.0 * x
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def logarithm(x: Values) -> Values:
    """ln x; tensors bring their own, so that gradients pass."""
    return x.log() if hasattr(x, "log") else np.log(x)


def exponential(x: Values) -> Values:
    """e^x; tensors bring their own, so that gradients pass."""
    return x.exp() if hasattr(x, "exp") else np.exp(x)

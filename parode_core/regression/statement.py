"""What the solvers of this package refuse: initial values and times that are no statement."""

import torch
from torch import Tensor


def check_statement(initial: Tensor, times: Tensor) -> None:
    """Initial values are [lane, component], times two or more in ascending order, both float64.

    Raises
    ------
    ValueError, TypeError
        If they are not. A lane whose values are not finite is a failing lane, no wrong statement.
    """
    if initial.ndim != 2 or times.ndim != 1:
        raise ValueError(
            f"initial is [lane, component] and times [time]; their shapes are "
            f"{tuple(initial.shape)} and {tuple(times.shape)}."
        )
    if initial.dtype != torch.float64 or times.dtype != torch.float64:
        raise TypeError(f"float64 is needed; got {initial.dtype} and {times.dtype}.")
    ascending = torch.isfinite(times).all() & (times.diff() > 0.0).all()
    if len(initial) < 1 or len(times) < 2 or not bool(ascending):
        raise ValueError("one lane or more, and two or more finite times in ascending order.")


def check_scalar(initial: Tensor) -> None:
    """One component.

    Raises
    ------
    ValueError
        If there are more.
    """
    if initial.shape[1] != 1:
        raise ValueError(
            f"one scalar equation is solved; initial has {initial.shape[1]} components."
        )


def check_within(times: Tensor, start: Tensor, stop: Tensor) -> None:
    """Nothing is extrapolated: all times lie between start and stop.

    Raises
    ------
    ValueError
        If one does not.
    """
    if bool((times[0] < start) | (times[-1] > stop)):
        raise ValueError(
            f"times from {float(times[0])} to {float(times[-1])} leave the interval "
            f"{float(start)} to {float(stop)} of the fit."
        )

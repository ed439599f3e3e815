"""What a problem is told when its parts do not fit together: which shape came, and which belongs.

A tensor of a wrong shape often fits by broadcasting, and a wrong number comes out in silence. What
a caller's functions return is therefore compared with what was asked for at every call: shapes and
kinds of number alone, which costs no look at the values.
"""

import math
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.lanes import Selectable

DOUBLE = (torch.float64, torch.complex128)


def expect(what: str, value: Any, shape: tuple[int, ...], axes: str, like: torch.dtype) -> Tensor:
    """The value, if it has that shape and its numbers go into those of `like`.

    Parameters
    ----------
    what : name of the function that returned it, for the message
    shape, axes : what belongs there, and the names of its axes
    like : kind of number of the state

    Raises
    ------
    TypeError
        If the value is no tensor, not of double precision, or complex where the state is real.
    ValueError
        If the shape differs.
    """
    expect_double(what, value)
    if value.shape != shape:
        raise ValueError(
            f"{what} has shape {tuple(value.shape)}; [{axes}] = {tuple(shape)} belongs there."
        )
    if value.is_complex() and not like.is_complex:
        raise TypeError(
            f"{what} is complex where real numbers belong; the state is complex where guess is."
        )
    return value


def expect_double(what: str, value: Any) -> None:
    """Refuse what is no tensor of double precision."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{what} is a {type(value).__name__}; a tensor belongs there.")
    if value.dtype not in DOUBLE:
        raise TypeError(f"{what} is {value.dtype}; float64 or complex128 belongs there.")


def expect_lanes(lanes: int, parameters: Any, mesh: Mesh) -> None:
    """Refuse parameters and elements of another number of lanes; one lane is shared by all."""
    if lanes < 1:
        raise ValueError(f"a solve takes at least one lane, not {lanes}.")
    expect_tree("parameters", parameters, lanes)
    if mesh.edges.shape[0] not in (1, lanes):
        raise ValueError(f"the elements are those of {mesh.edges.shape[0]} lanes, not of {lanes}.")


def expect_tree(what: str, tree: Any, lanes: int) -> None:
    """Refuse a tree that holds anything else than tensors of one lane or of all."""
    if isinstance(tree, tuple):
        for part in tree:
            expect_tree(what, part, lanes)
    elif isinstance(tree, Tensor):
        if tree.ndim == 0 or tree.shape[0] not in (1, lanes):
            raise ValueError(
                f"{what} hold a tensor of shape {tuple(tree.shape)}; its first axis is the lane, "
                f"of length {lanes}, or 1 where all lanes share it."
            )
    elif tree is not None and not isinstance(tree, Selectable):
        raise TypeError(
            f"{what} hold a {type(tree).__name__}; they are made of tensors, tuples, None and "
            f"objects with select(lanes)."
        )


def expect_count(what: str, value: int, least: int) -> None:
    """Refuse a number of things below the least."""
    if value < least:
        raise ValueError(f"{what} is {value}; it is {least} or more.")


def expect_tolerance(value: float) -> None:
    """Refuse a tolerance that is negative or not finite."""
    if not (math.isfinite(value) and value >= 0.0):
        raise ValueError(f"a tolerance of {value} cannot be met; it is zero or a positive number.")

"""Roots kept apart: repulsion between roots of one lane, groups of coinciding ones, known factors.

The iteration of Ehrlich (1967) and Aberth (1973) replaces the Newton correction c = f / f' of a
root z_i by c / (1 - c sum_j 1 / (z_i - z_j)), which is Newton's method for f / prod (z - z_j).
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.functions import HolomorphicFunction, Sample


def repulsion(z: Tensor, used: Tensor, known: Tensor | None = None) -> Tensor:
    """Sum of 1 / (z_i - z_j) over the other used roots and the known ones, [row, root].

    Parameters
    ----------
    z : roots, [row, root]
    used : which of them repel the others, [row, root]
    known : roots that repel and do not move, NaN where there is none, [row, known]
    """
    itself = torch.eye(z.shape[1], dtype=torch.bool, device=z.device)
    total = _inverse_sum(z, z, used[:, None, :] & ~itself)
    if known is not None:
        total = total + _inverse_sum(z, known, torch.isfinite(known)[:, None, :])
    return total


def _inverse_sum(z: Tensor, others: Tensor, counted: Tensor) -> Tensor:
    distance = z[:, :, None] - others[:, None, :]
    counted = counted & (distance != 0)
    safe = torch.where(counted, distance, 1.0)
    return torch.where(counted, 1 / safe, 0.0).sum(2)


def coinciding_groups(z: Tensor, reach: Tensor, used: Tensor) -> Tensor:
    """Number of the group of each root: the first slot of a chain of roots within reach.

    Parameters
    ----------
    z : roots, [row, root]
    reach : two roots touch when they are closer than the sum of their reaches, [row, root]
    used : roots that take part, [row, root]; the others form groups of their own

    Returns
    -------
    Slot of the first member of each root's group, [row, root].
    """
    slots = z.shape[1]
    near = (z[:, :, None] - z[:, None, :]).abs() <= reach[:, :, None] + reach[:, None, :]
    linked = near & used[:, :, None] & used[:, None, :]
    linked = linked | torch.eye(slots, dtype=torch.bool, device=z.device)
    for _ in range(max(1, (slots - 1).bit_length())):
        linked = (linked[:, :, :, None] & linked[:, None, :, :]).any(2)
    return linked.to(torch.int8).argmax(2)


@dataclass(frozen=True)
class FactoredFunction:
    """f(z) prod_k (z - a_k)^(n_k): known poles taken out (n > 0), known roots divided out (n < 0).

    Its parameters are the tuple (parameters of f, places a, orders n), the latter two
    [lane, factor]; a factor with place NaN is left out.
    """

    function: HolomorphicFunction

    @property
    def rows_per_call(self) -> int:
        """As for the function itself."""
        return self.function.rows_per_call

    def sample(self, z: Tensor, parameters: tuple[Any, Tensor, Tensor]) -> Sample:
        """The product and its derivative."""
        own, places, orders = parameters
        inner = self.function.sample(z, own)
        distance, power = _factors(z, places, orders)
        turn = _unit_power(distance, power)
        slope = (power / distance).sum(2)
        return Sample(
            inner.value * turn,
            (inner.derivative + inner.value * slope) * turn,
            inner.log_scale + (power * distance.abs().log()).sum(2),
        )

    def phase(self, z: Tensor, parameters: tuple[Any, Tensor, Tensor]) -> Tensor:
        """Phase of the product."""
        own, places, orders = parameters
        distance, power = _factors(z, places, orders)
        return self.function.phase(z, own) * _unit_power(distance, power)


def _factors(z: Tensor, places: Tensor, orders: Tensor) -> tuple[Tensor, Tensor]:
    """Distances z - a_k and orders, [lane, point, factor]; absent factors are 1 with order 0."""
    present = torch.isfinite(places)[:, None, :]
    distance = torch.where(present, z[:, :, None] - places[:, None, :], 1.0)
    return distance, torch.where(present, orders[:, None, :].to(distance.real.dtype), 0.0)


def _unit_power(distance: Tensor, power: Tensor) -> Tensor:
    turned = (distance.angle() * power).sum(2)
    return torch.polar(torch.ones_like(turned), turned)

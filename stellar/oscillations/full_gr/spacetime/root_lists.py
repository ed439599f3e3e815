"""Lists of roots of many lanes: polished, sorted, and each of them once.

Roots closer than `SAME` are one.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.spacetime.matching import Matching
from stellar.oscillations.full_gr.spacetime.newton import newton

CONVERGED = 1e-6  # largest last step of a root, of |omega|
SAME = 1e-5  # relative distance of roots that are one


class Roots(NamedTuple):
    """Roots [lane, slot] by ascending real part, NaN behind the last.

    omega : complex;  step : size of the last Newton step
    """

    omega: Tensor
    step: Tensor


def packed(values: Tensor, kept: Tensor) -> Tensor:
    """Values to keep first and NaN behind, in as many slots as the fullest lane needs.

    Parameters
    ----------
    values, kept : numbers and which of them to keep, [lane, place]
    """
    # the one host check: how many slots the fullest lane needs
    slots = max(1, int(kept.sum(dim=1).max()))
    order = (~kept).to(torch.int8).argsort(dim=1, stable=True)[:, :slots]
    return torch.where(kept, values, torch.nan).gather(1, order)


def polished(star: Matching, seeds: Tensor) -> Roots:
    """Roots next to first approximations [lane, slot], but for those where Newton runs away."""
    found = newton(star, seeds)
    good = found.step <= CONVERGED * found.omega.abs()
    return _once(Roots(torch.where(good, found.omega, torch.nan), found.step))


def together(one: Roots, other: Roots) -> Roots:
    """Both lists of the same lanes in one, each root once."""
    return _once(Roots(*(torch.cat(parts, dim=1) for parts in zip(one, other, strict=True))))


def _once(roots: Roots) -> Roots:
    """Sorted; of roots that are one only the first, the rest NaN at the end."""
    roots = _ordered(roots, torch.where(roots.omega.isnan(), torch.inf, roots.omega.real))
    omega = roots.omega
    distance = (omega[:, :, None] - omega[:, None, :]).abs()
    earlier = torch.ones_like(distance[0], dtype=torch.bool).tril(-1)
    twice = ((distance <= SAME * omega[:, :, None].abs()) & earlier).any(dim=2)
    single = Roots(*(torch.where(twice, torch.nan, part) for part in roots))
    return _ordered(single, single.omega.isnan().to(torch.int8))


def _ordered(roots: Roots, key: Tensor) -> Roots:
    order = key.argsort(dim=1, stable=True)
    return Roots(*(part.gather(1, order) for part in roots))

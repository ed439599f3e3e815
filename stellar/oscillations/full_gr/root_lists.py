"""Lists of roots: found one by one for many lanes, told apart, and laid out lane by lane.

Roots are polished at two resolutions, of the star and of the ray outside, and their difference is
the error. Roots closer than `SAME` are one.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.matching import Matching
from stellar.oscillations.full_gr.newton import newton

CONVERGED = 1e-6  # largest last step of a root, of |omega|
SAME = 1e-5  # relative distance of roots that are one
ROUGH_STEPS = 8


class Roots(NamedTuple):
    """Roots [root], or [lane, slot] with NaN behind the last.

    omega : at the finer resolution, complex;  rough : the same root at the coarser one
    step : size of the last Newton step
    """

    omega: Tensor
    rough: Tensor
    step: Tensor


def polished(sharp: Matching, rough: Matching, owner: Tensor, seeds: Tensor) -> Roots:
    """Roots next to first approximations of lanes `owner` [root]; NaN where Newton runs away."""
    fine = newton(sharp, owner, seeds)
    good = fine.step <= CONVERGED * fine.omega.abs()
    omega = torch.where(good, fine.omega, torch.nan)
    other = torch.full_like(omega, torch.nan)
    other[good] = newton(rough, owner[good], omega[good], steps=ROUGH_STEPS).omega
    return Roots(omega, other, fine.step)


def by_lane(owner: Tensor, roots: Roots, lanes: int) -> Roots:
    """Roots [root] as a table [lane, slot] by ascending real part, each of them once."""
    there = roots.omega.isfinite()
    owner, roots = owner[there], Roots(*(part[there] for part in roots))
    order = torch.argsort(roots.omega.real, stable=True)
    order = order[torch.argsort(owner[order], stable=True)]
    owner, roots = owner[order], Roots(*(part[order] for part in roots))
    held = torch.bincount(owner, minlength=lanes)
    place = torch.arange(len(owner), device=owner.device) - (held.cumsum(0) - held)[owner]
    # the one host check: how many slots the fullest lane needs
    slots = max(1, int(held.max()))
    table = Roots(*(part.new_full((lanes, slots), torch.nan) for part in roots))
    for whole, part in zip(table, roots, strict=True):
        whole[owner, place] = part
    return _once(table)


def together(one: Roots, other: Roots) -> Roots:
    """Both tables of the same lanes in one, each root once."""
    both = Roots(*(torch.cat(parts, dim=1) for parts in zip(one, other, strict=True)))
    lane, slot = both.omega.isfinite().nonzero(as_tuple=True)
    return by_lane(lane, Roots(*(part[lane, slot] for part in both)), both.omega.shape[0])


def _once(table: Roots) -> Roots:
    """Only the first of roots that are one, the rest NaN at the end."""
    omega = table.omega
    distance = (omega[:, :, None] - omega[:, None, :]).abs()
    earlier = torch.ones_like(distance[0], dtype=torch.bool).tril(-1)
    twice = ((distance <= SAME * omega[:, :, None].abs()) & earlier).any(dim=2)
    omega = torch.where(twice, torch.nan, omega)
    order = omega.isnan().to(torch.int8).argsort(dim=1, stable=True)
    blank = twice.gather(1, order)
    parts = (torch.where(blank, torch.nan, part.gather(1, order)) for part in table)
    return Roots(*parts)

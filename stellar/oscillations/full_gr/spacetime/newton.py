"""Newton's method for all roots of F of many stars at once.

omega <- omega - F/F' with the analytic derivative; a step is at most a part of |omega| long. Lanes
travel in tiles and a root that has converged stays where it is, so that its bits do not depend on
what else is looked for. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from parode_core.lanes import TILE
from parode_core.nonlinear_eigen.rows import in_tiles
from stellar.oscillations.full_gr.spacetime.matching import Matching, Terms, mismatch_slope, terms

SLOTS = 2  # roots of a lane worked on together
LONGEST_STEP = 0.15  # of |omega|
ENOUGH = 1e-10  # relative size of a step after which none follows: convergence is quadratic


class Polished(NamedTuple):
    """Roots and the size of their last step, [lane, root]; what ran away has a long one."""

    omega: Tensor
    step: Tensor


def newton(star: Matching, omega: Tensor, *, steps: int = 8) -> Polished:
    """Polish roots.

    Parameters
    ----------
    star : both sides of the surface
    omega : first approximations, complex, NaN-padded, [lane, root]
    steps : largest number of steps
    """
    lanes, width = omega.shape
    # a row of few roots: products of matrices may have other bits where they have another shape
    whole = pad(omega, (0, -width % SLOTS), value=torch.nan)
    owner = torch.arange(lanes, device=omega.device).repeat_interleave(whole.shape[1] // SLOTS)
    omega = whole.reshape(-1, SLOTS)
    size = torch.where(omega.isnan(), torch.nan, torch.full_like(omega.real, torch.inf))
    star_terms = terms(star)
    for _ in range(steps):
        running = size > ENOUGH * omega.abs()
        # the one host check of a step: in which rows roots still move
        rows = running.any(dim=1).nonzero()[:, 0]
        if not rows.numel():
            break
        parts = (omega[rows], size[rows], running[rows])
        omega[rows], size[rows] = in_tiles(_step, star_terms, owner[rows], parts, TILE)
    return Polished(*(part.reshape(lanes, -1)[:, :width] for part in (omega, size)))


def _step(star: Terms, omega: Tensor, size: Tensor, running: Tensor) -> tuple[Tensor, Tensor]:
    value, slope = mismatch_slope(omega, star)
    step = value / slope
    length = step.abs()
    longest = LONGEST_STEP * omega.abs()
    step = torch.where(length > longest, step * (longest / length), step)
    # what is no number any more stays where it is and counts as not converged
    fine = torch.isfinite(length)
    moved = torch.where(fine, omega - step, omega)
    length = torch.where(fine, length, torch.inf)
    return torch.where(running, moved, omega), torch.where(running, length, size)

"""Newton's method for all roots of F of many stars at once.

omega <- omega - F/F' with the analytic derivative; a step is at most a part of |omega| long. Lanes
travel in tiles and a root that has converged stays where it is, so that its bits do not depend on
what else is looked for. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from parode_core.nonlinear_eigen.rows import in_tiles
from stellar.oscillations.full_gr.spacetime.matching import Matching, mismatch_slope

ROWS = 64
SLOTS = 16  # roots of a lane worked on together
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
    width = omega.shape[1]
    # products of matrices may have other bits where they have another shape
    omega = pad(omega, (0, -width % SLOTS), value=torch.nan)
    size = torch.where(omega.isnan(), torch.nan, torch.full_like(omega.real, torch.inf))
    for _ in range(steps):
        running = size > ENOUGH * omega.abs()
        # the one host check of a step: in which lanes roots still move
        lanes = running.any(dim=1).nonzero()[:, 0]
        if not lanes.numel():
            break
        rows = (omega[lanes], size[lanes], running[lanes])
        parts = zip(*(row.split(SLOTS, dim=1) for row in rows), strict=True)
        moved = [in_tiles(_step, star, lanes, part, ROWS) for part in parts]
        omega[lanes], size[lanes] = (torch.cat(part, dim=1) for part in zip(*moved, strict=True))
    return Polished(omega[:, :width], size[:, :width])


def _step(star: Matching, omega: Tensor, size: Tensor, running: Tensor) -> tuple[Tensor, Tensor]:
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

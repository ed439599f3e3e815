"""Newton's method for many single roots of F at once, each in a row of its own.

omega <- omega - F/F' with the analytic derivative; a step is at most a part of |omega| long. Rows
travel in tiles, so that a root has the same bits whoever else is looked for. Units R = 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.nonlinear_eigen.rows import in_tiles
from stellar.oscillations.full_gr.matching import Matching, mismatch

ROWS = 64
LONGEST_STEP = 0.15  # of |omega|


class Polished(NamedTuple):
    """Roots and the size of their last step, [root]; what ran away has a long one."""

    omega: Tensor
    step: Tensor


def newton(
    star: Matching, owner: Tensor, omega: Tensor, *, steps: int = 20, tolerance: float = 1e-10
) -> Polished:
    """Polish roots.

    Parameters
    ----------
    star : both sides of the surface, of all lanes
    owner : lane of each root, [root]
    omega : first approximations, complex, [root]
    steps : largest number of steps
    tolerance : relative size of a step after which none follows: convergence is quadratic
    """
    omega = omega.clone()
    size = torch.full_like(omega.real, torch.inf)
    running = torch.arange(omega.shape[0], device=omega.device)
    for _ in range(steps):
        # the one host check of a step: which roots still move
        if not running.numel():
            break
        moved, length = in_tiles(_step, star, owner[running], (omega[running],), ROWS)
        omega[running], size[running] = moved, length
        running = running[length > tolerance * moved.abs()]
    return Polished(omega, size)


def _step(star: Matching, omega: Tensor) -> tuple[Tensor, Tensor]:
    value, slope = (part[:, 0] for part in mismatch(omega[:, None], star))
    step = value / slope
    size = step.abs()
    longest = LONGEST_STEP * omega.abs()
    step = torch.where(size > longest, step * (longest / size), step)
    # what is no number any more stays where it is and counts as not converged
    fine = torch.isfinite(size)
    return torch.where(fine, omega - step, omega), torch.where(fine, size, torch.inf)

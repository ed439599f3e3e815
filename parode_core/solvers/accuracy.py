"""How accurate an observed quantity is, from a chain of resolutions of the same lane.

With Q a quantity, t the estimated error of the state it is taken from (the tail of its
coefficients), and 1, 2 two resolutions, one after the other, |Q_2 - Q_1|/t_1 is the sensitivity of
Q to errors of the state, and

    error(Q_2) = 16 (|Q_2 - Q_1|/t_1) min(t_1, t_2)

with rounding added. The sensitivity forgets its past slowly, so that two values which agree by
chance do not pass for accurate ones.
"""

import torch
from torch import Tensor

SAFETY = 16.0
MEMORY = 0.25  # part of the sensitivity of the resolution before that still counts
ROUNDINGS = 64.0  # of an observed quantity


class Estimate:
    """Errors of the quantities of all lanes, one resolution after the other.

    lanes, quantities : how many there are
    """

    def __init__(self, lanes: int, quantities: int, device: torch.device) -> None:
        self.values = torch.full((lanes, quantities), torch.nan, dtype=torch.float64, device=device)
        self.sensitivity = self.values.clone()
        self.tail = self.values[:, 0].clone()

    def follow(self, lanes: Tensor, values: Tensor, tail: Tensor, solved: Tensor) -> Tensor:
        """Take in a resolution of some lanes; errors of its quantities, [lane, quantity].

        Parameters
        ----------
        lanes : which lanes these are, [lane]
        values : quantities, [lane, quantity]
        tail : estimated error of the state, [lane]
        solved : whether there is a solution at all, [lane]

        Returns
        -------
        Infinite for a lane that is not solved, or for the first time.
        """
        before = self.tail[lanes]
        known = (solved & before.isfinite()).unsqueeze(1)
        # a state that is a polynomial has no tail
        unit = before.clamp(min=torch.finfo(values.dtype).tiny).unsqueeze(1)
        earlier = self.values[lanes]
        change = (values - earlier).abs() / unit
        # before anything is known, a quantity is as accurate as the state
        natural = torch.maximum(values.abs(), earlier.abs())
        past = torch.where(self.sensitivity[lanes].isnan(), natural, self.sensitivity[lanes])
        sensitivity = torch.maximum(change, MEMORY * past)
        rounding = ROUNDINGS * torch.finfo(values.dtype).eps * values.abs()
        error = SAFETY * sensitivity * torch.minimum(tail, before).unsqueeze(1) + rounding
        self.sensitivity[lanes] = torch.where(known, sensitivity, self.sensitivity[lanes])
        self.values[lanes] = torch.where(solved.unsqueeze(1), values, self.values[lanes])
        self.tail[lanes] = torch.where(solved, tail, before)
        return torch.where(known, error, torch.inf)

"""The system C of the ends of all elements (see `interior.chain`), factored.

Its inverse is what few elements apply fastest. It grows as the square of their number and costs as
much as the cube; where they are many the chain is reduced in pairs instead.
"""

import torch
from torch import Tensor

from parode_core.elimination.reduction import Reduction
from stellar.oscillations.full_gr.interior.joints import Joints

MANY = 96  # elements beyond which their ends are reduced


class InverseEnds:
    """C^-1 itself.

    joints : conditions at the ends;  free : states by the parameters
    broken : whether there is none, [lane]
    """

    def __init__(self, joints: Joints, free: Tensor) -> None:
        self.inverse, info = torch.linalg.inv_ex(joints.matrix(free))
        self.broken = info != 0

    def solve(self, load: Tensor) -> Tensor:
        """C^-1 load, both [lane, element, parameter, column]."""
        return times(self.inverse, load.flatten(1, 2)).unflatten(1, load.shape[1:3])


class ReducedEnds:
    """C as a chain, for stars all of whose elements have a length; otherwise as `InverseEnds`."""

    def __init__(self, joints: Joints, free: Tensor) -> None:
        own, before, closing = joints.blocks(free)
        # next to a mode the last pivot is as small as it may be
        self.chain = Reduction(
            -before, own[:, 1:], own[:, 0], closing.expand_as(own[:, 0]), noise=0.0
        )
        self.broken = self.chain.singular

    def solve(self, load: Tensor) -> Tensor:
        """C^-1 load, both [lane, element, parameter, column]."""
        columns = load.unbind(dim=3)
        return torch.stack([self.chain.solve(part[:, 1:], part[:, 0]) for part in columns], dim=3)


def factored_ends(joints: Joints, free: Tensor) -> InverseEnds | ReducedEnds:
    """C by the states of the parameters, [lane, element, component * node, parameter]."""
    return (ReducedEnds if free.shape[1] > MANY else InverseEnds)(joints, free)


def times(matrix: Tensor, columns: Tensor) -> Tensor:
    """The product; of a single column by rows, which takes half of the time.

    The columns of a star alone would lie in memory as those of others do not.
    """
    if columns.shape[-1] > 1:
        return matrix @ columns.contiguous()
    return (columns.mT @ matrix.mT).mT

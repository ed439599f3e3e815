"""What a solver of this package returns: trajectories, and what became of every point of them."""

from dataclasses import dataclass

from torch import Tensor

from parode_core.status import Status


@dataclass(frozen=True)
class Trajectories:
    """Values at the times asked for, every initial value a lane.

    values : y, [lane, time, component]; NaN where the status says that there is none
    status : `Status` of every point, [lane, time]
    residual : how well the equation of the method holds at the point, [lane, time]
    iterations : after how many steps the point had settled, [lane, time]
    """

    values: Tensor
    status: Tensor
    residual: Tensor
    iterations: Tensor

    @property
    def lane_iterations(self) -> Tensor:
        """Steps until all points of a lane had settled, [lane]."""
        return self.iterations.amax(dim=1)

    @property
    def lane_status(self) -> Tensor:
        """OK where all points of a lane are, else the status of its first failed point, [lane]."""
        failed = (self.status != int(Status.OK)).to(self.status.dtype)
        first = failed.argmax(dim=1, keepdim=True)
        return self.status.gather(1, first).squeeze(1)

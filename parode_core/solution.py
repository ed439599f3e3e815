"""What a solve returns: values on the nodes, and how far each lane can be trusted."""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.elements import Mesh
from parode_core.status import Status


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of all lanes on their nodes.

    mesh : the elements
    y : [lane, element, node, component]
    status : a `Status` for each lane, int64; where it is not OK, y is NaN
    residual : largest entry of the residual in units of the scale, [lane]
    iterations : corrections taken, [lane]
    correction : size of the last correction in units of the scale, [lane]
    error : estimated error of y in units of the scale: tail of the Legendre coefficients and
        last correction, [lane]
    """

    mesh: Mesh
    y: Tensor
    status: Tensor
    residual: Tensor
    iterations: Tensor
    correction: Tensor
    error: Tensor

    @property
    def ok(self) -> Tensor:
        """Lanes that were solved, [lane]."""
        return self.status == int(Status.OK)

    @property
    def ends(self) -> Tensor:
        """States at the right end of every element, [lane, element, component]."""
        return torch.einsum("benc,n->bec", self.y, self.mesh.basis.right.to(self.y.dtype))

    @property
    def end(self) -> Tensor:
        """States at the right end of the lane, [lane, component]."""
        return self.ends[:, -1]

    def statuses(self) -> list[Status]:
        """The status of each lane as a member of the enumeration."""
        return [Status(number) for number in self.status.tolist()]


def tail(y: Tensor, mesh: Mesh, scale: Tensor) -> Tensor:
    """What the Legendre coefficients of a state leave beyond the last one, [lane].

    The last coefficients of a resolved function fall geometrically; even and odd ones may differ,
    so that each pair counts as one. The rest of the series is the sum of that progression, with the
    ratio taken over the last half of the coefficients and never better than their noise allows.

    Parameters
    ----------
    y : [lane, element, node, component]
    scale : natural sizes, [lane or 1, component]
    """
    matrix = mesh.basis.coefficients.to(y.dtype)
    size = torch.einsum("kn,benc->beck", matrix, y).abs()
    size = size / scale[:, None, :, None]
    count = mesh.basis.size
    last = size[..., -2:].amax(dim=-1)
    middle = size[..., count // 2 - 1 : count // 2 + 1].amax(dim=-1)
    steps = count - 1 - count // 2
    tiny = torch.finfo(size.dtype).tiny
    ratio = ((last + tiny) / (middle + tiny)) ** (1.0 / steps)
    rest = last / (1.0 - ratio.clamp(max=0.9))
    return rest.flatten(1).amax(dim=1)


def failed(mesh: Mesh, y: Tensor, status: Status) -> Solution:
    """A solution in which every lane has the same failure; `y` gives the shape."""
    lanes = y.shape[0]
    nan = torch.full((lanes,), torch.nan, dtype=torch.float64, device=y.device)
    code = torch.full((lanes,), int(status), dtype=torch.int64, device=y.device)
    return Solution(
        mesh, torch.full_like(y, torch.nan), code, nan, torch.zeros_like(code), nan, nan
    )

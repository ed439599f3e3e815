"""What a solve returns: values on the nodes, and how far each lane can be trusted."""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.lanes import padded, rows_times
from parode_core.status import Status

FASTEST, SLOWEST = 1e-4, 0.8  # ratios of neighbouring pairs of coefficients that are believed
AMPLIFIED = 20.0  # largest error of a solution over what its series leaves, met in tests
ROUNDINGS = 3.0  # for each node and element


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of all lanes on their nodes.

    mesh : the elements
    y : [lane, element, node, component]
    status : a `Status` for each lane, int64; where it is not OK, y is NaN
    residual : largest entry of the residual in units of the scale, [lane]
    iterations : corrections taken, [lane]
    correction : size of the last correction in units of the scale, [lane]
    error : estimated error of y in units of the scale, at the nodes and between them: `tail` of the
        Legendre coefficients, and the last correction, [lane]
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
        if self.mesh.basis.ends_at_node:
            return self.y[:, :, -1]
        # whole tiles, and no product of a matrix with one vector: its bits depend on the batch
        index = torch.arange(self.y.shape[0], device=self.y.device)
        weights = self.mesh.basis.right.to(self.y.dtype).unsqueeze(1)
        return (self.y[padded(index)] * weights).sum(dim=2)[index]

    @property
    def end(self) -> Tensor:
        """States at the right end of the lane, [lane, component]."""
        return self.ends[:, -1]

    def statuses(self) -> list[Status]:
        """The status of each lane as a member of the enumeration."""
        return [Status(number) for number in self.status.tolist()]


def tail(y: Tensor, mesh: Mesh, scale: Tensor) -> Tensor:
    """What the Legendre coefficients of a state leave beyond the last one, and rounding, [lane].

    The last coefficients of a resolved function fall geometrically; even and odd ones may differ,
    so that each pair counts as one. The rest of the series is the sum of that progression, with the
    slower of two ratios: that of the last two pairs, and that since the middle of the series. The
    residual between the nodes makes of it an error of the solution that may be larger, and the
    errors of elements add up. It is an estimate: it knows nothing of how ill-conditioned the
    problem is.

    Parameters
    ----------
    y : [lane, element, node, component]
    scale : natural sizes, [lane or 1, component]
    """
    matrix = mesh.basis.coefficients.to(y.dtype)
    size = rows_times(y.mT, matrix.mT).abs()
    return unresolved(size / scale[:, None, :, None])


def unresolved(size: Tensor) -> Tensor:
    """`tail` from the sizes of the coefficients [lane, element, component, degree], [lane]."""
    elements, count = size.shape[1], size.shape[-1]
    half = max(count // 2, 2)
    tiny = torch.finfo(size.dtype).tiny
    last, before, middle = (
        size[..., max(end - 2, 0) : end].amax(dim=-1) + tiny for end in (count, count - 2, half)
    )
    overall = (last / middle) ** (2.0 / (count - half))
    ratio = torch.maximum(last / before, overall).clamp(FASTEST, SLOWEST)
    rest = (last * ratio / (1.0 - ratio)).sum(dim=1).amax(dim=1)
    rounding = torch.finfo(size.dtype).eps * size.flatten(1).amax(dim=1)
    return AMPLIFIED * rest + ROUNDINGS * (elements + count) * rounding


def join(parts: list[Solution], mesh: Mesh) -> Solution:
    """Solutions of consecutive lanes as one, on the mesh of them all."""
    if len(parts) == 1:
        return parts[0]
    names = ("y", "status", "residual", "iterations", "correction", "error")
    joined = {name: torch.cat([getattr(part, name) for part in parts]) for name in names}
    return Solution(mesh=mesh, **joined)

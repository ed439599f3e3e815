"""What a search for space-time modes returns, lane by lane, and how parts of a batch are joined."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import pad

from parode_core import Status
from stellar.oscillations.full_gr.spacetime.certificate import Box


@dataclass(frozen=True, eq=False)
class SpacetimeRoots:
    """Roots of each lane by ascending Re omega, NaN-padded, units 1/R.

    omega : complex, [lane, root]
    re_errors, im_errors : from two resolutions, [lane, root]
    steepness : dL/d omega of the outgoing wave, L = (dZ/dr_*)/Z, [lane, root]
    residual : size of the last Newton step, [lane, root]
    status : OK; ACCURACY_NOT_REACHED, two resolutions disagree; NO_ROOT, padding, [lane, root]
    box : where every root was looked for, at least what was asked
    count : roots inside by the argument principle, [lane]
    proven : whether that is the number of roots in the list, [lane]
    lane_status : OK, the list is proven and resolved; NOT_CONVERGED, the argument principle
        counts another number; ACCURACY_NOT_REACHED, it does not settle, or a root is not resolved;
        the status of the response where that failed, [lane]
    """

    omega: Tensor
    re_errors: Tensor
    im_errors: Tensor
    steepness: Tensor
    residual: Tensor
    status: Tensor
    box: Box
    count: Tensor
    proven: Tensor
    lane_status: Tensor

    @property
    def complete(self) -> Tensor:
        """Whether the list is proven to hold every mode of the box, all resolved, [lane]."""
        return self.lane_status == int(Status.OK)

    def select(self, lanes: Tensor) -> "SpacetimeRoots":
        """The lanes with these indices."""
        return SpacetimeRoots(
            omega=self.omega[lanes],
            re_errors=self.re_errors[lanes],
            im_errors=self.im_errors[lanes],
            steepness=self.steepness[lanes],
            residual=self.residual[lanes],
            status=self.status[lanes],
            box=self.box.select(lanes),
            count=self.count[lanes],
            proven=self.proven[lanes],
            lane_status=self.lane_status[lanes],
        )


def joined(parts: list[SpacetimeRoots]) -> SpacetimeRoots:
    """Batches one after the other, NaN behind shorter lists."""
    slots = max(part.omega.shape[1] for part in parts)

    def lists(name: str, blank: float = torch.nan) -> Tensor:
        tables = [getattr(part, name) for part in parts]
        wider = partial(pad, mode="constant", value=blank)
        return torch.cat([wider(table, (0, slots - table.shape[1])) for table in tables])

    def single(name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in parts])

    edges = [
        torch.cat([getattr(part.box, edge) for part in parts])
        for edge in ("left", "right", "bottom", "top")
    ]
    return SpacetimeRoots(
        omega=lists("omega"),
        re_errors=lists("re_errors"),
        im_errors=lists("im_errors"),
        steepness=lists("steepness"),
        residual=lists("residual"),
        status=lists("status", int(Status.NO_ROOT)),
        box=Box(*edges),
        count=single("count"),
        proven=single("proven"),
        lane_status=single("lane_status"),
    )

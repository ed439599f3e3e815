"""All space-time modes (w and w_II) of many stars inside a region, with a proof of completeness.

First approximations come from `spacetime_pencil`, without guesses; each is polished on F (see
`matching`) at two resolutions of the star and of the exterior, whose difference is the error, and
`certificate` compares the list with the argument principle. Where roots are missing, the contour
search of `parode_core` looks for what is left of F once the known roots are divided out. What
cannot be settled is said by a status, never passed over. Units R = 1: omega stands for omega R.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.lanes import padded, take
from parode_core.nonlinear_eigen import find_roots
from stellar.oscillations.full_gr.certificate import Box, Certificate, certify, factored, factors
from stellar.oscillations.full_gr.matching import Matching, matching
from stellar.oscillations.full_gr.response import Response
from stellar.oscillations.full_gr.root_lists import Roots, packed, polished, together
from stellar.oscillations.full_gr.spacetime_pencil import spacetime_pencil

FINE_NODES, COARSE_NODES = 24, 20  # on the ray outside
MARGIN = 0.5  # around the box: roots there are divided out of the contour
WEAKEST = 1e-5  # residue over lambda of poles that a space-time mode may feel
REPAIRS = 3
WIDER = 0.03  # of a box whose contour does not settle


@dataclass(frozen=True, eq=False)
class SpacetimeRoots:
    """Roots of each lane by ascending Re omega, NaN-padded, units 1/R.

    omega : complex, [lane, root]
    re_errors, im_errors : from two resolutions, [lane, root]
    residual : size of the last Newton step, [lane, root]
    status : OK; ACCURACY_NOT_REACHED, two resolutions disagree; NO_ROOT, padding, [lane, root]
    box : where every root was looked for, at least what was asked
    count : roots inside by the argument principle, [lane]
    lane_status : OK, the list is complete and resolved; NOT_CONVERGED, the argument principle
        counts another number; ACCURACY_NOT_REACHED, it does not settle, or a root is not resolved;
        the status of the response where that failed, [lane]
    """

    omega: Tensor
    re_errors: Tensor
    im_errors: Tensor
    residual: Tensor
    status: Tensor
    box: Box
    count: Tensor
    lane_status: Tensor

    @property
    def complete(self) -> Tensor:
        """Whether the list is proven to hold every mode of the box, [lane]."""
        return self.lane_status == int(Status.OK)


def spacetime_roots(
    fine: Response, coarse: Response, box: Box, *, tolerance: float = 1e-4
) -> SpacetimeRoots:
    """Every root inside a box that stays clear of the weakly damped fluid modes.

    Parameters
    ----------
    fine, coarse : responses of the same stars at two resolutions
    box : left >= 0, and bottom above the damping of the fluid modes (0.02 is)
    tolerance : relative distance of two resolutions beyond which a root is not resolved
    """
    whole = padded(torch.arange(fine.lanes, device=fine.mu.device))
    lanes = fine.lanes
    fine, coarse, box = fine.select(whole), coarse.select(whole), box.select(whole)
    sharp = matching(fine, box.centre, FINE_NODES)
    rough = matching(coarse, box.centre, COARSE_NODES)
    seeds = spacetime_pencil(fine, box.centre).values
    near = box.holds(seeds, MARGIN) & (seeds.real > 0.0)
    table = polished(sharp, rough, packed(seeds, near))
    proof = certify(sharp, box, table.omega, weakest=WEAKEST)
    for _ in range(REPAIRS):
        # the one host check of a repair: which lists are not complete yet
        open_lanes = ((fine.status == int(Status.OK)) & ~proof.complete).nonzero()[:, 0]
        if not open_lanes.numel():
            break
        table, box, proof = _repaired(sharp, rough, open_lanes, table, box, proof)
    return _judged(fine.status, box, table, proof, tolerance, lanes)


def _repaired(
    sharp: Matching, rough: Matching, lanes: Tensor, table: Roots, box: Box, proof: Certificate
) -> tuple[Roots, Box, Certificate]:
    """Look again in these lanes: for missing roots, or on a contour a little further out."""
    unsettled = proof.status[lanes] == int(Status.ACCURACY_NOT_REACHED)
    box = box.widened(torch.zeros_like(box.left).index_put((lanes,), WIDER * unsettled))
    star, part = take(sharp, lanes), box.select(lanes)
    own = Roots(*(piece[lanes] for piece in table))
    extra = find_roots(
        factored(),
        part.region(),
        factors(star, part, own.omega, WEAKEST),
        accuracy=1e-6,
        max_points=1024,
    ).values
    own = together(own, polished(star, take(rough, lanes), extra))
    table = _replaced(table, lanes, own)
    again = certify(star, part, own.omega, weakest=WEAKEST)
    return table, box, proof.replaced(lanes, again)


def _replaced(table: Roots, lanes: Tensor, own: Roots) -> Roots:
    """The table with other roots in some lanes, in as many slots as both need."""
    slots = max(table.omega.shape[1], own.omega.shape[1])
    wide = []
    for whole, part in zip(table, own, strict=True):
        columns = whole.new_full((whole.shape[0], slots), torch.nan)
        columns[:, : whole.shape[1]] = whole
        columns[lanes] = torch.nan
        columns[lanes, : part.shape[1]] = part
        wide.append(columns)
    return Roots(*wide)


def _judged(
    response: Tensor, box: Box, table: Roots, proof: Certificate, tolerance: float, lanes: int
) -> SpacetimeRoots:
    """Roots inside the box with their errors, and what is to be said of each lane."""
    inside = box.holds(table.omega)
    order = (~inside).to(torch.int8).argsort(dim=1, stable=True)
    inside = inside.gather(1, order)
    omega, rough, step = (torch.where(inside, part.gather(1, order), torch.nan) for part in table)
    apart = omega - rough
    resolved = apart.abs() + step <= tolerance * omega.abs()
    status = torch.where(resolved, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    status = torch.where(inside, status, int(Status.NO_ROOT))
    lane = torch.where(proof.missing == 0, int(Status.OK), int(Status.NOT_CONVERGED))
    lane = torch.where(proof.status != int(Status.OK), proof.status, lane)
    known = (resolved | ~inside).all(dim=1) | (lane != int(Status.OK))
    lane = torch.where(known, lane, int(Status.ACCURACY_NOT_REACHED))
    lane = torch.where(response != int(Status.OK), response, lane)
    own = torch.arange(lanes, device=lane.device)
    parts = (omega, apart.real.abs() + step, apart.imag.abs() + step, step, status)
    return SpacetimeRoots(
        *(part[own] for part in parts), box.select(own), proof.count[own], lane[own]
    )

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
from torch.nn.functional import pad

from parode_core import Status
from parode_core.lanes import padded, take
from parode_core.nonlinear_eigen import find_roots
from stellar.oscillations.full_gr.certificate import Box, Certificate, certify, factored, factors
from stellar.oscillations.full_gr.matching import Matching, matching
from stellar.oscillations.full_gr.response import Response
from stellar.oscillations.full_gr.root_lists import Roots, packed, polished, together
from stellar.oscillations.full_gr.spacetime_pencil import spacetime_pencil

# nodes on the ray outside, for first approximations, coarser and finer, up to a compactness:
# strongly damped waves of compact stars need more, or poles of the ray alone come down to them
RAYS = ((0.25, (20, 20, 24)), (0.31, (24, 28, 32)), (0.5, (32, 36, 40)))
MARGIN = 0.5  # around the box: roots there are divided out of the contour
WEAKEST = 1e-5  # residue over lambda of poles that a space-time mode may feel
REPAIRS = 2
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
    proven : whether that is the number of roots in the list, [lane]
    lane_status : OK, the list is proven and resolved; NOT_CONVERGED, the argument principle
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
    proven: Tensor
    lane_status: Tensor

    @property
    def complete(self) -> Tensor:
        """Whether the list is proven to hold every mode of the box, all resolved, [lane]."""
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
    lower, parts = -torch.inf, []
    for upper, nodes in RAYS:
        here = (fine.compactness > lower) & ~(fine.compactness > upper)
        lower = upper
        # the one host check of a group: whether it has lanes
        lanes = here.nonzero()[:, 0]
        if lanes.numel():
            chosen = (part.select(lanes) for part in (fine, coarse, box))
            parts.append((lanes, _alike(*chosen, nodes, tolerance)))
    return _joined(parts, fine.lanes)


def _alike(
    fine: Response, coarse: Response, box: Box, nodes: tuple[int, int, int], tolerance: float
) -> SpacetimeRoots:
    """Roots of stars that need the same number of nodes outside."""
    lanes = fine.lanes
    whole = padded(torch.arange(lanes, device=fine.mu.device))
    fine, coarse, box = fine.select(whole), coarse.select(whole), box.select(whole)
    rough, sharp = (
        matching(side, box.centre, count)
        for side, count in zip((coarse, fine), nodes[1:], strict=True)
    )
    seeds = spacetime_pencil(fine, box.centre, lanes, nodes=nodes[0]).values[whole]
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


def _joined(parts: list[tuple[Tensor, SpacetimeRoots]], lanes: int) -> SpacetimeRoots:
    """Groups of lanes put back in their places, NaN behind shorter lists."""
    owners = torch.cat([owner for owner, _ in parts])
    order = torch.empty_like(owners).index_copy(
        0, owners, torch.arange(lanes, device=owners.device)
    )
    slots = max(found.omega.shape[1] for _, found in parts)

    def lists(name: str, blank: float) -> Tensor:
        tables = (getattr(found, name) for _, found in parts)
        return torch.cat([pad(table, (0, slots - table.shape[1]), value=blank) for table in tables])

    tables = [lists(name, torch.nan) for name in ("omega", "re_errors", "im_errors", "residual")]
    edges = ("left", "right", "bottom", "top")
    box = Box(*(torch.cat([getattr(found.box, edge) for _, found in parts]) for edge in edges))
    tables.append(lists("status", int(Status.NO_ROOT)))
    names = ("count", "proven", "lane_status")
    single = [torch.cat([getattr(found, name) for _, found in parts])[order] for name in names]
    return SpacetimeRoots(*(table[order] for table in tables), box.select(order), *single)


def _repaired(
    sharp: Matching, rough: Matching, lanes: Tensor, table: Roots, box: Box, proof: Certificate
) -> tuple[Roots, Box, Certificate]:
    """Look again in these lanes: for missing roots, or on a contour a little further out."""
    unsettled = proof.status[lanes] == int(Status.ACCURACY_NOT_REACHED)
    box = box.widened(torch.zeros_like(box.left).index_copy(0, lanes, WIDER * unsettled.double()))
    star, part = take(sharp, lanes), box.select(lanes)
    own = Roots(*(piece[lanes] for piece in table))
    short = (proof.missing[lanes] > 0).nonzero()[:, 0]
    if short.numel():
        extra = _searched(take(star, short), part.select(short), own.omega[short])
        fresh = polished(take(star, short), take(rough, lanes[short]), extra)
        own = _replaced(own, short, together(Roots(*(piece[short] for piece in own)), fresh))
    table = _replaced(table, lanes, own)
    again = certify(star, part, own.omega, weakest=WEAKEST)
    return table, box, proof.replaced(lanes, again)


def _searched(star: Matching, box: Box, known: Tensor) -> Tensor:
    """Roots that the contour search finds once the known ones are divided out, [lane, slot]."""
    taken_out = factors(star, box, known, WEAKEST)
    found = find_roots(
        factored(), box.region(), taken_out, accuracy=1e-6, max_points=512, max_depth=2
    )
    return found.values


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
    known = (proof.count, proof.complete, lane)
    return SpacetimeRoots(
        *(part[own] for part in parts), box.select(own), *(part[own] for part in known)
    )

"""All space-time modes (w and w_II) of many stars inside a region, with a proof of completeness.

First approximations come from `spacetime.pencil`, without guesses; each is polished on F (see
`matching`), and `certificate` compares the list with the argument principle. How far the wave of a
coarser ray would move a root is its error by the exterior (that of the interior is told by
`full_gr.stationary`). Where roots are missing, the contour search of `parode_core` looks for what
is left of F once the known roots are divided out. What cannot be settled is said by a status, never
passed over. Units R = 1: omega stands for omega R.
"""

import torch
from torch import Tensor

from parode_core import Status
from parode_core.lanes import padded, several, take
from parode_core.nonlinear_eigen import find_roots
from stellar.oscillations.full_gr.exterior.outgoing_wave import Outgoing, outgoing
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.spacetime.certificate import (
    Box,
    Certificate,
    certify,
    factored,
    factors,
)
from stellar.oscillations.full_gr.spacetime.matching import Matching, matching
from stellar.oscillations.full_gr.spacetime.pencil import spacetime_pencil
from stellar.oscillations.full_gr.spacetime.result import SpacetimeRoots, joined
from stellar.oscillations.full_gr.spacetime.root_lists import Roots, packed, polished, together

# nodes on the ray outside, coarser and finer, up to a compactness: strongly damped waves of compact
# stars need more, or poles of the ray alone come down to them
RAYS = ((0.18, (20, 24)), (0.31, (28, 32)), (0.5, (36, 40)))
MARGIN = 0.5  # around the box: roots there are divided out of the contour
WEAKEST = 1e-5  # residue over lambda of poles that a space-time mode may feel
REPAIRS = 2
WIDER = 0.03  # of a box whose contour does not settle
ASIDE = 0.1  # Re omega of seeds: roots next to the imaginary axis may have theirs across
LOWEST = 0.01  # Im omega of seeds: what is damped less is a fluid mode, and far from a contour
BY_CHANCE = 2.0  # how much better two resolutions may agree than they should


def spacetime_roots(response: Response, box: Box, *, tolerance: float = 1e-4) -> SpacetimeRoots:
    """Every root inside a box that stays clear of the weakly damped fluid modes.

    Parameters
    ----------
    response : of the stars
    box : left >= 0, and bottom above the damping of the fluid modes (0.02 is)
    tolerance : relative distance of two resolutions beyond which a root is not resolved
    """
    # a compactness that is not a number goes to the first group
    edges = response.compactness.new_tensor([upper for upper, _ in RAYS[:-1]])
    number = (response.compactness[:, None] > edges).sum(dim=1)
    parts: list[SpacetimeRoots] = []
    owners: list[Tensor] = []
    for group, (_, nodes) in enumerate(RAYS):
        # the one host check of a group: whether it has lanes
        lanes = (number == group).nonzero()[:, 0]
        if lanes.numel():
            owners.append(lanes)
            parts.append(_alike(response.select(lanes), box.select(lanes), nodes, tolerance))
    return joined(parts).select(torch.cat(owners).argsort())


def _alike(
    response: Response, box: Box, nodes: tuple[int, int], tolerance: float
) -> SpacetimeRoots:
    """Roots of stars that need the same number of nodes outside."""
    lanes = response.lanes
    whole = padded(torch.arange(lanes, device=response.mu.device))
    response, box = response.select(whole), box.select(whole)
    rough, sharp = nodes
    star = matching(response, box.centre, sharp)
    seeds = spacetime_pencil(star, lanes)
    own = several(whole[:lanes])
    star, box, seeds = take(star, own), box.select(own), seeds[own]
    near = box.holds(seeds, MARGIN) & (seeds.real > -ASIDE) & (seeds.imag > LOWEST)
    table = polished(star, packed(seeds, near))
    proof = certify(star, box, table.omega, weakest=WEAKEST)
    for _ in range(REPAIRS):
        # the one host check of a repair: which lists are not complete yet
        healthy = star.interior.status == int(Status.OK)
        open_lanes = (healthy & ~proof.complete).nonzero()[:, 0]
        if not open_lanes.numel():
            break
        table, box, proof = _repaired(star, several(open_lanes), table, box, proof)
    judged = _judged(star.interior, box, table, proof, rough, tolerance)
    return judged.select(whole[:lanes])


def _repaired(
    stars: Matching, lanes: Tensor, table: Roots, box: Box, proof: Certificate
) -> tuple[Roots, Box, Certificate]:
    """Look again in these lanes: for missing roots, or on a contour a little further out."""
    unsettled = proof.status[lanes] == int(Status.ACCURACY_NOT_REACHED)
    box = box.widened(torch.zeros_like(box.left).index_copy(0, lanes, WIDER * unsettled.double()))
    star, part = take(stars, lanes), box.select(lanes)
    own = Roots(*(piece[lanes] for piece in table))
    short = (proof.missing[lanes] > 0).nonzero()[:, 0]
    if short.numel():
        short = several(short)
        extra = _searched(take(star, short), part.select(short), own.omega[short])
        fresh = polished(take(star, short), extra)
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
    response: Response, box: Box, table: Roots, proof: Certificate, nodes: int, tolerance: float
) -> SpacetimeRoots:
    """Roots inside the box with their errors, and what is to be said of each lane.

    nodes : of the coarser ray outside
    """
    inside = box.holds(table.omega)
    order = (~inside).to(torch.int8).argsort(dim=1, stable=True)
    inside = inside.gather(1, order)
    omega, step = (torch.where(inside, part.gather(1, order), torch.nan) for part in table)
    wave = outgoing(omega, response.compactness, response.l, nodes)
    # what is left of the coarser one may turn by any angle
    apart = _moved(response, omega, wave).abs()
    resolved = apart + step <= tolerance * omega.abs()
    status = torch.where(resolved, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    lane = torch.where(proof.missing == 0, int(Status.OK), int(Status.NOT_CONVERGED))
    lane = torch.where(proof.status != int(Status.OK), proof.status, lane)
    sharp = (resolved | ~inside).all(dim=1) | (lane != int(Status.OK))
    lane = torch.where(sharp, lane, int(Status.ACCURACY_NOT_REACHED))
    return SpacetimeRoots(
        omega=omega,
        re_errors=BY_CHANCE * apart + step,
        im_errors=BY_CHANCE * apart + step,
        steepness=wave.slope,
        residual=step,
        status=torch.where(inside, status, int(Status.NO_ROOT)),
        box=box,
        count=proof.count,
        proven=proof.complete,
        lane_status=torch.where(response.status != int(Status.OK), response.status, lane),
    )


def _moved(response: Response, omega: Tensor, wave: Outgoing) -> Tensor:
    """How far a root of 1 = (L - beta) R is from omega for a wave outside, [lane, root]."""
    inner, inner_slope = response.value(omega * omega)
    source = wave.log_derivative - response.beta[:, None]
    return (1.0 - source * inner) / (wave.slope * inner + 2.0 * omega * source * inner_slope)

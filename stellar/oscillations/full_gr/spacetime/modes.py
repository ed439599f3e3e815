"""The space-time modes w1, w2, ... and wII1, wII2, ... of many stars, labelled.

Waves in a star have poles of the response of nearly equal residue r at nearly equal distances
pi r / 2 in omega: those of a cavity, R ~ -tan(omega tau)/omega with residues 2 / tau. They tell
where the region has to end that holds w1 ... wN and one more: labels depend on the damping of what
lies to the right (see `labels`). The region begins at Re omega = 0 and above the fluid modes; a
root above its top is damped more than every root in it, so that it makes no root in it a wII.
Units inside R = 1, of `Mode` km^-1.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core import Status
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.responses import Interiors
from stellar.oscillations.full_gr.spacetime.certificate import Box
from stellar.oscillations.full_gr.spacetime.result import SpacetimeRoots
from stellar.oscillations.full_gr.spacetime.roots import spacetime_roots
from stellar.oscillations.full_gr.stationary import Stationary, stationary
from stellar.oscillations.labels import Label, label_w
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch

BOTTOM = 0.03  # fluid modes are damped less, space-time modes more up to C = 0.35
HIGHEST = 6.5  # above, F is lost in rounding
RISE = 4.0  # of the top, in distances of poles
FURTHEST = 18.0  # to the right few stars are resolved
EXTENSIONS = 1
LOW = 4.0  # omega R over l up to which poles of such waves are looked at
BEYOND = 0.5  # of a distance of poles: w_{N+1} is about one right of w_N, which tells its label
BLURRED = 1e-2  # relative error above which a root is no mode
TOLERANCE = 1e-4  # relative correction beyond which a root is not resolved
LARGE = 0.5  # residues of waves in the star, of the largest one

# a root: omega R, errors, what of them is the exterior's, last step, status
Row = tuple[complex, float, float, float, float, int]


def spacetime_modes(inside: Interiors, request: ModeRequest) -> tuple[ModeSearch, ...]:
    """Space-time modes of every star.

    Parameters
    ----------
    inside : the interiors of the stars
    request : n_max, or a band of Re omega in km^-1; its families are not looked at

    Returns
    -------
    One search a lane: w1 ... wN and the wII left of wN, or all in the band, by ascending frequency;
    a mode that is off by more than 1e-4 has the status ACCURACY_NOT_REACHED.
    It is complete if the argument principle confirms the region up to there.
    """
    response = inside.response
    first, distance = cavity(response)
    right = first + (request.n_max + BEYOND) * distance
    if request.band is not None:
        right = request.band[1] * response.radius + 2.0 * distance
    found: dict[int, ModeSearch] = {}
    lanes, radii = torch.arange(response.lanes, device=right.device), response.radius.tolist()
    for extension in range(EXTENSIONS + 1):
        # the one host check of a region: which stars need a wider one, and can have it
        known = right[lanes].isfinite()
        for lane in lanes[~known].tolist():
            found[lane] = ModeSearch((), complete=False, message=_failed(response, lane))
        lanes = lanes[known]
        if not lanes.numel():
            break
        box = region(right[lanes].clamp_max(FURTHEST), distance[lanes])
        lists = _searched(inside, lanes, box, request, radii)
        short = []
        for place, (lane, own) in enumerate(zip(lanes.tolist(), lists, strict=True)):
            # further out the star may not be resolved: what is proven already stays
            if lane not in found or own.proven:
                found[lane] = own.search
            if not own.enough and extension < EXTENSIONS:
                short.append(place)
        lanes = lanes[short]
        right = right + 2.0 * distance
    return tuple(found[lane] for lane in range(response.lanes))


class _Listed(NamedTuple):
    """Modes of one star in a region, whether the list is proven and the region wide enough."""

    search: ModeSearch
    proven: bool
    enough: bool


def _searched(
    inside: Interiors, lanes: Tensor, box: Box, request: ModeRequest, radii: list[float]
) -> list[_Listed]:
    """The modes of some stars, each in its region.

    radii : of all stars, km
    """
    roots = spacetime_roots(inside.response.select(lanes), box)
    places = lanes.tolist()
    # the roots of a star stand before what is none
    counts = roots.omega.isfinite().sum(dim=1).tolist()
    named: list[tuple[list[Label], list[int]]] = []
    wanted = torch.zeros_like(roots.status, dtype=torch.bool)
    for k, (omegas, count) in enumerate(zip(roots.omega.tolist(), counts, strict=True)):
        labels = label_w(omegas[:count])
        kept = _wanted(omegas[:count], labels, request, radii[places[k]])
        named.append((labels, kept))
        wanted[k, kept] = True
    told = _corrected(roots, inside, lanes, wanted)
    errors = (told.re_errors, told.im_errors, roots.re_errors)
    columns = (told.omega, *errors, told.residual, told.status)
    tables = zip(*(column.tolist() for column in columns), strict=True)
    proofs = (told.proven, told.lane_status, told.count)
    regions = zip(*(part.tolist() for part in proofs), strict=True)
    tops, l = box.top.tolist(), inside.response.l
    found = []
    for k, (table, (proven, status, count)) in enumerate(zip(tables, regions, strict=True)):
        rows, lacks = list(zip(*table, strict=True)), _lacks(proven, status, count, counts[k])
        search, enough = _search(rows, *named[k], lacks, request, radii[places[k]], l, tops[k])
        found.append(_Listed(search, proven, enough))
    return found


def _corrected(
    roots: SpacetimeRoots, inside: Interiors, lanes: Tensor, wanted: Tensor
) -> SpacetimeRoots:
    """The roots with their interiors' errors taken away and told.

    lanes : whose roots these are, of the stars inside;  wanted : which roots, [lane, root]
    """
    omega, slope = (
        part.new_full((inside.response.lanes, wanted.shape[1]), torch.nan).index_copy(
            0, lanes, torch.where(wanted, part, torch.nan)
        )
        for part in (roots.omega, roots.steepness)
    )
    found = Stationary(*(part[lanes] for part in stationary(inside, omega, slope)))
    resolved = wanted & (found.moved.abs() <= TOLERANCE * roots.omega.abs())
    blurred = wanted & ~resolved
    return replace(
        roots,
        omega=torch.where(resolved, found.omega, roots.omega),
        re_errors=torch.where(wanted, roots.re_errors + found.re_error, roots.re_errors),
        im_errors=torch.where(wanted, roots.im_errors + found.im_error, roots.im_errors),
        status=torch.where(blurred, int(Status.ACCURACY_NOT_REACHED), roots.status),
    )


def cavity(response: Response) -> tuple[Tensor, Tensor]:
    """First pole of the waves in each star and the distance to the next, omega R, [lane].

    NaN where no pole is resolved.
    """
    # far up the spectrum poles belong to the grid
    low = response.poles.real.sqrt() < LOW * response.l
    residues = torch.where(response.resolved & low, response.residues.real, torch.nan)
    largest = residues.nan_to_num(0.0).amax(dim=1, keepdim=True)
    waves = torch.where(residues > LARGE * largest, residues, torch.nan)
    distance = 0.5 * torch.pi * waves.nanmedian(dim=1).values
    poles = torch.where(waves.isfinite(), response.poles.real, torch.inf).amin(dim=1)
    return torch.where(distance.isfinite(), poles.sqrt(), torch.nan), distance


def region(right: Tensor, distance: Tensor) -> Box:
    """Where the space-time modes up to Re omega = right are, for a distance of poles, [lane]."""
    top = (RISE * distance).clamp_max(HIGHEST)
    return Box(torch.zeros_like(right), right, torch.full_like(right, BOTTOM), top)


def _search(
    rows: list[Row],
    labels: list[Label],
    kept: list[int],
    lacks: str,
    request: ModeRequest,
    radius: float,
    l: int,
    top: float,
) -> tuple[ModeSearch, bool]:
    """Modes of one star, and whether the region was wide enough for them.

    rows, labels : of the roots in the region;  kept : those asked for
    lacks : why the list is not proven;  top : of the region, Im omega R
    """
    clear = [k for k in kept if max(rows[k][1], rows[k][2]) <= BLURRED * abs(rows[k][0])]
    modes = tuple(_mode(l, labels[k], rows[k], radius) for k in clear)
    ordinary = sum(not label.label.startswith("wII") for label in labels)
    reasons = [lacks] if lacks else []
    if len(clear) < len(kept):
        reasons.append(f"{len(kept) - len(clear)} w-modes are not resolved: more nodes tell")
    exhausted = not reasons  # what follows is said of the region, whose size is no matter of nodes
    if request.band is None and ordinary < request.n_max:
        edge = top / radius
        reasons.append(f"{ordinary} w-modes are damped less than Im omega = {edge:.3g}/km")
    if request.band is None and ordinary == request.n_max:
        reasons.append(f"no w-mode beyond w{ordinary} was found; its label depends on the next one")
    enough = request.band is not None or ordinary > request.n_max
    search = ModeSearch(modes, not reasons, "; ".join(reasons), exhausted=exhausted)
    return search, enough


def _wanted(
    omegas: list[complex], labels: list[Label], request: ModeRequest, radius: float
) -> list[int]:
    """Places of w1 ... wN and of the wII left of wN, or of all roots in the band."""
    if request.band is not None:
        low, high = (edge * radius for edge in request.band)
        return [k for k, omega in enumerate(omegas) if low <= omega.real <= high]
    ordinary = [
        k
        for k, label in enumerate(labels)
        if not label.label.startswith("wII") and label.n <= request.n_max
    ]
    last = max((omegas[k].real for k in ordinary), default=0.0)
    return [
        k
        for k, label in enumerate(labels)
        if k in ordinary or (label.label.startswith("wII") and omegas[k].real < last)
    ]


def _mode(l: int, label: Label, row: Row, radius: float) -> Mode:
    omega, re_err, im_err, outside_err, step, status = row
    return Mode(
        l=l,
        family="w",
        n=label.n,
        label=label.label,
        gravity="full",
        omega=omega / radius,
        omega_re_err=re_err / radius,
        omega_im_err=im_err / radius,
        outside_err=outside_err / radius,
        residual=step / abs(omega),
        status=Status(status),
        message=label.note or Status(status).message,
    )


def _lacks(proven: bool, status: int, count: int, listed: int) -> str:
    """Why a list is not proven; empty if it is."""
    if proven:
        return ""
    if status == int(Status.NOT_CONVERGED):
        return f"{listed} w-modes found, but the argument principle counts {count}"
    if status == int(Status.ACCURACY_NOT_REACHED):
        return "w-modes: a root lies on the contour of the argument principle"
    return "w-modes: the response of the interior is not known"


def _failed(response: Response, lane: int) -> str:
    status = Status(int(response.status[lane]))
    return f"w-modes: {status.message or 'no pole of the interior is resolved.'}"

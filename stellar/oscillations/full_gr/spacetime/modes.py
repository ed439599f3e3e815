"""The space-time modes w1, w2, ... and wII1, wII2, ... of many stars, labelled.

Waves in a star have poles of the response of nearly equal residue r at nearly equal distances
pi r / 2 in omega: those of a cavity, R ~ -tan(omega tau)/omega with residues 2 / tau. They tell
where the region has to end that holds w1 ... wN and one more: labels depend on the damping of what
lies to the right (see `labels`). The region begins at Re omega = 0 and above the fluid modes; a
root above its top is damped more than every root in it, so that it makes no root in it a wII.
Units inside R = 1, of `Mode` km^-1.
"""

import torch
from torch import Tensor

from parode_core import Status
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.spacetime.certificate import Box
from stellar.oscillations.full_gr.spacetime.result import SpacetimeRoots
from stellar.oscillations.full_gr.spacetime.roots import spacetime_roots
from stellar.oscillations.labels import Label, label_w
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch

BOTTOM = 0.03  # fluid modes are damped less, space-time modes more up to C = 0.35
HIGHEST = 6.5  # above, F is lost in rounding
RISE = 4.0  # of the top, in distances of poles
FURTHEST = 18.0  # to the right few stars are resolved
EXTENSIONS = 1
LOW = 4.0  # omega R over l up to which poles of such waves are looked at
ENOUGH = 0.2  # w_N is not far above the N-th pole, and in dilute stars below
BLURRED = 1e-2  # relative error above which a root is no mode
LARGE = 0.5  # residues of waves in the star, of the largest one


def spacetime_modes(
    fine: Response, coarse: Response, request: ModeRequest
) -> tuple[ModeSearch, ...]:
    """Space-time modes of every star, as far as two resolutions agree on them.

    Parameters
    ----------
    fine, coarse : responses of the same stars at two resolutions
    request : n_max, or a band of Re omega in km^-1; its families are not looked at

    Returns
    -------
    One search a lane: w1 ... wN and the wII left of wN, or all in the band, by ascending frequency;
    a mode on which the resolutions agree to less than 1e-4 has the status ACCURACY_NOT_REACHED.
    It is complete if the argument principle confirms the region up to there.
    """
    first, distance = cavity(fine)
    right = first + (request.n_max - ENOUGH) * distance
    if request.band is not None:
        right = request.band[1] * fine.radius + 2.0 * distance
    found: dict[int, ModeSearch] = {}
    lanes = torch.arange(fine.lanes, device=right.device)
    for extension in range(EXTENSIONS + 1):
        # the one host check of a region: which stars need a wider one, and can have it
        known = right[lanes].isfinite()
        for lane in lanes[~known].tolist():
            found[lane] = ModeSearch((), complete=False, message=_failed(fine, lane))
        lanes = lanes[known]
        if not lanes.numel():
            break
        box = region(right[lanes].clamp_max(FURTHEST), distance[lanes])
        roots = spacetime_roots(fine.select(lanes), coarse.select(lanes), box)
        short = []
        for place, lane in enumerate(lanes.tolist()):
            search, enough = _search(roots, place, float(fine.radius[lane]), fine.l, request)
            # further out the star may not be resolved: what is proven already stays
            if lane not in found or bool(roots.proven[place]):
                found[lane] = search
            if not enough and extension < EXTENSIONS:
                short.append(place)
        lanes = lanes[short]
        right = right + 2.0 * distance
    return tuple(found[lane] for lane in range(fine.lanes))


def cavity(response: Response) -> tuple[Tensor, Tensor]:
    """First pole of the waves in each star and the distance to the next, omega R, [lane].

    NaN where no pole is resolved.
    """
    # far up the spectrum two resolutions may agree by chance
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
    roots: SpacetimeRoots, lane: int, radius: float, l: int, request: ModeRequest
) -> tuple[ModeSearch, bool]:
    """Modes of one star, and whether the region was wide enough for them."""
    there = roots.omega[lane].isfinite()
    columns = (roots.omega, roots.re_errors, roots.im_errors, roots.residual, roots.status)
    rows = list(zip(*(column[lane][there].tolist() for column in columns), strict=True))
    labels = label_w([row[0] for row in rows])
    kept = _wanted([row[0] for row in rows], labels, request, radius)
    clear = [k for k in kept if max(rows[k][1], rows[k][2]) <= BLURRED * abs(rows[k][0])]
    modes = tuple(_mode(l, labels[k], rows[k], radius) for k in clear)
    ordinary = sum(not label.label.startswith("wII") for label in labels)
    reasons: list[str] = []
    if not bool(roots.proven[lane]):
        reasons.append(_unproven(roots, lane, int(there.sum())))
    if len(clear) < len(kept):
        reasons.append(
            f"{len(kept) - len(clear)} w-modes differ between two resolutions: more nodes tell"
        )
    exhausted = not reasons  # what follows is said of the region, whose size is no matter of nodes
    if request.band is None and ordinary < request.n_max:
        top = float(roots.box.top[lane]) / radius
        reasons.append(f"{ordinary} w-modes are damped less than Im omega = {top:.3g}/km")
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


def _mode(
    l: int, label: Label, row: tuple[complex, float, float, float, int], radius: float
) -> Mode:
    omega, re_err, im_err, step, status = row
    return Mode(
        l=l,
        family="w",
        n=label.n,
        label=label.label,
        gravity="full",
        omega=omega / radius,
        omega_re_err=re_err / radius,
        omega_im_err=im_err / radius,
        residual=step / abs(omega),
        status=Status(status),
        message=label.note or Status(status).message,
    )


def _unproven(roots: SpacetimeRoots, lane: int, listed: int) -> str:
    if int(roots.lane_status[lane]) == int(Status.NOT_CONVERGED):
        count = int(roots.count[lane])
        return f"{listed} w-modes found, but the argument principle counts {count}"
    if int(roots.lane_status[lane]) == int(Status.ACCURACY_NOT_REACHED):
        return "w-modes: a root lies on the contour of the argument principle"
    return "w-modes: the response of the interior is not known"


def _failed(response: Response, lane: int) -> str:
    status = Status(int(response.status[lane]))
    return f"w-modes: {status.message or 'no pole of the interior is resolved.'}"

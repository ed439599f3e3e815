"""Fluid modes of a batch of stars in full general relativity, as searches with labels and errors.

Every pole of the interior's response leads to one mode. Those that turn out to be broad are waves
caught in the star; the others are f, p, g and i, named by the zeros of their displacement, which
are counted in the modes themselves where those of the poles leave a gap.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor

from parode_core import Status
from stellar.oscillations.full_gr.fluid.quasinormal import (
    FluidModes,
    corrected,
    fluid_modes,
)
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.responses import Interiors, recounted
from stellar.oscillations.full_gr.spacetime.certificate import certify_fluid
from stellar.oscillations.labels import FluidMode
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.parode.cowling_modes import ladders
from stellar.parode.fluid_search import Ladder, Resolved, fluid_search
from stellar.parode.trials import TrialStars

BROADEST = 0.005  # Im/Re of a fluid mode at most; what is broader is a wave caught in the star
SPARE_ORDERS = 3  # poles looked at beyond those wanted
DEEPEST = 12  # the same below the g-modes of layers: an i-mode may lie deep among them
ORDERS_OF_BAND = 8  # radial orders that a band is first resolved for
OF_FREQUENCY = 3.0  # what frequencies feel of their stars, of the most that dampings can feel
FROM_FLUX = 1e-12  # Im/Re below which no root of a complex equation would tell the damping


def highest_order(request: ModeRequest) -> int:
    """Radial order that stars are first resolved for."""
    return ORDERS_OF_BAND if request.band else request.n_max


def fluid_searches(
    stars: TrialStars, inside: Interiors, l: int, request: ModeRequest
) -> list[ModeSearch]:
    """The modes f, p, g and i asked for of one degree, of every star.

    Parameters
    ----------
    inside : of the stars
    l : degree, at least 2
    request : families with n_max or a band in Re omega, km^-1; w is ignored
    """
    rungs = ladders(stars)
    found = fluid_modes(inside.response, wanted=_candidates(inside.response, request, rungs))
    narrow = torch.where(_narrow(found.omega), found.omega, torch.nan)
    modes = corrected(replace(found, omega=narrow), inside)
    searches = _searches(inside.response, modes, l, request, rungs)
    mixed = [lane for lane, search in enumerate(searches) if not search.complete]
    if mixed:
        # where a pole is mixed with that of a wave, its zeros are not those of the mode next to it
        lanes = torch.tensor(mixed, device=modes.omega.device)
        own, ladder = modes.select(lanes), [rungs[lane] for lane in mixed]
        closer = _searches(recounted(inside, lanes, own.omega**2), own, l, request, ladder)
        for lane, search in zip(mixed, closer, strict=True):
            searches[lane] = search if search.complete else searches[lane]
    return searches


def _searches(
    response: Response, modes: FluidModes, l: int, request: ModeRequest, rungs: list[Ladder]
) -> list[ModeSearch]:
    """The modes of each star, by the zeros that the response tells."""
    missing, statuses = _missing(response, modes, request), response.status.tolist()
    columns = zip(_resolved(response, modes), rungs, missing, statuses, strict=True)
    return [
        fluid_search(found, request, ladder, l, "full", missing=more)
        if status == int(Status.OK)
        else _unsolved(Status(status))
        for found, ladder, more, status in columns
    ]


def _unsolved(status: Status) -> ModeSearch:
    reason = f"The interior of the star could not be solved: {status.message}"
    return ModeSearch((), complete=False, message=reason)


def _candidates(response: Response, request: ModeRequest, rungs: list[Ladder]) -> Tensor:
    """The poles that may lead to a mode asked for or be needed for its label, [lane, pole].

    They stand by ascending frequency.
    """
    counts = response.signed_nodes
    if request.band is not None:
        # up to the next mode above the band, and everything below for the labels
        top = (request.band[1] * response.radius) ** 2
        above = response.resolved & (response.poles.real > top.unsqueeze(1))
        return response.resolved & (above.cumsum(dim=1) <= 1 + SPARE_ORDERS)
    jumps = torch.tensor([ladder.jumps for ladder in rungs], device=counts.device).unsqueeze(1)
    deepest = torch.where(jumps > 0, DEEPEST, 1)
    highest = request.n_max if "p" in request.families else 0
    buoyant = bool({"g", "i"} & set(request.families))
    lowest = -jumps - (request.n_max + deepest if buoyant else 0)
    # far up the spectrum counts mean nothing
    above = response.resolved & (counts > highest)
    return response.resolved & (counts >= lowest) & (above.cumsum(dim=1) == 0)


def _missing(response: Response, modes: FluidModes, request: ModeRequest) -> list[int | None]:
    """How many modes of the band the argument principle counts beyond those that were found."""
    if request.band is None:
        return [None] * response.lanes
    left, right = (edge * response.radius for edge in request.band)
    proof = certify_fluid(response, modes.omega, left, right)
    settled = (proof.status == int(Status.OK)).tolist()
    return [
        count if known else None
        for count, known in zip(proof.missing.tolist(), settled, strict=True)
    ]


def _narrow(omega: Tensor) -> Tensor:
    """Fluid modes, not waves caught in the star."""
    return omega.imag.abs() <= BROADEST * omega.real


def _resolved(response: Response, modes: FluidModes) -> list[list[Resolved]]:
    """The fluid modes of every star in ascending frequency."""
    usable = (modes.status == int(Status.OK)) | (modes.status == int(Status.BELOW_NOISE_FLOOR))
    usable = usable & modes.omega.isfinite()
    lane, pole = usable.nonzero(as_tuple=True)
    # by star, and in each by frequency
    order = modes.omega.real[lane, pole].argsort()
    order = order[lane[order].argsort(stable=True)]
    at = lane[order], pole[order]
    radius = response.radius[at[0]]
    shapes = zip(
        modes.omega.real[at].tolist(),
        response.nodes[at].tolist(),
        response.signed_nodes[at].tolist(),
        _shares(response, *at),
        strict=True,
    )
    numbers = (modes.omega, modes.re_error, modes.im_error)
    columns = zip(
        shapes,
        *((part[at] / radius).tolist() for part in numbers),
        modes.residual[at].tolist(),
        (modes.sensitivity[at] / OF_FREQUENCY).clamp_min(1.0).tolist(),
        modes.apart[at].tolist(),
        modes.status[at].tolist(),
        strict=True,
    )
    found: list[list[Resolved]] = [[] for _ in range(response.lanes)]
    for owner, (shape, *rest) in zip(at[0].tolist(), columns, strict=True):
        found[owner].append(_mode(FluidMode(*shape), *rest))
    return found


def _shares(response: Response, lane: Tensor, pole: Tensor) -> list[tuple[float, ...]]:
    """Of the buoyancy energy at each jump of the stars, from the surface inwards."""
    jumps = response.jumps.flip(1).tolist()
    if not any(any(row) for row in jumps):
        return [()] * lane.shape[0]
    rows = response.interface_shares[lane, pole].flip(1).tolist()
    return [
        tuple(share for share, there in zip(row, jumps[star], strict=True) if there)
        for star, row in zip(lane.tolist(), rows, strict=True)
    ]


def _mode(
    shape: FluidMode,
    omega: complex,
    re_err: float,
    im_err: float,
    residual: float,
    by_star: float,
    apart: float,
    code: int,
) -> Resolved:
    if code == int(Status.BELOW_NOISE_FLOOR):
        # a number within its own error says nothing
        faint = Status.BELOW_NOISE_FLOOR
        unknown = complex(omega.real, math.nan)
        return Resolved(shape, unknown, re_err, im_err, residual, faint, faint.message, apart=apart)
    flux = "Damping from the flux of energy." if omega.imag < FROM_FLUX * omega.real else ""
    return Resolved(
        shape, omega, re_err, im_err, residual, note=flux, im_by_star=by_star, apart=apart
    )

"""Fluid modes of a batch of stars in full general relativity, as searches with labels and errors.

Every pole of the interior's response leads to one mode. Those that turn out to be broad are waves
caught in the star; the others are f, p, g and i, named by the zeros of their displacement, which
are counted in the modes themselves where those of the poles leave a gap.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from parode_core import Status
from stellar.oscillations.full_gr.fluid.quasinormal import FluidModes, fluid_modes
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.responses import Interiors, recounted
from stellar.oscillations.full_gr.spacetime.certificate import certify_fluid
from stellar.oscillations.labels import FluidMode
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.parode.cowling_modes import ladders
from stellar.parode.fluid_search import Ladder, Resolved, fluid_search
from stellar.parode.trials import TrialStars

BROADEST = 0.005  # Im/Re of a fluid mode at most; what is broader is a wave caught in the star
SAFETY = 2.5  # times the difference of two resolutions: where matter is rough, convergence is slow
SPARE_ORDERS = 3  # poles looked at beyond those wanted
DEEPEST = 12  # the same below the g-modes: an i-mode may lie deep among them
ORDERS_OF_BAND = 8  # radial orders that a band is first resolved for
FROM_FLUX = 1e-12  # Im/Re below which no root of a complex equation would tell the damping


def highest_order(request: ModeRequest) -> int:
    """Radial order that stars are first resolved for."""
    return ORDERS_OF_BAND if request.band else request.n_max


def fluid_searches(
    stars: TrialStars,
    inside: Interiors,
    l: int,
    request: ModeRequest,
    again: Callable[[Tensor], Interiors],
) -> list[ModeSearch]:
    """The modes f, p, g and i asked for of one degree, of every star.

    Parameters
    ----------
    inside : of the stars
    l : degree, at least 2
    request : families with n_max or a band in Re omega, km^-1; w is ignored
    again : the interiors of some of the stars, by their indices, with spectra
    """
    searches = _searches(stars, inside, l, request)
    mixed = [lane for lane, search in enumerate(searches) if not search.complete]
    if mixed:
        lanes = torch.tensor(mixed, device=inside.fine.mu.device)
        closer = _searches(stars.select(lanes), again(lanes), l, request, at_modes=True)
        for lane, search in zip(mixed, closer, strict=True):
            searches[lane] = search if search.complete else searches[lane]
    return searches


def _searches(
    stars: TrialStars, inside: Interiors, l: int, request: ModeRequest, *, at_modes: bool = False
) -> list[ModeSearch]:
    """The modes of each star; `at_modes` if zeros are counted in them, not in poles beside them."""
    fine, rungs = inside.fine, ladders(stars)
    modes = fluid_modes(fine, inside.coarse, wanted=_candidates(fine, request, rungs))
    if at_modes:
        fine = recounted(inside, torch.where(_narrow(modes.omega), modes.omega**2, torch.nan))
    missing, statuses = _missing(fine, modes, request), fine.status.tolist()
    columns = zip(_resolved(fine, modes), rungs, missing, statuses, strict=True)
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
    highest = request.n_max if "p" in request.families else 0
    buoyant = bool({"g", "i"} & set(request.families))
    lowest = -jumps - (request.n_max + DEEPEST if buoyant else 0)
    # far up the spectrum counts mean nothing
    above = response.resolved & (counts > highest)
    return response.resolved & (counts >= lowest) & (above.cumsum(dim=1) == 0)


def _missing(response: Response, modes: FluidModes, request: ModeRequest) -> list[int | None]:
    """How many modes of the band the argument principle counts beyond those that were found."""
    if request.band is None:
        return [None] * response.lanes
    found = torch.where(_narrow(modes.omega), modes.omega, torch.nan)
    left, right = (edge * response.radius for edge in request.band)
    proof = certify_fluid(response, found, left, right)
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
    usable = usable & _narrow(modes.omega)
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
    numbers = (modes.omega, SAFETY * modes.re_error, SAFETY * modes.im_error)
    columns = zip(
        shapes,
        *((part[at] / radius).tolist() for part in numbers),
        modes.residual[at].tolist(),
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
    shape: FluidMode, omega: complex, re_err: float, im_err: float, residual: float, code: int
) -> Resolved:
    if code == int(Status.BELOW_NOISE_FLOOR):
        # a number within its own error says nothing
        faint = Status.BELOW_NOISE_FLOOR
        unknown = complex(omega.real, math.nan)
        return Resolved(shape, unknown, re_err, math.nan, residual, faint, faint.message)
    flux = "Damping from the flux of energy." if omega.imag < FROM_FLUX * omega.real else ""
    return Resolved(shape, omega, re_err, im_err, residual, note=flux)

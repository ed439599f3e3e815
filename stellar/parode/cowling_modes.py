"""Fluid modes of a batch of stars on a fixed metric, as searches with labels and errors.

Barotropic stars with one density jump at most are potential flow, whose modes come in the order of
their labels; all others show theirs by their eigenfunctions.
"""

import math
from collections.abc import Iterable

import torch

from parode_core import Status
from stellar.oscillations.cowling_spectrum import CowlingSpectrum, cowling_spectrum, fluid_modes
from stellar.oscillations.labels import FluidMode
from stellar.oscillations.mode import ModeRequest, ModeSearch, distances
from stellar.oscillations.potential_flow import barotropic_spectrum
from stellar.oscillations.radial_pencil import COARSER
from stellar.parode.fluid_search import Ladder, Resolved, fluid_search
from stellar.parode.short_elements import pencil_parts
from stellar.parode.trials import COPIES, TrialStars, refined

ORDERS_OF_BAND = 8  # radial orders that elements are made for where a band is asked for
MOST_OF_BAND = 160  # modes up to the end of a band
LARGEST = 2400  # unknowns of a star all of whose modes are computed: its matrix takes 46 MB
DISTANCE = 1e-4  # relative, of omega^2 between two resolutions, up to which a mode is reported


def cowling_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float
) -> list[ModeSearch]:
    """The modes asked for of one degree, of every star.

    Parameters
    ----------
    request : families f, p, g, i with n_max or a band in omega, km^-1; others are ignored
    accuracy : relative, below which more trial functions are taken
    """
    orders = ORDERS_OF_BAND if request.band else request.n_max
    found: dict[int, ModeSearch] = {}
    for part in pencil_parts(stars, orders, accuracy):
        star = part.stars.star
        flows = ~star.stratified & (star.jumps.sum(dim=1) <= 1)
        for mask, search in ((flows, _flow_searches), (~flows, _displacement_searches)):
            own = torch.nonzero(mask)[:, 0]
            if own.shape[0] > 0:
                searches = search(part.stars.select(own), l, request, accuracy, part.sizes)
                found |= dict(zip(part.lanes[own].tolist(), searches, strict=True))
    return [found[lane].widened(width) for lane, width in enumerate(stars.widths)]


def ladders(stars: TrialStars) -> list[Ladder]:
    """The signed counts that modes of each star can have."""
    star = stars.star
    moving = star.live.unsqueeze(-1).expand_as(star.fields.cs2)
    compressible = (star.fields.cs2.isfinite() | ~moving).flatten(1).all(dim=1)
    columns = (star.stratified, compressible, star.jumps.sum(dim=1))
    return [
        Ladder.of(stratified=layered, compressible=soft, jumps=jumps)
        for layered, soft, jumps in zip(*(part.tolist() for part in columns), strict=True)
    ]


def _flow_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float, sizes: tuple[int, ...]
) -> list[ModeSearch]:
    elements = stars.star.mesh.elements
    # an i-mode and f come before the p-modes
    modes = 2 + (request.n_max if "p" in request.families else 0)
    least = COARSER + max(3, 1 - (1 - modes) // elements)

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        size = max(size, least)
        if request.band:
            spectra = _flow_up_to(part, l, request.band[1], size)
        else:
            spectra = _flow(part, l, modes, size)
        return [
            fluid_search(found, request, ladder, l, "cowling")
            for found, ladder in zip(spectra, ladders(part), strict=True)
        ]

    def numbers(size: int) -> int:
        return COPIES * elements * max(size, least) ** 2

    return refined(stars, numbers, attempt, accuracy, sizes)


def _flow_up_to(stars: TrialStars, l: int, highest: float, size: int) -> list[list[Resolved]]:
    """As `_flow`, each star with as many modes as there are up to a frequency, and one beyond."""
    largest = min(stars.star.mesh.elements * (size - COARSER - 1) + 1, MOST_OF_BAND)
    modes = min(2 + ORDERS_OF_BAND, largest)
    found: dict[int, list[Resolved]] = {}
    waiting = list(range(stars.star.lanes))
    while waiting:
        lanes = torch.tensor(waiting, device=stars.star.x_ratio.device)
        found |= dict(zip(waiting, _flow(stars.select(lanes), l, modes, size), strict=True))
        waiting = [
            lane
            for lane in waiting
            if modes < largest and not any(mode.shape.omega > highest for mode in found[lane])
        ]
        modes = min(2 * modes, largest)
    return [found[lane] for lane in range(stars.star.lanes)]


def _flow(stars: TrialStars, l: int, modes: int, size: int) -> list[list[Resolved]]:
    """The lowest modes of every star by potential flow, those that are resolved."""
    star = stars.star
    spectrum = barotropic_spectrum(star, l, modes, size=size, tolerance=DISTANCE, rough=stars.rough)
    columns = zip(
        spectrum.omega_squared.tolist(),
        spectrum.errors.tolist(),
        spectrum.status.tolist(),
        spectrum.order.tolist(),
        ladders(stars),
        strict=True,
    )
    return [
        _beside(
            _flow_mode(value, error, order)
            for value, error, code, order in zip(values, errors, status, orders, strict=True)
            if code == int(Status.OK) and (ladder.highest is None or order <= ladder.highest)
        )
        for values, errors, status, orders, ladder in columns
    ]


def _flow_mode(omega_squared: float, error: float, order: int) -> Resolved:
    omega = math.sqrt(omega_squared)
    shares = (1.0,) if order < 0 else ()
    return _resolved(FluidMode(omega, abs(order), order, shares), 0.5 * error / omega)


def _resolved(shape: FluidMode, error: float) -> Resolved:
    return Resolved(shape, complex(shape.omega), error, residual=2.0 * error / shape.omega)


def _displacement_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float, sizes: tuple[int, ...]
) -> list[ModeSearch]:
    elements = stars.star.mesh.elements
    highest = ORDERS_OF_BAND if request.band else request.n_max

    def all_at_once(size: int) -> bool:
        return request.band is not None and 2 * elements * size <= LARGEST

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        # more functions, and more modes if some were not among them
        orders = None if all_at_once(size) else highest + size - sizes[0]
        spectrum = cowling_spectrum(
            part.star, l, size=size, tolerance=DISTANCE, rough=part.rough, orders=orders
        )
        return [
            fluid_search(_displaced(spectrum, lane), request, ladder, l, "cowling")
            for lane, ladder in enumerate(ladders(part))
        ]

    def numbers(size: int) -> int:
        # for all modes the matrices of elements are joined
        copies = elements if all_at_once(size) else COPIES
        return copies * elements * (2 * size) ** 2

    return refined(stars, numbers, attempt, accuracy, sizes)


def _displaced(spectrum: CowlingSpectrum, lane: int) -> list[Resolved]:
    """All resolved modes of one star by their displacement."""
    errors = spectrum.errors[lane][spectrum.omega[lane].isfinite()].tolist()
    return _beside(
        _resolved(shape, error)
        for shape, error in zip(fluid_modes(spectrum, lane), errors, strict=True)
    )


def _beside(modes: Iterable[Resolved]) -> list[Resolved]:
    """The modes of a star, in ascending frequency, with their distances."""
    found = list(modes)
    squares = [mode.shape.omega**2 for mode in found]
    # a mode that has no neighbours is f: p1 is as far away as that from zero, or farther
    apart = distances(squares, max(squares, default=math.nan))
    return [mode._replace(apart=own) for mode, own in zip(found, apart, strict=True)]

"""The modes of solved stars, all stars of a batch at once, from the nodes they were solved on."""

from collections.abc import Mapping, Sequence

import torch

from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.oscillations.order import Order
from stellar.parode.batches import single_thread
from stellar.parode.cowling_modes import cowling_searches
from stellar.parode.eigenfunctions import Spectra, looked_into
from stellar.parode.fluid_modes import fluid_searches
from stellar.parode.nodal import Nodal
from stellar.parode.radial_modes import radial_searches
from stellar.parode.spacetime_modes import spacetime_searches
from stellar.parode.trials import TrialStars, batches

FLUID = ("f", "p", "g", "i")

Searches = dict[int, ModeSearch]  # by degree; 0 is the radial spectrum


def mode_searches(
    nodal: Nodal,
    orders: Mapping[int, Order],
    widths: Mapping[int, float],
    *,
    inside: bool = False,
) -> dict[int, Searches]:
    """The modes asked for of every star, by its place in the batch.

    Parameters
    ----------
    nodal : solved stars on their nodes, with their places
    orders : what is wanted of the stars, by place; those left out are not looked at
    widths : relative errors of frequencies by those of their stars, by place
    inside : whether modes are told with their energies
    """
    found: dict[int, Searches] = {}
    with torch.no_grad(), single_thread():
        for order in dict.fromkeys(orders.values()):
            own = {place: widths[place] for place, wanted in orders.items() if wanted == order}
            for lanes, star in nodal:
                for places, stars in batches(lanes, star, own):
                    found |= dict(zip(places, _searches(stars, order, inside), strict=True))
    return found


def _searches(stars: TrialStars, order: Order, inside: bool) -> list[Searches]:
    """The searches of every star of a batch."""
    request = order.modes
    found: list[Searches] = [{} for _ in stars.widths]
    if request is None:
        return found

    def told(l: int, searches: list[ModeSearch]) -> list[ModeSearch]:
        if not inside:
            return searches
        return looked_into(stars, l, searches, order.gravity, keep=order.eigenfunctions)

    if "radial" in request.families:
        _add(found, 0, told(0, radial_searches(stars, request.n_max, order.accuracy)))
    if any(family != "radial" for family in request.families):
        for degree in order.degrees:
            if order.gravity == "cowling":
                searches = cowling_searches(stars, degree, request, order.accuracy)
                _add(found, degree, told(degree, searches))
            else:
                _add(found, degree, _full_gr_searches(stars, degree, order, request, inside))
    return found


def _full_gr_searches(
    stars: TrialStars, l: int, order: Order, request: ModeRequest, inside: bool
) -> list[ModeSearch]:
    """Fluid and space-time modes of every star, as far as they are asked for."""

    def look(
        part: TrialStars, searches: list[ModeSearch], spectra: Spectra = ()
    ) -> list[ModeSearch]:
        return looked_into(part, l, searches, "full", keep=order.eigenfunctions, spectra=spectra)

    parts = []
    if set(FLUID) & set(request.families):
        parts.append(fluid_searches(stars, l, request, order.accuracy, look if inside else None))
    if "w" in request.families:
        waves = spacetime_searches(stars, l, request, order.accuracy)
        parts.append(look(stars, waves) if inside else waves)
    return [as_one(own) for own in zip(*parts, strict=True)]


def as_one(searches: Sequence[ModeSearch]) -> ModeSearch:
    """Searches for different modes of one star and degree as one for all of them."""
    return ModeSearch(
        tuple(mode for search in searches for mode in search.modes),
        all(search.complete for search in searches),
        " ".join(search.message for search in searches if search.message),
    )


def _add(found: list[Searches], degree: int, searches: list[ModeSearch]) -> None:
    for star, search in zip(found, searches, strict=True):
        star[degree] = search

"""The modes of solved stars, all stars of a batch at once, from the nodes they were solved on."""

from collections.abc import Mapping

import torch

from stellar.oscillations.mode import ModeSearch
from stellar.oscillations.order import Order
from stellar.parode.batches import single_thread
from stellar.parode.cowling_modes import cowling_searches
from stellar.parode.eigenfunctions import Spectra, looked_into
from stellar.parode.full_gr_modes import full_gr_searches
from stellar.parode.nodal import Nodal
from stellar.parode.radial_modes import radial_searches
from stellar.parode.trials import TrialStars, batches

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

    def look(
        part: TrialStars, l: int, searches: list[ModeSearch], spectra: Spectra = ()
    ) -> list[ModeSearch]:
        if not inside:
            return searches
        keep = order.eigenfunctions
        return looked_into(part, l, searches, order.gravity, keep=keep, spectra=spectra)

    if "radial" in request.families:
        _add(found, 0, look(stars, 0, radial_searches(stars, request.n_max, order.accuracy)))
    for degree in order.degrees if set(request.families) - {"radial"} else ():
        if order.gravity == "cowling":
            searches = cowling_searches(stars, degree, request, order.accuracy)
            _add(found, degree, look(stars, degree, searches))
        else:
            told = look if inside else None
            _add(found, degree, full_gr_searches(stars, degree, request, order.accuracy, told))
    return found


def _add(found: list[Searches], degree: int, searches: list[ModeSearch]) -> None:
    for star, search in zip(found, searches, strict=True):
        star[degree] = search

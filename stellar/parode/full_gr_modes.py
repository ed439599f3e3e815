"""Quasi-normal modes of a batch of stars: one interior, and all modes from it.

Where fluid and space-time modes are both asked for, elements and the space of the interior are made
for whichever needs more.
"""

from collections.abc import Callable

from stellar.oscillations.full_gr.interior.elements import COMPONENTS
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.full_gr.spacetime.modes import spacetime_modes
from stellar.oscillations.mode import FLUID, ModeRequest, ModeSearch, as_one
from stellar.parode.eigenfunctions import Spectra
from stellar.parode.fluid_modes import SPARE_ORDERS, fluid_searches, highest_order
from stellar.parode.short_elements import collocation_nodes, shortened
from stellar.parode.trials import TrialStars, refined

ABOVE, MOST = 2, 6  # w_n bends the fluid about as p_{n + 2}, those of high order as p_6
SPACE, FOR_EACH = 6, 3  # radial orders that the space of their interior is made for, and for each

Look = Callable[[TrialStars, int, list[ModeSearch], Spectra], list[ModeSearch]]


def full_gr_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float, look: Look | None = None
) -> list[ModeSearch]:
    """The modes f, p, g, i and w asked for of one degree, of every star.

    Parameters
    ----------
    l : degree, at least 2
    request : families with n_max, or a band in Re omega, km^-1
    accuracy : relative, below which more nodes are taken
    look : what else is said of the modes of some stars, by the spectra of their interiors
    """
    fluid, waves = bool(set(FLUID) & set(request.families)), "w" in request.families
    buoyant = bool({"g", "i"} & set(request.families))
    highest = highest_order(request)
    bent = max(highest * fluid, min(highest + ABOVE, MOST) * waves)
    held = max((highest + SPARE_ORDERS) * fluid, (SPACE + FOR_EACH * highest) * waves)
    sizes, demand = collocation_nodes(stars, bent, buoyant=buoyant)

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        orders = held + size - sizes[0]
        # what the first attempt misses may be faint
        faint = buoyant or size > sizes[0]
        inside = interiors(
            part.star, l, size=size, orders=orders, short=True, faint=faint, named=fluid
        )
        found = []
        if fluid:
            searches = fluid_searches(part, inside, l, request)
            found.append(look(part, l, searches, inside.parts) if look else searches)
        if waves:
            searches = list(spacetime_modes(inside, request))
            found.append(look(part, l, searches, ()) if look else searches)
        return [as_one(own) for own in zip(*found, strict=True)]

    short = shortened(stars, bent, accuracy, sizes[0], demand)
    elements = short.star.mesh.elements

    def numbers(size: int) -> int:
        return elements * (COMPONENTS * size) ** 2

    tried = refined(short, numbers, attempt, accuracy, sizes)
    return [search.widened(width) for search, width in zip(tried, stars.widths, strict=True)]

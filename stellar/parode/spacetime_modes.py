"""Space-time modes of a batch of stars: interiors in two resolutions, more nodes where they ask."""

from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.full_gr.spacetime.modes import spacetime_modes
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.parode.short_elements import shortened
from stellar.parode.trials import TrialStars, collocation_sizes, refined

LIKE_ORDERS = 6  # the highest space-time modes bend the fluid about as p-modes of this radial order
HELD = 14  # radial orders that the space of their interior is made for


def spacetime_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float
) -> list[ModeSearch]:
    """w1..wN and the wII among them, or those of a band of Re omega, of every star.

    Parameters
    ----------
    l : degree, at least 2
    request : n_max or a band in Re omega, km^-1
    accuracy : relative, below which more nodes are taken
    """
    sizes = collocation_sizes(stars)

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        orders = HELD + size - sizes[0]
        fine, coarse, _ = interiors(
            part.star, l, size=size, rough=part.rough, orders=orders, short=True
        )
        return list(spacetime_modes(fine, coarse, request))

    short = shortened(stars, LIKE_ORDERS, accuracy, sizes[0])
    found = refined(short, lambda size: 4 * size, attempt, accuracy, sizes)
    return [search.widened(width) for search, width in zip(found, stars.widths, strict=True)]

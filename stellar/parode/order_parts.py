"""An order of modes in parts whose searches know nothing of each other, and their results as one.

The radial spectrum, the fluid modes and the space-time modes of each degree are such parts: where
the modes of one cannot be told, those of the others may be.
"""

from collections.abc import Mapping
from dataclasses import replace

from stellar.oscillations.mode import ModeSearch, as_one
from stellar.oscillations.order import Order
from stellar.parode.modes import Searches

Parts = Mapping[int, Order]  # by number, in the order of their modes
Told = Mapping[int, Searches]  # what was found for parts, by the same numbers


def parts_of(order: Order) -> Parts:
    """The parts of an order; none where no modes are asked for."""
    request = order.modes
    if request is None:
        return {}
    waves = [family for family in request.families if family == "w"]
    fluid = [family for family in request.families if family not in ("w", "radial")]
    pairs: list[tuple[tuple[int, ...], list[str]]] = []
    if "radial" in request.families:
        pairs.append((order.degrees, ["radial"]))
    pairs += [((l,), kind) for l in order.degrees for kind in (fluid, waves) if kind]
    return {
        number: replace(order, degrees=degrees, modes=replace(request, families=tuple(families)))
        for number, (degrees, families) in enumerate(pairs)
    }


def joined(told: Told) -> Searches:
    """The searches of all parts; several of one degree become one."""
    found: dict[int, list[ModeSearch]] = {}
    for number in sorted(told):
        for degree, search in told[number].items():
            found.setdefault(degree, []).append(search)
    return {degree: as_one(searches) for degree, searches in found.items()}

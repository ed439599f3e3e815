"""Modes of many stars of one sequence from those of few: which stars, and at what price.

The stars of a request that stand on one stable branch and between two breaks of the equation of
state at the centre make a crowd. Where it is large, the modes of the stars at Chebyshev points of
its central log-enthalpies are solved, and those of the crowd interpolated. Only what a series tells
to the accuracy asked for is taken from it; a series is refined as long as the stars that it leaves
out cost more than all that was solved for them, and in the end those are searched one by one.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from stellar.oscillations.curve_numbers import Between
from stellar.oscillations.interpolated_modes import interpolated_spectra
from stellar.oscillations.mode_stretch import mode_stretch
from stellar.oscillations.order import Order
from stellar.parode.described import Task
from stellar.parode.modes import Searches
from stellar.parode.order_parts import Parts, parts_of
from stellar.parode.sequence_nodes import COUNTS, NodeStars, Part, parts_between
from stellar.stars.star import Star

MARGIN = 2.0  # stars that would cost as much, for a series may not tell all that it is made for
ALONE = 20  # stars of a full batch that cost as much as it does to begin one


@dataclass(frozen=True)
class Crowd:
    """Stars whose modes are interpolated on one stretch.

    stars : their h_c, by place;  spent : what was solved for them, in stars
    """

    part: Part
    stars: Mapping[int, float]
    spent: int = 0

    def those(self, places: Set[int]) -> "Crowd":
        """Some of them."""
        return replace(self, stars={k: h_c for k, h_c in self.stars.items() if k in places})

    def on(self, part: Part) -> "Crowd":
        """Those that stand on a part of the stretch."""
        start, stop = part.stretch.start, part.stretch.stop
        held = {k: h_c for k, h_c in self.stars.items() if start <= h_c <= stop}
        return replace(self, part=part, stars=held)

    def paying(self, nodes: int) -> "Crowd | None":
        """The same with so many nodes more, or None where there are too few stars for it."""
        spent = self.spent + nodes + ALONE
        return replace(self, spent=spent) if len(self.stars) >= MARGIN * spent else None


def crowds(task: Task) -> list[Crowd]:
    """The stars whose modes are to be interpolated."""
    branches: dict[tuple[int, int], dict[int, float]] = {}
    for k, h_c in task.centres.items():
        number, target = task.targets[k]
        if target.branch is not None and _followed(task.order(k)):
            branches.setdefault((number, target.branch_number), {})[k] = h_c
    found = []
    for (number, _), stars in branches.items():
        low, high = min(stars.values()), max(stars.values())
        if low < high:
            parts = parts_between(number, task.requests[number].eos, low, high)
            whole = [Crowd(part, stars).on(part).paying(COUNTS[0]) for part in parts]
            found += [crowd for crowd in whole if crowd is not None]
    return found


def _followed(order: Order) -> Parts:
    """The parts of an order that sequences follow: those with names, and not curves but numbers.

    Space-time modes change their names so often along a sequence that it does not pay for them.
    """
    request = order.modes
    if not order.interpolate or request is None or request.band or order.eigenfunctions:
        return {}
    return {number: part for number, part in parts_of(order).items() if "w" not in part.families}


def interpolated(
    task: Task, crowded: Sequence[Crowd], stars: Mapping[int, Star], widths: Mapping[int, float]
) -> dict[int, dict[int, Searches]]:
    """The searches that series tell, by the place of the star and the part of its order.

    Parameters
    ----------
    stars : those of the crowds that could be computed
    widths : relative errors of frequencies by those of the stars
    """
    found: dict[int, dict[int, Searches]] = {}
    crowded = [crowd.those(stars.keys()) for crowd in crowded]
    owners = {
        crowd.part.owner: _followed(task.requests[crowd.part.owner].order) for crowd in crowded
    }
    for part in sorted({part for parts in owners.values() for part in parts}):
        orders = {owner: parts[part] for owner, parts in owners.items() if part in parts}
        own = [crowd for crowd in crowded if crowd.part.owner in orders]
        nodes = NodeStars(task.batch, orders, inside=True)
        for k, searches in _along(nodes, own, stars, widths).items():
            found.setdefault(k, {})[part] = searches
    return found


def _along(
    nodes: NodeStars,
    waiting: Sequence[Crowd],
    stars: Mapping[int, Star],
    widths: Mapping[int, float],
) -> dict[int, Searches]:
    """The same for one part of the orders, with as many nodes as pay."""
    found: dict[int, Searches] = {}
    while waiting:
        nodes.solve([crowd.part for crowd in waiting])
        following: list[Crowd] = []
        for crowd in waiting:
            found |= _told(nodes, crowd, stars, widths)
            left = crowd.those(crowd.stars.keys() - found.keys())
            finer = [left.on(part) for part in crowd.part.finer()]
            paying = [half.paying(len(nodes.unknown([half.part]))) for half in finer]
            following += [half for half in paying if half is not None]
        waiting = following
    return found


def _told(
    nodes: NodeStars, crowd: Crowd, stars: Mapping[int, Star], widths: Mapping[int, float]
) -> dict[int, Searches]:
    """The searches of the stars of a crowd that are told by the nodes of its part."""
    if nodes.failure(crowd.part) or not crowd.stars:
        return {}
    h_c, solved = nodes.solved(crowd.part)
    stretch = mode_stretch(crowd.part.stretch, h_c, solved)
    places = list(crowd.stars)
    between = Between(
        np.array([crowd.stars[k] for k in places]),
        np.array([stars[k].mass for k in places]),
        np.array([stars[k].radius for k in places]),
        np.array([widths[k] for k in places]),
    )
    accuracy = nodes.orders[crowd.part.owner].accuracy
    spectra = interpolated_spectra(stretch, solved, between, accuracy)
    return {k: own for k, own in zip(places, spectra, strict=True) if own is not None}

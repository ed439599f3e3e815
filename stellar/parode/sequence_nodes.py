"""The stars that series along sequences go through: which they are, and their modes.

A branch is cut at the breaks of the equation of state at the centre. Each stretch is solved at 13
Chebyshev-Lobatto points, at 25 or 49 where that leaves out too much, and divided where that does
not suffice either; all stretches of all equations of state in one batch a round.
"""

import math
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace

import numpy as np

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.chebyshev_series import Stretch
from stellar.oscillations.mode_stretch import Solved
from stellar.oscillations.order import Order
from stellar.parode.batches import FINER, USABLE, Batch
from stellar.parode.modes import Searches, mode_searches
from stellar.parode.trials import width_by_star
from stellar.stars.collocation.properties import Wanted as Quantities
from stellar.stars.collocation.solve import Resolution

COUNTS = (13, 25, 49)  # nodes of a stretch, one attempt after another
DEEPEST = 3  # times that a stretch is divided at most
SHARE = 0.3  # of the accuracy, that the modes of the stars themselves have
ROUNDING = 1e-14  # relative error of a central log-enthalpy that was chosen
SIZES = Quantities(degrees=(), magnetic=False, rotation=False, inertia=False)

Key = tuple[int, float]  # a star: number of its equation of state, central log-enthalpy


@dataclass(frozen=True)
class Part:
    """A stretch of one sequence with some nodes.

    owner : number of the equation of state;  depth : times it was divided;  attempt : see COUNTS
    """

    owner: int
    stretch: Stretch
    depth: int = 0
    attempt: int = 0

    @property
    def nodes(self) -> list[Key]:
        """Its stars; the coarser ones are exactly among the finer ones."""
        finest = self.stretch.nodes(COUNTS[-1])
        chosen = finest[:: (COUNTS[-1] - 1) // (COUNTS[self.attempt] - 1)]
        return [(self.owner, h_c) for h_c in chosen.tolist()]

    def finer(self) -> "tuple[Part, ...]":
        """The same with more nodes, or its halves; nothing where it is fine enough."""
        if self.attempt + 1 < len(COUNTS):
            return (replace(self, attempt=self.attempt + 1),)
        if self.depth == DEEPEST:
            return ()
        return tuple(Part(self.owner, half, self.depth + 1) for half in self.stretch.halves())


def parts_between(owner: int, eos: ColdEOS, low: float, high: float) -> list[Part]:
    """Between two central log-enthalpies, cut at the breaks that the centres pass."""
    breaks = [h for h in eos.breaks if low < h < high]
    edges = [low, *breaks, high]
    return [
        Part(
            owner,
            Stretch(start, stop, onset=start in eos.breaks, rough=eos.segment_at(start).rough),
        )
        for start, stop in zip(edges, edges[1:], strict=False)
    ]


class NodeStars:
    """Solved stars at the nodes of parts, with M, R, their errors and their modes.

    Parameters
    ----------
    orders : of each equation of state, the same but for their families
    inside : whether modes are told with their energies
    """

    def __init__(self, batch: Batch, orders: Mapping[int, Order], *, inside: bool) -> None:
        self.batch = batch
        self.orders = orders
        self.inside = inside
        self._sizes: dict[Key, tuple[float, ...]] = {}
        self._searches: dict[Key, Searches] = {}
        self._failed: dict[Key, str] = {}

    def unknown(self, parts: Iterable[Part]) -> list[Key]:
        """Nodes that are not solved yet, each once."""
        keys = dict.fromkeys(key for part in parts for key in part.nodes)
        return [key for key in keys if key not in self._sizes and key not in self._failed]

    def count(self, owner: int) -> int:
        """How many stars of an equation of state are solved."""
        return sum(key[0] == owner for key in self._sizes)

    def failure(self, part: Part) -> str:
        """Why a star of a part could not be computed, empty if none failed."""
        return next((self._failed[key] for key in part.nodes if key in self._failed), "")

    def solve(self, parts: Many[Part]) -> None:
        """Solve the nodes that are not known yet."""
        keys = self.unknown(parts)
        if not keys:
            return
        accuracy = SHARE * min(self.orders[owner].accuracy for owner, _ in keys)
        owners, centres = [owner for owner, _ in keys], [h_c for _, h_c in keys]
        resolution = Resolution.of(FINER * accuracy)
        stars = self.batch.stars(owners, centres, SIZES, resolution, nodal=True)
        wanted = {
            lane: replace(self.orders[owner], accuracy=accuracy)
            for lane, owner in enumerate(owners)
        }
        columns = [
            part[name].tolist()
            for part in (stars.values, stars.errors)
            for name in ("mass", "radius")
        ]
        sizes = list(zip(*columns, strict=True))
        sound = {lane: size for lane, size in enumerate(sizes) if all(map(math.isfinite, size))}
        widths = {lane: ROUNDING + width_by_star(*size) for lane, size in sound.items()}
        own = {lane: wanted[lane] for lane in sound}
        searches = mode_searches(stars.nodal, own, widths, inside=self.inside)
        for lane, key in enumerate(keys):
            status = int(stars.status[lane])
            if status in USABLE and lane in searches:
                self._sizes[key], self._searches[key] = sizes[lane], searches[lane]
            else:
                self._failed[key] = (
                    f"The star of {self.batch.equations[key[0]].name} with central log-enthalpy "
                    f"{key[1]:.9g} could not be computed: {Status(status).message}"
                )

    def solved(self, part: Part) -> tuple[np.ndarray, Solved]:
        """Central log-enthalpies of the nodes of a part, and its stars, none of which failed."""
        keys = part.nodes
        sizes = np.array([self._sizes[key] for key in keys])
        mass_err, radius_err = sizes[:, 2:].max(axis=0).tolist()
        searches = [self._searches[key] for key in keys]
        stars = Solved(sizes[:, 0], sizes[:, 1], mass_err, radius_err, searches)
        return np.array([h_c for _, h_c in keys]), stars

"""What searches over many sequences want next, computed in one batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.eos.nodes.batch import NodeEOS, pack
from stellar.stars.collocation.properties import Wanted as Quantities
from stellar.stars.collocation.solve import Resolution, Stars, solve
from stellar.stars.conversation import Answer, Wanted
from stellar.stars.equilibrium import Point

ROUGH = Resolution(nodes=12, tolerance=1e-4, errors=False)
SEARCHED = 1e-10  # accuracy of the stars a survey wants to full accuracy
FINER = 1e-3  # accuracy of the solution of stars, of that asked for
SEQUENCE = Quantities(degrees=(), magnetic=False, rotation=False, inertia=False)
USABLE = (int(Status.OK), int(Status.ACCURACY_NOT_REACHED))


@contextmanager
def single_thread() -> Iterator[None]:
    """One thread for torch: the pieces of work are small, and processes share the cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Batch:
    """Equations of state as one batch of node tensors, on the device where stars are computed."""

    def __init__(self, equations: Sequence[ColdEOS], device: torch.device | str = "cpu") -> None:
        self.equations = equations
        self.nodes: NodeEOS = pack(equations).to(device)

    def stars(
        self,
        lanes: Sequence[int],
        h_c: Sequence[float],
        quantities: Quantities,
        resolution: Resolution,
        *,
        nodal: bool = False,
    ) -> Stars:
        """Stars of the equations of state with these numbers; `nodal` keeps their nodes too."""
        device = self.nodes.edges.device
        matter = self.nodes.select(torch.tensor(lanes, dtype=torch.long, device=device))
        centres = torch.tensor(h_c, dtype=torch.float64, device=device)
        with torch.no_grad(), single_thread():
            return solve(matter, centres, quantities, resolution, nodal=nodal)

    def answers(
        self,
        asked: list[tuple[int, Wanted]],
        owners: Sequence[int],
        accuracy: float = SEARCHED,
    ) -> list[Answer]:
        """The stars that searches ask for.

        asked : (number of a search, what it wants)
        owners : number of the equation of state of each search
        accuracy : of stars wanted to full accuracy, relative
        """
        found: list[Answer] = [[] for _ in asked]
        fine_resolution = Resolution.of(accuracy, errors=False)
        for fine, resolution in ((False, ROUGH), (True, fine_resolution)):
            chosen = [place for place, (_, want) in enumerate(asked) if want.fine is fine]
            h_c = [h for place in chosen for h in asked[place][1].h_c]
            if not h_c:
                continue
            lanes = [owners[asked[place][0]] for place in chosen for _ in asked[place][1].h_c]
            points = iter(as_points(h_c, self.stars(lanes, h_c, SEQUENCE, resolution)))
            for place in chosen:
                found[place] = [next(points) for _ in asked[place][1].h_c]
        return found


def as_points(h_c: Sequence[float], stars: Stars) -> Answer:
    """Points of sequences; None where a star could not be computed."""
    names = ("mass", "radius", "baryon_mass", "mass_slope", "radius_slope")
    rows: Tensor = torch.stack([stars.values[name] for name in names], dim=1)
    sound = torch.isfinite(rows).all(dim=1).tolist()
    return [
        Point(h, *row) if status in USABLE and whole else None
        for h, row, status, whole in zip(
            h_c, rows.tolist(), stars.status.tolist(), sound, strict=True
        )
    ]

"""Stars en masse: equation of state and central log-enthalpy in, every quantity and its error out.

Each star is cut into elements that resolve its matter, solved, and cut further where its own
polynomials, or those of its perturbations, leave more out than the tolerance. Errors are the
differences between two resolutions: the same elements with fewer nodes. One lane is one star; none
sees another, and one that fails carries a status.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from parode_core import Status
from stellar.eos.nodes.batch import NodeEOS
from stellar.stars.collocation.background import highest_enthalpy, solve_layout
from stellar.stars.collocation.layout import resolved_pieces
from stellar.stars.collocation.nodal_star import NodalStar
from stellar.stars.collocation.pieces import Layout, Pieces, layouts
from stellar.stars.collocation.properties import (
    Described,
    Wanted,
    describe,
    structure_roughness,
)

NODES = 20
FEWER = 4  # nodes left out in the second resolution
MOST_ROUNDS = 10
ROUNDS_OF_FAILED = 6  # in which elements are cut where substitutions fail; then Newton's method
ROUNDING = 1e-13  # relative; what neither resolution sees
CHUNK = 4096  # stars that are cut together


@dataclass(frozen=True)
class Resolution:
    """How finely stars are resolved.

    nodes : of an element;  tolerance : what polynomials may leave out, relative
    errors : whether a second resolution is computed for error estimates
    nodes_of_one : of an element in stars of a single segment of matter; as elsewhere if None
    """

    nodes: int = NODES
    tolerance: float = 1e-11
    errors: bool = True
    nodes_of_one: int | None = None

    @classmethod
    def of(cls, accuracy: float, *, errors: bool = True) -> "Resolution":
        """Resolution for a relative accuracy of masses and radii.

        At the ends of elements polynomials leave out far less than inside, ten times at least.
        Where nothing cuts a star, one element of many nodes costs less than several of few.
        """
        nodes = 16 if accuracy >= 1e-9 else NODES
        nodes_of_one = 18 if accuracy >= 1e-6 else 20 if accuracy >= 1e-7 else 24
        return cls(nodes, max(10.0 * accuracy, 1e-11), errors, nodes_of_one)

    @property
    def iterated(self) -> float:
        """Tolerance of the iterations: far below what the polynomials leave out."""
        return max(1e-4 * self.tolerance, 1e-13)


@dataclass(frozen=True)
class Stars:
    """Quantities of a batch of stars, [lane] each, by name; lengths in km, G = c = 1.

    values, errors : NaN where a star failed;  status : a `Status` for each lane
    nodal : the stars on their nodes, with their places in the batch; if they were asked for
    """

    values: dict[str, Tensor]
    errors: dict[str, Tensor]
    status: Tensor
    nodal: tuple[tuple[Tensor, NodalStar], ...] = ()


def solve(
    eos: NodeEOS,
    h_c: Tensor,
    wanted: Wanted | None = None,
    resolution: Resolution | None = None,
    *,
    nodal: bool = False,
) -> Stars:
    """Solve every star of a batch.

    Parameters
    ----------
    eos : one equation of state a star
    h_c : central log-enthalpies, [lane]
    wanted : quantities; all by default
    nodal : whether the stars on their nodes are handed back too

    Returns
    -------
    Quantities with errors and statuses. Where the matter or the centre asks for derivatives, the
    quantities have them.
    """
    wanted, resolution = wanted or Wanted(), resolution or Resolution()
    batches = [
        (part, _Batch(eos.select(part), h_c[part], wanted, replace(resolution, nodes=nodes)))
        for nodes, lanes in _by_nodes(eos, h_c, resolution)
        for part in lanes.split(CHUNK)
    ]
    parts = [batch.solved() for _, batch in batches]
    order = torch.argsort(torch.cat([part for part, _ in batches]))
    kept = (
        tuple((part[own], star) for part, batch in batches for own, star in batch.nodal)
        if nodal
        else ()
    )
    return Stars(
        {name: torch.cat([part.values[name] for part in parts])[order] for name in parts[0].values},
        {name: torch.cat([part.errors[name] for part in parts])[order] for name in parts[0].errors},
        torch.cat([part.status for part in parts])[order],
        kept,
    )


def _by_nodes(eos: NodeEOS, h_c: Tensor, resolution: Resolution) -> list[tuple[int, Tensor]]:
    """Numbers of nodes, and the stars that are solved with them."""
    if resolution.nodes_of_one is None:
        return [(resolution.nodes, torch.arange(h_c.shape[0], device=h_c.device))]
    one = (eos.edges[:, :-1] < h_c[:, None]).sum(dim=1) == 1
    groups = ((resolution.nodes, ~one), (resolution.nodes_of_one, one))
    return [(nodes, torch.nonzero(mask)[:, 0]) for nodes, mask in groups if bool(mask.any())]


class _Batch:
    """Stars that are solved together, and what is known of them so far."""

    def __init__(self, eos: NodeEOS, h_c: Tensor, wanted: Wanted, resolution: Resolution) -> None:
        self.eos, self.h_c, self.wanted, self.resolution = eos, h_c, wanted, resolution
        self.status = input_status(eos, h_c)
        self.lanes: list[Tensor] = []
        self.values: list[dict[str, Tensor]] = []
        self.errors: list[dict[str, Tensor]] = []
        self.nodal: list[tuple[Tensor, NodalStar]] = []

    def solved(self) -> Stars:
        """Solve, cut what is rough, solve again."""
        nodes, tolerance = self.resolution.nodes, self.resolution.tolerance
        lanes = torch.nonzero(self.status == int(Status.OK))[:, 0]
        pieces = resolved_pieces(self.eos, self.h_c.detach(), lanes, nodes, tolerance)
        for number in range(MOST_ROUNDS):
            rest = [
                part
                for layout in layouts(pieces, self.h_c.shape[0])
                for part in self._try(layout, pieces, number)
            ]
            if not rest:
                break
            pieces = rest[0]
            for part in rest[1:]:
                pieces = pieces.joined(part)
        return self._gathered()

    def _try(self, layout: Layout, pieces: Pieces, number: int) -> Iterator[Pieces]:
        """Accept the stars of a layout that are resolved; the others come back as finer pieces."""
        last = number + 1 == MOST_ROUNDS
        star = solve_layout(
            self.eos,
            self.h_c,
            layout,
            self.resolution.nodes,
            self.resolution.iterated,
            newton=number >= ROUNDS_OF_FAILED,
        )
        rough = self._rough(structure_roughness(star), layout, number)
        for part in self._sent_back(layout, pieces, rough, last):
            yield part
        good = torch.nonzero(~rough.any(dim=1) | last)[:, 0]
        if good.shape[0] == 0:
            return
        star, layout = star.select(good), layout.select(good)
        found = describe(star, self.wanted)
        rough = self._rough(found.rough, layout, number)
        for part in self._sent_back(layout, pieces, rough, last):
            yield part
        good = torch.nonzero(~rough.any(dim=1) | last)[:, 0]
        self._accept(layout, star, found, rough, good)

    def _rough(self, left_out: Tensor, layout: Layout, number: int) -> Tensor:
        """Elements whose polynomials leave too much out, [lane, element].

        The iterations of extended envelopes converge on shorter elements only: of those that are
        not solved the first one is cut.
        """
        left_out = left_out[: layout.lanes.shape[0]]
        rough = left_out > self.resolution.tolerance
        if number < ROUNDS_OF_FAILED:
            failed = left_out.isnan()
            rough = rough | (failed & (failed.cumsum(dim=1) == 1))
        return rough & layout.real

    def _sent_back(
        self, layout: Layout, pieces: Pieces, rough: Tensor, last: bool
    ) -> Iterator[Pieces]:
        again = rough.any(dim=1)
        if last or not bool(again.any()):
            return
        members, flags, real = layout.members[again], rough[again], layout.real[again]
        yield pieces.where(members[real & ~flags])
        yield pieces.where(members[flags]).halved(self.h_c.detach())

    def _accept(
        self, layout: Layout, star: NodalStar, found: Described, rough: Tensor, good: Tensor
    ) -> None:
        if good.shape[0] == 0:
            return
        chosen, lanes = layout.select(good), layout.lanes[good]
        values = {name: value[good] for name, value in found.values.items()}
        status = found.status[good]
        status = torch.where(
            (status == int(Status.OK)) & rough[good].any(dim=1),
            int(Status.ACCURACY_NOT_REACHED),
            status,
        )
        self.status[lanes] = status
        self.lanes.append(lanes)
        self.values.append(values)
        self.nodal.append((lanes, star.select(good)))
        if self.resolution.errors:
            self.errors.append(self._compared(chosen, values))

    def _compared(self, layout: Layout, values: dict[str, Tensor]) -> dict[str, Tensor]:
        """Differences to the same elements with fewer nodes, and what neither of both sees."""
        unseen = ROUNDING + self.resolution.iterated
        with torch.no_grad():
            coarse = solve_layout(
                self.eos, self.h_c, layout, self.resolution.nodes - FEWER, self.resolution.iterated
            )
            other = describe(coarse, self.wanted).values
        return {
            name: (value.detach() - other[name][: value.shape[0]]).abs() + unseen * value.abs()
            for name, value in values.items()
        }

    def _gathered(self) -> Stars:
        """Lanes in their order; NaN for those that were never solved."""
        lanes = torch.cat([self.status.new_zeros(0), *self.lanes])
        errors = self._placed(lanes, self.errors) if self.resolution.errors else {}
        return Stars(self._placed(lanes, self.values), errors, self.status)

    def _placed(self, lanes: Tensor, parts: list[dict[str, Tensor]]) -> dict[str, Tensor]:
        empty = torch.full_like(self.h_c, torch.nan).detach()
        found = {
            name: torch.cat([empty[:0], *(part[name] for part in parts)])
            for name in self.wanted.names
        }
        return {name: empty.index_put((lanes,), values) for name, values in found.items()}


def input_status(eos: NodeEOS, h_c: Tensor) -> Tensor:
    """What is wrong with stars before they are solved, [lane]."""
    whole = ~eos.edges.isnan().any(dim=1) & h_c.isfinite()
    inside = (h_c > 0.0) & (h_c <= highest_enthalpy(eos))
    status = torch.where(inside, int(Status.OK), int(Status.OUTSIDE_EOS_RANGE))
    return torch.where(whole, status, int(Status.NON_FINITE_INPUT))

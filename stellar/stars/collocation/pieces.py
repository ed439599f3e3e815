"""The elements of many stars in one row, and how they are cut and gathered into meshes.

The coordinate of a star is x = -h/h_c, from -1 at the centre to 0 at the surface, with distances to
both ends free of cancellation. Stars of similar numbers of elements are laid out together: those
with fewer get elements of no length at the surface, which hand the state on bit for bit.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from parode_core.collocation.elements import AFFINE, GRADED_RIGHT, Mesh, mesh
from parode_core.lanes import TILE, padded
from stellar.eos.nodes.batch import NodeEOS

SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256, 512, 1024, 4096)
HELD = 1 << 14  # elements of a layout: a field of them takes 2 MB at 16 nodes
STRETCH = 3.0  # ratio of the depths of its ends beyond which a piece is cut at their mean in ln s


@dataclass(frozen=True)
class Pieces:
    """Elements in one row, [piece]: star, ends in log-enthalpy, segment of the matter, map."""

    lane: Tensor
    low: Tensor
    high: Tensor
    segment: Tensor
    grading: Tensor

    @property
    def count(self) -> int:
        """Number of pieces."""
        return self.lane.shape[0]

    def where(self, chosen: Tensor) -> "Pieces":
        """The pieces of this mask or these indices."""
        return Pieces(*(getattr(self, name)[chosen] for name in _FIELDS))

    def joined(self, other: "Pieces") -> "Pieces":
        """Both rows of pieces."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in _FIELDS)
        return Pieces(*(torch.cat(pair) for pair in pairs))

    def stretched(self, h_c: Tensor) -> Tensor:
        """Pieces that begin close to the centre, measured by their length, [piece]."""
        near, far = h_c[self.lane] - self.high, h_c[self.lane] - self.low
        return (near > 0.0) & (far > STRETCH * near)

    def halved(self, h_c: Tensor) -> "Pieces":
        """Both parts of every piece; a graded one keeps its grading at the surface.

        Behind a break close to the centre solutions have a part of s^(-5/2): there the cut is at
        the mean of ln s.
        """
        quarter = torch.where(self.grading == GRADED_RIGHT, 0.25, 0.5)
        middle = self.low + quarter * (self.high - self.low)
        near, far = h_c[self.lane] - self.high, h_c[self.lane] - self.low
        mean = h_c[self.lane] - (near * far).sqrt()
        middle = torch.where(self.stretched(h_c), mean, middle)
        inner = replace(self, low=middle, grading=torch.full_like(self.grading, AFFINE))
        return inner.joined(replace(self, high=middle))


_FIELDS = ("lane", "low", "high", "segment", "grading")


@dataclass(frozen=True)
class Layout:
    """Stars of similar numbers of elements, which stand from the centre outwards.

    lanes : their indices in the batch, [lane]
    low : outer ends of the elements in log-enthalpy;  segment : of the matter, [lane, element]
    grading : maps of the elements, [lane, element]
    members : the pieces they were;  real : whether an element has a length, [lane, element]
    """

    lanes: Tensor
    low: Tensor
    segment: Tensor
    grading: Tensor
    members: Tensor
    real: Tensor

    def mesh(self, eos: NodeEOS, h_c: Tensor, nodes: int) -> Mesh:
        """Elements in x = -h/h_c; ends at breaks of the matter move with them.

        eos, h_c : of the stars of this layout, [lane]
        """
        breaks = eos.edges.gather(1, self.segment)
        low = torch.where(self.low == breaks.detach(), breaks, self.low)
        centre = h_c.unsqueeze(1)
        edges = torch.cat((-torch.ones_like(centre), -low / centre), dim=1)
        return mesh(edges, nodes, grading=self.grading)

    def select(self, stars: Tensor) -> "Layout":
        """The stars with these indices; an index may repeat."""
        return Layout(*(getattr(self, part.name)[stars] for part in fields(self)))

    def tiled(self) -> "Layout":
        """The same stars, the last one repeated to whole tiles."""
        return self.select(padded(torch.arange(self.lanes.shape[0], device=self.lanes.device)))


def segments(eos: NodeEOS, h_c: Tensor, lanes: Tensor) -> Pieces:
    """One affine piece for each segment that one of these stars reaches."""
    centre = h_c[lanes]
    row, segment = torch.nonzero(eos.edges[lanes, :-1] < centre[:, None], as_tuple=True)
    lane = lanes[row]
    low, high = eos.edges[lane, segment], eos.edges[lane, segment + 1]
    grading = torch.full_like(lane, AFFINE)
    return Pieces(lane, low, torch.minimum(high, h_c[lane]), segment, grading)


def single_mesh(pieces: Pieces, nodes: int) -> Mesh:
    """Every piece as the only element of a lane, in x = -h."""
    edges = torch.stack((-pieces.high, -pieces.low), dim=1)
    return mesh(edges, nodes, grading=pieces.grading.unsqueeze(1))


def layouts(pieces: Pieces, lanes: int) -> list[Layout]:
    """Layouts for each of `SIZES` that occurs, with no more than `HELD` elements each.

    lanes : number of stars of the batch; those without pieces are in no layout
    """
    order = torch.argsort(-pieces.low, stable=True)
    order = order[torch.argsort(pieces.lane[order], stable=True)]
    counts = torch.bincount(pieces.lane, minlength=lanes)
    last = counts.cumsum(0) - 1
    sizes = torch.tensor(SIZES, device=order.device)
    kind = torch.searchsorted(sizes, counts)
    found = []
    for key in torch.unique(kind[counts > 0]).tolist():
        number = torch.arange(SIZES[key], device=order.device)
        whole = torch.nonzero((kind == key) & (counts > 0))[:, 0]
        for mine in whole.split(max(HELD // SIZES[key], TILE)):
            real = number < counts[mine, None]
            place = torch.minimum((last - counts + 1)[mine, None] + number, last[mine, None])
            members = order[place]
            parts = (pieces.segment[members], pieces.grading[members], members, real)
            found.append(Layout(mine, pieces.low[members], *parts))
    return found

"""Elements: where each lane is cut, and how each piece is mapped to [-1, 1].

With t = (1 + xi)/2 and r = 1 - t an element [a, b] of length L carries one of three maps

    affine   x - a = L t
    left     x - a = L t^2      nodes crowd at the left end: series in (x - a)^(1/2) converge fast
    right    b - x = L r^2      the same at the right end, as of a star near its surface

Distances to both ends are formed without cancellation. An element of no length is allowed anywhere
but at a singular start: it hands its left state on, so that lanes with few elements stand beside
lanes with many.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from parode_core.bases import Basis, basis

AFFINE, GRADED_LEFT, GRADED_RIGHT = 0, 1, 2
WHOLE, FIRST, SECOND, END = range(4)  # parts of an element


@dataclass(frozen=True, eq=False)
class Mesh:
    """Elements of a batch.

    edges : ascending ends of the elements, [lane, element + 1]; one lane if all share them
    basis : collocation basis of every element, on the device of the edges
    grading : AFFINE, GRADED_LEFT or GRADED_RIGHT, [lane, element]; one lane if shared
    """

    edges: Tensor
    basis: Basis
    grading: Tensor

    @property
    def elements(self) -> int:
        """Number of elements of a lane, those without length among them."""
        return self.edges.shape[1] - 1

    @property
    def shared(self) -> bool:
        """Whether all lanes have the same elements."""
        return self.edges.shape[0] == 1

    @cached_property
    def lengths(self) -> Tensor:
        """Lengths of the elements, [lane, element]."""
        return self.edges.diff(dim=1)

    @cached_property
    def from_left(self) -> Tensor:
        """Distance of the nodes from the left end of their element, [lane, element, node]."""
        t, r = self.basis.from_left, self.basis.to_right
        return self._by_grading(t, t * t, t * (1.0 + r)) * self.lengths.unsqueeze(-1)

    @cached_property
    def to_right(self) -> Tensor:
        """Distance of the nodes from the right end of their element, [lane, element, node]."""
        t, r = self.basis.from_left, self.basis.to_right
        return self._by_grading(r, r * (1.0 + t), r * r) * self.lengths.unsqueeze(-1)

    @cached_property
    def speed(self) -> Tensor:
        """dx/dxi at the nodes, [lane, element, node]."""
        t, r = self.basis.from_left, self.basis.to_right
        return self._by_grading(0.5 * torch.ones_like(t), t, r) * self.lengths.unsqueeze(-1)

    @cached_property
    def x(self) -> Tensor:
        """Nodes, [lane, element, node]."""
        return self.edges[:, :-1, None] + self.from_left

    @cached_property
    def from_start(self) -> Tensor:
        """Distance of the nodes from the left end of the lane, [lane, element, node]."""
        return (self.edges[:, :-1] - self.edges[:, :1]).unsqueeze(-1) + self.from_left

    @cached_property
    def to_end(self) -> Tensor:
        """Distance of the nodes from the right end of the lane, [lane, element, node]."""
        return (self.edges[:, -1:] - self.edges[:, 1:]).unsqueeze(-1) + self.to_right

    def _by_grading(self, affine: Tensor, left: Tensor, right: Tensor) -> Tensor:
        table = torch.stack((affine, left, right))
        return table[self.grading]

    def select(self, lanes: Tensor) -> "Mesh":
        """The elements of the lanes with these indices; shared elements stay shared."""
        if self.shared:
            return self
        grading = self.grading if self.grading.shape[0] == 1 else self.grading[lanes]
        return replace(self, edges=self.edges[lanes], grading=grading)

    def spread(self, lanes: Tensor) -> "Mesh":
        """The elements of the lanes with these indices, a copy of shared ones for each."""
        first = lanes * 0
        grading = self.grading[first if self.grading.shape[0] == 1 else lanes]
        return replace(self, edges=self.edges[first if self.shared else lanes], grading=grading)

    def with_nodes(self, size: int) -> "Mesh":
        """The same elements with another number of nodes (p-refinement)."""
        finer = basis(size, self.basis.name).to(self.edges.device)
        return replace(self, basis=finer)

    def cut(self, marked: Tensor) -> "Mesh":
        """The marked elements cut as by `bisected`.

        A lane with fewer marks than another gets elements of no length at its right end.

        marked : [lane, element]
        """
        lanes, halves = marked.shape[0], self.bisected()
        parent, part = self.parts(marked)
        place = 2 * parent + (part == SECOND)
        nothing = part == END
        grading, (first, end) = self.grading.expand(lanes, -1), (halves.edges[:, :-1], self.edges)
        starts, kept = first.expand(lanes, -1).gather(1, place), grading.gather(1, parent)
        end = end[:, -1:].expand(lanes, -1)
        own = torch.where(part == WHOLE, kept, halves.grading.expand(lanes, -1).gather(1, place))
        return replace(
            self,
            edges=torch.cat((torch.where(nothing, end, starts), end), dim=1),
            grading=torch.where(nothing, AFFINE, own),
        )

    def parts(self, marked: Tensor) -> tuple[Tensor, Tensor]:
        """What the elements of `cut` are made of.

        Returns
        -------
        The element each comes from, and whether it is WHOLE, its FIRST or SECOND part, or, where
        the new one has no length, its END; both [lane, new element].
        """
        kept = torch.stack((torch.ones_like(marked), marked), dim=2).flatten(1)
        width = int(kept.sum(dim=1).max())  # host check: the width of the table
        order = (~kept).to(torch.uint8).argsort(dim=1, stable=True)[:, :width]
        there = kept.gather(1, order)
        parent = torch.where(there, order // 2, self.elements - 1)
        of_cut = torch.where(marked.gather(1, parent), FIRST + order % 2, WHOLE)
        return parent, torch.where(there, of_cut, END)

    def bisected(self) -> "Mesh":
        """Every element cut in two where its map has its middle (h-refinement).

        A graded element keeps its grading in the half that touches the graded end.
        """
        cut = torch.tensor([0.5, 0.25, 0.75], dtype=self.edges.dtype, device=self.edges.device)
        middle = self.edges[:, :-1] + cut[self.grading] * self.lengths
        edges = torch.cat(
            (torch.stack((self.edges[:, :-1], middle), 2).flatten(1), self.edges[:, -1:]), dim=1
        )
        left = torch.where(self.grading == GRADED_LEFT, GRADED_LEFT, AFFINE)
        right = torch.where(self.grading == GRADED_RIGHT, GRADED_RIGHT, AFFINE)
        return replace(self, edges=edges, grading=torch.stack((left, right), 2).flatten(1))


def mesh(
    edges: Tensor, size: int, *, name: str = "chebyshev-lobatto", grading: Tensor | None = None
) -> Mesh:
    """Elements between edges.

    Parameters
    ----------
    edges : ascending, float64, [lane, element + 1], or [element + 1] shared by all lanes
    size : nodes of an element
    name : basis, a key of `parode_core.bases.BASES`
    grading : AFFINE, GRADED_LEFT or GRADED_RIGHT of each element, int64, [lane, element] or
        [element]; affine if None

    Edges that do not ascend belong to their lane alone: it is not solved, and its status says so.

    Raises
    ------
    ValueError, TypeError
        If shapes or kinds of number do not fit, or the basis is unknown.
    """
    if not isinstance(edges, Tensor) or edges.dtype != torch.float64:
        kind = edges.dtype if isinstance(edges, Tensor) else type(edges).__name__
        raise TypeError(f"edges are {kind}; a tensor of float64 belongs there.")
    if edges.ndim not in (1, 2) or edges.shape[-1] < 2:
        raise ValueError(
            f"edges have shape {tuple(edges.shape)}; [element + 1] or [lane, element + 1] belongs "
            f"there, with one element at least."
        )
    edges = edges if edges.ndim == 2 else edges.unsqueeze(0)
    if grading is None:
        grading = torch.zeros(1, edges.shape[1] - 1, dtype=torch.long, device=edges.device)
    return Mesh(edges, basis(size, name).to(edges.device), _checked(grading, edges))


def _checked(grading: Tensor, edges: Tensor) -> Tensor:
    """Gradings [lane or 1, element], one of the three for each element."""
    if not isinstance(grading, Tensor) or grading.dtype != torch.long:
        kind = grading.dtype if isinstance(grading, Tensor) else type(grading).__name__
        raise TypeError(f"grading is {kind}; a tensor of int64 belongs there.")
    grading = grading if grading.ndim == 2 else grading.unsqueeze(0)
    if grading.shape not in ((1, edges.shape[1] - 1), (edges.shape[0], edges.shape[1] - 1)):
        raise ValueError(
            f"grading of shape {tuple(grading.shape)} does not fit edges of shape "
            f"{tuple(edges.shape)}: one entry an element is needed, for one lane or for those of "
            f"the edges."
        )
    if bool(((grading < AFFINE) | (grading > GRADED_RIGHT)).any()):
        raise ValueError(
            f"a grading is AFFINE ({AFFINE}), GRADED_LEFT ({GRADED_LEFT}) or GRADED_RIGHT "
            f"({GRADED_RIGHT}); the largest here is {int(grading.max())}, the least "
            f"{int(grading.min())}."
        )
    return grading

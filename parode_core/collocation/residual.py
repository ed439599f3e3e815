"""Collocation of a problem on its elements: the residual, and the matrices of its derivative.

With D the differentiation matrix and v = dx/dxi, the row of node j and component c reads

    (D y_c)_j - (v_j/w_j) f_c(y_j) = 0,

and f_c(y_j) = 0 at a singular start: the derivative has the same matrix in every lane, however long
its elements. The row of the first node of an element is that of its left state instead: continuity
or a jump behind an inner edge, a boundary row at the start, unless a singular start keeps its
regularity. Inside this package values are stored component by component,
[component, lane, element, node]; a caller sees [lane, element, node, component].
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import Problem, differentiate
from parode_core.collocation.statement import expect


@dataclass(frozen=True)
class Residual:
    """What a state leaves over.

    nodes : rows of the differential equation, zero where a left state stands,
        [component, lane, element, node]
    inner : y_left - jump(y_right) at inner edges, [lane, element - 1, component]
    boundary : boundary rows, [lane, row]
    """

    nodes: Tensor
    inner: Tensor
    boundary: Tensor

    def size(self, scale: Tensor) -> Tensor:
        """Largest entry of a lane, rows of the equation in units of `scale`, [lane].

        scale : natural sizes, [lane or 1, component]
        """
        nodes = self.nodes.abs().amax(dim=(2, 3)).T / scale
        inner = self.inner.abs() / scale.unsqueeze(1)
        parts = (nodes, inner.flatten(1), self.boundary.abs())
        return torch.cat(parts, dim=1).amax(dim=1)

    def narrow(self, lanes: int) -> "Residual":
        """The first so many lanes."""
        return Residual(self.nodes[:, :lanes], self.inner[:lanes], self.boundary[:lanes])


class Collocation:
    """A problem on a mesh with its fields: residuals and linearisations of states.

    problem, mesh, fields : what is collocated; lanes of fields and mesh agree, or are one
    """

    def __init__(self, problem: Problem, mesh: Mesh, fields: Any) -> None:
        self.problem, self.mesh, self.fields = problem, mesh, fields
        self.right = mesh.basis.right
        self.slope = mesh.basis.differentiation
        self.speed = self._speed()
        # on the device from the start: a list as an index is a copy from the host at every use
        self.free = torch.tensor(problem.free, dtype=torch.long, device=mesh.edges.device)
        self.mask = self._left_rows()

    def _speed(self) -> Tensor:
        """v/w at the nodes, one at a singular start, [lane, element, node]."""
        mesh = self.mesh
        if not self.problem.singular:
            return mesh.speed
        at_start = torch.zeros_like(mesh.speed, dtype=torch.bool)
        at_start[:, 0, 0] = True
        distance = torch.where(at_start, 1.0, mesh.from_start)
        return torch.where(at_start, 1.0, mesh.speed / distance)

    def _left_rows(self) -> Tensor:
        """One where a row belongs to the differential equation, [component, 1, element, node]."""
        mesh, problem = self.mesh, self.problem
        mask = torch.ones(
            problem.components, 1, mesh.elements, mesh.basis.size,
            dtype=self.speed.dtype, device=self.speed.device,
        )  # fmt: skip
        mask[:, :, 1:, 0] = 0.0
        mask[:, :, 0, 0].index_fill_(0, self.free, 0.0)
        return mask

    def derivative(self, y: Tensor) -> Tensor:
        """D y of states stored by component, [component, lane, element, node]."""
        slope = y @ self.slope.to(y.dtype).T
        if self.problem.singular:
            slope[:, :, 0, 0] = 0.0
        return slope

    def residual(self, y: Tensor) -> Residual:
        """The residual of states stored by component."""
        nodes = self.derivative(y) - self.speed * self.rate(y)
        nodes[:, :, 1:, 0] = 0.0
        nodes[:, :, 0, 0].index_fill_(0, self.free, 0.0)
        return Residual(nodes, *self.conditions(y))

    def rate(self, y: Tensor) -> Tensor:
        """f of states stored by component, of the same shape."""
        state = y.movedim(0, -1)
        axes = "lane, element, node, component"
        rate = expect("rhs", self.problem.rhs(state, self.fields), state.shape, axes, y.dtype)
        return rate.movedim(-1, 0)

    def conditions(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """Rows of inner edges [lane, element - 1, component] and of the boundary [lane, row]."""
        left, right = self.ends(y)
        return self._inner(left, right), self._boundary(left[:, 0], right[:, -1])

    def ends(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """States at the left and right ends of elements, each [lane, element, component]."""
        at_right = y[..., -1] if self.ends_at_node else y @ self.right.to(y.dtype)
        return y[..., 0].movedim(0, -1), at_right.movedim(0, -1)

    @property
    def ends_at_node(self) -> bool:
        """Whether the right end is a node."""
        return self.mesh.basis.name.endswith(("lobatto", "radau"))

    def _inner(self, left: Tensor, right: Tensor) -> Tensor:
        return left[:, 1:] - self._behind(right[:, :-1])

    def _behind(self, before: Tensor) -> Tensor:
        """States right of inner edges from those left of them, [lane, interface, component]."""
        if self.problem.jump is None:
            return before
        behind = self.problem.jump(before, self.fields)
        return expect("jump", behind, before.shape, "lane, interface, component", before.dtype)

    def _boundary(self, left: Tensor, right: Tensor) -> Tensor:
        """Boundary rows [lane, row] of the states at both ends of the lane."""
        if self.problem.boundary is None:
            return left.new_zeros(left.shape[0], 0)
        rows = self.problem.boundary(left, right, self.fields)
        shape = (left.shape[0], len(self.problem.free))
        return expect("boundary", rows, shape, "lane, row", left.dtype)

    def local_matrices(self, y: Tensor) -> Tensor:
        """Derivative of the node rows, [lane, element, component * node, component * node].

        The rows of left states are those of the identity.
        """
        n, lanes, elements, nodes = y.shape
        state = y.movedim(0, -1)
        rate = expect(
            "rhs, differentiated," if self.problem.jacobian is None else "jacobian",
            self.problem.derivative(state, self.fields),
            (*state.shape, n),
            "lane, element, node, component, component",
            y.dtype,
        )
        coupling = (self.speed[..., None, None] * rate).permute(0, 1, 3, 4, 2)
        block = y.new_zeros(lanes, elements, n, nodes, n, nodes)
        # a view: component and node pairs on the diagonal of the blocks
        block.diagonal(dim1=3, dim2=5).copy_(-coupling)
        block.diagonal(dim1=2, dim2=4).add_(self.slopes(y).unsqueeze(-1))
        block = block * self.mask.movedim(0, 2)[..., None, None]
        diagonal = block.diagonal(dim1=3, dim2=5).diagonal(dim1=2, dim2=3)
        diagonal.add_((1.0 - self.mask).movedim(0, 2).movedim(2, -1))
        return block.reshape(lanes, elements, n * nodes, n * nodes)

    def slopes(self, y: Tensor) -> Tensor:
        """Derivative matrices of the elements, [1, element, node, node]."""
        slopes = self.slope.to(y.dtype).repeat(1, self.mesh.elements, 1, 1)
        if self.problem.singular:
            slopes[:, 0, 0] = 0.0
        return slopes

    def jump_matrices(self, y: Tensor) -> Tensor:
        """d jump / d state before inner edges, [lane, element - 1, component, component]."""
        _, right = self.ends(y)
        before = right[:, :-1]
        if self.problem.jump is None:
            identity = torch.eye(y.shape[0], dtype=y.dtype, device=y.device)
            return identity.expand(*before.shape[:2], -1, -1)
        return differentiate(self._behind, before)

    def boundary_matrices(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """d boundary / d left and / d right state, each [lane, row, component]."""
        left, right = (state[:, index] for state, index in zip(self.ends(y), (0, -1), strict=True))
        if self.problem.boundary is None:
            empty = left.new_zeros(left.shape[0], 0, left.shape[1])
            return empty, empty
        return (
            differentiate(lambda state: self._boundary(state, right), left),
            differentiate(lambda state: self._boundary(left, state), right),
        )

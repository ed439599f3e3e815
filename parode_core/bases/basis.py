"""A collocation basis: nodes on [-1, 1] and the matrices that belong to them.

The unknown of an element is the polynomial through its values at the nodes. Every basis has its
first node at -1: the row of that node is where a left state, a jump or a boundary condition
enters, so that a left end with Radau nodes gives Radau IIA, and a left end with Gauss nodes the
Gauss methods (Hairer & Wanner 1996, IV.5). Lobatto nodes lose their first node to the left state,
and keep the order of any nodes by step size, one less than their number. Differentiation and
interpolation follow from the nodes by the barycentric formulas (Berrut & Trefethen 2004), integrals
and coefficients through Legendre polynomials.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Basis:
    """Nodes and matrices of one basis, float64.

    name : its key in the registry
    from_left, to_right : (1 + x)/2 and (1 - x)/2 at the nodes, each without cancellation, [node]
    order : degree up to which the quadrature of the nodes is exact
    """

    name: str
    from_left: Tensor
    to_right: Tensor
    order: int

    @property
    def size(self) -> int:
        """Number of nodes."""
        return self.from_left.shape[0]

    @property
    def ends_at_node(self) -> bool:
        """Whether the right end is a node."""
        return self.name.endswith(("lobatto", "radau"))

    @cached_property
    def nodes(self) -> Tensor:
        """Nodes, ascending from -1, [node]."""
        return self.from_left - self.to_right

    @cached_property
    def barycentric(self) -> Tensor:
        """Barycentric weights, scaled by the capacity of the interval against underflow, [node]."""
        return 1.0 / (2.0 * self._differences + _identity_like(self._differences)).prod(dim=1)

    @cached_property
    def _differences(self) -> Tensor:
        """x_i - x_j, measured from the nearer end, [node, node]."""
        left, right = self.from_left, self.to_right
        by_left = 2.0 * (left[:, None] - left[None, :])
        by_right = 2.0 * (right[None, :] - right[:, None])
        near_left = (left[:, None] + left[None, :]) < (right[:, None] + right[None, :])
        return torch.where(near_left, by_left, by_right)

    @cached_property
    def differentiation(self) -> Tensor:
        """Derivatives at the nodes from values there, d/dx on [-1, 1], [node, node]."""
        weights = self.barycentric
        apart = self._differences + _identity_like(self._differences)
        matrix = (weights[None, :] / weights[:, None] / apart).fill_diagonal_(0.0)
        # rows of a derivative sum to zero: this diagonal keeps constants exact
        return matrix - torch.diag(matrix.sum(dim=1))

    @cached_property
    def coefficients(self) -> Tensor:
        """Legendre coefficients from values, [degree, node]."""
        return torch.linalg.inv(legendre(self.nodes, self.size))

    @cached_property
    def integration(self) -> Tensor:
        """Integrals from -1 to each node from values, [node, node]."""
        size = self.size
        values = legendre(self.nodes, size + 1)
        degree = torch.arange(1, size, dtype=values.dtype, device=values.device)
        first = (self.nodes + 1.0).unsqueeze(1)
        rest = (values[:, 2:] - values[:, :-2]) / (2.0 * degree + 1.0)
        return torch.cat((first, rest), dim=1) @ self.coefficients

    @cached_property
    def quadrature(self) -> Tensor:
        """Weights of the integral over [-1, 1], [node]."""
        return 2.0 * self.coefficients[0]

    @cached_property
    def right(self) -> Tensor:
        """Weights that give the value at +1, [node]."""
        return self.interpolation(torch.ones(1, dtype=torch.float64, device=self.nodes.device))[0]

    def interpolation(self, points: Tensor) -> Tensor:
        """Values at points of [-1, 1] from values at the nodes, [point, node]."""
        distance = points[:, None] - self.nodes[None, :]
        hit = distance == 0.0
        terms = self.barycentric / torch.where(hit, 1.0, distance)
        at_node = hit.any(dim=1, keepdim=True)
        terms = torch.where(at_node, hit.to(terms.dtype), terms)
        return terms / terms.sum(dim=1, keepdim=True)

    def to(self, device: torch.device | str) -> "Basis":
        """The same basis on another device."""
        target = torch.device(device)
        return self if self.from_left.device == target else _moved(self, target)


def legendre(points: Tensor, count: int) -> Tensor:
    """Legendre polynomials P_0 ... P_(count-1) at points, [point, degree]."""
    values = [torch.ones_like(points), points]
    for degree in range(1, count - 1):
        upper = (2 * degree + 1) * points * values[-1] - degree * values[-2]
        values.append(upper / (degree + 1))
    return torch.stack(values[:count], dim=1)


def _identity_like(matrix: Tensor) -> Tensor:
    return torch.eye(matrix.shape[0], dtype=matrix.dtype, device=matrix.device)


@lru_cache(maxsize=64)
def _moved(basis: Basis, device: torch.device) -> Basis:
    return Basis(basis.name, basis.from_left.to(device), basis.to_right.to(device), basis.order)

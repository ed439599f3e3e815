"""Stars at the points where perturbations are integrated: coefficients and weights.

Residuals are small anyway, and Gauss points do. Norms are not: r^{2l+1} dr has half powers of
h_c - h at the centre, which `quadrature` makes whole ones. Notation of `wave_functional`; lengths
in units of the radius.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.eigen import gauss_jacobi
from stellar.oscillations.nodal_star import FOUR_PI, NodeStar, StarFields

SPARE_POINTS = 4  # of a rule, beyond one for each node of the perturbations
SHORT = 8  # elements from which on they are short: with fewer, that of the surface counts
FOR_SURFACE = 6  # points beyond one for each node of the stars, for the powers of matter there


@dataclass(frozen=True, eq=False)
class Coefficients:
    """What the equations are made of at points, each [lane, element, point]; see `of`."""

    x: Tensor
    v: Tensor
    q: Tensor
    exp_nu: Tensor
    p: Tensor
    eps: Tensor
    a: Tensor
    gravity: Tensor
    per_x: Tensor
    cs2: Tensor
    ce2: Tensor
    pace: Tensor

    @classmethod
    def of(cls, star: NodeStar, at: StarFields) -> "Coefficients":
        """x = r^2, v = m/r, q, a, gravity = a/(x sqrt q), per_x = a/x, pace = r dxi/dr."""
        square = star.radius[:, None, None] ** 2
        q, per_x = at.exp_minus_lam, at.pull / at.x_ratio * square
        return cls(
            at.r_squared / square,
            at.s * at.v_ratio,
            q,
            at.exp_nu,
            at.p * square,
            at.eps * square,
            at.s * at.pull,
            per_x * q.rsqrt(),
            per_x,
            at.cs2,
            at.ce2,
            at.pull * at.s / (q * at.speed),
        )

    def select(self, lanes: Tensor) -> "Coefficients":
        """Those of these stars."""
        return Coefficients(*(getattr(self, part.name)[lanes] for part in fields(self)))

    @property
    def inertia(self) -> Tensor:
        """eps + p."""
        return self.eps + self.p

    def metric_by_displacement(
        self, l: int, lam: Tensor, h1: Tensor, k: Tensor, w: Tensor, v: Tensor
    ) -> Tensor:
        """H0 by H1, K, W and V (see `interior.equations`)."""
        n, waves = half_degree(l), lam * self.x / self.exp_nu
        by_h1 = 0.5 * l * (l + 1) * self.a - waves * self.q
        by_k = n - waves - self.a / self.q * self.bend
        moved = lam / self.exp_nu * v + self.gravity * w
        pressed = 2.0 * FOUR_PI * self.x * self.inertia * moved
        return (pressed - by_h1 * h1 + by_k * k) / (n + 3.0 * self.v - FOUR_PI * self.x * self.eps)

    @property
    def bend(self) -> Tensor:
        """3 m/r - 1 + 4 pi r^2 p."""
        return 3.0 * self.v - 1.0 + FOUR_PI * self.x * self.p

    def depth(self, l: int) -> Tensor:
        """d of the module docstring."""
        return half_degree(l) + 3.0 * self.v + FOUR_PI * self.x * self.p


def half_degree(l: int) -> float:
    """n = (l-1)(l+2)/2."""
    return 0.5 * (l - 1) * (l + 2)


def gauss(count: int, device: torch.device) -> tuple[Basis, Tensor]:
    """Points and weights in xi for what is small anyway: residuals."""
    nodes, weights = gauss_jacobi(count, 0.0, 0.0)
    left, right = 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes)
    points = Basis("gauss-legendre", left.to(device), right.to(device), 2 * count - 1)
    return points, weights.to(device)


def quadrature(count: int, device: torch.device) -> tuple[Basis, Tensor]:
    """Points and weights in xi; half powers at both ends of an element become whole ones."""
    nodes, weights = gauss_jacobi(count, 0.0, 0.0)
    t, rest = 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes)
    left, right = t * t * (3.0 - 2.0 * t), rest * rest * (3.0 - 2.0 * rest)
    points = Basis("gauss-legendre", left.to(device), right.to(device), 2 * count - 1)
    return points, (weights * 6.0 * t * rest).to(device)


@dataclass(frozen=True, eq=False)
class Rule:
    """Stars at the points where perturbations are integrated.

    here : coefficients of the equations;  measure : dr/r r^{2l+1}; [lane, element, point]
    through, slope : values and derivatives by those at the nodes of perturbations, [point, node]
    """

    here: Coefficients
    measure: Tensor
    through: Tensor
    slope: Tensor

    @classmethod
    def of(cls, star: NodeStar, nodes: Basis, l: int) -> "Rule":
        """A rule for perturbations with these nodes on each element of the stars."""
        count = nodes.size + SPARE_POINTS
        if star.mesh.elements < SHORT:
            count = max(count, star.mesh.basis.size + FOR_SURFACE)
        return cls._at(star, nodes, l, gauss(count, star.x_ratio.device))

    @classmethod
    def of_norms(cls, star: NodeStar, nodes: Basis, l: int) -> "Rule":
        """As `of`, for what is not small: r^{2l+1} dr has half powers of h_c - h at the centre."""
        return cls._at(
            star, nodes, l, quadrature(2 * nodes.size + SPARE_POINTS, nodes.nodes.device)
        )

    @classmethod
    def _at(cls, star: NodeStar, nodes: Basis, l: int, rule: tuple[Basis, Tensor]) -> "Rule":
        points, weights = rule
        whole = star.in_whole_tiles()
        own = torch.arange(star.lanes, device=weights.device)
        here = Coefficients.of(whole, whole.at(points)).select(own)
        pace = torch.where(star.live.unsqueeze(-1), 1.0 / here.pace, 0.0)
        through = nodes.interpolation(points.nodes)
        return cls(
            here, weights * here.x ** (l + 0.5) * pace, through, through @ nodes.differentiation
        )


class Rules(NamedTuple):
    """Of some stars, for residuals and for norms."""

    residuals: Rule
    norms: Rule

    @classmethod
    def of(cls, star: NodeStar, nodes: Basis, l: int) -> "Rules":
        """For perturbations with these nodes on each element of the stars."""
        return cls(Rule.of(star, nodes, l), Rule.of_norms(star, nodes, l))

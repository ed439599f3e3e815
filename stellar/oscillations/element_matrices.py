"""Galerkin matrices of second-order oscillation problems on the elements of a star.

A displacement z = r^k u, with u a polynomial on each element, has r z' = r^k (k u + g du/dxi),
g = r dxi/dr = s D e^lam / (ds/dxi), and every integral over r becomes one over xi with the measure

    r^3 / g dxi = s^{1/2} X^{3/2} e^-lam / D ds

Two ends ask for care. At the centre s^{1/2} is the weight of a Gauss-Jacobi rule. At the surface
densities fall as h^n: with (1 - xi)/2 = z^3 and Gauss points in z every n > 0 is smooth enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from parode_core.eigen import Integrand, gauss_jacobi, weighted_products
from stellar.oscillations.nodal_star import EVERY, NodeStar, StarFields

TRIAL = "legendre-lobatto"
SURFACE_POWER = 3
SPARE_POINTS = 10  # of a rule, beyond two for each trial function

Integrands = tuple[Integrand, ...]
Coefficients = Callable[[StarFields], tuple[Tensor, Tensor, Tensor]]


@dataclass(frozen=True, eq=False)
class Rule:
    """Points of a quadrature on an element, and weights times dxi and without (1 + xi)^beta."""

    points: Basis
    weights: Tensor
    root: Tensor  # (1 + xi)^beta, or one


@dataclass(frozen=True, eq=False)
class Sample:
    """What integrands are made of at the points of a rule, [lane, element, point].

    measure : r^3/g dxi with the weights;  per_radius : g;  points : of the rule
    """

    fields: StarFields
    measure: Tensor
    per_radius: Tensor
    points: Basis


def element_matrices(
    tiles: NodeStar, lanes: int, size: int, power: int, coefficients: Coefficients
) -> tuple[Tensor, Tensor]:
    """Matrices A and B of all elements, [lane, element, function, function].

    Parameters
    ----------
    tiles : stars in whole tiles, of which the first `lanes` are wanted
    size : trial functions u of an element, polynomials through Lobatto nodes
    power : k in z = r^k u
    coefficients : fields -> factors of (r^{1-k} z')^2 and (r^-k z)^2 in A and of (r^-k z)^2 in B,
        per r^3/g dxi
    """
    trial = basis(size, TRIAL).to(tiles.x_ratio.device)

    def matrices(sample: Sample) -> tuple[Integrands, ...]:
        bent, held, moved = (sample.measure * part for part in coefficients(sample.fields))
        u = trial.interpolation(sample.points.nodes)
        along, pace = u @ trial.differentiation, sample.per_radius
        # (k u + g u')^2
        stiffness = (
            Integrand(power * power * bent + held, u, u),
            Integrand(power * bent * pace, u, along),
            Integrand(power * bent * pace, along, u),
            Integrand(bent * pace * pace, along, along),
        )
        return stiffness, (Integrand(moved, u, u),)

    a, b = on_elements(tiles, lanes, 2 * size + SPARE_POINTS, matrices)
    return a, b


def on_elements(
    tiles: NodeStar,
    lanes: int,
    count: int,
    matrices: Callable[[Sample], tuple[Integrands, ...]],
) -> tuple[Tensor, ...]:
    """Matrices [lane, element, row, column] by rules of `count` points; zero without length.

    Parameters
    ----------
    tiles : stars in whole tiles, of which the first `lanes` are wanted
    matrices : sample -> what each matrix is the integral of
    """
    central, live = tiles.central[:lanes], tiles.live[:lanes]
    # elements among which the centre is; most often the first
    reach = int(central.any(dim=0).nonzero().max()) + 1 if bool(central.any()) else 1
    weighted = _integrated(tiles, lanes, count, matrices, slice(reach), weighted=True)
    if tiles.mesh.elements == 1:
        return weighted
    plain = _integrated(tiles, lanes, count, matrices, EVERY, weighted=False)
    inner, live = (mask[:, :, None, None] for mask in (central[:, :reach], live))
    whole = []
    for one, other in zip(weighted, plain, strict=True):
        first = torch.where(inner, one, other[:, :reach])
        whole.append(torch.where(live, torch.cat((first, other[:, reach:]), dim=1), 0.0))
    return tuple(whole)


def _integrated(
    tiles: NodeStar,
    lanes: int,
    count: int,
    matrices: Callable[[Sample], tuple[Integrands, ...]],
    elements: slice,
    *,
    weighted: bool,
) -> tuple[Tensor, ...]:
    sample = _sampled(tiles, count, elements, weighted=weighted)
    return tuple(
        weighted_products(tuple(part._replace(weights=part.weights[:lanes]) for part in parts))
        for parts in matrices(sample)
    )


def _sampled(star: NodeStar, count: int, elements: slice, *, weighted: bool) -> Sample:
    rule = _rule(count, 0.5 if weighted else 0.0, star.x_ratio.device)
    fields = star.at(rule.points, elements)
    speed = torch.where(star.live[:, elements].unsqueeze(-1), fields.speed, 1.0)
    per_radius = fields.s * fields.pull / (fields.exp_minus_lam * speed)
    measure = (
        rule.weights
        * (fields.s.sqrt() / rule.root)
        * fields.x_ratio**1.5
        * fields.exp_minus_lam
        * speed
        / fields.pull
    )
    return Sample(fields, measure, per_radius, rule.points)


@lru_cache(maxsize=64)
def _rule(size: int, beta: float, device: torch.device) -> Rule:
    """Gauss points in z, (1 - xi)/2 = z^3, for the weight (1 + xi)^beta at the left end."""
    nodes, weights = gauss_jacobi(size, beta, 0.0)  # in y = 2 z - 1; the centre is at y = 1
    nodes, weights = nodes.flip(0), weights.flip(0)
    z, rest = 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes)
    right = z**SURFACE_POWER
    left = rest * sum(z**k for k in range(SURFACE_POWER))  # 1 - z^3 without cancellation
    stretch = SURFACE_POWER * z ** (SURFACE_POWER - 1)  # |dxi/dy|
    # the rule integrates (1 - y)^beta f dy: f holds what is left of the root of 1 + xi
    root = (1.0 - nodes) ** beta
    points = Basis("gauss-jacobi", left.to(device), right.to(device), 2 * size - 1)
    return Rule(points, (weights * stretch).to(device), root.to(device))

"""Non-radial perturbations of a star in general relativity, inside the star.

The system of Lindblom & Detweiler (1983) and Detweiler & Lindblom (1985), powers r^l removed, for
(H1, K, W, P) with P = X e^{-nu/2}/(eps + p) instead of X: at the surface P vanishes linearly with
the log-enthalpy where X/(Gamma_1 p) is 0/0. With ' = d/dr and

    eps' + p' = -(eps + p)(nu'/2)(1 + 1/c_e^2),   c_e^2 = dp/d eps of equilibrium,

the equation of X becomes P' = nu' P/(2 c_e^2) + X' e^{-nu/2}/(eps + p), while W' holds P/c_s^2
with the frozen speed of sound. No derivative of eps survives, and at a density jump H1, K, W and
(eps + p) P are continuous. Everything is linear in (H1, K, W, P) with coefficients

    A_0 + omega^2 A_1 + omega^{-2} A_2,

so many frequencies share one march: the matrices are built once per stage. Lengths in km.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.shooting.background import FOUR_PI, Background
from stellar.shooting.exterior import zerilli_to_metric
from stellar.shooting.march import (
    Matter,
    Vector,
    centre_matter,
    march,
    matter_at,
    surface_matter,
    x_at,
)

UNKNOWNS = 4  # H1, K, W, P
CENTRE_START = 5e-3  # of sqrt(h_c): what the start leaves out decays like x^-(2l+1)
SURFACE_START = 1e-8  # of the outermost segment; damping of p4 in BU0 errs by 30 times as much
CLEARANCE = 1e-3  # of h_c: the matching point keeps this distance from breaks


@dataclass(frozen=True)
class Accuracy:
    """How the perturbations are integrated.

    rtol : relative tolerance of the march;  match : log-enthalpy of the matching point over h_c
    """

    rtol: float = 1e-10
    match: float = 0.6


@dataclass(frozen=True)
class Columns:
    """Regular interior solutions at the matching point, the frequencies along the last axis.

    centre : (4, 2, N), the two solutions regular at the centre
    surface : (4, 3, N), P = 0 at the surface with (Z, Z', V) = (R, 0, 0), (0, 1, 0), (0, 0, R^2)
    """

    centre: NDArray
    surface: NDArray


@dataclass(frozen=True)
class Samples:
    """Solutions along the star, outwards: n points, both sides of a break, columns (n, 4, C, N)."""

    points: tuple[Matter, ...]
    columns: NDArray


def gravity(here: Matter) -> float:
    """(nu'/2r) e^{-lam/2}: what multiplies W in the relation between P and V, km^-2."""
    return here.phi_slope / (here.r * math.sqrt(here.exp_lam))


def metric_row(here: Matter, l: int) -> tuple[Vector, Vector]:
    """Rows (a_0, a_1) of H0 = (a_0 + omega^2 a_1) . (H1, K, W, P) (Detweiler & Lindblom, A9)."""
    r, m, p = here.r, here.m, here.p
    half = 0.5 * (l + 2.0) * (l - 1.0)
    cubic = FOUR_PI * r**3
    lever = m + cubic * p
    denominator = 3.0 * m + half * r + cubic * p
    static = np.array(
        [
            -0.5 * l * (l + 1.0) * lever,
            half * r - here.exp_lam * lever / r * (3.0 * m - r + cubic * p),
            0.0,
            2.0 * cubic * (here.eps + p),
        ]
    )
    wave = r**3 / here.exp_nu * np.array([1.0 / here.exp_lam, -1.0, 0.0, 0.0])
    return static / denominator, wave / denominator


def tangential_row(here: Matter, l: int, omega2: float) -> Vector:
    """Row a of omega^2 V = a . (H1, K, W, P): V = (e^nu/omega^2) (P - gravity W - H0/2)."""
    h0_static, h0_wave = metric_row(here, l)
    direct = np.array([0.0, 0.0, -gravity(here), 1.0])
    return here.exp_nu * (direct - 0.5 * (h0_static + omega2 * h0_wave))


def coefficients(here: Matter, l: int) -> NDArray[np.float64]:
    """Matrices (A_0, A_1, A_2), shape (3, 4, 4), of d/dr (H1, K, W, P)."""
    r, exp_lam, exp_nu, phi = here.r, here.exp_lam, here.exp_nu, here.phi_slope
    root = math.sqrt(exp_lam)
    inertia = FOUR_PI * (here.eps + here.p)
    degree = l * (l + 1.0)
    h0_static, h0_wave = metric_row(here, l)
    # V = (e^nu/omega^2) (P - gravity W - H0/2)
    v_static = -0.5 * exp_nu * h0_wave
    v_slow = exp_nu * (np.array([0.0, 0.0, -gravity(here), 1.0]) - 0.5 * h0_static)
    of_h0 = np.array([exp_lam / r, 1.0 / r, 0.5 * r * root, 0.5 * (1.0 / r - phi)])
    of_v = np.array([-4.0 * exp_lam * inertia / r, 0.0, -degree * root / r, -degree * phi / r**2])
    curvature = 2.0 * here.m / r + FOUR_PI * r * r * (here.p - here.eps)
    direct = np.array(
        [
            [-(l + 1.0 + exp_lam * curvature) / r, exp_lam / r, 0.0, 0.0],
            [0.5 * degree / r, phi - (l + 1.0) / r, -2.0 * root * inertia / r, 0.0],
            [0.0, r * root, -(l + 1.0) / r, r * root / here.cs2_frozen],
            [
                0.25 * degree / r,
                0.5 * (3.0 * phi - 1.0 / r),
                (_gravity_gradient(here) - root * inertia) / r,
                phi / here.cs2_equilibrium - l / r,
            ],
        ]
    )
    matrices = np.empty((3, UNKNOWNS, UNKNOWNS))
    matrices[0] = of_h0[:, None] * h0_static + of_v[:, None] * v_static + direct
    matrices[1] = of_h0[:, None] * h0_wave
    matrices[1, 3, 0] += 0.5 * r / exp_nu
    matrices[1, 3, 2] -= root / (r * exp_nu)
    matrices[2] = of_v[:, None] * v_slow
    return matrices


def _gravity_gradient(here: Matter) -> float:
    """(r^2/2) d/dr (e^{-lam/2} nu'/r^2), with m' and p' written out."""
    r, p, phi = here.r, here.p, here.phi_slope
    lever = here.m + FOUR_PI * r**3 * p
    lever_slope = FOUR_PI * r * r * (here.eps + 3.0 * p - r * (here.eps + p) * phi)
    root = math.sqrt(here.exp_lam)
    return root / r**2 * (lever_slope - lever * (4.0 / r - 0.5 * here.lam_slope))


def solve_columns(background: Background, l: int, omega: NDArray, accuracy: Accuracy) -> Columns:
    """Integrate all regular solutions to the matching point, for all frequencies at once.

    Parameters
    ----------
    omega : (N,) real or complex, km^-1; the arithmetic follows its type

    Raises
    ------
    ArithmeticError
        If an integration fails.
    """
    bundle = _Bundle(background, l, np.asarray(omega), accuracy)
    return Columns(bundle.from_centre(None), bundle.from_surface(None))


def sample_columns(
    background: Background, l: int, omega: NDArray, accuracy: Accuracy
) -> tuple[Samples, Samples]:
    """The same solutions along the star: (part next to the centre, part next to the surface)."""
    bundle = _Bundle(background, l, np.asarray(omega), accuracy)
    inner: list[tuple[Matter, NDArray]] = []
    outer: list[tuple[Matter, NDArray]] = []
    bundle.from_centre(inner)
    bundle.from_surface(outer)
    return _collect(inner), _collect(outer[::-1])


def _collect(sampled: list[tuple[Matter, NDArray]]) -> Samples:
    return Samples(tuple(here for here, _ in sampled), np.array([q for _, q in sampled]))


class _Bundle:
    """All columns and frequencies of one star, carried through it as one real vector."""

    def __init__(self, background: Background, l: int, omega: NDArray, accuracy: Accuracy):
        self.background, self.l, self.omega = background, l, omega
        self.squared = omega**2
        self.rtol = accuracy.rtol
        self.x_match = x_at(background, _matching_point(background, accuracy))

    def from_centre(self, sampled: list | None) -> NDArray:
        """(4, 2, N) at the matching point."""
        x = CENTRE_START * self.background.x_surface
        here = centre_matter(self.background, x)
        return self._carry(here, self._centre_vectors(), x, sampled)

    def from_surface(self, sampled: list | None) -> NDArray:
        """(4, 3, N) at the matching point."""
        outermost = self.background.pieces[-1].segment
        depth = SURFACE_START * min(self.background.h_c, outermost.h_hi)
        here = surface_matter(self.background, depth, self.rtol)
        x = x_at(self.background, depth)
        return self._carry(here, self._surface_vectors(here, depth), x, sampled)

    def _carry(self, start: Matter, vectors: NDArray, x: float, sampled: list | None) -> NDArray:
        size = np.ones(vectors.shape, dtype=vectors.dtype)
        size[2] = self.background.radius**2  # W counts in R^2, the others in one
        if np.iscomplexobj(size):
            size *= 1.0 + 1.0j

        def record(here: Matter, q: Vector) -> None:
            if sampled is not None:
                sampled.append((here, self._unpack(q).copy()))

        _, end = march(
            self.background,
            lambda here, q: self._pack(self._rates(here, self._unpack(q))),
            start,
            self._pack(vectors),
            (x, self.x_match),
            rtol=self.rtol,
            atol=1e-2 * self.rtol * self._pack(size),
            jump=self._cross,
            sample=record if sampled is not None else None,
        )
        return self._unpack(end)

    def _pack(self, vectors: NDArray) -> Vector:
        return np.ascontiguousarray(vectors).ravel().view(np.float64)

    def _unpack(self, q: Vector) -> NDArray:
        flat = np.ascontiguousarray(q).view(self.omega.dtype)
        return flat.reshape(UNKNOWNS, -1, self.omega.size)

    def _rates(self, here: Matter, vectors: NDArray) -> NDArray:
        """(A_0 + omega^2 A_1 + omega^-2 A_2) applied to vectors (4, C, N)."""
        matrices = coefficients(here, self.l).reshape(3 * UNKNOWNS, UNKNOWNS)
        products = (matrices @ vectors.reshape(UNKNOWNS, -1)).reshape((3,) + vectors.shape)
        return products[0] + self.squared * products[1] + products[2] / self.squared

    def _cross(self, behind: Matter, ahead: Matter, q: Vector) -> Vector:
        """(eps + p) P is continuous, that is X e^{-nu/2}."""
        crossed = self._unpack(q).copy()
        crossed[3] *= (behind.eps + behind.p) / (ahead.eps + ahead.p)
        return self._pack(crossed)

    def _centre_vectors(self) -> NDArray:
        """(4, 2, N): leading-order regular solutions (Detweiler & Lindblom 1985, A15-A18)."""
        star, l = self.background, self.l
        centre = star.eos.evaluate(star.h_c)
        p, eps = float(centre.p), float(centre.eps)
        length = star.radius**2  # W in units of R^2 K
        vectors = np.zeros((UNKNOWNS, 2, self.omega.size), dtype=self.omega.dtype)
        vectors[0, 0] = 2.0 / (l + 1.0)
        vectors[1, 0] = 1.0
        vectors[3, 0] = 0.5
        vectors[0, 1] = 4.0 * FOUR_PI * (eps + p) * length / (l * (l + 1.0))
        vectors[2, 1] = length
        inertia = self.squared / (star.exp_nu(star.h_c) * l)
        vectors[3, 1] = length * (FOUR_PI / 3.0 * (eps + 3.0 * p) - inertia)
        return vectors

    def _surface_vectors(self, here: Matter, depth: float) -> NDArray:
        """(4, 3, N) at log-enthalpy `depth`: P = P_1 h, everything else linear in h.

        P_1 follows from (1 + h/c_e^2) P_1 = dP/dh at P = 0; h/c_e^2 tends to the polytropic index.
        """
        vectors = self._edge_vectors()
        rates = -self._rates(here, vectors) / here.phi_slope  # d/dh
        vectors[3] = rates[3] * depth / (1.0 + depth / here.cs2_equilibrium)
        rates = -self._rates(here, vectors) / here.phi_slope
        vectors[:3] += rates[:3] * depth
        return vectors

    def _edge_vectors(self) -> NDArray:
        """(4, 3, N) at r = R, P = 0: V = 0 with Z = R or Z' = 1, and V = R^2 without metric."""
        star, l = self.background, self.l
        radius, mass = star.radius, star.mass
        edge = matter_at(star, star.pieces[-1].segment, 0.0, radius, mass)
        g, h, k = zerilli_to_metric(mass, radius, l)
        vectors = np.zeros((UNKNOWNS, 3, self.omega.size), dtype=self.omega.dtype)
        vectors[:2, 0] = radius * np.array([[h], [g]])
        vectors[:2, 1] = np.array([[k], [1.0]])
        static, wave = metric_row(edge, l)
        for column in range(2):
            h0 = sum((static[i] + self.squared * wave[i]) * vectors[i, column] for i in range(2))
            vectors[2, column] = -0.5 * h0 / gravity(edge)
        vectors[2, 2] = -self.squared * radius**2 / (edge.exp_nu * gravity(edge))
        return vectors


def _matching_point(background: Background, accuracy: Accuracy) -> float:
    wanted = accuracy.match * background.h_c
    clearance = CLEARANCE * background.h_c
    for break_h, _, _ in background.break_states:
        if abs(break_h - wanted) < clearance:
            return break_h + clearance
    return wanted

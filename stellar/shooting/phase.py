"""Every eigenvalue of a second-order oscillation problem, by the angle of its solution.

A problem for a displacement u and a pressure-like v,

    u' = uu u + uv v,      v' = vu u + vv v                        (' = d/dr)

is followed as an angle, tan(theta) = u / v,

    theta' = uv cos^2(theta) + (uu - vv) sin(theta) cos(theta) - vu sin^2(theta)    (Pruefer 1926)

once from the regular solution at the centre outwards and once from that at the surface inwards;
each direction damps errors in the irregular solution. Where they meet,

    count(parameter) = (theta_out - theta_in) / pi

is an integer exactly at an eigenvalue. If theta' grows with the parameter at fixed theta (shown for
each problem in its module), count is strictly monotonic: each integer belongs to one mode, none can
be missed, and the integer is the signed number of zeros of u. There are no poles.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from stellar.shooting.background import Background, solve_background
from stellar.shooting.march import (
    Matter,
    Vector,
    centre_matter,
    march,
    surface_depth,
    surface_matter,
    x_at,
)

CENTRE_START = 1e-3  # fraction of sqrt(h_c); the error left there dies at least as (r_start/r)^3
MEETING_POINT = 0.6  # fraction of sqrt(h_c), about 0.6 R
MAX_ITERATIONS = 60
POLISHING_STEPS = 8
LINEAR = 0.03  # change of the count up to which it is taken as linear
NOISE = 1e3  # in units of the tolerance: where polishing counts as failed
BRACKETED = 1e-4  # mismatch from which Newton's method takes over
FINER = 0.1  # of the tolerance, for the roots; the tolerance itself gives their errors
SMALLEST_RTOL = 1e-13
COARSE = 1e-6  # tolerance that brackets are found with; the roots are polished at the full one


class Coefficients(NamedTuple):
    """Matrix of the two equations; each entry a number or one value per trial parameter."""

    uu: Vector
    uv: Vector
    vu: Vector
    vv: Vector


class OscillationProblem(Protocol):
    """What a problem has to say; parameters are an array of trial eigenvalues."""

    def coefficients(self, here: Matter, parameters: Vector) -> Coefficients:
        """Matrix at one point."""
        ...

    def centre(self, here: Matter, parameters: Vector) -> tuple[Vector, Vector]:
        """(u, v) of the regular solution at a small radius, u > 0."""
        ...

    def surface(self, here: Matter, depth: float, parameters: Vector) -> tuple[Vector, Vector]:
        """(u, v) of the regular solution at log-enthalpy `depth`, u > 0."""
        ...

    def cross(
        self, behind: Matter, ahead: Matter, parameters: Vector, u: Vector, v: Vector
    ) -> Vector:
        """v ahead of a density jump: a positive multiple of v plus a multiple of u."""
        ...


@dataclass(frozen=True)
class Profile:
    """Eigenfunctions at sampled points, centre to surface; both sides of each break are there.

    u, v : shape (points, modes), scaled to a largest |u| of one
    """

    points: tuple[Matter, ...]
    u: Vector
    v: Vector


def mode_counts(
    problem: OscillationProblem, background: Background, parameters: Vector, rtol: float
) -> Vector:
    """Matched angle over pi for each trial parameter; integers are eigenvalues.

    Raises
    ------
    ArithmeticError
        If the integration fails.
    """
    parameters = np.asarray(parameters, dtype=float)
    outer = _half(problem, background, parameters, rtol, outwards=True)
    inner = _half(problem, background, parameters, rtol, outwards=False)
    return (outer[: parameters.size] - inner[: parameters.size]) / math.pi


def _half(
    problem: OscillationProblem,
    background: Background,
    parameters: Vector,
    rtol: float,
    *,
    outwards: bool,
    sampled: list[tuple[Matter, Vector]] | None = None,
) -> Vector:
    """Angles (and, when sampled, logarithms of the amplitude) at the meeting point."""
    size = parameters.size
    with_amplitude = sampled is not None
    if outwards:
        x_start = CENTRE_START * background.x_surface
        here = centre_matter(background, x_start)
        u, v = problem.centre(here, parameters)
    else:
        depth = surface_depth(background)
        x_start = x_at(background, depth)
        here = surface_matter(background, depth, rtol)
        u, v = problem.surface(here, depth, parameters)
    theta = np.arctan2(u, v) + np.zeros(size)
    start = np.concatenate((theta, np.zeros(size))) if with_amplitude else theta

    def rates(here: Matter, q: Vector) -> Vector:
        matrix = problem.coefficients(here, parameters)
        sine, cosine = np.sin(q[:size]), np.cos(q[:size])
        turn = (
            matrix.uv * cosine * cosine
            + (matrix.uu - matrix.vv) * sine * cosine
            - matrix.vu * sine * sine
        )
        if not with_amplitude:
            return turn
        growth = (
            matrix.uu * sine * sine
            + (matrix.uv + matrix.vu) * sine * cosine
            + matrix.vv * cosine * cosine
        )
        return np.concatenate((turn, growth))

    _, q = march(
        background,
        rates,
        here,
        start,
        (x_start, _meeting_x(background)),
        rtol=rtol,
        atol=rtol,
        jump=lambda behind, ahead, q: _cross(problem, behind, ahead, parameters, q),
        sample=None if sampled is None else lambda here, q: sampled.append((here, q)),
    )
    return q


def _cross(
    problem: OscillationProblem, behind: Matter, ahead: Matter, parameters: Vector, q: Vector
) -> Vector:
    """Angle and amplitude behind a density jump; the sign of u, hence the half turn, stays."""
    size = parameters.size
    sine, cosine = np.sin(q[:size]), np.cos(q[:size])
    v = problem.cross(behind, ahead, parameters, sine, cosine)
    out = q.copy()
    out[:size] += np.arctan2(sine, v) - np.arctan2(sine, cosine)
    if q.size > size:
        out[size:] += 0.5 * np.log(sine**2 + v**2)
    return out


def _meeting_x(background: Background) -> float:
    """Where the two halves meet; never at a break, whose jump would be lost."""
    x = MEETING_POINT * background.x_surface
    while any(abs(x - piece.x_inner) < 1e-6 * x for piece in background.pieces):
        x *= 1.001
    return x


def mode_profiles(
    problem: OscillationProblem, background: Background, eigenvalues: Vector, rtol: float
) -> Profile:
    """Eigenfunctions of several modes at once, for node counts, energies and plots."""
    size = eigenvalues.size
    outer: list[tuple[Matter, Vector]] = []
    inner: list[tuple[Matter, Vector]] = []
    q_out = _half(problem, background, eigenvalues, rtol, outwards=True, sampled=outer)
    q_in = _half(problem, background, eigenvalues, rtol, outwards=False, sampled=inner)
    shift = q_out - q_in  # of the inner half: a multiple of pi, and the ratio of amplitudes
    angle = np.array(
        [q[:size] for _, q in outer] + [q[:size] + shift[:size] for _, q in inner[::-1]]
    )
    growth = np.array(
        [q[size:] for _, q in outer] + [q[size:] + shift[size:] for _, q in inner[::-1]]
    )
    points = tuple(here for here, _ in outer) + tuple(here for here, _ in inner[::-1])
    amplitude = np.exp(growth - growth.max(axis=0))
    u, v = amplitude * np.sin(angle), amplitude * np.cos(angle)
    scale = np.abs(u).max(axis=0)
    return Profile(points, u / scale, v / scale)


@dataclass(frozen=True)
class Eigenvalue:
    """One root: `residual` is the mismatch of the two angles over pi; `error` in the parameter."""

    order: int
    parameter: float
    error: float
    residual: float


class CountTable:
    """Trial parameters with their counts, ascending; brackets any order it spans."""

    def __init__(self, problem: OscillationProblem, background: Background, rtol: float):
        self.problem, self.background, self.rtol = problem, background, rtol
        self.fine = max(FINER * rtol, SMALLEST_RTOL)
        self.parameters = np.empty(0)
        self.counts = np.empty(0)

    def add(self, parameters: Vector) -> None:
        """Evaluate further trial parameters."""
        counts = self._count(parameters, COARSE)
        merged = np.concatenate((self.parameters, parameters))
        order = np.argsort(merged)
        self.parameters = merged[order]
        self.counts = np.concatenate((self.counts, counts))[order]

    def spans(self, order: int) -> bool:
        """Whether the mode of that order lies between the parameters tried so far."""
        return bool(self.counts[0] < order < self.counts[-1])

    def roots(self, orders: Iterable[int]) -> list[Eigenvalue]:
        """Eigenvalues of all orders that are spanned, with error estimates.

        Roots belong to a tenth of the tolerance. Their error is the change at the tolerance itself,
        with the star solved anew at a 30 times looser one.
        """
        wanted = np.array([k for k in orders if self.spans(k)])
        if wanted.size == 0:
            return []
        above = np.searchsorted(self.counts, wanted)
        found = chandrupatla(
            lambda x: self._count(x, COARSE) - wanted,
            self.parameters[above - 1],
            self.parameters[above],
            self.counts[above - 1] - wanted,
            self.counts[above] - wanted,
        )
        slope = self._slope(found)
        found, residual = self._polish(found, slope, wanted)
        star = solve_background(self.background.eos, self.background.h_c, 30.0 * self.rtol)
        change = (mode_counts(self.problem, star, found, self.rtol) - wanted) / slope
        # the two solutions may agree by accident: no root is trusted much beyond the tolerance
        error = 2.0 * np.abs(change) + np.abs(residual / slope) + 10.0 * self.rtol * np.abs(found)
        return [
            Eigenvalue(int(k), float(x), float(e), float(abs(r)))
            for k, x, e, r in zip(wanted, found, error, residual, strict=True)
        ]

    def _count(self, parameters: Vector, rtol: float) -> Vector:
        return mode_counts(self.problem, self.background, parameters, max(rtol, self.fine))

    def _slope(self, found: Vector) -> Vector:
        """d count / d parameter, over a step that changes the count little.

        A mode behind an evanescent zone lets the count rise by one within a narrow interval.
        """
        base = self._count(found, COARSE)
        step = 1e-3 * np.maximum(np.abs(found), 1e-3 * np.ptp(self.parameters))
        for _ in range(POLISHING_STEPS):
            rise = self._count(found + step, COARSE) - base
            if np.all(np.abs(rise) <= LINEAR):
                break
            step = np.where(np.abs(rise) <= LINEAR, step, 0.1 * step)
        return rise / step

    def _polish(self, found: Vector, slope: Vector, wanted: Vector) -> tuple[Vector, Vector]:
        """Newton's method at the full tolerance; the slope of a coarse solution serves.

        The count is smooth only to about the tolerance, so the best of a few steps is taken.
        """
        best, smallest = found, np.full(found.size, np.inf)
        for _ in range(POLISHING_STEPS):
            mismatch = self._count(found, self.fine) - wanted
            better = np.abs(mismatch) < np.abs(smallest)
            best, smallest = np.where(better, found, best), np.where(better, mismatch, smallest)
            if np.all(np.abs(smallest) <= self.rtol):
                break
            found = np.where(np.abs(smallest) > self.rtol, found - mismatch / slope, found)
        if np.any(np.abs(smallest) > NOISE * self.rtol):
            raise ArithmeticError("mode frequencies did not converge at the full tolerance")
        return best, smallest


def chandrupatla(
    function: Callable[[Vector], Vector], lo: Vector, hi: Vector, f_lo: Vector, f_hi: Vector
) -> Vector:
    """Roots of several bracketed functions at once, to |f| <= BRACKETED (Chandrupatla 1997).

    Inverse quadratic interpolation where it is safe, else bisection; all lanes run to the end.
    """
    a, fa, b, fb = hi.copy(), f_hi.copy(), lo.copy(), f_lo.copy()
    t = np.full(a.size, 0.5)
    for _ in range(MAX_ITERATIONS):
        x = a + t * (b - a)
        fx = function(x)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        f_best = np.where(np.abs(fa) < np.abs(fb), fa, fb)
        tolerance = COARSE * np.abs(best)
        if np.all((np.abs(b - a) <= 2.0 * tolerance) | (np.abs(f_best) <= BRACKETED)):
            return best
        with np.errstate(divide="ignore", invalid="ignore"):
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            inverse = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (
                fc - fb
            )
            safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(inverse)
            margin = np.where(b != a, tolerance / np.abs(b - a), 0.5)
        t = np.clip(np.where(safe, inverse, 0.5), margin, 1.0 - margin)
    raise ArithmeticError("mode frequencies did not converge")

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
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from stellar.shooting.background import Background
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

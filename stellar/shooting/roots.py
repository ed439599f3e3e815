"""All roots of a holomorphic function near a segment, without guesses.

The function is sampled at Chebyshev nodes of a segment [a, b] of the complex plane; the roots of
the interpolating polynomial inside a Bernstein ellipse are those of the function as soon as the
coefficients have decayed (Boyd 2002; Austin, Kravanja & Trefethen 2014), found as eigenvalues of
a companion matrix. Newton steps on the function itself then polish them, and the argument
principle counts them independently. A function here takes an array of points and returns an array
of values: all segments are sampled in one call.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Points = NDArray[np.complex128]
Function = Callable[[NDArray], NDArray]
Segment = tuple[complex, complex]

DIFFERENCE = 1e-5  # relative step of the derivative: both errors, h^2 and eps/h, are below 1e-10
MAX_SPLITS = 6


@dataclass(frozen=True)
class Proxy:
    """Polynomial stand-in of a function on one segment.

    coefficients : Chebyshev coefficients, the largest scaled to one
    tail : size of the last ones, which measures how well the function is resolved
    """

    segment: Segment
    coefficients: NDArray
    tail: float

    def roots(self, ellipse: float) -> Points:
        """Roots inside the Bernstein ellipse of the given parameter (> 1), as points."""
        significant = np.nonzero(np.abs(self.coefficients) > 1e-14)[0]
        if significant.size == 0 or significant[-1] == 0:
            return np.empty(0, dtype=np.complex128)
        t = chebyshev.chebroots(self.coefficients[: significant[-1] + 1]).astype(np.complex128)
        joukowski = np.sqrt(t - 1.0) * np.sqrt(t + 1.0)
        inside = np.maximum(np.abs(t + joukowski), np.abs(t - joukowski)) < ellipse
        a, b = self.segment
        return 0.5 * (a + b) + 0.5 * (b - a) * t[inside]


def chebyshev_points(segment: Segment, count: int) -> NDArray:
    """Chebyshev nodes of the first kind on a segment; real if its ends are."""
    a, b = segment
    return 0.5 * (a + b) + 0.5 * (b - a) * chebyshev.chebpts1(count)


def build_proxy(segment: Segment, values: NDArray) -> Proxy:
    """Interpolate values given at `chebyshev_points`."""
    count = len(values)
    peak = np.max(np.abs(values))
    if not 0.0 < peak < math.inf:
        raise ArithmeticError("a root function is zero or not finite on a whole segment")
    angle = (np.arange(count)[::-1] + 0.5) * math.pi / count
    modes = np.cos(np.outer(np.arange(count), angle))
    coefficients = 2.0 / count * (modes @ (values / peak))
    coefficients[0] *= 0.5
    top = np.max(np.abs(coefficients))
    return Proxy(segment, coefficients / top, float(np.max(np.abs(coefficients[-3:])) / top))


def resolve(
    function: Function, segments: Sequence[Segment], count: int, tolerance: float
) -> list[Proxy]:
    """Proxies on all segments; those whose tail exceeds `tolerance` are halved and sampled again.

    Raises
    ------
    ArithmeticError
        If a segment is still unresolved after `MAX_SPLITS` halvings.
    """
    resolved: list[Proxy] = []
    pending = list(segments)
    for _ in range(MAX_SPLITS):
        nodes = [chebyshev_points(segment, count) for segment in pending]
        values = np.split(function(np.concatenate(nodes)), len(pending))
        proxies = [build_proxy(s, v) for s, v in zip(pending, values, strict=True)]
        resolved += [proxy for proxy in proxies if proxy.tail <= tolerance]
        pending = [half for p in proxies if p.tail > tolerance for half in _halves(p.segment)]
        if not pending:
            return sorted(
                resolved, key=lambda proxy: (proxy.segment[0].imag, proxy.segment[0].real)
            )
    raise ArithmeticError("the root function could not be resolved by polynomials")


def _halves(segment: Segment) -> tuple[Segment, Segment]:
    a, b = segment
    middle = 0.5 * (a + b)
    return (a, middle), (middle, b)


@dataclass(frozen=True)
class Polished:
    """Roots after Newton's iteration.

    roots, slopes : (N,) points and derivatives of the function there
    steps : (N,) size of the last correction;  converged : (N,) whether it fell below tolerance
    """

    roots: NDArray
    slopes: NDArray
    steps: NDArray[np.float64]
    converged: NDArray[np.bool_]


def polish(
    function: Function, seeds: NDArray, *, tolerance: float, max_step: float, iterations: int = 12
) -> Polished:
    """Newton's iteration for all seeds together, derivative by central differences.

    Parameters
    ----------
    seeds : (N,) starting points, real or complex; the type is kept
    tolerance : relative size of a correction that ends the iteration
    max_step : largest relative correction in one step
    """
    roots = np.array(seeds)
    slopes = np.zeros(roots.shape, dtype=np.result_type(roots, float))
    steps = np.full(roots.shape, math.inf)
    active = np.arange(roots.size)
    for _ in range(iterations):
        if active.size == 0:
            break
        here = roots[active]
        offset = DIFFERENCE * np.abs(here)
        values = function(np.concatenate([here - offset, here, here + offset]))
        before, value, after = np.split(values, 3)
        slope = (after - before) / (2.0 * offset)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(value == 0.0, 0.0, -value / slope)
        step = np.where(np.isfinite(step), step, 0.3 * max_step * np.abs(here))
        size = np.abs(step)
        limit = max_step * np.abs(here)
        step = np.where(size > limit, step * (limit / np.maximum(size, limit)), step)
        roots[active] = here + step
        slopes = slopes.astype(np.result_type(slopes, slope))
        slopes[active] = slope
        steps[active] = size / np.abs(here)
        active = active[steps[active] > tolerance]
    return Polished(roots, slopes, steps, steps <= tolerance)


def distinct(roots: NDArray, separation: float) -> list[int]:
    """Indices of roots that differ by more than `separation` (relative) from all kept before."""
    kept: list[int] = []
    for index in np.argsort(np.real(roots), kind="stable"):
        root = roots[index]
        if all(abs(root - roots[other]) > separation * abs(root) for other in kept):
            kept.append(int(index))
    return kept


def winding_number(values: NDArray) -> tuple[int, float]:
    """Turns of the function about zero along a closed contour, and the largest single turn.

    The count is certain as long as the largest step of the phase (radians) is well below pi.
    """
    steps = np.angle(np.roll(values, -1) / values)
    return round(float(np.sum(steps)) / (2.0 * math.pi)), float(np.max(np.abs(steps)))


def rectangle(lower_left: complex, upper_right: complex, counts: tuple[int, int]) -> NDArray:
    """Counter-clockwise contour round a rectangle, (across, up) points on its sides."""
    a, b = lower_left, upper_right
    across, up = (np.linspace(0.0, 1.0, n, endpoint=False) for n in counts)
    width, height = (b - a).real, 1j * (b - a).imag
    return np.concatenate(
        [a + width * across, a + width + height * up, b - width * across, b - width - height * up]
    )


def count_roots(
    function: Function, contour: NDArray, *, largest_turn: float = 1.5, refinements: int = 12
) -> int | None:
    """Number of roots inside a contour by the argument principle.

    Points are inserted where the phase turns by more than `largest_turn`; None if it still does
    after all refinements (a root on the contour).
    """
    points, values = contour, function(contour)
    for _ in range(refinements):
        turns = np.abs(np.angle(np.roll(values, -1) / values))
        wide = np.nonzero(turns > largest_turn)[0]
        if wide.size == 0:
            return winding_number(values)[0]
        between = 0.5 * (points[wide] + np.roll(points, -1)[wide])
        points = np.insert(points, wide + 1, between)
        values = np.insert(values, wide + 1, function(between))
    return None

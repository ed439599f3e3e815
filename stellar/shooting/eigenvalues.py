"""From counts to eigenvalues: trial parameters, brackets, roots and their error estimates.

The count of `phase` rises through each integer once, at the mode of that order. Brackets are made
and narrowed with coarse integrations (Chandrupatla 1997), then Newton's method at the full
tolerance gives the root, and a looser solution of star and mode its error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from stellar.shooting.background import Background, solve_background
from stellar.shooting.march import Vector
from stellar.shooting.phase import OscillationProblem, mode_counts

MAX_ITERATIONS = 60
POLISHING_STEPS = 8
LINEAR = 0.03  # change of the count up to which it is taken as linear
NOISE = 1e3  # in units of the tolerance: where polishing counts as failed
BRACKETED = 1e-4  # mismatch from which Newton's method takes over
FINER = 0.1  # of the tolerance, for the roots; the tolerance itself gives their errors
SMALLEST_RTOL = 1e-13
COARSE = 1e-6  # tolerance that brackets are found with; the roots are polished at the full one


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

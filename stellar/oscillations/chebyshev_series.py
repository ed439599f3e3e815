"""Functions along a sequence of stars as Chebyshev series in the central log-enthalpy h_c.

Between two breaks of the equation of state at the centre every property of a star is analytic in
h_c, and its Chebyshev series

    y(h_c) = sum_k c_k T_k(x),    h_c = start + (stop - start) u,    u = (1 + x)/2,

converges geometrically. Above a break a core of the radius ~ (h_c - h_break)^(1/2) grows in the
star, so that its properties are analytic in that root: there h_c = start + (stop - start) u^2.
What the series leaves out follows from its last coefficients (Boyd 2001, section 2.12). Where
matter is rough, as between the rows of a table, y is not analytic and the last coefficients tell
little; there the series through every second point has to meet the others.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LAST = 4  # coefficients that tell what is left out: of an oscillating series some are small
SLOWEST = 0.95  # ratio of coefficients beyond which a series has not begun to converge
SAFETY = 2.0
ZEROS = 3  # changes of sign of an amplitude on one stretch at most
NOISE = 3.5  # by how much interpolation through up to 49 nodes can amplify what they are off by


@dataclass(frozen=True)
class Stretch:
    """A smooth part of a sequence, between two central log-enthalpies.

    onset : whether it begins at a break of the equation of state, where a core begins to grow
    rough : whether the matter at the centre is (see `eos.base.Segment`)
    """

    start: float
    stop: float
    onset: bool
    rough: bool = False

    def nodes(self, count: int) -> Floats:
        """Central log-enthalpies of the Chebyshev-Lobatto points, ascending, [count]."""
        h_c = self.h_c(-np.cos(np.pi * np.arange(count) / (count - 1)))
        h_c[0], h_c[-1] = self.start, self.stop
        return h_c

    def h_c(self, x: Floats) -> Floats:
        """Central log-enthalpy at x in [-1, 1]."""
        part = 0.5 * (1.0 + x)
        return self.start + (self.stop - self.start) * (part * part if self.onset else part)

    def x(self, h_c: Floats) -> Floats:
        """Where stars with these central log-enthalpies, which it holds, stand in [-1, 1]."""
        part = (h_c - self.start) / (self.stop - self.start)
        return 2.0 * (np.sqrt(part) if self.onset else part) - 1.0

    def halves(self) -> "tuple[Stretch, Stretch]":
        """The stretch divided at x = 0."""
        middle = float(self.h_c(np.zeros(1))[0])
        return replace(self, stop=middle), replace(self, start=middle, onset=False)


@dataclass(frozen=True)
class Series:
    """Functions of x in [-1, 1].

    coefficients : c_k, [row, k];  noise : largest absolute errors of what they go through, [row]
    rough : whether they may be no analytic functions
    """

    coefficients: Floats
    noise: Floats
    rough: bool = False

    @property
    def left_out(self) -> Floats:
        """What the series leave out, [row]."""
        return self._missed() if self.rough else self._tail()

    def _missed(self) -> Floats:
        """How far the series through every second point passes by the others."""
        degree = self.coefficients.shape[1] - 1
        x = -np.cos(np.pi * np.arange(degree + 1) / degree)
        values = self.at(x)
        coarse = Series.of(values[:, ::2], self.noise)
        return np.abs(coarse.at(x[1::2]) - values[:, 1::2]).max(axis=1)

    def _tail(self) -> Floats:
        """By how the last coefficients fall."""
        size = np.abs(self.coefficients)
        ends, before = size[:, -LAST:], size[:, -2 * LAST : -LAST].max(axis=1)
        known = before > 0.0
        fallen = np.where(known, ends.max(axis=1) / np.where(known, before, 1.0), 0.0)
        ratio = np.minimum(fallen ** (1.0 / LAST), SLOWEST)
        # where the last coefficient would stand by each of those before it
        last = (ends * ratio[:, None] ** np.arange(LAST - 1, -1, -1)).max(axis=1)
        return SAFETY * last * np.maximum(1.0, ratio / (1.0 - ratio))

    @property
    def errors(self) -> Floats:
        """Estimated largest absolute errors, [row]."""
        return self.left_out + NOISE * self.noise

    @classmethod
    def of(cls, values: Floats, noise: Floats, *, rough: bool = False) -> "Series":
        """The series through values at Chebyshev-Lobatto points.

        Parameters
        ----------
        values : by ascending x, [row, node], an odd number of nodes
        noise : their largest absolute errors, [row]
        """
        degree = values.shape[1] - 1
        order = np.arange(degree + 1)
        halved = np.where((order == 0) | (order == degree), 0.5, 1.0)
        cosines = np.cos(np.pi * np.outer(order, degree - order) / degree)
        coefficients = (values * halved) @ cosines.T * (2.0 / degree) * halved
        return cls(coefficients, noise, rough)

    def at(self, x: Floats) -> Floats:
        """Values, [row, point]."""
        degree = self.coefficients.shape[1] - 1
        return self.coefficients @ chebyshev.chebvander(x, degree).T

    def slope(self) -> "Series":
        """The derivatives by x; what their noise is is not known."""
        derived: Floats = chebyshev.chebder(self.coefficients, axis=1).astype(np.float64)
        return Series(derived, np.full(derived.shape[0], math.nan))


@dataclass(frozen=True)
class PositiveSeries:
    """Functions that are not negative: as they are, as logarithms, and as squares.

    The logarithm tells best what changes by powers of ten, the root what passes near zero as the
    square of something that changes its sign there, such as the amplitude of a wave.

    noise : errors of what each of them goes through, [series, row, node]
    """

    plain: Series
    logarithm: Series
    root: Series
    noise: Floats

    @classmethod
    def of(cls, values: Floats, errors: Floats, *, rough: bool = False) -> "PositiveSeries":
        """As for `Series`, with the errors of all values, [row, node]."""
        known, exact = np.where(values > 0.0, values, math.nan), np.zeros(values.shape[0])
        relative = errors / known
        # the error of a root of nearly nothing is that root
        of_roots = np.sqrt(known) * np.minimum(0.5 * relative, np.sqrt(relative))
        return cls(
            Series.of(values, exact, rough=rough),
            Series.of(np.log(known), exact, rough=rough),
            Series.of(np.array([_signed(np.sqrt(row)) for row in known]), exact, rough=rough),
            np.stack([errors, relative, of_roots]),
        )

    def at(self, x: Floats) -> tuple[Floats, Floats]:
        """Values and their estimated errors, the smallest of all, [row, point].

        What the values are off by counts as far as it reaches: a bad one hardly tells far away.
        """
        nodes = self.noise.shape[2]
        reach = np.abs(Series.of(np.eye(nodes), np.zeros(nodes)).at(x))
        series = (self.plain, self.logarithm, self.root)
        plain, powers, root = (each.at(x) for each in series)
        off, relative, of_root = (
            each.left_out[:, None] + noise @ reach
            for each, noise in zip(series, self.noise, strict=True)
        )
        value, error = plain, off
        with np.errstate(over="ignore", invalid="ignore"):  # of series that say nothing
            others = (
                (np.exp(powers), np.exp(powers) * np.expm1(relative)),
                (root * root, of_root * (2.0 * np.abs(root) + of_root)),
            )
        for other, other_error in others:
            better = other_error < error
            value, error = np.where(better, other, value), np.where(better, other_error, error)
        return value, error


def _signed(roots: Floats) -> Floats:
    """Roots of values along a series with the signs that leave out least, [node]."""
    if not np.isfinite(roots).all():
        return roots
    upper = np.arange(roots.size)[:, None] <= np.arange(roots.size)
    signs = np.where(upper, -1.0, 1.0)  # changed from one of the nodes on, [change, node]
    left_out = Series.of(roots[None], np.zeros(1)).left_out[0]
    for _ in range(ZEROS):
        tried = Series.of(roots * signs, np.zeros(roots.size)).left_out
        best = int(tried.argmin())
        if tried[best] >= left_out:
            break
        roots, left_out = roots * signs[best], tried[best]
    return roots

"""Space-time (w) modes in full general relativity, the interface modes wII among them.

They are strongly damped, so the search covers a region of the complex plane: horizontal segments,
one above the other, with overlapping Bernstein ellipses, on which the root function is replaced by
polynomials. The region is bounded by Im omega = BROADEST Re omega below (weakly damped modes have
their own search), by Im omega = STEEPEST Re omega on the left, where the outgoing series converges
slowly, and above by HIGHEST / R, less in stars of low compactness. The argument principle along its
edge counts the modes. Frequencies in km^-1.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stellar.oscillations.labels import Label, label_w
from stellar.oscillations.mode import Mode, ModeRequest
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction
from stellar.shooting.roots import Segment, count_roots, distinct, polish, resolve
from stellar.shooting.spectrum import frequency_scales
from stellar.shooting.weakly_damped import (
    BROADEST,
    MAX_EXTENSIONS,
    SEARCH_RTOL,
    FluidSearch,
    Measured,
    measure,
)

LOWEST = 0.2  # of 1/R: left end of the region
HIGHEST = 4.0  # of 1/R: largest Im omega
BEYOND = 1.5  # the region reaches (l + BEYOND)/R at least: wII are numbered from the right
STEEPEST = 5.0  # largest Im/Re
HALF_LENGTH = 0.5  # of a segment, in spacings of w-modes
HALF_IN_SOUND = 2.0  # the same in spacings of p-modes: the root function turns with each
LOUDEST = 8.5  # largest Im omega in spacings of p-modes: above, the columns become parallel
ROW_SPACING = 0.8  # of rows, in half lengths; ellipses of parameter 2 then overlap
CONTOUR_STEP = 0.125  # in half lengths: the phase of the root function must not alias
ELLIPSE = 2.2
NODES = 24
RESOLVED = 1e-5  # high above the real axis F is a difference of much larger numbers
SAME = 1e-4  # relative distance of polished roots that are one


def space_time_modes(
    function: RootFunction, request: ModeRequest, coarse: RootFunction
) -> FluidSearch:
    """Find, measure and label w1..wN and the wII among them, or those of a band of Re omega.

    One ordinary mode beyond those asked for is always looked for: the label of a mode depends on
    the damping of modes to its right.

    Raises
    ------
    ArithmeticError
        If an integration fails or the root function cannot be resolved.
    """
    radius = function.background.radius
    scales = frequency_scales(function.background)
    spacing = scales.light
    half = min(HALF_LENGTH * spacing, HALF_IN_SOUND * scales.acoustic)
    top = min(HIGHEST / radius, LOUDEST * scales.acoustic)
    rough = replace(function, accuracy=Accuracy(max(SEARCH_RTOL, function.accuracy.rtol)))
    right = LOWEST / radius + (request.n_max + 3.0) * spacing
    if request.band is not None:
        right = request.band[1] + 2.0 * spacing
    right = max(right, (function.l + BEYOND) / radius)
    left, roots = LOWEST / radius, np.empty(0, dtype=np.complex128)
    region = _Region(LOWEST / radius, right, top)
    ordinary = -1
    for _ in range(MAX_EXTENSIONS):
        before, roots = ordinary, _roots(rough, region, left, roots, half)
        ordinary = _count_ordinary(_labels(roots))
        if request.band is not None or ordinary > request.n_max or ordinary == before:
            break
        left = region.right
        region = _Region(region.left, region.right + 2.0 * spacing, region.top)
    else:
        region = _Region(region.left, left, region.top)
    return _finish(function, coarse, rough, region, CONTOUR_STEP * half, roots, request)


class _Region:
    """Part of the complex plane in which w-modes are looked for, km^-1."""

    def __init__(self, left: float, right: float, top: float):
        self.left, self.right, self.top = left, right, top

    def holds(self, omega: NDArray[np.complex128]) -> NDArray[np.bool_]:
        """Which points lie inside."""
        re, im = omega.real, omega.imag
        across = (re > np.maximum(self.left, im / STEEPEST)) & (re < self.right)
        return across & (im > BROADEST * re) & (im < self.top)

    def segments(self, left: float, half: float) -> list[Segment]:
        """Horizontal segments, from `left` to the right end, whose ellipses cover the region."""
        found = []
        rows = math.ceil(self.top / (ROW_SPACING * half))
        for row in range(rows):
            height = (row + 0.5) * self.top / rows
            start = max(left, height / STEEPEST)
            count = max(1, math.ceil((self.right - start) / (2.0 * half)))
            edges = np.linspace(start, self.right, count + 1) + 1j * height
            found += list(zip(edges, edges[1:], strict=False))
        return found

    def contour(self, step: float) -> NDArray:
        """Points along the edge, counter-clockwise, about `step` apart."""
        corners = [
            self.left * (1.0 + 1j * BROADEST),
            self.right * (1.0 + 1j * BROADEST),
            self.right + 1j * self.top,
            self.top / STEEPEST + 1j * self.top,
            self.left * (1.0 + 1j * STEEPEST),
        ]
        sides = zip(corners, corners[1:] + corners[:1], strict=True)
        return np.concatenate(
            [
                np.linspace(a, b, max(2, math.ceil(abs(b - a) / step)), endpoint=False)
                for a, b in sides
            ]
        )


def _roots(rough, region: _Region, left: float, known, half: float):
    """Polished distinct roots of the region; only what lies right of `left` is searched."""
    proxies = resolve(rough, region.segments(left, half), NODES, RESOLVED)
    seeds = np.concatenate([proxy.roots(ELLIPSE) for proxy in proxies])
    seeds = seeds[(seeds.real > 0.5 * region.left) & (seeds.imag > 0.0)]
    seeds = seeds[seeds.imag < 1.1 * STEEPEST * seeds.real]
    seeds = seeds[distinct(seeds, 1e-2 * SAME)]
    polished = polish(rough, seeds, tolerance=1e-5, max_step=0.05, iterations=4)
    roots = np.concatenate([known, polished.roots[polished.converged]])
    roots = roots[region.holds(roots)]
    return roots[distinct(roots, SAME)]


def _labels(roots: NDArray[np.complex128]) -> list[Label]:
    return label_w([complex(root) for root in roots])


def _count_ordinary(labels: list[Label]) -> int:
    return sum(not label.label.startswith("wII") for label in labels)


def _finish(
    function, coarse, rough, region: _Region, step: float, roots, request: ModeRequest
) -> FluidSearch:
    labels = _labels(roots)
    count = count_roots(rough, region.contour(step), largest_turn=1.2)
    reasons = []
    if count is None:
        reasons.append("w-modes: a root lies on the contour of the argument principle")
    elif count != roots.size:
        reasons.append(f"{roots.size} w-modes found, but the argument principle counts {count}")
    kept = _wanted(roots, labels, request)
    ordinary = _count_ordinary(labels)
    if request.band is None and ordinary < request.n_max:
        reasons.append(f"{ordinary} w-modes are damped less than Im omega = {region.top:.3g}/km")
    measured, failed = measure(function, coarse, roots[kept])
    if failed:
        reasons.append(f"{failed} w-modes did not converge")
    modes = tuple(_mode(function.l, labels[kept[k]], root) for k, root in measured)
    return FluidSearch(modes, not reasons, "; ".join(reasons))


def _wanted(roots, labels: list[Label], request: ModeRequest) -> list[int]:
    """Indices of w1..wN and of the interface modes left of wN, or of everything in the band."""
    if request.band is not None:
        lo, hi = request.band
        return [k for k, root in enumerate(roots) if lo <= root.real <= hi]
    ordinary = [
        k
        for k, label in enumerate(labels)
        if not label.label.startswith("wII") and label.n <= request.n_max
    ]
    if not ordinary:
        return []
    last = max(roots[k].real for k in ordinary)
    return [
        k
        for k, label in enumerate(labels)
        if k in ordinary or (label.label.startswith("wII") and roots[k].real < last)
    ]


def _mode(l: int, label: Label, measured: Measured) -> Mode:
    return Mode(
        l=l,
        family="w",
        n=label.n,
        label=label.label,
        gravity="full",
        omega=measured.omega,
        omega_re_err=measured.re_err,
        omega_im_err=measured.im_err,
        residual=measured.residual,
        message=label.note,
    )

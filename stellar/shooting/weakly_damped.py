"""Weakly damped modes in full general relativity: f, p, g and i, found, measured and labelled.

The root function is replaced by polynomials on panels that cover the real frequency interval;
their roots are polished at full accuracy and once more at a coarser one (looser tolerance, a star
solved with it, another matching point), whose difference is the error estimate. The argument
principle round the wedge |Im omega| < WEDGE Re omega counts the modes independently.
Frequencies in km^-1.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stellar.oscillations.labels import FluidMode, Label, label_fluid
from stellar.oscillations.mode import Mode, ModeRequest
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction, eigenfunctions, narrow_damping
from stellar.shooting.nodes import buoyancy_shares, count_nodes, signed_node_count
from stellar.shooting.roots import (
    Polished,
    Segment,
    count_roots,
    distinct,
    polish,
    resolve,
)
from stellar.shooting.spectrum import Scales, frequency_scales

WEDGE = 0.03  # Im/Re up to which roots are searched and counted
BROADEST = 0.005  # Im/Re of a fluid mode at most; what is broader is a trapped w-mode
NODES = 20  # of each panel
PANEL_RATIO = 1.6  # largest ratio of the ends of a panel
ELLIPSE = 1.3  # Bernstein ellipse whose roots are taken up
RESOLVED = 1e-7  # relative size of the last coefficients of a resolved panel
SEARCH_RTOL = 1e-7
SHAPE_RTOL = 1e-8
CONVERGED = 1e-7  # relative Newton step; the root is then good to its square
NARROW = 1e-9  # Im/Re below which the null-vector formula replaces the complex root
SAME = 1e-6  # relative distance of roots that are one
SAFETY = 1.5
FLOOR_RE = 1e-12  # relative floors of the error estimates: what rounding leaves
FLOOR_IM = 1e-9
MAX_EXTENSIONS = 4


@dataclass(frozen=True)
class FluidSearch:
    """Labelled weakly damped modes of an interval, whether it is complete, and why not."""

    modes: tuple[Mode, ...]
    complete: bool
    message: str


def fluid_modes(function: RootFunction, request: ModeRequest, coarse: RootFunction) -> FluidSearch:
    """Find, measure and label the weakly damped modes that a request asks for.

    Parameters
    ----------
    function : root function of the star at the accuracy wanted
    coarse : the same at the accuracy that errors are estimated with

    Raises
    ------
    ArithmeticError
        If an integration fails or the root function cannot be resolved.
    """
    scales = frequency_scales(function.background)
    survey = _Survey(function, scales)
    lo, hi = request.band or _first_interval(function, scales, request)
    survey.cover(lo, hi)
    for _ in range(MAX_EXTENSIONS):
        lo, hi = _wider(survey, request, scales)
        if (lo, hi) == (survey.lo, survey.hi):
            break
        survey.cover(lo, hi)
    return _finish(survey, coarse, request)


def buoyant_families(function: RootFunction, request: ModeRequest) -> set[str]:
    """Families g and i as far as this star has them and they are asked for."""
    star = function.background
    present = {"g"} if star.eos.stratified else set()
    if star.number_of_jumps:
        present.add("i")
    return present & set(request.families)


def _first_interval(function, scales: Scales, request: ModeRequest) -> tuple[float, float]:
    """Interval that should hold the modes wanted; f always lies in it."""
    l = function.l
    lo, hi = 0.35 * math.sqrt(l) * scales.dynamical, 2.2 * math.sqrt(l) * scales.dynamical
    if "p" in request.families and math.isfinite(scales.acoustic):
        hi = max(hi, (request.n_max + 0.5 * l + 0.8) * scales.acoustic)
    buoyant = buoyant_families(function, request)
    if "g" in buoyant and scales.buoyancy > 0.0:
        lowest = math.sqrt(l * (l + 1.0)) * scales.buoyancy / (request.n_max + 1.5)
        lo = min(lo, lowest)
    elif buoyant:
        lo *= 0.5
    return lo, hi


class _Survey:
    """Roots of the polynomial stand-ins over a growing real interval."""

    def __init__(self, function: RootFunction, scales: Scales):
        self.function, self.scales = function, scales
        rtol = max(SEARCH_RTOL, function.accuracy.rtol)
        self.rough = replace(function, accuracy=Accuracy(rtol))
        shape_rtol = max(SHAPE_RTOL, function.accuracy.rtol)
        self.smooth = replace(function, accuracy=Accuracy(shape_rtol))
        self.lo, self.hi = math.nan, math.nan
        self.roots = np.empty(0, dtype=np.complex128)  # all in the wedge
        self.seeds = self.roots  # the fluid modes among them
        self.shapes: list[FluidMode] = []

    def cover(self, lo: float, hi: float) -> None:
        """Search what of [lo, hi] has not been searched yet."""
        parts = [(lo, hi)]
        if not math.isnan(self.lo):
            parts = [(a, b) for a, b in ((lo, self.lo), (self.hi, hi)) if a < b]
        panels = [panel for a, b in parts for panel in self._panels(a, b)]
        found = [proxy.roots(ELLIPSE) for proxy in resolve(self.rough, panels, NODES, RESOLVED)]
        roots = np.concatenate([self.roots, *found])
        inside = (roots.real >= lo) & (roots.real <= hi) & (abs(roots.imag) < WEDGE * roots.real)
        roots = roots[inside]
        roots = roots[distinct(roots, 1e2 * SAME)]
        self.roots = roots
        self.seeds = roots[np.abs(roots.imag) < BROADEST * roots.real]
        self.lo, self.hi = lo, hi
        self.shapes = self._shapes()

    def labels(self) -> list[Label]:
        """Labels of the seeds, in their order (ascending)."""
        return label_fluid(self.shapes)

    def _panels(self, lo: float, hi: float) -> list[Segment]:
        edges = [lo]
        while edges[-1] < hi:
            edges.append(min(PANEL_RATIO * edges[-1], edges[-1] + self.scales.panel, hi))
        if len(edges) > 2 and edges[-1] - edges[-2] < 0.3 * (edges[-2] - edges[-3]):
            del edges[-2]
        return list(zip(edges, edges[1:], strict=False))

    def _shapes(self) -> list[FluidMode]:
        if self.seeds.size == 0:
            return []
        modes = eigenfunctions(self.smooth, self.seeds.real.copy())
        radius = self.function.background.radius
        shapes = []
        for seed, mode in zip(self.seeds, modes, strict=True):
            reach = np.array([here.r / radius for here in mode.points]) ** (self.function.l + 1)
            shapes.append(
                FluidMode(
                    omega=float(seed.real),
                    nodes=count_nodes(mode.W),
                    signed_nodes=signed_node_count(mode.W, mode.V),
                    interface_shares=buoyancy_shares(mode.points, mode.W * reach),
                )
            )
        return shapes


def _wider(survey: _Survey, request: ModeRequest, scales: Scales) -> tuple[float, float]:
    """The interval, widened where modes asked for are still missing."""
    lo, hi = survey.lo, survey.hi
    if request.band is not None:
        return lo, hi
    labels = survey.labels()
    found = {(label.family, label.n) for label in labels}
    wanted = "p" in request.families and math.isfinite(scales.acoustic)
    if wanted and ("p", request.n_max) not in found:
        hi += 2.0 * scales.acoustic
    buoyant = buoyant_families(survey.function, request)
    jumps = min(request.n_max, survey.function.background.number_of_jumps)
    missing_i = "i" in buoyant and sum(family == "i" for family, _ in found) < jumps
    if ("g" in buoyant and ("g", request.n_max) not in found) or missing_i:
        lo /= PANEL_RATIO
    if "f" in request.families and ("f", 0) not in found:
        lo, hi = lo / PANEL_RATIO, hi * PANEL_RATIO
    return lo, hi


def _finish(survey: _Survey, coarse: RootFunction, request: ModeRequest) -> FluidSearch:
    """Polish and measure the modes wanted, and count what lies in the wedge."""
    labels = survey.labels()
    kept = [k for k, label in enumerate(labels) if _is_wanted(label, request)]
    reasons = []
    wedge = _wedge(survey.lo, survey.hi)
    count = count_roots(survey.rough, wedge, largest_turn=2.0)
    if count is None:
        reasons.append("the argument principle could not be applied: a root lies on its contour")
    elif count != survey.roots.size:
        reasons.append(
            f"{survey.roots.size} modes found, but the argument principle counts {count}"
        )
    modes, failed = measure(survey.function, coarse, survey.seeds[kept])
    if failed:
        reasons.append(f"{failed} roots did not converge")
    found = [
        _mode(survey.function.l, labels[kept[k]], survey.shapes[kept[k]], measured)
        for k, measured in modes
    ]
    return FluidSearch(tuple(found), not reasons, "; ".join(reasons))


def _is_wanted(label: Label, request: ModeRequest) -> bool:
    in_range = request.band is not None or label.n <= request.n_max
    return label.family in request.families and in_range


def _wedge(lo: float, hi: float) -> NDArray[np.complex128]:
    """Counter-clockwise contour |Im omega| = WEDGE Re omega, lo < Re omega < hi."""
    count = max(16, math.ceil(math.log(hi / lo) / (1.3 * WEDGE)))
    along = np.geomspace(lo, hi, count)
    below, above = along * (1.0 - 1j * WEDGE), along[::-1] * (1.0 + 1j * WEDGE)
    return np.concatenate([below, [hi], above, [lo]])


@dataclass(frozen=True)
class Measured:
    """One polished root with the estimated absolute errors of its parts, km^-1."""

    omega: complex
    re_err: float
    im_err: float
    residual: float


def measure(
    function: RootFunction, coarse: RootFunction, seeds: NDArray[np.complex128]
) -> tuple[list[tuple[int, Measured]], int]:
    """Polish seeds at both accuracies.

    Returns
    -------
    (index of the seed, root) of those that converged, and the number of those that did not.
    """
    if seeds.size == 0:
        return [], 0
    fine = polish(function, seeds, tolerance=CONVERGED, max_step=0.05)
    rough = polish(coarse, fine.roots, tolerance=CONVERGED, max_step=0.05)
    omega, again = _with_damping(function, fine), _with_damping(coarse, rough)
    close = np.abs(fine.roots - seeds) < 0.02 * np.abs(seeds)
    good = fine.converged & rough.converged & close
    difference = omega - again
    # the two solutions may agree by accident: no root is trusted beyond the tolerance
    rtol = function.accuracy.rtol
    re_err = SAFETY * np.abs(difference.real) + (FLOOR_RE + rtol) * np.abs(omega)
    im_err = SAFETY * np.abs(difference.imag) + (FLOOR_IM + 10.0 * rtol) * np.abs(omega.imag)
    measured = [
        (
            int(k),
            Measured(complex(omega[k]), float(re_err[k]), float(im_err[k]), float(fine.steps[k])),
        )
        for k in np.nonzero(good)[0]
    ]
    return measured, int(seeds.size - len(measured))


def _with_damping(function: RootFunction, found: Polished) -> NDArray[np.complex128]:
    """Replace the imaginary parts of narrow roots by what the null vectors give."""
    omega = found.roots.astype(np.complex128)
    narrow = np.abs(omega.imag) < NARROW * np.abs(omega.real)
    if np.any(narrow):
        real = omega.real[narrow]
        omega[narrow] = real + 1j * narrow_damping(function, real, found.slopes[narrow])
    return omega


def _mode(l: int, label: Label, shape: FluidMode, measured: Measured) -> Mode:
    return Mode(
        l=l,
        family=label.family,
        n=label.n,
        label=label.label,
        gravity="full",
        omega=measured.omega,
        omega_re_err=measured.re_err,
        omega_im_err=measured.im_err,
        residual=measured.residual,
        nodes=shape.nodes,
        message=label.note,
    )

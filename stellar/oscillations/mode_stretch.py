"""The modes of one smooth stretch of a sequence of stars as series in the central log-enthalpy.

Series (`chebyshev_series`) hold M, R and, of every mode that runs through the stretch,

    Re omega (R^3/M)^(1/2)  and  R Im omega,      for radial modes  omega^2 R^3/M,

which change slowly; the damping passes through zero where a mode ceases to radiate, so that not its
logarithm is interpolated but itself. A mass is found by Newton's method in M(h_c). Lengths in km,
frequencies in km^-1, G = c = 1.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stellar.oscillations.chebyshev_series import Floats, Series, Stretch
from stellar.oscillations.mode import Mode, ModeSearch
from stellar.oscillations.mode_curves import Curve, Sighting, curves

STEPS = 60  # of Newton's method and bisection
TABLE = 65  # masses of a stretch from which the search for one begins
ROUNDING = 1e-14
KINDS = {"radial": (False, 1.0), "w": (True, 0.0)}  # what tells modes apart; see `curves`

ModeName = tuple[int, str]  # degree, 0 for radial modes, and label
CurveName = tuple[int, tuple[str, ...]]  # degree, and labels between neighbouring stars


@dataclass(frozen=True)
class Solved:
    """The stars at the nodes of a stretch: M and R with largest errors, km, and their modes.

    mass, radius : [node];  mass_err, radius_err : largest;  searches : by degree, of each star
    """

    mass: Floats
    radius: Floats
    mass_err: float
    radius_err: float
    searches: Sequence[Mapping[int, ModeSearch]]


class Evaluated(NamedTuple):
    """What is interpolated of each curve, with errors, [curve, point].

    radius : R and its error, km, [2, point]
    """

    real: Floats
    imaginary: Floats
    real_error: Floats
    imaginary_error: Floats
    radius: Floats


@dataclass(frozen=True)
class ModeStretch:
    """The modes of one stretch.

    stretch, h_c : the interval and its stars, [node]
    size : M and R
    names : degree of each curve, and its labels between neighbouring stars, empty where they change
    real, imaginary : what is interpolated of each curve; a damping that is not known is NaN
    modes : of each curve, star by star
    lost : modes of some stars that no curve goes through
    """

    stretch: Stretch
    h_c: Floats
    size: Series
    names: tuple[CurveName, ...]
    real: Series
    imaginary: Series
    modes: tuple[tuple[Mode, ...], ...]
    lost: frozenset[ModeName]

    def owner(self, name: ModeName) -> NDArray[np.int64]:
        """The curve that has this name between neighbouring stars, -1 for none, [node - 1]."""
        return _owner(self.names, name, self.h_c.size - 1)

    @cached_property
    def table(self) -> tuple[Floats, Floats]:
        """x and the masses there, rising."""
        x = -np.cos(np.pi * np.arange(TABLE) / (TABLE - 1))
        masses = self.size.at(x)[0]
        return x, np.maximum.accumulate(masses)

    @cached_property
    def _slopes(self) -> tuple[Series, Series, Series, Series]:
        """dM/dx and dR/dx, their derivatives, and those of the curves."""
        first = self.size.slope()
        return first, first.slope(), self.real.slope(), self.imaginary.slope()

    def place(self, masses: Floats) -> Floats:
        """x of stars with these masses, which the stretch holds."""
        x_table, m_table = self.table
        inside = np.clip(masses, m_table[0], m_table[-1])  # ends are known to their errors only
        cell = np.clip(np.searchsorted(m_table, inside, side="right") - 1, 0, TABLE - 2)
        low, high = x_table[cell], x_table[cell + 1]
        x, steep = np.interp(inside, m_table, x_table), self._slopes[0]
        open_ = np.arange(x.size)
        for _ in range(STEPS):
            here, wanted = x[open_], inside[open_]
            off, slope = self.size.at(here)[0] - wanted, steep.at(here)[0]
            low[open_] = np.where(off < 0.0, here, low[open_])
            high[open_] = np.where(off > 0.0, here, high[open_])
            newton = here - off / np.where(slope > 0.0, slope, math.nan)
            better = (low[open_] <= newton) & (newton <= high[open_])
            x[open_] = np.where(better, newton, 0.5 * (low[open_] + high[open_]))
            # the step of those that are there is kept: it is within rounding
            open_ = open_[(np.abs(off) > ROUNDING * wanted) & (x[open_] != here)]
            if not open_.size:
                break
        return x

    def width(self, x: Floats, masses: Floats) -> Floats:
        """How well the masses fix x; at a maximum of the mass by its curvature."""
        first, second = (series.at(x)[0] for series in self._slopes[:2])
        error = self.size.errors[0] + ROUNDING * masses
        flat = np.sqrt(2.0 * error / np.maximum(np.abs(second), np.finfo(float).tiny))
        steep = np.where(first > 0.0, first, math.nan)
        return np.fmin(error / steep, flat)

    def evaluate(self, x: Floats, width: Floats) -> Evaluated:
        """Series at points, where x is known to a width."""
        size_slope, _, real_slope, imaginary_slope = self._slopes
        radius_error = self.size.errors[1] + np.abs(size_slope.at(x)[1]) * width
        return Evaluated(
            self.real.at(x),
            self.imaginary.at(x),
            self.real.errors[:, None] + np.abs(real_slope.at(x)) * width,
            self.imaginary.errors[:, None] + np.abs(imaginary_slope.at(x)) * width,
            np.stack([self.size.at(x)[1], radius_error]),
        )


def mode_stretch(stretch: Stretch, h_c: Floats, stars: Solved) -> ModeStretch:
    """Series through solved stars at the nodes of a stretch."""
    names: list[CurveName] = []
    found: list[Curve] = []
    for degree in stars.searches[0]:
        for kind in ("radial", "fluid", "w"):
            own = [
                [
                    _sighting(mode, mass, radius)
                    for mode in search[degree].modes
                    if _kind(mode) == kind
                ]
                for search, mass, radius in zip(
                    stars.searches, stars.mass.tolist(), stars.radius.tolist(), strict=True
                )
            ]
            damped, unit = KINDS.get(kind, (False, 0.0))
            joined = curves(own, damped=damped, unit=unit)
            found += joined
            names += [(degree, curve.labels) for curve in joined]
    values = np.array([curve.values() for curve in found]).reshape(-1, h_c.size)
    errors = np.array([curve.errors() for curve in found]).reshape(-1, 2)
    size = np.stack([stars.mass, stars.radius])
    return ModeStretch(
        stretch,
        h_c,
        Series.of(size, np.array([stars.mass_err, stars.radius_err]), rough=stretch.rough),
        tuple(names),
        Series.of(values.real, errors[:, 0], rough=stretch.rough),
        Series.of(values.imag, errors[:, 1], rough=stretch.rough),
        tuple(tuple(each.mode for each in curve.sightings) for curve in found),
        _lost(stars.searches, names),
    )


def _owner(names: Sequence[CurveName], name: ModeName, gaps: int) -> NDArray[np.int64]:
    found = np.full(gaps, -1)
    for curve, (degree, labels) in enumerate(names):
        if degree == name[0]:
            found[np.array(labels) == name[1]] = curve
    return found


def _lost(
    searches: Sequence[Mapping[int, ModeSearch]], names: Sequence[CurveName]
) -> frozenset[ModeName]:
    """Modes of a star that have no curve on either side of it."""
    lost = set()
    for star, search in enumerate(searches):
        for mode in (mode for own in search.values() for mode in own.modes):
            name = (mode.l, mode.label)
            beside = _owner(names, name, len(searches) - 1)[max(star - 1, 0) : star + 1]
            if (beside < 0).all():
                lost.add(name)
    return frozenset(lost)


def _kind(mode: Mode) -> str:
    return mode.family if mode.family in KINDS else "fluid"


def _sighting(mode: Mode, mass: float, radius: float) -> Sighting:
    omega, error, damping_error = mode.omega, mode.omega_re_err, mode.omega_im_err
    time = math.sqrt(radius**3 / mass)
    if mode.l > 0:
        scaled = complex(omega.real * time, omega.imag * radius)
        return Sighting(mode, scaled, (error * time, damping_error * radius))
    # next to omega = 0 the error of omega^2 is the square of that of omega
    whole = error + damping_error
    squared = max(2.0 * abs(omega) * whole, whole * whole) * time * time
    return Sighting(mode, complex((omega * omega).real * time * time, 0.0), (squared, 0.0))

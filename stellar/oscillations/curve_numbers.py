"""All numbers of one mode along a stretch of a sequence of stars.

The frequency is that of its curve (see `mode_stretch`). Beside it stand series for

    R Im omega,    R L/E,    M^2/(R E),    the frequency its shape stands for,

E and L at the amplitude of `Mode`. The first three are squares of amplitudes, which change their
sign where a mode does not radiate, and where it does not move the surface: to what there is but one
kind of wave, a mode of matter couples by one real number. The E of a radial mode vanishes with
omega^2, so that omega^2 R^3/E takes the place of the third. Lengths in km, frequencies in km^-1,
G = c = 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stellar.oscillations.chebyshev_series import Floats, PositiveSeries, Series
from stellar.oscillations.mode import Mode
from stellar.oscillations.mode_stretch import ModeStretch

COARSER = 10.0  # accuracy of damping, that of frequencies times this, as for the modes of a star
SHAPED = 1e-5  # relative accuracy of energies that is enough


class Between(NamedTuple):
    """Stars that a stretch holds, each [star].

    h_c, mass, radius : 1, km, km;  width : relative error of frequencies by that of the star
    """

    h_c: Floats
    mass: Floats
    radius: Floats
    width: Floats

    @property
    def rate(self) -> Floats:
        """M/R^3, the square of the frequencies that stars have by their size, km^-2."""
        return self.mass / self.radius**3


class CurveNumbers(NamedTuple):
    """One mode in all stars, [star].

    frequency, frequency_err : Re omega; of a radial mode omega^2, km^-2
    damping, damping_err : Im omega, NaN where it is not known
    energy, energy_err, luminosity, luminosity_err, stationary : as in `Mode`
    known, damped : whether the frequency and the energy, and whether damping and luminosity are
        told to the accuracy
    """

    frequency: Floats
    frequency_err: Floats
    damping: Floats
    damping_err: Floats
    energy: Floats
    energy_err: Floats
    luminosity: Floats
    luminosity_err: Floats
    stationary: Floats
    known: NDArray[np.bool_]
    damped: NDArray[np.bool_]


class _Shape(NamedTuple):
    """What a mode amounts to, and whether energy, and luminosity, are told to the accuracy."""

    energy: Floats
    energy_err: Floats
    luminosity: Floats
    luminosity_err: Floats
    stationary: Floats
    known: NDArray[np.bool_]
    radiates: NDArray[np.bool_]


def curve_numbers(
    stretch: ModeStretch, curve: int, nodes: Floats, stars: Between, accuracy: float
) -> CurveNumbers:
    """Evaluate one curve; errors hold those of the stars.

    Parameters
    ----------
    nodes : M and R of the stars that the stretch goes through, km, [2, node]
    accuracy : relative, that frequencies shall have, and others in proportion
    """
    x = stretch.stretch.x(stars.h_c)
    value, error = stretch.real.at(x)[curve], float(stretch.real.errors[curve])
    rough = stretch.stretch.rough
    line = _Line(stretch.modes[curve], nodes[0], nodes[1], x, stars, accuracy, rough)
    return (line.radial if line.modes[0].l == 0 else line.moving)(value, error)


@dataclass(frozen=True)
class _Line:
    """One mode in the stars at the nodes, and the places x of other stars.

    mass, radius : of the stars at the nodes, [node];  rough : as in `Stretch`
    """

    modes: Sequence[Mode]
    mass: Floats
    radius: Floats
    x: Floats
    stars: Between
    accuracy: float
    rough: bool

    @property
    def loose(self) -> float:
        """Relative accuracy of energies and luminosities."""
        return max(COARSER * self.accuracy, SHAPED)

    def radial(self, value: Floats, error: float) -> CurveNumbers:
        """By omega^2 R^3/M, which is zero at the maximum of the mass; there are no waves."""
        rate, none = self.stars.rate, np.zeros_like(value)
        squared = value * rate
        # as for the radial modes of a star: what it is uncertain by shows where omega^2 vanishes
        squared_err = error * rate + 2.0 * self.stars.width * (np.abs(squared) + rate)
        shapes = self._column("stationary") ** 2 * self.radius**3
        stands_for, off = self._series(shapes / self.mass)
        inertia, inertia_err = self._positive(shapes / _nonzero(self._column("energy")))
        energy = stands_for * rate * self.stars.radius**3 / _nonzero(inertia)
        known = squared_err <= 2.0 * self.accuracy * np.abs(squared)
        known &= off <= 2.0 * COARSER * self.accuracy * stands_for
        known &= inertia_err <= self.loose * inertia
        energy_err = np.abs(energy) * (off / np.abs(_nonzero(stands_for)))
        energy_err += np.abs(energy) * (inertia_err / inertia + self._off("energy") + self._by_star)
        stationary = np.sqrt(np.maximum(stands_for, 0.0) * rate)
        return CurveNumbers(
            squared, squared_err, none, none, energy, energy_err, none, none, stationary,
            known, known,
        )  # fmt: skip

    def moving(self, value: Floats, error: float) -> CurveNumbers:
        """Modes of the fluid and of space-time, which have a damping."""
        stars, pace = self.stars, np.sqrt(self.stars.rate)
        frequency = value * pace
        frequency_err = error * pace + stars.width * np.abs(frequency)
        scaled = self._damping * self.radius, self._column("omega_im_err") * self.radius
        damping, damping_err = (part / stars.radius for part in self._positive(*scaled))
        damping_err = damping_err + stars.width * np.abs(damping)
        known = frequency_err <= self.accuracy * np.abs(frequency)
        # what the modes of the nodes are off by those of other stars would be, too
        left_out = self._positive(scaled[0])[1] / stars.radius
        damped = left_out <= COARSER * self.accuracy * np.abs(damping)
        if self.modes[0].family == "w":  # those have no energy
            nothing = np.full(self.x.size, math.nan)
            shape = _Shape(*(nothing,) * 5, known, damped)
        else:
            shape = self._shape()
        return CurveNumbers(
            frequency, frequency_err, damping, damping_err, shape.energy, shape.energy_err,
            shape.luminosity, shape.luminosity_err, shape.stationary, known & shape.known,
            damped & shape.radiates,
        )  # fmt: skip

    def _shape(self) -> _Shape:
        """What a mode of the fluid amounts to."""
        stars, time = self.stars, np.sqrt(self.radius**3 / self.mass)
        stands_for, off = self._series(self._column("stationary") * time)
        energies = self._column("energy")
        inertia, inertia_err = self._positive(self.mass**2 / (self.radius * _nonzero(energies)))
        energy = stars.mass**2 / (stars.radius * _nonzero(inertia))
        known = off <= COARSER * self.accuracy * stands_for
        known &= inertia_err <= self.loose * inertia
        unsure = inertia_err / inertia + self._off("energy") + self._by_star
        luminosity = luminosity_err = np.zeros_like(energy)
        radiates = known
        if self._damping.any():  # not on a fixed metric
            share = self._column("luminosity") * self.radius / _nonzero(energies)
            radiated, radiated_err = self._positive(share)
            luminosity = radiated * energy / stars.radius
            lost = unsure + radiated_err / radiated + self._off("luminosity")
            luminosity_err = luminosity * lost
            radiates = radiated_err <= self.loose * radiated
        stationary = stands_for * np.sqrt(stars.rate)
        return _Shape(
            energy, energy * unsure, luminosity, luminosity_err, stationary, known, radiates
        )

    @property
    def _damping(self) -> Floats:
        return np.array([mode.omega.imag for mode in self.modes])

    @property
    def _by_star(self) -> Floats:
        """Relative errors of energies by those of the stars."""
        return self.stars.width * float(np.max(self._column("energy_by_star")))

    def _off(self, name: str) -> float:
        """Largest relative error of a number in the stars at the nodes."""
        off = self._column(f"{name}_err") / np.abs(_nonzero(self._column(name)))
        return float(np.max(off))

    def _column(self, name: str) -> Floats:
        return np.array([getattr(mode, name) for mode in self.modes], dtype=float)

    def _series(self, values: Floats) -> tuple[Floats, float]:
        """A series through values, and what it leaves out."""
        series = Series.of(values[None], np.zeros(1), rough=self.rough)
        return series.at(self.x)[0], float(series.errors[0])

    def _positive(self, values: Floats, errors: Floats | None = None) -> tuple[Floats, Floats]:
        """The same with errors, of values that are not negative."""
        known = np.zeros_like(values) if errors is None else errors
        value, error = PositiveSeries.of(values[None], known[None], rough=self.rough).at(self.x)
        return value[0], error[0]


def _nonzero(values: Floats) -> Floats:
    """NaN for what cannot be divided by."""
    return np.where(values == 0.0, math.nan, values)

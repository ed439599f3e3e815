"""Modes of the stars of one equation of state as functions of the mass.

Every property of the stars of a stable branch is analytic in the central log-enthalpy between two
breaks of the equation of state at the centre, so that the modes of a few stars (`mode_stretch`)
tell those of all others. What lies outside of the sequence has a status and no numbers: nothing is
extrapolated. Lengths in km, frequencies in km^-1, G = c = 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.constants import C_KM_S, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.oscillations.chebyshev_series import Floats
from stellar.oscillations.mode_stretch import ModeName, ModeStretch


@dataclass(frozen=True)
class SequenceModes:
    """Modes of stars of given masses, [star, mode] where not said otherwise.

    masses : M_sun, [star];  h_c, radius_km, radius_err_km : [star]
    modes : degree and label of each column
    omega : km^-1, NaN where there is no number;  re_error, im_error : of its parts
    status : a `parode_core.Status`;  message : why a star has none, [star]
    """

    masses: Floats
    h_c: Floats
    radius_km: Floats
    radius_err_km: Floats
    modes: tuple[ModeName, ...]
    omega: NDArray[np.complex128]
    re_error: Floats
    im_error: Floats
    status: NDArray[np.int64]
    message: tuple[str, ...]

    @property
    def frequency_hz(self) -> Floats:
        """Re omega / 2 pi."""
        return self.omega.real * HZ_PER_INVERSE_KM

    @property
    def frequency_err_hz(self) -> Floats:
        """Its estimated error."""
        return self.re_error * HZ_PER_INVERSE_KM

    @property
    def damping_time_s(self) -> Floats:
        """1 / Im omega; NaN where a mode does not decay, or its damping is within its error."""
        decays = self.omega.imag > self.im_error
        return 1.0 / np.where(decays, self.omega.imag, math.nan) / C_KM_S

    @property
    def damping_time_err_s(self) -> Floats:
        """Its estimated error."""
        return self.damping_time_s * self.im_error / np.abs(self.omega.imag)

    def column(self, label: str, l: int = 2) -> int:
        """Which column a mode has; `l` is 0 for radial ones.

        Raises
        ------
        KeyError
            If the sequence has no such mode.
        """
        if (l, label) not in self.modes:
            raise KeyError(f"no mode {label} of degree {l} among {self.modes}.")
        return self.modes.index((l, label))


@dataclass(frozen=True)
class ModeSequence:
    """The modes of a part of one stable branch.

    eos : name of the equation of state;  branch : number of the stable branch
    stretches : by rising central density;  modes : degree and label of all that it can tell
    whole : whether the sequence ends at the heaviest star there is
    solved : number of stars whose modes were computed
    """

    eos: str
    branch: int
    stretches: tuple[ModeStretch, ...]
    modes: tuple[ModeName, ...]
    whole: bool
    solved: int

    @cached_property
    def _ends(self) -> Floats:
        """Masses between stretches and at both ends, km."""
        first, last = np.array([-1.0]), np.array([1.0])
        parts = [stretch.size.at(first)[0, 0] for stretch in self.stretches]
        return np.array([*parts, self.stretches[-1].size.at(last)[0, 0]])

    @property
    def lightest(self) -> float:
        """Smallest mass, M_sun."""
        return float(self._ends[0]) / MSUN_KM

    @property
    def heaviest(self) -> float:
        """Largest mass, M_sun."""
        return float(self._ends[-1]) / MSUN_KM

    def at(self, masses: float | Iterable[float]) -> SequenceModes:
        """The modes of stars with these gravitational masses, M_sun.

        Returns
        -------
        Modes with errors, which hold what the series leave out, the errors of the stars that they
        go through, and that of the central log-enthalpy to a mass. A mode that is not followed
        there has the status MODE_NOT_FOUND, a star outside of the sequence a sentence.
        """
        given = np.atleast_1d(np.array(list(masses) if isinstance(masses, Iterable) else masses))
        km = given.astype(float) * MSUN_KM
        columns = _Columns.empty(km.size, len(self.modes))
        slack = [self.stretches[k].size.errors[0] + 1e-14 * self._ends[k] for k in (0, -1)]
        inside = (km >= self._ends[0] - slack[0]) & (km <= self._ends[-1] + slack[1])
        number = np.searchsorted(self._ends[1:-1], km, side="right")
        for place, stretch in enumerate(self.stretches):
            own = np.flatnonzero(inside & (number == place))
            if own.size:
                columns.fill(own, stretch, km[own], self.modes)
        outside = np.flatnonzero(~inside)
        message = [""] * km.size
        for place in outside.tolist():
            columns.status[place] = int(self._reason(float(km[place])))
            message[place] = (
                f"The sequence holds masses from {self.lightest:.6g} to {self.heaviest:.6g} M_sun; "
                f"{given[place]:g} was asked."
            )
        return SequenceModes(
            given, columns.h_c, columns.radius[0], columns.radius[1], self.modes,
            columns.omega, columns.re_error, columns.im_error, columns.status, tuple(message),
        )  # fmt: skip

    def _reason(self, mass: float) -> Status:
        if not math.isfinite(mass):
            return Status.NON_FINITE_INPUT
        above = mass > self._ends[-1] and self.whole
        return Status.ABOVE_MAXIMUM_MASS if above else Status.DEPENDS_ON_FAILED_STAR


@dataclass
class _Columns:
    """What `ModeSequence.at` gathers, stretch by stretch."""

    h_c: Floats
    radius: Floats
    omega: NDArray[np.complex128]
    re_error: Floats
    im_error: Floats
    status: NDArray[np.int64]

    @classmethod
    def empty(cls, stars: int, modes: int) -> "_Columns":
        blank = np.full((stars, modes), math.nan)
        status = np.full((stars, modes), int(Status.MODE_NOT_FOUND))
        pair = np.full((2, stars), math.nan)
        return cls(pair[0].copy(), pair, blank.astype(complex), blank, blank.copy(), status)

    def fill(
        self, own: NDArray[np.intp], stretch: ModeStretch, masses: Floats, modes: tuple
    ) -> None:
        """Write the stars of one stretch."""
        x = stretch.place(masses)
        h_c = stretch.stretch.h_c(x)
        values = stretch.evaluate(x, stretch.width(x, masses))
        gap = np.clip(np.searchsorted(stretch.h_c, h_c) - 1, 0, stretch.h_c.size - 2)
        self.h_c[own], self.radius[:, own] = h_c, values.radius
        for column, name in enumerate(modes):
            curve = stretch.owner(name)[gap]
            there = np.flatnonzero(curve >= 0)
            parts = [part[curve[there], there] for part in values[:4]]
            star = (masses[there], *values.radius[:, there])
            self._write((own[there], column), name[0], parts, star)

    def _write(
        self, place: tuple, degree: int, parts: list[Floats], star: tuple[Floats, ...]
    ) -> None:
        """Frequencies from what is interpolated."""
        real, imaginary, real_error, imaginary_error = parts
        mass, radius, radius_err = star
        rate, relative = np.sqrt(mass / radius**3), 1.5 * radius_err / radius
        if degree:
            frequency, re_error = real * rate, real_error * rate
            damping, im_error = imaginary / radius, imaginary_error / radius
        else:
            size, grows = np.sqrt(np.abs(real)) * rate, real < 0.0
            error = np.sqrt(real_error) * rate
            steep = np.divide(0.5 * error * error, size, out=error.copy(), where=size > 0.0)
            error = np.minimum(error, steep)
            frequency, re_error = np.where(grows, 0.0, size), np.where(grows, 0.0, error)
            damping, im_error = np.where(grows, -size, 0.0), np.where(grows, error, 0.0)
        self.omega.real[place], self.omega.imag[place] = frequency, damping
        self.re_error[place] = re_error + relative * np.abs(frequency)
        self.im_error[place] = im_error + relative * np.abs(damping)
        faint = np.isnan(damping)
        self.status[place] = np.where(faint, int(Status.BELOW_NOISE_FLOOR), int(Status.OK))

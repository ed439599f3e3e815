"""Equal error: the coarsest setting of a way to the modes of stars that meets the targets."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

from stellar.benchmarks.baselines.mode_method import ModeMethod, Spectra, Spectrum
from stellar.benchmarks.star_samples import Sample


@dataclass(frozen=True)
class Choice:
    """A setting, its largest relative errors of Re and Im omega, modes and seconds a star."""

    setting: float
    errors: tuple[float, float]
    modes: float
    seconds: float

    @property
    def each(self) -> float:
        """Seconds a mode."""
        return self.seconds / self.modes


def choose(method: ModeMethod, spectrum: Spectrum, stars: Sample, truth: Spectra) -> Choice | None:
    """The coarsest setting that meets the targets, timed once; None if no setting does.

    Parameters
    ----------
    truth : the modes that count; what a method finds beyond these is in its time, but no mode more
    """
    for setting in method.settings:
        solver = method.solver(spectrum, setting)
        start = time.process_time()
        found = solver(stars)
        seconds = (time.process_time() - start) / stars.count
        errors = deviation(found, truth)
        if meets(errors, spectrum):
            modes = sum(len(star) for star in truth) / stars.count
            return Choice(setting, errors, modes, seconds)
    return None


def meets(errors: tuple[float, float], spectrum: Spectrum) -> bool:
    """Whether errors are within the targets."""
    return all(error <= most for error, most in zip(errors, spectrum.targets, strict=True))


def deviation(found: Spectra, truth: Spectra) -> tuple[float, float]:
    """Largest relative errors of Re and Im omega; infinite where a mode is missing."""
    real = imaginary = 0.0
    for star, reference in zip(found, truth, strict=True):
        for name, omega in reference.items():
            if name not in star:
                return math.inf, math.inf
            other = star[name]
            size = omega.real or abs(omega)
            real = max(real, abs(other.real - omega.real) / size)
            if omega.imag:
                imaginary = max(imaginary, abs(other.imag / omega.imag - 1.0))
    return real, imaginary


def asked(found: Spectra) -> Spectra:
    """The modes that were asked for: without the wII that a list of w-modes holds beside them."""
    return [_ordinary(star) for star in found]


def _ordinary(star: Mapping[tuple[int, str], complex]) -> dict[tuple[int, str], complex]:
    return {name: omega for name, omega in star.items() if not name[1].startswith("wII")}


def times_faster(baseline: Choice | None, seconds: float, modes: float) -> float:
    """How many times faster a mode is than by a baseline; NaN where that missed the targets."""
    return math.nan if baseline is None else baseline.each / (seconds / modes)

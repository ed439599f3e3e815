"""An ensemble of stars of one equation of state: a sequence is built, its series tell the points.

The sequence reaches from the lightest star of the benchmark's ensembles to the heaviest one that
is stable. Building it is in the time of its points, as is what more masses cost.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stellar.benchmarks.baselines.mode_method import Spectra, Spectrum
from stellar.benchmarks.mode_choice import deviation, meets
from stellar.benchmarks.star_samples import Sample
from stellar.constants import MSUN_KM
from stellar.oscillations.order import Order
from stellar.parode.mode_sequences import Span, mode_sequences

ACCURACIES = (1e-6, 1e-7, 1e-8)  # of a sequence, from coarse to fine; the first is the default


@dataclass(frozen=True)
class Ensemble:
    """A sequence that meets the targets, and what its points cost.

    setting, errors : the accuracy asked for, and errors at the star of the reference
    modes : of a star;  building : seconds to build it
    points, evaluating : masses of an ensemble, and seconds to have the modes of all of them
    """

    setting: float
    errors: tuple[float, float]
    modes: int
    building: float
    points: tuple[int, ...]
    evaluating: tuple[float, ...]


def ensemble(
    spectrum: Spectrum, stars: Sample, truth: Spectra, masses: tuple[float, float],
    points: Sequence[int],
) -> Ensemble | None:  # fmt: skip
    """The coarsest sequence through a star that meets the targets there; None if none does.

    Parameters
    ----------
    stars, truth : the star that errors are measured at
    masses : of the lightest star of the ensembles and of that star, km
    points : numbers of masses, evenly spaced
    """
    lightest, here = (mass / MSUN_KM for mass in masses)
    for accuracy in ACCURACIES:
        order = Order(accuracy, (spectrum.l,), spectrum.request, spectrum.gravity)
        start = time.process_time()
        (sequence,) = mode_sequences(stars.equations[:1], [order], Span(lightest))
        building = time.process_time() - start
        own = sequence.at(here)
        errors = deviation([dict(zip(own.modes, own.omega[0].tolist(), strict=True))], truth)
        if meets(errors, spectrum):
            seconds = []
            for count in points:
                start = time.process_time()
                sequence.at(np.linspace(sequence.lightest, sequence.heaviest, count))
                seconds.append(time.process_time() - start)
            modes = len(own.modes)
            return Ensemble(accuracy, errors, modes, building, tuple(points), tuple(seconds))
    return None

"""What a way to the modes of stars says of itself, and which modes are meant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stellar.benchmarks.star_samples import Sample
from stellar.oscillations.mode import ModeRequest

Spectra = list[Mapping[tuple[int, str], complex]]  # omega, km^-1, by degree and label, of each star
ModeSolver = Callable[[Sample], Spectra]


@dataclass(frozen=True)
class Spectrum:
    """Modes of one star that are computed together.

    title : as shown;  l : degree;  gravity : full | cowling
    targets : largest relative errors of Re and Im omega
    """

    title: str
    request: ModeRequest
    gravity: str
    targets: tuple[float, float]
    l: int = 2


@dataclass(frozen=True)
class ModeMethod:
    """One way to the modes of stars.

    title : as shown;  setting : what the settings are, as shown before their value
    settings : from coarse to fine;  solver : (spectrum, setting) -> (stars -> spectra)
    most : stars of one call; the cost of a star does not depend on their number beyond
    """

    title: str
    setting: str
    settings: tuple[float, ...]
    solver: Callable[[Spectrum, float], ModeSolver]
    most: int

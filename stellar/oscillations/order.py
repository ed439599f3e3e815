"""What a solver is asked to compute of a star, and what it hands back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.eos.base import ColdEOS
from stellar.oscillations.mode import ModeRequest, ModeSearch
from stellar.stars.star import Star
from stellar.stars.targets import Target


@dataclass(frozen=True)
class Order:
    """What is to be computed, the same for every star of a run.

    accuracy : requested relative accuracy of masses, radii, tidal deformabilities, frequencies
    degrees : spherical-harmonic degrees of the non-radial modes
    modes : the modes wanted, or None for the structure alone
    gravity : full | cowling
    profiles, eigenfunctions : whether radial profiles, modes along the radius are handed back
    tides : degrees of the electric Love numbers;  magnetic_tides : whether the magnetic ones too
    rotation : whether the coefficients of slow rotation are wanted
    interpolate : whether modes may be interpolated where one sequence has many stars
    device : where it is computed, as torch calls it; what is handed back is on the host
    """

    accuracy: float
    degrees: tuple[int, ...] = (2,)
    modes: ModeRequest | None = None
    gravity: str = "full"
    profiles: bool = False
    eigenfunctions: bool = False
    tides: tuple[int, ...] = (2,)
    magnetic_tides: bool = False
    rotation: bool = False
    interpolate: bool = False
    device: str = "cpu"

    @property
    def families(self) -> tuple[str, ...]:
        """Families of modes wanted; none for the structure alone."""
        return self.modes.families if self.modes else ()


@dataclass(frozen=True)
class Request:
    """Stars wanted of one equation of state."""

    eos: ColdEOS
    targets: tuple[Target, ...]
    order: Order


@dataclass(frozen=True)
class SolvedStar:
    """The outcome for one target: a star and its modes, or a status and a sentence.

    searches : by degree; 0 is the radial spectrum
    profile : name -> values on a common grid from the centre to the surface, geometric units
    """

    target: Target
    star: Star | None
    searches: dict[int, ModeSearch]
    profile: dict[str, NDArray[np.float64]] | None = None
    status: Status = Status.OK
    message: str = ""

    @classmethod
    def missing(cls, target: Target, reason: str = "") -> "SolvedStar":
        """A target without a star: for its own reason, or because the computation failed."""
        if target.status is not Status.OK:
            return cls(target, None, {}, status=target.status, message=target.message)
        return cls(target, None, {}, status=Status.COMPUTATION_FAILED, message=reason)

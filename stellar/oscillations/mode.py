"""What was asked for and what was found: a request for modes and one mode of one star.

Time dependence e^{+i omega t}: Im omega > 0 is damping. Frequencies are angular, in km^-1 (c = 1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.oscillations.labels import label_name

Curves = dict[str, NDArray[np.inexact]]
FLUID = ("f", "p", "g", "i")
FAMILIES = (*FLUID, "w", "radial")


@dataclass(frozen=True)
class ModeRequest:
    """Which modes of a star to look for.

    families : members of FAMILIES
    n_max : f; p1..pN; g1..gN; i1..iN; w1..wN with the wII among them; F, H1..HN
    band : instead of n_max, every mode whose Re omega lies between two values, km^-1
    """

    families: tuple[str, ...]
    n_max: int = 3
    band: tuple[float, float] | None = None


class Mode(NamedTuple):
    """One mode of one star, for one degree l (0: radial).

    n : radial order of the label;  nodes : counted zeros of W (radial: of xi^r) in 0 < r < R
    omega : km^-1;  omega_re_err, omega_im_err : estimated absolute errors of its parts, km^-1
    im_by_star, energy_by_star : relative change of Im omega, and of the energy, by one of the star,
        in units of that of Re omega
    outside_err : what of both errors no finer star would take away, km^-1
    residual : what is left of the matching condition, relative to its natural size
    apart : distance of omega^2 to that of the next mode, relative; NaN where it is not known
    energy, luminosity : km and 1 (G = c = 1), where the surface moves by R (see `eigenfunctions`)
    energy_err, luminosity_err : estimated absolute errors of these
    stationary : Re omega that its shape stands for, km^-1; where the shape is known to an error,
        this is known to its square
    curves : perturbations from the centre to the surface, by name
    """

    l: int  # spherical-harmonic degree
    family: str
    n: int
    label: str
    gravity: str  # full | cowling
    omega: complex
    omega_re_err: float
    omega_im_err: float = math.nan
    im_by_star: float = 1.0
    energy_by_star: float = 1.0
    outside_err: float = 0.0
    residual: float = math.nan
    nodes: int = -1
    apart: float = math.nan
    energy: float = math.nan
    energy_err: float = math.nan
    luminosity: float = math.nan
    luminosity_err: float = math.nan
    stationary: float = math.nan
    curves: Curves | None = None
    status: Status = Status.OK
    message: str = ""

    @property
    def size(self) -> float:
        """What the error of Re omega is relative to: Re omega, but |omega| of waves and of growth.

        Re omega of a wII passes through zero along sequences, which makes it no worse known.
        """
        return abs(self.omega) if self.family == "w" else self.omega.real or abs(self.omega)

    def widened(self, relative: float) -> "Mode":
        """The errors with what those of the star add to them, relative."""
        parts: list[Any] = list(self)  # `_replace` takes thrice as long, for thousands of modes
        parts[RE_ERR] += relative * abs(self.omega)
        parts[IM_ERR] += relative * self.im_by_star * abs(self.omega.imag)
        if not math.isnan(self.energy):
            parts[ENERGY_ERR] += relative * self.energy_by_star * abs(self.energy)
            lost = self.energy_by_star + self.im_by_star
            parts[LUMINOSITY_ERR] += relative * lost * abs(self.luminosity)
        return Mode._make(parts)


RE_ERR, IM_ERR, ENERGY_ERR, LUMINOSITY_ERR = (
    Mode._fields.index(f"{name}_err") for name in ("omega_re", "omega_im", "energy", "luminosity")
)


@dataclass(frozen=True)
class ModeSearch:
    """Result of a search in one star for one degree.

    complete : the search proves that no mode of the asked kind is missing from the band
    message : when not complete, why
    exhausted : not complete for a reason that no finer resolution would mend
    """

    modes: tuple[Mode, ...]
    complete: bool
    message: str = ""
    details: dict[str, float] = field(default_factory=dict)
    exhausted: bool = False

    def widened(self, relative: float) -> "ModeSearch":
        """The errors with what those of the star add to them, relative."""
        modes = tuple(mode.widened(relative) for mode in self.modes)
        return replace(self, modes=modes)


def distances(omega_squared: Sequence[float], alone: float) -> list[float]:
    """Distance of each omega^2 to its nearest neighbour, relative to itself.

    Parameters
    ----------
    omega_squared : in ascending order
    alone : distance of one that has no neighbours
    """
    steps = [math.inf, *(b - a for a, b in pairwise(omega_squared)), math.inf]
    nearest = [min(step) for step in pairwise(steps[: len(omega_squared) + 1])]
    return [
        (alone if step == math.inf else step) / abs(value) if value else math.inf
        for value, step in zip(omega_squared, nearest, strict=True)
    ]


def as_one(searches: Sequence[ModeSearch]) -> ModeSearch:
    """Searches for different modes of one star and degree as one for all of them."""
    if len(searches) == 1:
        return searches[0]
    return ModeSearch(
        tuple(mode for search in searches for mode in search.modes),
        all(search.complete for search in searches),
        " ".join(search.message for search in searches if search.message),
        exhausted=all(search.complete or search.exhausted for search in searches),
    )


def radial_mode(
    order: int,
    omega_squared: float,
    error: float,
    *,
    residual: float,
    nodes: int,
    apart: float = math.nan,
) -> Mode:
    """A radial mode from omega^2 and its error, km^-2.

    For omega^2 < 0 omega = -i sqrt(|omega^2|): the perturbation grows as e^{+i omega t}.
    """
    size = math.sqrt(abs(omega_squared))
    grows = omega_squared < 0.0
    omega = complex(0.0, -size) if grows else complex(size, 0.0)
    # d omega = d(omega^2) / (2 omega); next to omega = 0 the root of the error bounds it
    omega_err = min(error / (2.0 * size) if size else math.inf, math.sqrt(error))
    note = "Unstable: the perturbation grows." if grows else ""
    if abs(omega_squared) <= error:
        note = "Marginal: omega^2 is zero within its error."
    return Mode(
        l=0,
        family="radial",
        n=order,
        label=label_name("radial", order),
        gravity="full",
        omega=omega,
        omega_re_err=0.0 if grows else omega_err,
        omega_im_err=omega_err if grows else 0.0,
        residual=residual,
        nodes=nodes,
        apart=apart,
        message=note,
    )

"""What was asked for and what was found: a request for modes and one mode of one star.

Time dependence e^{+i omega t}: Im omega > 0 is damping. Frequencies are angular, in km^-1 (c = 1).
"""

import math
from dataclasses import dataclass, field

from parode_core import Status

FAMILIES = ("f", "p", "g", "i", "w", "radial")


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


@dataclass(frozen=True)
class Mode:
    """One mode of one star, for one degree l (0: radial).

    n : radial order of the label;  nodes : counted zeros of W (radial: of xi^r) in 0 < r < R
    omega : km^-1;  omega_re_err, omega_im_err : estimated absolute errors of its parts, km^-1
    residual : what is left of the matching condition, relative to its natural size
    """

    l: int  # spherical-harmonic degree
    family: str
    n: int
    label: str
    gravity: str  # full | cowling
    omega: complex
    omega_re_err: float
    omega_im_err: float = math.nan
    residual: float = math.nan
    nodes: int = -1
    status: Status = Status.OK
    message: str = ""


@dataclass(frozen=True)
class ModeSearch:
    """Result of a search in one star for one degree.

    complete : the search proves that no mode of the asked kind is missing from the band
    message : when not complete, why
    """

    modes: tuple[Mode, ...]
    complete: bool
    message: str = ""
    details: dict[str, float] = field(default_factory=dict)

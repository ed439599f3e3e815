"""Where waves of a frequency can travel in a star: buoyancy and Lamb frequency along the radius.

As seen from infinity, with c_e and c_s the equilibrium and the frozen speed of sound,

    N^2 = (nu'/2)^2 (1/c_e^2 - 1/c_s^2) e^(nu - lam),   S_l^2 = l (l + 1) c_s^2 e^nu / r^2

Waves travel where omega is above both (sound, p-modes) or below both (buoyancy, g-modes), and fall
off elsewhere (Unno et al. 1989, sec. 15; the redshift makes them frequencies of a static star).
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.results.results import Table

Array = NDArray[np.float64]

_SMALLEST_JUMP = 1e-3  # of eps, relative, that is shown
_REFINEMENT = 8  # points drawn for each point of the profile
_SAME_PLACE = 1e-12  # relative difference of h between the two sides of a break


def buoyancy_squared(
    r: Array, m: Array, p: Array, ce2: Array, delta: Array, metric: tuple[Array, Array]
) -> Array:
    """N^2 in km^-2; zero where there is no sound.

    r, m : km;  p : km^-2;  ce2 : c_e^2;  delta : c_s^2 - c_e^2;  metric : nu and lam
    """
    nu, lam = metric
    gravity = (m + 4.0 * math.pi * r**3 * p) / (r * (r - 2.0 * m))
    solid = (ce2 > 0.0) & np.isfinite(ce2)
    ledoux = np.divide(delta, ce2 * (ce2 + delta), out=np.zeros_like(ce2), where=solid)
    return gravity**2 * ledoux * np.exp(nu - lam)


@dataclass(frozen=True)
class Cavities:
    """Characteristic frequencies of one star, Hz, along r/R.

    place : r/R without the centre, where S_l is infinite
    buoyancy : sign(N^2) |N| / 2 pi;  lamb : S_l / 2 pi of each degree
    jumps : r/R of jumps of the density
    """

    place: Array
    buoyancy: Array
    lamb: dict[int, Array]
    jumps: Array

    def travels(self, frequency_hz: float, l: int) -> NDArray[np.bool_]:
        """Where waves of a frequency and degree travel."""
        above_both = (frequency_hz > self.buoyancy) & (frequency_hz > self.lamb[l])
        return above_both | ((frequency_hz < self.buoyancy) & (frequency_hz < self.lamb[l]))


def cavities(profile: Table, degrees: Sequence[int]) -> Cavities:
    """Characteristic frequencies from the columns of the table `profiles`."""
    h, eps = profile["h"], profile["energy_density_g_cm3"]
    breaks = -np.diff(h) <= _SAME_PLACE * h[:-1]
    jumps = breaks & (-np.diff(eps) > _SMALLEST_JUMP * eps[:-1])
    star = _refined(_smooth_columns(profile), breaks)
    outside = star["r"] > 0.0
    star = {name: values[outside] for name, values in star.items()}
    r, nu, ce2, delta = (star[name] for name in ("r", "nu", "ce2", "delta"))
    mass = star["mean"] * r**3
    square = buoyancy_squared(r, mass, star["p"], ce2, delta, (nu, -np.log1p(-2.0 * mass / r)))
    sound = np.sqrt(np.exp(nu) * np.maximum(ce2 + delta, 0.0)) / r * HZ_PER_INVERSE_KM
    return Cavities(
        r / r[-1],
        np.sign(square) * np.sqrt(np.abs(square)) * HZ_PER_INVERSE_KM,
        {l: math.sqrt(l * (l + 1.0)) * sound for l in degrees},
        profile["radius_km"][:-1][jumps] / r[-1],
    )


def _smooth_columns(profile: Table) -> dict[str, Array]:
    """Fields without singular points, km and c = 1; `mean` is m/r^3, 4 pi eps/3 at the centre."""
    r = profile["radius_km"]
    mass = profile["enclosed_mass_msun"] * MSUN_KM
    centre = 4.0 * math.pi / 3.0 * profile["energy_density_g_cm3"] * G_CM3_TO_KM2
    return {
        "r": r,
        "mean": np.divide(mass, r**3, out=centre, where=r > 0.0),
        "p": profile["pressure_dyn_cm2"] * DYN_CM2_TO_KM2,
        "ce2": profile["cs2_equilibrium"],
        "delta": profile["cs2_difference"],
        "nu": profile["nu"],
    }


def _refined(columns: dict[str, Array], breaks: NDArray[np.bool_]) -> dict[str, Array]:
    """More points between two breaks, by monotone interpolation along the number of the point.

    Nodes crowd towards the ends of an element; their number is the variable in which fields are
    even, also where they end with a root.
    """
    edges = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(breaks) + 1]
    finer: dict[str, list[Array]] = {name: [] for name in columns}
    for first, last in itertools.pairwise(edges):
        places = np.linspace(0.0, last - first - 1.0, _REFINEMENT * (last - first - 1) + 1)
        for name, values in columns.items():
            piece = values[first:last]
            if len(piece) > 1:
                piece = PchipInterpolator(np.arange(len(piece)), piece)(places)
            finer[name].append(piece)
    return {name: np.concatenate(pieces) for name, pieces in finer.items()}

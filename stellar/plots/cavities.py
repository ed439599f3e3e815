"""Where waves of a frequency can travel in a star: buoyancy and Lamb frequency along the radius.

As seen from infinity, with c_e and c_s the equilibrium and the frozen speed of sound,

    N^2 = (nu'/2)^2 (1/c_e^2 - 1/c_s^2) e^(nu - lam),   S_l^2 = l (l + 1) c_s^2 e^nu / r^2

Waves travel where omega is above both (sound, p-modes) or below both (buoyancy, g-modes), and fall
off elsewhere (Unno et al. 1989, sec. 15; the redshift makes them frequencies of a static star).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import DYN_CM2_TO_KM2, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.results.results import Table

Array = NDArray[np.float64]

_SMALLEST_JUMP = 1e-3  # of eps, relative, that is shown


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
    columns = {name: values[profile["radius_km"] > 0.0] for name, values in profile.items()}
    r, nu = columns["radius_km"], columns["nu"]
    ce2, delta = columns["cs2_equilibrium"], columns["cs2_difference"]
    square = buoyancy_squared(
        r,
        columns["enclosed_mass_msun"] * MSUN_KM,
        columns["pressure_dyn_cm2"] * DYN_CM2_TO_KM2,
        ce2,
        delta,
        (nu, columns["lam"]),
    )
    sound = np.sqrt(np.exp(nu) * np.maximum(ce2 + delta, 0.0)) / r * HZ_PER_INVERSE_KM
    eps = columns["energy_density_g_cm3"]
    jump = (np.diff(columns["h"]) == 0.0) & (-np.diff(eps) > _SMALLEST_JUMP * eps[:-1])
    return Cavities(
        r / r[-1],
        np.sign(square) * np.sqrt(np.abs(square)) * HZ_PER_INVERSE_KM,
        {l: math.sqrt(l * (l + 1.0)) * sound for l in degrees},
        (r / r[-1])[:-1][jump],
    )

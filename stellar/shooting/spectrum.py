"""Where the fluid modes of a star lie, roughly: asymptotic spacings from two integrals.

    p-modes   omega_n ~ pi (n + l/2 + const) / T,        T = int e^{(lam - nu)/2} dr / c_s
    g-modes   omega_n ~ sqrt(l (l + 1)) B / (pi (n + const)),   B = int e^{lam/2} N dr / r

with N^2 = e^{nu - lam} (nu'/2)^2 (1/c_e^2 - 1/c_s^2) (Tassoul 1980; full relativity: Finn 1988).
    w-modes   spacing ~ pi / T_0,                       T_0 = int e^{(lam - nu)/2} dr

They only place the search; what is missing is found by widening it. Units: km, G = c = 1.
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.shooting.background import Background
from stellar.shooting.march import Matter, Vector, centre_matter, march, x_at
from stellar.shooting.nodes import stratification

ROUGH = 1e-4
EDGES = 1e-3  # the integrals leave out this fraction of h_c at both ends


@dataclass(frozen=True)
class Scales:
    """Frequency scales of one star, km^-1.

    dynamical : sqrt(M/R^3);  acoustic : pi/T, the spacing of p-modes, infinite if incompressible
    light : pi/T_0, the spacing of w-modes
    buoyancy : B/pi, the scale of g-modes; zero without stable stratification
    """

    dynamical: float
    acoustic: float
    light: float
    buoyancy: float

    @property
    def panel(self) -> float:
        """Largest width of a panel on which a root function is a polynomial of low degree."""
        return min(self.acoustic, 4.0 * self.dynamical)


def frequency_scales(background: Background) -> Scales:
    """Integrate T and B along the star."""
    start = EDGES * background.x_surface
    here = centre_matter(background, start)
    size = np.array([background.radius, background.radius, 1e-2])
    _, integrals = march(
        background,
        lambda here, _: _integrands(here),
        here,
        np.zeros(3),
        (start, x_at(background, EDGES * background.h_c)),
        rtol=ROUGH,
        atol=ROUGH * size,
    )
    crossing, light, buoyancy = map(float, integrals)
    dynamical = math.sqrt(background.mass / background.radius**3)
    acoustic = math.pi / crossing if crossing > 0.0 else math.inf
    return Scales(dynamical, acoustic, math.pi / light, buoyancy / math.pi)


def _integrands(here: Matter) -> Vector:
    light = math.sqrt(here.exp_lam / here.exp_nu)
    stable = max(stratification(here), 0.0)
    brunt = math.sqrt(here.exp_nu * here.phi_slope * stable)
    return np.array([light / math.sqrt(here.cs2_frozen), light, brunt / here.r])

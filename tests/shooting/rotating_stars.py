"""Stars for the tests of rotation and magnetic tides."""

import math

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.shooting.background import Background, solve_background

DENSITY = 1e-3  # km^-2, of the incompressible stars
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)


def benchmark_star(rtol: float = 1e-12) -> Background:
    """Gamma = 2, K = 100, rho_c = 1.28e-3 in units of the solar mass."""
    eos = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
    return solve_background(eos, BU0_H_C, rtol)


def incompressible(compactness: float) -> Background:
    """Interior Schwarzschild star."""
    root = math.sqrt(1.0 - 2.0 * compactness)
    h_c = math.log1p((1.0 - root) / (3.0 * root - 1.0))
    eos = ColdEOS("u", (ConstantDensity(DENSITY),), "constant-density")
    return solve_background(eos, h_c, 1e-12)


def energy_polytrope(n: float, h_c: float) -> Background:
    """p = K eps^(1 + 1/n)."""
    eos = ColdEOS("e", (EnergyPolytrope(n, 100.0),), "energy-polytrope")
    return solve_background(eos, h_c, 1e-12)


def star_of(spec: str, h_c: float) -> Background:
    """A star of the catalogue."""
    return solve_background(resolve(spec), h_c)

"""Nucleons as Dirac particles in a scalar field, the part that all relativistic mean fields share.

    E = sum_q e(n_q, m_q - Phi) + V(Phi, fields; n_n, n_p),    dE/dPhi = dE/dfields = 0

    e(n, m) = [k E_F (2 k^2 + m^2) - m^4 asinh(k/m)] / (8 pi^2),   E_F = sqrt(k^2 + m^2) = de/dn
    s = de/dm = m [k E_F - m^2 asinh(k/m)] / (2 pi^2)              (the scalar density)

E is stationary in the fields, so that its first derivatives are those at fixed fields, and its
second ones follow from the curvature with the fields eliminated,

    A_ij = E_ij - E_iF (E_FF)^-1 E_Fj

(Serot & Walecka 1986, Adv. Nucl. Phys. 16, 1). Here densities are in MeV^3 (hbar = c = 1), energies
in MeV; Phi = g_sigma sigma.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stellar.constants import HBAR_C_MEV_FM

Array = NDArray[np.float64]

FM3_TO_MEV3 = HBAR_C_MEV_FM**3  # a density in fm^-3 times this is in MeV^3
_STEPS = 60
_LAST_CHANGE = 1e-9  # relative to the mass; Newton's next step is rounding


class DiracGas(NamedTuple):
    """One species: energy density minus m_0 n, its derivatives by n and m, and second ones."""

    energy: Array
    by_n: Array  # E_F - m_0
    by_m: Array  # s
    by_nn: Array
    by_nm: Array
    by_mm: Array


def dirac_gas(n: Array, field: Array, rest_mass: float) -> DiracGas:
    """Nucleons of density n [MeV^3] and mass rest_mass - field [MeV], rest energy taken out."""
    m = rest_mass - field
    k = (3.0 * np.pi**2 * n) ** (1.0 / 3.0)
    e = np.sqrt(k * k + m * m)
    log = np.arcsinh(k / m)
    kinetic = (k * e * (2.0 * k * k + m * m) - m**4 * log) / (8.0 * np.pi**2)
    return DiracGas(
        energy=kinetic - rest_mass * n,
        by_n=e - rest_mass,
        by_m=m * (k * e - m * m * log) / (2.0 * np.pi**2),
        by_nn=np.pi**2 / (k * e),
        by_nm=m / e,
        by_mm=(k * e + 2.0 * k * m * m / e - 3.0 * m * m * log) / (2.0 * np.pi**2),
    )


def stationary_field(
    slope_and_bend: Callable[[Array], tuple[Array, Array]], start: Array, scale: float
) -> Array:
    """Root of dE/dfield by Newton's method.

    Parameters
    ----------
    slope_and_bend : field -> (dE/dfield, d2E/dfield2)
    start : first guess, MeV
    scale : MeV; the last correction is below 1e-9 of it

    Raises
    ------
    ArithmeticError
        If the iteration does not settle.
    """
    field = start
    for _ in range(_STEPS):
        slope, bend = slope_and_bend(field)
        change = slope / bend
        field = field - change
        if np.all(np.abs(change) <= _LAST_CHANGE * scale):
            slope, bend = slope_and_bend(field)
            return field - slope / bend
    raise ArithmeticError("a mean field was not found by Newton's iteration")

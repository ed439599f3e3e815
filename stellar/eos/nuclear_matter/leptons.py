"""Electrons and muons as ideal relativistic Fermi gases at zero temperature.

    k = sqrt(mu^2 - m^2),  n = k^3 / (3 pi^2 (hbar c)^3),  d n / d mu = k mu / (pi^2 (hbar c)^3)
    P = [k mu (2 k^2/3 - m^2) + m^4 asinh(k/m)] / (8 pi^2 (hbar c)^3)

mu : chemical potential with rest mass, MeV;  n : fm^-3;  P : MeV fm^-3 (Shapiro & Teukolsky 1983,
sec. 2.3). Below threshold, mu <= m, all three vanish.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import ELECTRON_MASS_MEV, HBAR_C_MEV_FM, MUON_MASS_MEV

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FermiGas:
    """Spin-1/2 fermions of one mass, MeV."""

    mass_mev: float

    def momentum(self, mu: Array) -> Array:
        """Fermi momentum times c, MeV; zero below threshold."""
        # (mu - m)(mu + m) keeps its digits just above threshold
        return np.sqrt(np.maximum((mu - self.mass_mev) * (mu + self.mass_mev), 0.0))

    def density(self, mu: Array) -> Array:
        """Number density, fm^-3."""
        return (self.momentum(mu) / HBAR_C_MEV_FM) ** 3 / (3.0 * np.pi**2)

    def density_slope(self, mu: Array) -> Array:
        """d n / d mu, fm^-3 MeV^-1."""
        return self.momentum(mu) * mu / (np.pi**2 * HBAR_C_MEV_FM**3)

    def pressure(self, mu: Array) -> Array:
        """Pressure, MeV fm^-3."""
        k, m = self.momentum(mu), self.mass_mev
        bracket = k * mu * (2.0 / 3.0 * k**2 - m**2) + m**4 * np.arcsinh(k / m)
        return bracket / (8.0 * np.pi**2 * HBAR_C_MEV_FM**3)


ELECTRONS = FermiGas(ELECTRON_MASS_MEV)
MUONS = FermiGas(MUON_MASS_MEV)

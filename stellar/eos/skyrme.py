"""Uniform nuclear matter from a Skyrme energy-density functional.

    H = sum_q (hbar^2 / 2 m_q) tau_q
      + (t0/4)  [(2 + x0) n^2 - (2 x0 + 1) (n_n^2 + n_p^2)]
      + (t3/24) n^alpha [(2 + x3) n^2 - (2 x3 + 1) (n_n^2 + n_p^2)]
      + (1/8) [t1 (2 + x1) + t2 (2 + x2)] n tau
      + (1/8) [t2 (2 x2 + 1) - t1 (2 x1 + 1)] (n_n tau_n + n_p tau_p)

with tau_q = (3/5) (3 pi^2)^(2/3) n_q^(5/3) at zero temperature (Chabanat et al. 1997, eq. 3.5).
n_q : number densities, fm^-3;  H : MeV fm^-3 without rest masses. First and second derivatives are
analytic: speeds of sound need them to rounding.
"""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import HBAR_C_MEV_FM, NEUTRON_MASS_MEV, PROTON_MASS_MEV

Array = NDArray[np.float64]

_KINETIC = 0.6 * (3.0 * math.pi**2) ** (2.0 / 3.0)  # tau = _KINETIC n^(5/3)


@dataclass(frozen=True)
class SkyrmeForce:
    """Parameters of a Skyrme force, without the spin-orbit term that uniform matter does not feel.

    t0 : MeV fm^3;  t1, t2 : MeV fm^5;  t3 : MeV fm^(3 + 3 alpha);  x0..x3, alpha : numbers
    """

    name: str
    t0: float
    t1: float
    t2: float
    t3: float
    x0: float
    x1: float
    x2: float
    x3: float
    alpha: float
    citation: str

    @property
    def parameters(self) -> dict[str, float | str]:
        """Name and numbers, for provenance."""
        return {key: value for key, value in asdict(self).items() if key != "citation"}

    @property
    def _gradient_coefficients(self) -> tuple[float, float]:
        """Coefficients of n tau and of n_n tau_n + n_p tau_p, MeV fm^5."""
        return (
            (self.t1 * (2.0 + self.x1) + self.t2 * (2.0 + self.x2)) / 8.0,
            (self.t2 * (2.0 * self.x2 + 1.0) - self.t1 * (2.0 * self.x1 + 1.0)) / 8.0,
        )

    def energy_density(self, n_n: Array, n_p: Array) -> Array:
        """H in MeV fm^-3, rest masses excluded."""
        n, squares = n_n + n_p, n_n**2 + n_p**2
        tau_n, tau_p = _KINETIC * n_n ** (5.0 / 3.0), _KINETIC * n_p ** (5.0 / 3.0)
        c_total, c_same = self._gradient_coefficients
        return (
            _H2M_N * tau_n
            + _H2M_P * tau_p
            + self.t0 / 4.0 * ((2.0 + self.x0) * n**2 - (2.0 * self.x0 + 1.0) * squares)
            + self.t3
            / 24.0
            * n**self.alpha
            * ((2.0 + self.x3) * n**2 - (2.0 * self.x3 + 1.0) * squares)
            + c_total * n * (tau_n + tau_p)
            + c_same * (n_n * tau_n + n_p * tau_p)
        )

    def potentials(self, n_n: Array, n_p: Array) -> tuple[Array, Array]:
        """Chemical potentials (d H / d n_n, d H / d n_p) in MeV, rest masses excluded."""
        n, squares, al = n_n + n_p, n_n**2 + n_p**2, self.alpha
        tau = _KINETIC * (n_n ** (5.0 / 3.0) + n_p ** (5.0 / 3.0))
        c_total, c_same = self._gradient_coefficients
        contact = (2.0 + self.x3) * (al + 2.0) * n ** (al + 1.0)
        contact = contact - (2.0 * self.x3 + 1.0) * al * n ** (al - 1.0) * squares
        common = self.t0 / 2.0 * (2.0 + self.x0) * n + self.t3 / 24.0 * contact + c_total * tau
        of_own = self.t0 / 2.0 * (2.0 * self.x0 + 1.0)
        of_own = of_own + self.t3 / 12.0 * (2.0 * self.x3 + 1.0) * n**al

        def one(n_q: Array, h2m: float) -> Array:
            slope = 5.0 / 3.0 * _KINETIC * n_q ** (2.0 / 3.0)  # d tau_q / d n_q
            same = 8.0 / 3.0 * _KINETIC * n_q ** (5.0 / 3.0)  # d (n_q tau_q) / d n_q
            return common - of_own * n_q + (h2m + c_total * n) * slope + c_same * same

        return one(n_n, _H2M_N), one(n_p, _H2M_P)

    def curvatures(self, n_n: Array, n_p: Array) -> tuple[Array, Array, Array]:
        """Second derivatives of H by (n_n n_n, n_n n_p, n_p n_p), MeV fm^3."""
        n, squares, al = n_n + n_p, n_n**2 + n_p**2, self.alpha
        c_total, c_same = self._gradient_coefficients
        k3 = 2.0 * self.x3 + 1.0
        contact = (2.0 + self.x3) * (al + 2.0) * (al + 1.0) * n**al
        contact = contact - k3 * al * (al - 1.0) * n ** (al - 2.0) * squares
        common = self.t0 / 2.0 * (2.0 + self.x0) + self.t3 / 24.0 * contact
        own = self.t0 / 2.0 * (2.0 * self.x0 + 1.0) + self.t3 / 12.0 * k3 * n**al

        def crossed(n_q: Array, n_other: Array) -> Array:
            gradient = 5.0 / 3.0 * _KINETIC * (n_q ** (2.0 / 3.0) + n_other ** (2.0 / 3.0))
            mixed = self.t3 / 12.0 * k3 * al * n ** (al - 1.0) * (n_q + n_other)
            return common - mixed + c_total * gradient

        def diagonal(n_q: Array, h2m: float) -> Array:
            bend = 10.0 / 9.0 * _KINETIC * n_q ** (-1.0 / 3.0)  # d2 tau_q / d n_q2
            same = 40.0 / 9.0 * _KINETIC * n_q ** (2.0 / 3.0)  # d2 (n_q tau_q) / d n_q2
            return crossed(n_q, n_q) - own + (h2m + c_total * n) * bend + c_same * same

        return diagonal(n_n, _H2M_N), crossed(n_n, n_p), diagonal(n_p, _H2M_P)


_H2M_N = HBAR_C_MEV_FM**2 / (2.0 * NEUTRON_MASS_MEV)  # MeV fm^2
_H2M_P = HBAR_C_MEV_FM**2 / (2.0 * PROTON_MASS_MEV)

SLY4 = SkyrmeForce(
    name="SLy4",
    t0=-2488.91,
    t1=486.82,
    t2=-546.39,
    t3=13777.0,
    x0=0.834,
    x1=-0.344,
    x2=-1.0,
    x3=1.354,
    alpha=1.0 / 6.0,
    citation="Chabanat, Bonche, Haensel, Meyer & Schaeffer 1998, Nucl. Phys. A 635, 231; "
    "erratum 643, 441",
)

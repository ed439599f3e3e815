"""Relativistic mean fields with self-interacting mesons of constant couplings.

    E = sum_q e(n_q, M - Phi) + Phi^2/(2 S) + kappa Phi^3/6 + lambda Phi^4/24
      + n W - W^2/(2 O) - zeta W^4/24 + n_3 R - R^2/(2 T) - Lambda_w R^2 W^2

with Phi = g_s sigma, W = g_w omega, R = g_r rho [MeV], n_3 = (n_p - n_n)/2 and S, O, T the squares
of coupling over mass [MeV^-2]. The fields make E stationary (Todd-Rutel & Piekarewicz 2005, Phys.
Rev. Lett. 95, 122501; Fattoyev et al. 2010). R is linear in n_3 and eliminated by hand:

    R = n_3/B,  B = 1/T + 2 Lambda_w W^2,  n_3 R - R^2/(2 T) - Lambda_w R^2 W^2 = n_3^2/(2 B)
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.nuclear_matter.mean_field import FM3_TO_MEV3, dirac_gas, stationary_field
from stellar.eos.nuclear_matter.model import NuclearState

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NonlinearField:
    """Parameters of a model.

    mass, m_sigma, m_omega, m_rho : MeV;  g_sigma, g_omega, g_rho : numbers, rho couples by tau/2
    kappa : MeV, of Phi^3/6;  lam, zeta, lambda_omega : numbers, of Phi^4/24, W^4/24 and R^2 W^2
    """

    name: str
    mass: float
    m_sigma: float
    m_omega: float
    m_rho: float
    g_sigma: float
    g_omega: float
    g_rho: float
    kappa: float
    lam: float
    zeta: float
    lambda_omega: float
    citation: str

    @property
    def neutron_mass(self) -> float:
        """MeV."""
        return self.mass

    @property
    def proton_mass(self) -> float:
        """MeV."""
        return self.mass

    @property
    def parameters(self) -> dict[str, object]:
        """Name and numbers, for provenance."""
        return {key: value for key, value in asdict(self).items() if key != "citation"}

    def state(self, n_n: Array, n_p: Array) -> NuclearState:
        """Energy and its derivatives at number densities n_n, n_p in fm^-3."""
        n_n, n_p = n_n * FM3_TO_MEV3, n_p * FM3_TO_MEV3
        n, n_3 = n_n + n_p, 0.5 * (n_p - n_n)
        phi, w = self._scalar(n_n, n_p), self._vector(n, n_3)
        neutrons = dirac_gas(n_n, phi, self.mass)
        protons = dirac_gas(n_p, phi, self.mass)
        scalar, _, scalar_bend = self._scalar_potential(phi)
        b, w_bend = self._stiffness(w), self._vector_bend(w, n_3)
        r = n_3 / b
        energy = neutrons.energy + protons.energy + scalar + 0.5 * n_3 * r
        energy = energy + n * w - 0.5 * (w / self._omega) ** 2 - self.zeta / 24.0 * w**4
        # the mixed derivatives with the fields; the isovector part enters with its sign
        phi_bend = neutrons.by_mm + protons.by_mm + scalar_bend
        by_w_n = 1.0 + 2.0 * self.lambda_omega * w * r / b
        by_w_p = 1.0 - 2.0 * self.lambda_omega * w * r / b
        quarter = 0.25 / b
        return NuclearState(
            energy / FM3_TO_MEV3,
            neutrons.by_n + w - 0.5 * r,
            protons.by_n + w + 0.5 * r,
            (neutrons.by_nn + quarter - neutrons.by_nm**2 / phi_bend - by_w_n**2 / w_bend)
            * FM3_TO_MEV3,
            (-quarter - neutrons.by_nm * protons.by_nm / phi_bend - by_w_n * by_w_p / w_bend)
            * FM3_TO_MEV3,
            (protons.by_nn + quarter - protons.by_nm**2 / phi_bend - by_w_p**2 / w_bend)
            * FM3_TO_MEV3,
        )

    @property
    def _omega(self) -> float:
        return self.g_omega / self.m_omega

    def _stiffness(self, w: Array) -> Array:
        """B."""
        return (self.m_rho / self.g_rho) ** 2 + 2.0 * self.lambda_omega * w**2

    def _scalar_potential(self, phi: Array) -> tuple[Array, Array, Array]:
        """Energy of the scalar field and its derivatives, MeV^4, MeV^3, MeV^2."""
        s = (self.g_sigma / self.m_sigma) ** 2
        value = phi**2 / (2.0 * s) + self.kappa / 6.0 * phi**3 + self.lam / 24.0 * phi**4
        slope = phi / s + self.kappa / 2.0 * phi**2 + self.lam / 6.0 * phi**3
        return value, slope, 1.0 / s + self.kappa * phi + self.lam / 2.0 * phi**2

    def _scalar(self, n_n: Array, n_p: Array) -> Array:
        """Phi."""

        def slope_and_bend(phi: Array) -> tuple[Array, Array]:
            gases = [dirac_gas(density, phi, self.mass) for density in (n_n, n_p)]
            _, slope, bend = self._scalar_potential(phi)
            return (
                slope - gases[0].by_m - gases[1].by_m,
                bend + gases[0].by_mm + gases[1].by_mm,
            )

        return stationary_field(slope_and_bend, 0.3 * self.mass + 0.0 * n_n, self.mass)

    def _vector_bend(self, w: Array, n_3: Array) -> Array:
        """d2E/dW2."""
        b = self._stiffness(w)
        coupling = 2.0 * self.lambda_omega * (n_3 / b) ** 2
        stiff = 1.0 / self._omega**2 + 0.5 * self.zeta * w**2
        return -stiff - coupling * (1.0 - 8.0 * self.lambda_omega * w**2 / b)

    def _vector(self, n: Array, n_3: Array) -> Array:
        """W."""

        def slope_and_bend(w: Array) -> tuple[Array, Array]:
            coupling = 2.0 * self.lambda_omega * w * (n_3 / self._stiffness(w)) ** 2
            slope = n - w / self._omega**2 - self.zeta / 6.0 * w**3 - coupling
            return slope, self._vector_bend(w, n_3)

        return stationary_field(slope_and_bend, n * self._omega**2, self.mass)

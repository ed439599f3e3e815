"""Relativistic mean fields whose meson couplings depend on the baryon density.

    E = sum_q e(n_q, m_q - Phi) + Phi^2 / (2 S(n)) + O(n) n^2 / 2 + T(n) n_3^2 / 2

with S, O, T = (Gamma_i(n)/m_i)^2 [MeV^-2], n_3 = n_p - n_n (rho couples by tau,
not tau/2); the vector fields are eliminated, Phi makes E stationary. The couplings, x = n/n_0, are

    Gamma_i = Gamma_i(n_0) a [1 + b (x + d)^2] / [1 + c (x + d)^2]      (sigma, omega)
    Gamma_rho = Gamma_rho(n_0) exp(-a (x - 1))

and their derivatives give the rearrangement terms (Typel & Wolter 1999, Nucl. Phys. A 656, 331).
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.nuclear_matter.mean_field import FM3_TO_MEV3, dirac_gas, stationary_field
from stellar.eos.nuclear_matter.model import NuclearState

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DensityDependentField:
    """Parameters of a model.

    masses : MeV;  gamma : couplings of sigma, omega, rho at n_0 [fm^-3], rho couples by tau
    sigma, omega : (a, b, c, d) of the rational functions;  a_rho : of the exponential
    """

    name: str
    neutron_mass: float
    proton_mass: float
    m_sigma: float
    m_omega: float
    m_rho: float
    gamma: tuple[float, float, float]
    n_0: float
    sigma: tuple[float, float, float, float]
    omega: tuple[float, float, float, float]
    a_rho: float
    citation: str

    @property
    def parameters(self) -> dict[str, object]:
        """Name and numbers, for provenance."""
        return {key: value for key, value in asdict(self).items() if key != "citation"}

    def state(self, n_n: Array, n_p: Array) -> NuclearState:
        """Energy and its derivatives at number densities n_n, n_p in fm^-3."""
        x, per_n = (n_n + n_p) / self.n_0, 1.0 / (self.n_0 * FM3_TO_MEV3)
        n_n, n_p = n_n * FM3_TO_MEV3, n_p * FM3_TO_MEV3
        n, n_3 = n_n + n_p, n_p - n_n
        # the inverse of S, and O and T, with their derivatives by n
        s, s_1, s_2 = _inverse(*_squared(self.gamma[0] / self.m_sigma, _rational(x, *self.sigma)))
        o, o_1, o_2 = _squared(self.gamma[1] / self.m_omega, _rational(x, *self.omega))
        t, t_1, t_2 = _squared(self.gamma[2] / self.m_rho, _exponential(x, self.a_rho))
        s_1, o_1, t_1 = s_1 * per_n, o_1 * per_n, t_1 * per_n
        s_2, o_2, t_2 = s_2 * per_n**2, o_2 * per_n**2, t_2 * per_n**2

        phi = self._scalar(n_n, n_p, s)
        neutrons = dirac_gas(n_n, phi, self.neutron_mass)
        protons = dirac_gas(n_p, phi, self.proton_mass)
        energy = neutrons.energy + protons.energy
        energy = energy + 0.5 * (s * phi**2 + o * n**2 + t * n_3**2)
        rearrangement = 0.5 * (s_1 * phi**2 + o_1 * n**2 + t_1 * n_3**2)
        common = o * n + rearrangement
        bend = 0.5 * (s_2 * phi**2 + o_2 * n**2 + t_2 * n_3**2) + 2.0 * o_1 * n + o
        # by n and n_3 mixed: T' n_3, with d n_3/d n_n = -1, d n_3/d n_p = 1
        mixed = 2.0 * t_1 * n_3
        phi_bend = neutrons.by_mm + protons.by_mm + s
        by_phi_n, by_phi_p = s_1 * phi - neutrons.by_nm, s_1 * phi - protons.by_nm
        return NuclearState(
            energy / FM3_TO_MEV3,
            neutrons.by_n + common - t * n_3,
            protons.by_n + common + t * n_3,
            (neutrons.by_nn + bend - mixed + t - by_phi_n**2 / phi_bend) * FM3_TO_MEV3,
            (bend - t - by_phi_n * by_phi_p / phi_bend) * FM3_TO_MEV3,
            (protons.by_nn + bend + mixed + t - by_phi_p**2 / phi_bend) * FM3_TO_MEV3,
        )

    def _scalar(self, n_n: Array, n_p: Array, stiffness: Array) -> Array:
        """Phi, with stiffness = 1/S."""

        def slope_and_bend(phi: Array) -> tuple[Array, Array]:
            neutrons = dirac_gas(n_n, phi, self.neutron_mass)
            protons = dirac_gas(n_p, phi, self.proton_mass)
            return (
                stiffness * phi - neutrons.by_m - protons.by_m,
                stiffness + neutrons.by_mm + protons.by_mm,
            )

        return stationary_field(slope_and_bend, 0.3 * self.neutron_mass + 0.0 * n_n, 1e3)


Jet = tuple[Array, Array, Array]  # a function of x with its first and second derivative


def _rational(x: Array, a: float, b: float, c: float, d: float) -> Jet:
    y = (x + d) ** 2
    low = 1.0 + c * y
    slope = a * (b - c) / low**2  # by y
    bend = -2.0 * c * slope / low
    return (
        a * (1.0 + b * y) / low,
        2.0 * (x + d) * slope,
        2.0 * slope + 4.0 * y * bend,
    )


def _exponential(x: Array, a: float) -> Jet:
    value = np.exp(-a * (x - 1.0))
    return value, -a * value, a * a * value


def _squared(factor: float, jet: Jet) -> Jet:
    f, f_1, f_2 = (factor * part for part in jet)
    return f * f, 2.0 * f * f_1, 2.0 * (f_1 * f_1 + f * f_2)


def _inverse(f: Array, f_1: Array, f_2: Array) -> Jet:
    return 1.0 / f, -f_1 / f**2, (2.0 * f_1**2 / f - f_2) / f**2

"""The metamodel of nuclear matter: energy from empirical parameters at saturation.

    E = T + n sum_a [v_a^is + v_a^iv delta^2] (x^a/a!) u_a(x),    x = (n - n_sat)/(3 n_sat)
    T = (hbar^2/2m) [(1 + kappa n/n_sat)(tau_n + tau_p)
                     + kappa_sym (n_n - n_p)/n_sat (tau_n - tau_p)]
    u_a = 1 - (-3x)^(N+1-a) e^(-b (1 + 3x)),   N = 4,  b = 10 ln 2

with delta = (n_n - n_p)/n (Margueron, Hoffmann Casali & Gulminelli 2018, eq. 13-28, variant ELFc).
The v_a follow from the empirical parameters once the kinetic part is taken off. It is a Taylor
series: beyond two or three times saturation density something else must continue it.
"""

import math
from dataclasses import asdict, dataclass, fields

import numpy as np

from stellar.constants import HBAR_C_MEV_FM, NEUTRON_MASS_MEV, PROTON_MASS_MEV
from stellar.eos.nuclear_matter.model import Array, NuclearState

_ORDER = 4
_DAMPING = 10.0 * math.log(2.0)
_KINETIC = 0.6 * (3.0 * math.pi**2) ** (2.0 / 3.0)  # tau = _KINETIC n^(5/3)
_H2M = HBAR_C_MEV_FM**2 / (NEUTRON_MASS_MEV + PROTON_MASS_MEV)  # hbar^2/2m, MeV fm^2


@dataclass(frozen=True)
class Metamodel:
    """Empirical parameters: n_sat in fm^-3, the others in MeV, and two effective masses.

    m_eff : m*/m in symmetric matter at saturation
    delta_m_eff : (m*_n - m*_p)/m in neutron matter at saturation density
    """

    n_sat: float
    E_sat: float
    K_sat: float
    Q_sat: float
    Z_sat: float
    E_sym: float
    L_sym: float
    K_sym: float
    Q_sym: float
    Z_sym: float
    m_eff: float
    delta_m_eff: float

    name = "metamodel"
    citation = "Margueron, Hoffmann Casali & Gulminelli 2018, Phys. Rev. C 97, 025805"
    neutron_mass = NEUTRON_MASS_MEV
    proton_mass = PROTON_MASS_MEV

    @property
    def parameters(self) -> dict[str, object]:
        """Name and numbers, for provenance."""
        return {"name": self.name, **asdict(self)}

    @property
    def kappa(self) -> float:
        """m/m* - 1 in symmetric matter at saturation."""
        return 1.0 / self.m_eff - 1.0

    @property
    def kappa_sym(self) -> float:
        """(m/m*_n - m/m*_p)/2 in neutron matter at saturation density.

        delta_m_eff = -2 k/((1 + kappa)^2 - k^2) solved for the root k that vanishes with it.
        """
        squared = (1.0 + self.kappa) ** 2
        return -self.delta_m_eff * squared / (1.0 + math.sqrt(1.0 + self.delta_m_eff**2 * squared))

    @property
    def _coefficients(self) -> tuple[Array, Array]:
        """v_a^is and v_a^iv, MeV (eq. 21-25 and 26-30)."""
        # kinetic energy per nucleon of symmetric matter at saturation with the bare mass
        t = 2.0 ** (-2.0 / 3.0) * _H2M * _KINETIC * self.n_sat ** (2.0 / 3.0)
        scalar = np.array([self.E_sat, 0.0, self.K_sat, self.Q_sat, self.Z_sat])
        vector = np.array([self.E_sym, self.L_sym, self.K_sym, self.Q_sym, self.Z_sym])
        scalar -= t * _kinetic_derivatives(self.kappa)
        vector -= 5.0 / 9.0 * t * _kinetic_derivatives(self.kappa + 3.0 * self.kappa_sym)
        return scalar, vector

    def state(self, n_n: Array, n_p: Array) -> NuclearState:
        """Energy and its derivatives at number densities n_n, n_p."""
        scalar, vector = self._coefficients
        n, i = n_n + n_p, n_n - n_p
        s, s_n, s_nn = self._sum(scalar, n)
        w, w_n, w_nn = self._sum(vector, n)
        # potential energy density A(n) + B(n) i^2 with A = n s, B = w / n
        a_n, a_nn = s + n * s_n, 2.0 * s_n + n * s_nn
        b, b_n = w / n, w_n / n - w / n**2
        b_nn = w_nn / n - 2.0 * w_n / n**2 + 2.0 * w / n**3
        t, t_n, t_p, t_nn, t_np, t_pp = self._kinetic(n_n, n_p)
        common, bend = a_n + b_n * i**2, a_nn + b_nn * i**2
        return NuclearState(
            t + n * s + b * i**2,
            t_n + common + 2.0 * b * i,
            t_p + common - 2.0 * b * i,
            t_nn + bend + 4.0 * b_n * i + 2.0 * b,
            t_np + bend - 2.0 * b,
            t_pp + bend - 4.0 * b_n * i + 2.0 * b,
        )

    def _sum(self, v: Array, n: Array) -> tuple[Array, Array, Array]:
        """sum_a v_a x^a/a! u_a and its two derivatives by n."""
        x = (n - self.n_sat) / (3.0 * self.n_sat)
        taylor = np.polynomial.Polynomial(v / [math.factorial(a) for a in range(_ORDER + 1)])
        # every x^a u_a has the same correction x^5 e^(-b (1 + 3x)), up to a factor
        weight = sum(
            v[a] * (-3.0) ** (_ORDER + 1 - a) / math.factorial(a) for a in range(_ORDER + 1)
        )
        fade, c = weight * np.exp(-_DAMPING * (1.0 + 3.0 * x)), 3.0 * _DAMPING
        step = 1.0 / (3.0 * self.n_sat)
        return (
            taylor(x) - fade * x**5,
            step * (taylor.deriv(1)(x) - fade * (5.0 * x**4 - c * x**5)),
            step**2 * (taylor.deriv(2)(x) - fade * (20.0 * x**3 - 10.0 * c * x**4 + c**2 * x**5)),
        )

    def _kinetic(self, n_n: Array, n_p: Array) -> NuclearState:
        k, v = self.kappa / self.n_sat, self.kappa_sym / self.n_sat
        n, i = n_n + n_p, n_n - n_p
        (tau_n, slope_n, bend_n), (tau_p, slope_p, bend_p) = _tau(n_n), _tau(n_p)
        mass_n, mass_p = 1.0 + k * n + v * i, 1.0 + k * n - v * i  # m / m*
        total, difference = tau_n + tau_p, tau_n - tau_p
        return NuclearState(
            _H2M * (mass_n * tau_n + mass_p * tau_p),
            _H2M * (mass_n * slope_n + k * total + v * difference),
            _H2M * (mass_p * slope_p + k * total - v * difference),
            _H2M * (mass_n * bend_n + 2.0 * (k + v) * slope_n),
            _H2M * (k - v) * (slope_n + slope_p),
            _H2M * (mass_p * bend_p + 2.0 * (k + v) * slope_p),
        )


def _kinetic_derivatives(k: float) -> Array:
    """Derivatives by x at x = 0 of (1 + 3x)^(2/3) (1 + k (1 + 3x)), orders 0 to 4."""
    return np.array([1.0 + k, 2.0 + 5.0 * k, -2.0 + 10.0 * k, 8.0 - 10.0 * k, -56.0 + 40.0 * k])


def _tau(n: Array) -> tuple[Array, Array, Array]:
    root = np.cbrt(n)
    return (
        _KINETIC * n * root**2,
        5.0 / 3.0 * _KINETIC * root**2,
        10.0 / 9.0 * _KINETIC / root,
    )


NAMES = tuple(field.name for field in fields(Metamodel))

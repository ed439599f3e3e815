"""Uniform nuclear matter from a Skyrme energy-density functional, extended terms included.

    H = sum_q (hbar^2 / 2 m_q) tau_q
      + (1/4)  t0         [(2 + x0) n^2   - (2 x0 + 1) (n_n^2 + n_p^2)]
      + (1/24) t3 n^alpha [(2 + x3) n^2   - (2 x3 + 1) (n_n^2 + n_p^2)]
      + (1/8)  t1         [(2 + x1) n tau - (2 x1 + 1) (n_n tau_n + n_p tau_p)]
      + (1/8)  t2         [(2 + x2) n tau + (2 x2 + 1) (n_n tau_n + n_p tau_p)]
      + (1/8)  t4 n^beta  [as t1 with x4]  +  (1/8) t5 n^gamma [as t2 with x5]

with tau_q = (3/5) (3 pi^2)^(2/3) n_q^(5/3) at zero temperature (Chabanat et al. 1997, eq. 3.5;
Chamel, Goriely & Pearson 2009, Phys. Rev. C 80, 065804, for t4 and t5). Every line but the first is
a power of n times a bilinear form of the densities, which is how the derivatives are taken.
n_q : number densities, fm^-3;  H : MeV fm^-3 without rest masses.
"""

import math
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stellar.constants import HBAR_C_MEV_FM, NEUTRON_MASS_MEV, PROTON_MASS_MEV
from stellar.eos.nuclear_matter.model import NuclearState

Array = NDArray[np.float64]

_KINETIC = 0.6 * (3.0 * math.pi**2) ** (2.0 / 3.0)  # tau = _KINETIC n^(5/3)
_H2M_N = HBAR_C_MEV_FM**2 / (2.0 * NEUTRON_MASS_MEV)  # MeV fm^2
_H2M_P = HBAR_C_MEV_FM**2 / (2.0 * PROTON_MASS_MEV)


class Term(NamedTuple):
    """n^exponent (total F_total + same F_same) with F = n^2 and sum n_q^2, or their tau forms."""

    exponent: float
    total: float
    same: float


@dataclass(frozen=True)
class SkyrmeForce:
    """Parameters of a Skyrme force, without the spin-orbit term that uniform matter does not feel.

    t0 : MeV fm^3;  t1, t2, t2x2 : MeV fm^5;  t3 : MeV fm^(3 + 3 alpha);
    t4, t5 : MeV fm^(5 + 3 beta), MeV fm^(5 + 3 gamma);  x0..x5, alpha, beta, gamma : numbers.
    t2x2 is the product t2 x2, which some forces have without t2.
    """

    name: str
    t0: float
    t1: float
    t2: float
    t3: float
    x0: float
    x1: float
    t2x2: float
    x3: float
    alpha: float
    citation: str
    t4: float = 0.0
    t5: float = 0.0
    x4: float = 0.0
    x5: float = 0.0
    beta: float = 0.0
    gamma: float = 0.0
    neutron_mass: float = NEUTRON_MASS_MEV
    proton_mass: float = PROTON_MASS_MEV

    @property
    def parameters(self) -> dict[str, object]:
        """Name and numbers, for provenance."""
        return {key: value for key, value in asdict(self).items() if key != "citation"}

    @property
    def _contact(self) -> tuple[Term, ...]:
        return (
            Term(0.0, self.t0 * (2.0 + self.x0) / 4.0, -self.t0 * (2.0 * self.x0 + 1.0) / 4.0),
            Term(
                self.alpha,
                self.t3 * (2.0 + self.x3) / 24.0,
                -self.t3 * (2.0 * self.x3 + 1.0) / 24.0,
            ),
        )

    @property
    def _gradient(self) -> tuple[Term, ...]:
        plain = Term(
            0.0,
            (self.t1 * (2.0 + self.x1) + 2.0 * self.t2 + self.t2x2) / 8.0,
            (2.0 * self.t2x2 + self.t2 - self.t1 * (2.0 * self.x1 + 1.0)) / 8.0,
        )
        extended = (
            Term(
                self.beta, self.t4 * (2.0 + self.x4) / 8.0, -self.t4 * (2.0 * self.x4 + 1.0) / 8.0
            ),
            Term(
                self.gamma, self.t5 * (2.0 + self.x5) / 8.0, self.t5 * (2.0 * self.x5 + 1.0) / 8.0
            ),
        )
        return (plain, *(term for term in extended if term.total or term.same))

    def state(self, n_n: Array, n_p: Array) -> NuclearState:
        """Energy and its derivatives at number densities n_n, n_p."""
        parts = [_kinetic(n_n, n_p)]
        for terms, forms in (
            (self._contact, _contact_forms(n_n, n_p)),
            (self._gradient, _gradient_forms(n_n, n_p)),
        ):
            parts += [_times_power(n_n + n_p, term, *forms) for term in terms]
        return NuclearState(*(sum(values) for values in zip(*parts, strict=True)))


def _kinetic(n_n: Array, n_p: Array) -> NuclearState:
    tau_n, slope_n, bend_n = _tau(n_n)
    tau_p, slope_p, bend_p = _tau(n_p)
    return NuclearState(
        _H2M_N * tau_n + _H2M_P * tau_p,
        _H2M_N * slope_n,
        _H2M_P * slope_p,
        _H2M_N * bend_n,
        np.zeros_like(bend_n),
        _H2M_P * bend_p,
    )


def _tau(n: Array) -> tuple[Array, Array, Array]:
    """Tau and its first and second derivative by n."""
    root = np.cbrt(n) if np.isrealobj(n) else n ** (1.0 / 3.0)
    return (
        _KINETIC * n * root**2,
        5.0 / 3.0 * _KINETIC * root**2,
        10.0 / 9.0 * _KINETIC / root,
    )


def _contact_forms(n_n: Array, n_p: Array) -> tuple[NuclearState, NuclearState]:
    """n^2 and n_n^2 + n_p^2."""
    n, two, none = n_n + n_p, np.full_like(n_n, 2.0), np.zeros_like(n_n)
    return (
        NuclearState(n**2, 2.0 * n, 2.0 * n, two, two, two),
        NuclearState(n_n**2 + n_p**2, 2.0 * n_n, 2.0 * n_p, two, none, two),
    )


def _gradient_forms(n_n: Array, n_p: Array) -> tuple[NuclearState, NuclearState]:
    """n (tau_n + tau_p) and n_n tau_n + n_p tau_p."""
    n = n_n + n_p
    tau_n, slope_n, bend_n = _tau(n_n)
    tau_p, slope_p, bend_p = _tau(n_p)
    tau = tau_n + tau_p
    total = NuclearState(
        n * tau,
        tau + n * slope_n,
        tau + n * slope_p,
        2.0 * slope_n + n * bend_n,
        slope_n + slope_p,
        2.0 * slope_p + n * bend_p,
    )
    same = NuclearState(
        n_n * tau_n + n_p * tau_p,
        tau_n + n_n * slope_n,
        tau_p + n_p * slope_p,
        2.0 * slope_n + n_n * bend_n,
        np.zeros_like(tau),
        2.0 * slope_p + n_p * bend_p,
    )
    return total, same


def _times_power(n: Array, term: Term, total: NuclearState, same: NuclearState) -> NuclearState:
    """n^exponent (total F_total + same F_same) and its derivatives."""
    f, f_n, f_p, f_nn, f_np, f_pp = (
        term.total * a + term.same * b for a, b in zip(total, same, strict=True)
    )
    if term.exponent == 0.0:
        return NuclearState(f, f_n, f_p, f_nn, f_np, f_pp)
    power = n**term.exponent
    rate = term.exponent * power / n
    bend = (term.exponent - 1.0) * rate / n
    return NuclearState(
        power * f,
        power * f_n + rate * f,
        power * f_p + rate * f,
        power * f_nn + 2.0 * rate * f_n + bend * f,
        power * f_np + rate * (f_n + f_p) + bend * f,
        power * f_pp + 2.0 * rate * f_p + bend * f,
    )

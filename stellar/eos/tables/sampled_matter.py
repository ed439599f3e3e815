"""The columns of a table as functions of log-enthalpy: crust, core, and ways between them.

mu_B = mu_surface e^h everywhere. In the crust P and eps come from a fit and n = (eps + P)/mu_B; in
the core everything comes from the functional. Units as in `tables.COLUMNS`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.fits.pressure_fit import PressureFit
from stellar.eos.nuclear_matter.beta_equilibrium import at_density, at_potential, muon_onset
from stellar.eos.nuclear_matter.model import NuclearModel
from stellar.eos.segments.series_segment import index_slope

Array = NDArray[np.float64]
Columns = Mapping[str, Array]

_STATE = ("h", "P", "eps", "ce2")


@dataclass(frozen=True)
class CrustMatter:
    """Barotropic matter of a fit, delta = 0, composition unknown.

    h_start : log-enthalpy at the lowest density of the fit
    highest : largest log10 rho that will be asked for
    """

    fit: PressureFit
    h_start: float
    highest: float
    mu_surface: float

    def columns(self, h: Array) -> Columns:
        """States at log-enthalpies h."""
        p, eps, ce2 = self.fit.state(self.fit.log_density_at_gain(h - self.h_start, self.highest))
        return _without_composition(h, self.mu_surface, p, eps, ce2, np.zeros((2, *h.shape)))


@dataclass(frozen=True)
class CoreMatter:
    """Matter of a functional in beta equilibrium.

    grid_n, grid_mu, grid_mu_e : a coarse equilibrium curve, the first guess of every solution
    h_onset : log-enthalpy of the muon threshold
    """

    model: NuclearModel
    mu_surface: float
    grid_n: Array
    grid_mu: Array
    grid_mu_e: Array
    h_onset: float

    @classmethod
    def between(
        cls, model: NuclearModel, mu_surface: float, n_lo: float, n_hi: float
    ) -> "CoreMatter":
        """For baryon densities from n_lo to n_hi, fm^-3."""
        grid_n = np.geomspace(n_lo, n_hi, 400)
        curve = at_density(model, grid_n)
        onset = at_density(model, np.array(muon_onset(model, n_lo, n_hi)), muons=False)
        h_onset = math.log(float(onset.mu_n) / mu_surface)
        return cls(model, mu_surface, grid_n, curve.mu_n, curve.mu_e, h_onset)

    @property
    def h_max(self) -> float:
        """Log-enthalpy of the highest density."""
        return math.log(float(self.grid_mu[-1]) / self.mu_surface)

    def columns(self, h: Array) -> Columns:
        """States at log-enthalpies h."""
        mu = self.mu_surface * np.exp(h)
        n, mu_e = (np.interp(mu, self.grid_mu, grid) for grid in (self.grid_n, self.grid_mu_e))
        state = at_potential(self.model, mu, n, mu_e, muons=h > self.h_onset)
        return {
            "h": h,
            "n": state.n,
            "P": state.p,
            "eps": state.eps,
            "mu_B": state.mu_n,
            "ce2": state.ce2,
            "delta_all": state.delta_all,
            "delta_yp": state.delta_proton,
            "Y_e": state.y_e,
            "Y_mu": state.y_mu,
            "Y_p": state.y_e + state.y_mu,
            "mu_e": state.mu_e,
        }


@dataclass(frozen=True)
class StiffLayer:
    """Matter with c_e = 1 below a state at h_hi: eps - P constant, eps + P ~ e^(2h); delta = 0."""

    h_hi: float
    p_hi: float
    eps_hi: float
    mu_surface: float

    def columns(self, h: Array) -> Columns:
        """States at log-enthalpies h <= h_hi."""
        enthalpy = (self.eps_hi + self.p_hi) * np.exp(2.0 * (h - self.h_hi))
        p = 0.5 * (enthalpy - (self.eps_hi - self.p_hi))
        none = np.zeros((2, *h.shape))
        return _without_composition(h, self.mu_surface, p, enthalpy - p, np.ones_like(h), none)


@dataclass(frozen=True)
class Bridge:
    """Matter between two states with continuous P, eps and ce2 at both ends.

    With v = (u - u_a)/(u_b - u_a), u = ln h, the index G = d ln P/du is the quartic in v that has
    the values and slopes of the two ends and whose integral is the difference of ln P. delta grows
    like 3 v^2 - 2 v^3 from its value at one end to that at the other.

    lower, upper : columns with one row, the two ends
    """

    lower: Columns
    upper: Columns
    mu_surface: float

    def columns(self, h: Array) -> Columns:
        """States at log-enthalpies h between the ends."""
        a, b = ({k: float(v[0]) for k, v in end.items()} for end in (self.lower, self.upper))
        length = math.log(b["h"] / a["h"])
        v = np.log(h / a["h"]) / length
        index, p = self._index(a, b, length)
        g, slope = index(v), index.deriv()(v) / length
        pressure = a["P"] * np.exp(length * p(v))
        enthalpy = pressure * g / h
        ce2 = 1.0 / ((g + slope / g - 1.0) / h - 1.0)
        share = v * v * (3.0 - 2.0 * v)
        delta = np.array([a[k] + (b[k] - a[k]) * share for k in ("delta_all", "delta_yp")])
        return _without_composition(h, self.mu_surface, pressure, enthalpy - pressure, ce2, delta)

    @staticmethod
    def _index(
        a: Mapping[str, float], b: Mapping[str, float], length: float
    ) -> tuple[np.polynomial.Polynomial, np.polynomial.Polynomial]:
        """G as polynomial in v, and its integral from 0."""
        (g_a, d_a), (g_b, d_b) = (
            (float(value) for value in index_slope(*np.array([end[k] for k in _STATE])))
            for end in (a, b)
        )
        s_a, s_b = length * d_a, length * d_b
        step = g_b - g_a
        hermite = np.polynomial.Polynomial(
            [g_a, s_a, 3.0 * step - 2.0 * s_a - s_b, s_a + s_b - 2.0 * step]
        )
        missing = math.log(b["P"] / a["P"]) / length - float(hermite.integ()(1.0))
        index = hermite + 30.0 * missing * np.polynomial.Polynomial([0.0, 0.0, 1.0, -2.0, 1.0])
        return index, index.integ()


def _without_composition(
    h: Array, mu_surface: float, p: Array, eps: Array, ce2: Array, delta: Array
) -> Columns:
    mu, unknown = mu_surface * np.exp(h), np.full_like(h, math.nan)
    return {
        "h": h,
        "n": (eps + p) / mu,
        "P": p,
        "eps": eps,
        "mu_B": mu,
        "ce2": ce2,
        "delta_all": delta[0],
        "delta_yp": delta[1],
        "Y_e": unknown,
        "Y_mu": unknown,
        "Y_p": unknown,
        "mu_e": unknown,
    }

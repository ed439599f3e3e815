"""Where a fitted crust ends and the core of a functional begins, and what lies between.

A fit knows P(eps) only, its baryon density carries one free factor. Equality of mu_B at the join
fixes it, n_crust = (eps + P)/mu_B; what remains to be chosen is one density.

- A crust computed with the same force ends where it does in that calculation, at the baryon density
  n_edge. The core begins at equal P and mu_B, a little denser.
- Any other crust meets the core where that begins to be uniform in its own calculation, at n_core.
  If the crust reaches this pressure at a lower density, they join there, with a jump of n and eps.
- If it does not, the crust is the softer one and a jump would be one of density falling inwards.
  Then a thin layer as stiff as causality allows, c_e = 1, raises the pressure of the crust to that
  of the core: eps - P is constant in it, and eps + P grows like e^(2h).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stellar.constants import MEV_FM3_TO_G_CM3
from stellar.eos.fits.pressure_fit import PressureFit
from stellar.eos.nuclear_matter.beta_equilibrium import Matter, at_density
from stellar.eos.nuclear_matter.model import NuclearModel
from stellar.eos.roots import bracketed_root

_HIGHEST_LOG_RHO = 15.0  # no crust reaches that far


class CrustEnd(NamedTuple):
    """The crust that was computed with the same force, and the baryon density of its end, fm^-3."""

    crust: str
    n_edge: float


@dataclass(frozen=True)
class Join:
    """Where core and crust meet.

    log_rho : log10 of the density at which the crust ends, g/cm^3
    core : state in which the core begins
    layer : extent in h of the stiff layer between them; 0 if they touch
    """

    log_rho: float
    core: Matter
    layer: float

    @property
    def sentence(self) -> str:
        """What a reader should know about it."""
        begins = f"core from n = {float(self.core.n):.5g} fm-3"
        if self.layer == 0.0:
            return f"{begins} at the pressure and chemical potential of the crust"
        return (
            f"{begins}; the crust reaches its pressure through a layer with c_e = 1, "
            f"{self.layer:.3g} thick in h"
        )


def join_at_edge(model: NuclearModel, fit: PressureFit, n_edge: float) -> Join:
    """The crust ends at the baryon density n_edge, fm^-3."""

    def inner_state(p: float) -> Matter:
        def excess(n: float) -> float:
            return float(at_density(model, np.array(n)).p) - p

        n = bracketed_root(excess, 0.5 * n_edge, 2.0 * n_edge, xtol=1e-16)
        return at_density(model, np.array(n))

    def density_excess(x: float) -> float:
        p, eps, _ = (float(value) for value in fit.state(np.array(x)))
        return (eps + p) / float(inner_state(p).mu_n) - n_edge

    guess = math.log10(n_edge * 950.0 * MEV_FM3_TO_G_CM3)
    x = bracketed_root(density_excess, guess - 0.05, guess + 0.05, xtol=1e-14)
    return Join(x, inner_state(float(fit.state(np.array(x))[0])), 0.0)


def join_at_core(model: NuclearModel, fit: PressureFit, n_core: float) -> Join:
    """The core begins at the baryon density n_core, fm^-3."""
    core = at_density(model, np.array(n_core))
    p, eps = float(core.p), float(core.eps)
    x_core = math.log10(eps * MEV_FM3_TO_G_CM3)
    x = _where(lambda x: math.log(float(fit.state(np.array(x))[0]) / p))
    if x <= x_core:
        return Join(x, core, 0.0)

    def stiffness_excess(x: float) -> float:
        p_crust, eps_crust, _ = (float(value) for value in fit.state(np.array(x)))
        return (eps_crust - p_crust) / (eps - p) - 1.0

    x = _where(stiffness_excess)
    p_crust, eps_crust, _ = (float(value) for value in fit.state(np.array(x)))
    return Join(x, core, 0.5 * math.log((eps + p) / (eps_crust + p_crust)))


def _where(function: Callable[[float], float]) -> float:
    """Root in log10 rho within a crust."""
    return bracketed_root(function, 12.0, _HIGHEST_LOG_RHO, xtol=1e-14)

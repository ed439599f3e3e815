"""Neutrons, protons, electrons and muons in beta equilibrium, and their two speeds of sound.

    mu_n - mu_p = mu_e = mu_mu,   n_p = n_e + n_mu,   P = sum_i n_i mu_i - eps

Along the equilibrium curve n_i' = d n_i / d n, with A_ij = d mu_i / d n_j and M = d mu_e / d n_p
of leptons in equilibrium among themselves:

    n_p' = (A_nn - A_np) / (A_nn - 2 A_np + A_pp + M),     ce2 = (n / mu_n) d mu_n / d n

A sound wave faster than the weak interaction freezes the fractions Y_i. Since the equilibrium is a
minimum of the energy, the difference of the squared speeds is a positive quadratic form of the
composition gradients and is evaluated as such, without subtracting one speed from the other:

    delta = cs2_frozen - ce2 = (n^2 / (eps + P)) sum_ij (n_i' - Y_i) A_ij (n_j' - Y_j)

(equivalent to Reisenegger & Goldreich 1992; Jaikumar, Semposki, Prakash & Constantinou 2021.)
Densities in fm^-3, energies in MeV, speeds in units of c.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.nuclear_matter.leptons import ELECTRONS, MUONS
from stellar.eos.nuclear_matter.model import NuclearModel
from stellar.eos.roots import bracketed_root

Array = NDArray[np.float64]
Mask = NDArray[np.bool_] | bool

_STEPS = 60
_LAST_CHANGE = 1e-10  # Newton converges quadratically: the step after this one is rounding


@dataclass(frozen=True)
class Matter:
    """Equilibrium states, every field of one shape.

    n : fm^-3;  p, eps : MeV fm^-3 with rest masses;  mu_n, mu_p, mu_e : MeV with rest masses
    y_e, y_mu : fractions per baryon;  ce2 : squared equilibrium speed of sound
    delta_all : cs2 - ce2 with all fractions frozen;  delta_proton : with the proton fraction
    frozen and electrons and muons in equilibrium with each other
    mu_n_slope : d mu_n / d n along the equilibrium, MeV fm^3
    """

    n: Array
    p: Array
    eps: Array
    mu_n: Array
    mu_p: Array
    mu_e: Array
    y_e: Array
    y_mu: Array
    ce2: Array
    delta_all: Array
    delta_proton: Array
    mu_n_slope: Array


def _muon_potential(mu_e: Array, muons: Mask) -> Array:
    """mu_mu = mu_e where muons are admitted, else a value below their threshold."""
    return np.where(muons, mu_e, 0.0)


def _lepton_density(mu_e: Array, muons: Mask) -> tuple[Array, Array]:
    """n_e + n_mu and its derivative by mu_e."""
    mu_mu = _muon_potential(mu_e, muons)
    return (
        ELECTRONS.density(mu_e) + MUONS.density(mu_mu),
        ELECTRONS.density_slope(mu_e) + MUONS.density_slope(mu_mu),
    )


def matter(model: NuclearModel, n: Array, mu_e: Array, muons: Mask = True) -> Matter:
    """Everything that follows from a baryon density and an equilibrium electron potential."""
    mu_mu = _muon_potential(mu_e, muons)
    n_p, slope = _lepton_density(mu_e, muons)
    n_n = n - n_p
    nuclear_energy, u_n, u_p, a_nn, a_np, a_pp = model.state(n_n, n_p)
    mu_n, mu_p = u_n + model.neutron_mass, u_p + model.proton_mass
    n_e, n_mu = ELECTRONS.density(mu_e), MUONS.density(mu_mu)
    lepton_pressure = ELECTRONS.pressure(mu_e) + MUONS.pressure(mu_mu)
    p = n_n * u_n + n_p * u_p - nuclear_energy + lepton_pressure
    eps = nuclear_energy + n_n * model.neutron_mass + n_p * model.proton_mass
    eps = eps + n_p * mu_e - lepton_pressure

    nuclear = a_nn - 2.0 * a_np + a_pp
    n_p_rate = (a_nn - a_np) / (nuclear + 1.0 / slope)
    mu_n_slope = a_nn - (a_nn - a_np) * n_p_rate
    gradient = n_p_rate - n_p / n  # n dY_p/dn
    proton_form = gradient**2 * (nuclear + 1.0 / slope)
    all_form = gradient**2 * nuclear
    for gas, mu in ((ELECTRONS, mu_e), (MUONS, mu_mu)):
        # n_i' = (dn_i/dmu) M n_p'; the factor dn_i/dmu taken out, which vanishes at the threshold,
        # leaves n_i / (dn_i/dmu) = k^2 / (3 mu)
        rest = n_p_rate / slope - gas.momentum(mu) ** 2 / (3.0 * mu_e) / n
        all_form = all_form + gas.density_slope(mu) * rest**2
    weight = n**2 / (eps + p)
    return Matter(
        n=n,
        p=p,
        eps=eps,
        mu_n=mu_n,
        mu_p=mu_p,
        mu_e=mu_e,
        y_e=n_e / n,
        y_mu=n_mu / n,
        ce2=n / mu_n * mu_n_slope,
        delta_all=weight * all_form,
        delta_proton=weight * proton_form,
        mu_n_slope=mu_n_slope,
    )


def at_density(model: NuclearModel, n: Array, muons: Mask = True) -> Matter:
    """Equilibrium at given baryon densities, fm^-3.

    muons : whether they are admitted. Exactly at their threshold rounding would decide, and since
    their density of states starts like a square root, 1e-15 of mu_e would appear as 1e-8 in ce2.

    Raises
    ------
    ArithmeticError
        If Newton's iteration for mu_e does not settle.
    """
    n = np.asarray(n, dtype=float)
    mu_e = 120.0 * np.cbrt(n / 0.16)  # good to a third over the whole of a core
    for _ in range(_STEPS):
        n_p, slope = _lepton_density(mu_e, muons)
        _, u_n, u_p, a_nn, a_np, a_pp = model.state(n - n_p, n_p)
        excess = u_n - u_p + (model.neutron_mass - model.proton_mass) - mu_e
        change = excess / ((a_nn - 2.0 * a_np + a_pp) * slope + 1.0)
        mu_e = mu_e + change
        if np.all(np.abs(change) <= _LAST_CHANGE * mu_e):
            return matter(model, n, mu_e, muons)
    raise ArithmeticError("beta equilibrium was not found by Newton's iteration")


def at_potential(
    model: NuclearModel, mu_n: Array, n_start: Array, mu_e_start: Array, muons: Mask = True
) -> Matter:
    """Equilibrium at given neutron (= baryon) chemical potentials, MeV.

    Newton's method for n and mu_e together.

    Parameters
    ----------
    mu_n : targets, MeV, rest mass included
    n_start, mu_e_start : first guesses, fm^-3 and MeV
    muons : whether they are admitted, see `at_density`

    Raises
    ------
    ArithmeticError
        If the iteration does not settle.
    """
    n, mu_e = np.asarray(n_start, dtype=float), np.asarray(mu_e_start, dtype=float)
    for _ in range(_STEPS):
        n_p, slope = _lepton_density(mu_e, muons)
        _, u_n, u_p, a_nn, a_np, a_pp = model.state(n - n_p, n_p)
        lack = mu_n - model.neutron_mass - u_n
        excess = u_n - u_p + (model.neutron_mass - model.proton_mass) - mu_e
        own, both = a_nn - a_np, (a_nn - 2.0 * a_np + a_pp) * slope + 1.0
        # lack = A_nn dn - own slope dmu_e,  excess = -own dn + both dmu_e
        determinant = a_nn * both - own**2 * slope
        n_change = (lack * both + own * slope * excess) / determinant
        mu_e_change = (a_nn * excess + own * lack) / determinant
        n, mu_e = n + n_change, mu_e + mu_e_change
        settled = np.abs(n_change) <= _LAST_CHANGE * n
        if np.all(settled & (np.abs(mu_e_change) <= _LAST_CHANGE * mu_e)):
            return matter(model, n, mu_e, muons)
    raise ArithmeticError("no density with this chemical potential was found")


def muon_onset(model: NuclearModel, n_lo: float, n_hi: float) -> float:
    """Baryon density, fm^-3, at which mu_e reaches the rest mass of the muon."""
    return bracketed_root(
        lambda n: float(at_density(model, np.array(n), muons=False).mu_e) - MUONS.mass_mev,
        n_lo,
        n_hi,
        xtol=1e-16,
    )

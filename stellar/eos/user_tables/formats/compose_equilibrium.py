"""Beta equilibrium of a table in baryon density and charge fraction.

With leptons in the table the condition is mu_l = 0 (free neutrinos). Without them electrons and
muons are added as Fermi gases of mu_e = -mu_q, and neutrality Y_q = (n_e + n_mu)/n decides. At each
density the quantities are splines in Y_q; dP/dY_q at fixed n gives the frozen speed of sound
exactly, without a difference of two speeds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.nuclear_matter.leptons import ELECTRONS, MUONS
from stellar.eos.roots import bracketed_root
from stellar.eos.user_tables.findings import refuse
from stellar.eos.user_tables.stratification import (
    UNIFORM_N_FM3,
    equilibrium_lepton_term,
    frozen_differences,
)

Rows = NDArray[np.float64]

_FEWEST = 5


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table at the lowest temperature, quantities with axes (n, Y_q); MeV and fm.

    leptons : whether P and eps contain those of electrons and muons
    """

    n: Rows
    charge: Rows
    p: Rows
    eps: Rows
    mu_b: Rows
    mu_q: Rows
    mu_l: Rows
    leptons: bool


def in_equilibrium(sheet: Sheet, source: str) -> tuple[dict[str, Rows], NDArray[np.intp], str]:
    """Columns of matter in beta equilibrium, the densities they belong to, and where delta is from.

    Densities at which the table does not contain the equilibrium are left out at the lower end;
    a gap further up refuses the table.

    Raises
    ------
    TableError
        If fewer than a handful of densities remain.
    """
    solved = [_at(sheet, i) for i in range(len(sheet.n))]
    present = np.array([state is not None for state in solved])
    missing = np.flatnonzero(~present)
    first = int(missing[-1]) + 1 if missing.size else 0
    kept = np.arange(first, len(solved))
    if len(kept) < _FEWEST:
        raise refuse(
            source, "E_RANGE", "its charge fractions do not contain beta equilibrium in the core."
        )
    states = np.array([solved[i] for i in kept])
    n = sheet.n[kept]
    p, eps, mu_b, mu_e, y, dp_dy = states.T
    y_e = ELECTRONS.density(mu_e) / n
    y_mu = MUONS.density(mu_e) / n
    share = np.where(y_e + y_mu > 0.0, y / (y_e + y_mu), 1.0)
    y_e, y_mu = y_e * share, y_mu * share
    nuclear = dp_dy - (n * equilibrium_lepton_term(mu_e) if sheet.leptons else 0.0)
    delta = frozen_differences(n, eps + p, nuclear, mu_e, y_e, y_mu)
    uniform = n >= UNIFORM_N_FM3
    columns = {"n": n, "P": p, "eps": eps, "mu_B": mu_b, "mu_e": mu_e}
    columns |= {"Y_e": y_e, "Y_mu": y_mu, "Y_p": y}
    columns |= {name: np.where(uniform, values, 0.0) for name, values in delta.items()}
    return columns, kept, "derivative of the table by Y_q"


def _at(sheet: Sheet, i: int) -> tuple[float, ...] | None:
    """P, eps, mu_B, mu_e, Y_q and dP/dY_q (table only) in equilibrium at one density."""
    from scipy.interpolate import CubicSpline

    n, y = float(sheet.n[i]), sheet.charge
    mu_e_grid = -sheet.mu_q[i]
    if sheet.leptons:
        excess = sheet.mu_l[i]
    else:
        excess = y - (ELECTRONS.density(mu_e_grid) + MUONS.density(mu_e_grid)) / n
    signs = np.flatnonzero((excess[:-1] <= 0.0) != (excess[1:] <= 0.0))
    if signs.size != 1:
        return None
    left = int(signs[0])
    splines = CubicSpline(
        y, np.stack([sheet.p[i], sheet.eps[i], sheet.mu_b[i], mu_e_grid, sheet.mu_l[i]], axis=-1)
    )

    def condition(charge: float) -> float:
        values = splines(charge)
        if sheet.leptons:
            return float(values[4])
        mu = values[3]
        return float(charge - (ELECTRONS.density(mu) + MUONS.density(mu)) / n)

    charge = bracketed_root(condition, float(y[left]), float(y[left + 1]), xtol=1e-15)
    p, eps, mu_b, mu_e, _ = map(float, splines(charge))
    dp_dy = float(splines(charge, 1)[0])
    if not sheet.leptons:
        gases = (ELECTRONS, MUONS)
        lepton_p = sum(float(gas.pressure(np.array(mu_e))) for gas in gases)
        lepton_n = sum(float(gas.density(np.array(mu_e))) for gas in gases)
        p, eps = p + lepton_p, eps + mu_e * lepton_n - lepton_p
    return p, eps, mu_b, mu_e, charge, dp_dy

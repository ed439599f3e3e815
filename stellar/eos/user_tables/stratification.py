"""c_s^2 - c_e^2 of a user's matter from composition gradients, never as a difference of two speeds.

    delta = -(n / (eps + P)) sum_i (dP/dY_i)|_n dY_i/dn         (frozen minus equilibrium)

with independent fractions Y_e, Y_mu (Y_p = x = Y_e + Y_mu) and P = P_N(n, x) + P_e + P_mu, for a
Fermi gas dP_l/dY_l|_n = n k_F^2/(3 E_F). For nucleons P_N follows

* from a table in (n, Y_q) by differentiation (`compose`), or
* from the parabolic closure: E/A = E_0(n) + S(n) (1 - 2x)^2 and mu_n - mu_p = mu_e in equilibrium
  give S = (mu_e - (m_n - m_p)) / (4 (1 - 2x)) and dP_N/dx|_n = -4 n^2 (1 - 2x) dS/dn.

The closure takes delta too low by up to a tenth. It needs smooth tables and is wrong where there
are other baryons or quarks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import HBAR_C_MEV_FM, NEUTRON_MASS_MEV, PROTON_MASS_MEV
from stellar.eos.nuclear_matter.leptons import ELECTRONS, MUONS
from stellar.eos.user_tables.findings import Finding
from stellar.eos.user_tables.monotone import limited_slopes
from stellar.eos.user_tables.raw_table import RawTable

Rows = NDArray[np.float64]

UNIFORM_N_FM3 = 0.09  # above this every model of a crust has given way to uniform matter
_NOISE = 0.01  # median second difference of ln ce2, or mismatch of a column, that spoils gradients
_MUE_MISMATCH_MEV = 0.1


@dataclass(frozen=True)
class Stratification:
    """Rows of delta under both policies, where they begin, and where they come from.

    start : first row with known fractions, None without any
    origin : for the provenance
    """

    delta: dict[str, Rows]
    start: int | None
    origin: str
    raw: RawTable


def lepton_terms(n: Rows, mu_e: Rows) -> tuple[Rows, Rows]:
    """n k_F^2/(3 E_F) of electrons and of muons in equilibrium with them, MeV fm^-3."""
    electron, muon = (n * gas.momentum(mu_e) ** 2 / (3.0 * mu_e) for gas in (ELECTRONS, MUONS))
    return electron, muon


def equilibrium_lepton_term(mu_e: Rows) -> Rows:
    """n times the derivative of the lepton pressure by n_e + n_mu, the two in equilibrium."""
    density = ELECTRONS.density(mu_e) + MUONS.density(mu_e)
    return density / (ELECTRONS.density_slope(mu_e) + MUONS.density_slope(mu_e))


def frozen_differences(
    n: Rows, enthalpy: Rows, nuclear: Rows, mu_e: Rows, y_e: Rows, y_mu: Rows
) -> dict[str, Rows]:
    """Delta under both freezing policies.

    Parameters
    ----------
    enthalpy : eps + P, MeV fm^-3
    nuclear : dP_N/dx at fixed n, MeV fm^-3
    """
    electron, muon = lepton_terms(n, mu_e)
    slope_e, slope_mu = _slope(n, y_e), _slope(n, y_mu)
    together = nuclear + n * equilibrium_lepton_term(mu_e)
    lever = -n / enthalpy
    return {
        "delta_all": lever * ((nuclear + electron) * slope_e + (nuclear + muon) * slope_mu),
        "delta_yp": lever * together * (slope_e + slope_mu),
    }


def _slope(n: Rows, y: Rows) -> Rows:
    """dy/dn through rows; a threshold inside leaves no ripples (Akima 1970)."""
    from scipy.interpolate import Akima1DInterpolator

    return np.asarray(Akima1DInterpolator(np.log(n), y, method="makima")(np.log(n), 1)) / n


def parabolic(raw: RawTable, start: int) -> dict[str, Rows]:
    """Delta of npe-mu matter by the parabolic closure, from row `start` on."""
    from scipy.interpolate import CubicSpline

    rows = slice(start, len(raw))
    n, mu_e = raw.columns["n"][rows], raw.columns["mu_e"][rows]
    y_e, y_mu = raw.columns["Y_e"][rows], raw.columns["Y_mu"][rows]
    asymmetry = 1.0 - 2.0 * (y_e + y_mu)
    symmetry = (mu_e - (NEUTRON_MASS_MEV - PROTON_MASS_MEV)) / (4.0 * asymmetry)
    symmetry_slope = CubicSpline(np.log(n), symmetry)(np.log(n), 1) / n  # no threshold in S
    nuclear = -4.0 * n**2 * asymmetry * symmetry_slope
    enthalpy = raw.columns["eps"][rows] + raw.columns["P"][rows]
    parts = frozen_differences(n, enthalpy, nuclear, mu_e, y_e, y_mu)
    return {name: np.concatenate([np.zeros(start), part]) for name, part in parts.items()}


def speed_noise(raw: RawTable) -> tuple[float, float | None]:
    """How rough the speeds of sound of a table are in its core.

    Returns
    -------
    The median of |second difference of ln ce2| along the rows, and the median relative mismatch of
    the column `ce2` with them (None without one).
    """
    core = raw.columns["eps"] > 75.0
    core &= np.append(np.diff(raw.columns["P"]) > 0.0, True)
    x, y = np.log(raw.columns["P"][core]), np.log(raw.columns["eps"][core])
    if len(x) < 5 or np.any(np.diff(x) <= 0.0):
        return 0.0, None
    secants = np.diff(x) / np.diff(y) * np.exp(0.5 * (x[1:] + x[:-1] - y[1:] - y[:-1]))
    rough = float(np.median(np.abs(np.diff(np.log(secants), 2))))
    if "ce2" not in raw.columns:
        return rough, None
    slopes = limited_slopes(x, y)
    mismatch = raw.columns["ce2"][core] * slopes * np.exp(y - x) - 1.0
    return rough, float(np.median(np.abs(mismatch)))


def noise_findings(raw: RawTable) -> list[Finding]:
    """W_NOISE where derivatives of the table mean little."""
    rough, mismatch = speed_noise(raw)
    found = []
    if rough > _NOISE:
        found.append(
            Finding(
                "W_NOISE",
                f"speeds of sound of neighbouring rows scatter by {rough:.2g} (median); "
                f"above {_NOISE:g} composition gradients are not trusted.",
            )
        )
    if mismatch is not None and mismatch > _NOISE:
        found.append(
            Finding(
                "W_NOISE",
                f"the column of the speed of sound differs from dP/deps of the rows by "
                f"{mismatch:.2g} (median); it is not used.",
            )
        )
    return found


def stratify(raw: RawTable) -> tuple[Stratification, list[Finding]]:
    """What can be said of the stratification of a checked table.

    The user's own column comes first, then the exact derivative of a table in (n, Y_q), which its
    reader has stored as a column, then the parabolic closure if the table is smooth enough.
    """
    zero = {name: np.zeros(len(raw)) for name in ("delta_all", "delta_yp")}
    raw, found = _with_fractions(raw)
    start = _composition_start(raw)
    given = _given(raw)
    if given:
        origin = dict(raw.attributes).get("delta_origin", "user column")
        delta = zero | {name: np.nan_to_num(values) for name, values in given.items()}
        first = next((int(np.flatnonzero(d)[0]) for d in delta.values() if np.any(d)), None)
        if first is not None:
            start = first if start is None else min(first, start)
        return Stratification(delta, start, origin, raw), found
    if start is None or "n" not in raw.columns:
        return Stratification(zero, None, "none", raw), found
    if "mu_e" not in raw.columns or np.any(raw.columns.get("Y_other", np.zeros(1)) > 1e-8):
        return Stratification(zero, start, "none", raw), found
    noise = noise_findings(raw)
    if noise or np.any(np.diff(raw.columns["P"][start:]) <= 0.0):
        return Stratification(zero, start, "none (table too rough)", raw), found
    return Stratification(parabolic(raw, start), start, "parabolic closure", raw), found


def _given(raw: RawTable) -> dict[str, Rows]:
    given = {k: raw.columns[k] for k in ("delta_all", "delta_yp") if k in raw.columns}
    if not given and {"cs2_frozen", "ce2"} <= raw.columns.keys():
        given = {"delta_all": raw.columns["cs2_frozen"] - raw.columns["ce2"]}
    if len(given) == 1:  # one column serves both policies
        (values,) = given.values()
        given = {"delta_all": values, "delta_yp": values}
    return given


def _with_fractions(raw: RawTable) -> tuple[RawTable, list[Finding]]:
    """Complete Y_e, Y_mu, Y_p, mu_e as far as they follow from each other."""
    columns = dict(raw.columns)
    if "n" not in columns:
        return raw, []
    found = []
    if {"mu_e", "Y_l"} <= columns.keys() and "Y_e" not in columns:
        columns["Y_e"] = np.minimum(ELECTRONS.density(columns["mu_e"]) / columns["n"], 1.0)
        columns["Y_mu"] = np.maximum(columns["Y_l"] - columns["Y_e"], 0.0)
    if "Y_e" in columns and "mu_e" not in columns:
        k = np.cbrt(3.0 * np.pi**2 * columns["n"] * columns["Y_e"])
        columns["mu_e"] = np.hypot(HBAR_C_MEV_FM * k, ELECTRONS.mass_mev)
    elif {"Y_e", "mu_e"} <= columns.keys():
        core = columns["n"] > UNIFORM_N_FM3
        gas = ELECTRONS.density(columns["mu_e"]) / columns["n"]
        slope = ELECTRONS.density_slope(columns["mu_e"]) / columns["n"]
        off = np.where(core & (slope > 0.0), np.abs(gas - columns["Y_e"]) / (slope + ~core), 0.0)
        worst = int(np.argmax(np.nan_to_num(off)))
        if off[worst] > _MUE_MISMATCH_MEV:
            what = f"mu_e differs by {off[worst]:.2g} MeV from that of a gas with Y_e."
            found.append(Finding("W_MUE", what, int(raw.lines[worst]) or None))
    if {"Y_e", "Y_mu"} <= columns.keys() and "Y_p" not in columns:
        columns["Y_p"] = columns["Y_e"] + columns["Y_mu"]
    return raw.with_columns(**columns), found


def _composition_start(raw: RawTable) -> int | None:
    if not {"n", "Y_e", "Y_mu"} <= raw.columns.keys():
        return None
    names = ("n", "Y_e", "Y_mu", "Y_p", "mu_e")
    needed = [raw.columns[name] for name in names if name in raw.columns]
    known = np.all([np.isfinite(column) for column in needed], axis=0)
    known &= raw.columns["n"] >= UNIFORM_N_FM3
    unknown = np.flatnonzero(~known)
    start = int(unknown[-1]) + 1 if unknown.size else 0
    return start if len(raw) - start >= 5 else None

"""A fitted crust below a user's table that begins in the core.

The crust ends where it reaches the pressure of the first row of the core that is kept: among the
rows at which the core is denser than the crust at the same pressure the one nearest to
n = 0.08 fm^-3 (or, without densities, to the energy density of such matter), up to a factor of 4.
There the energy density jumps, as across a
first-order transition; a jump the other way would be unstable. Log-enthalpies of the fit give the
baryon density of the crust by equality of mu_B at the join.
"""

import numpy as np

from stellar.constants import MEV_FM3_TO_G_CM3
from stellar.eos.fits.crusts import CRUSTS as FITS
from stellar.eos.fits.pressure_fit import LOWEST_LOG_RHO, PressureFit
from stellar.eos.roots import bracketed_root
from stellar.eos.user_tables.findings import Finding, refuse
from stellar.eos.user_tables.raw_table import RawTable

CRUSTS = tuple(FITS)
_JOIN_N_FM3 = 0.08
_JOIN_EPS_MEV_FM3 = 75.4  # of matter at that density
_FARTHEST = 4.0
_HIGHEST_LOG_RHO = 14.4  # g/cm^3; beyond the end of every crust
_ROWS_PER_DECADE = 40


def with_crust(raw: RawTable, name: str) -> RawTable:
    """The table with its rows below the join replaced by rows of a crust.

    Raises
    ------
    TableError
        E_CRUST if the curves do not meet in the order of rising density.
    """
    fit = FITS[name]
    first = _first_core_row(raw, fit)
    if first is None:
        raise refuse(
            raw.source,
            "E_CRUST",
            f"the crust {name} does not fit below this table: nowhere near n = {_JOIN_N_FM3:g} "
            "fm-3 is the core denser than the crust at the same pressure; use crust=none.",
        )
    p_join = float(raw.columns["P"][first])
    end = _log_density(fit, p_join)
    count = max(20, int(_ROWS_PER_DECADE * (end - LOWEST_LOG_RHO)))
    x = np.linspace(LOWEST_LOG_RHO, end, count)
    p, eps, ce2 = fit.state(x)
    p[-1] = p_join
    crust = {"P": p, "eps": eps}
    core = raw.keep(np.arange(first, len(raw)))
    if "n" in raw.columns:
        gain = fit.enthalpy_gain(x)
        mu_join = (core.columns["eps"][0] + p_join) / core.columns["n"][0]
        mu = mu_join * np.exp(gain - gain[-1])
        crust |= {"n": (eps + p) / mu, "mu_B": mu}
    if "ce2" in raw.columns:
        crust["ce2"] = ce2
    unknown = np.full(count, np.nan)
    columns = {
        key: np.concatenate([crust.get(key, unknown), values])
        for key, values in core.columns.items()
    }
    jump = core.columns["eps"][0] / eps[-1] - 1.0
    note = Finding(
        "W_CRUST",
        f"crust {name} below P = {p_join:.5g} MeV/fm3, where eps rises by {100.0 * jump:.3g} %; "
        f"{first} rows of the table lie below and are not used.",
        int(core.lines[0]) or None,
    )
    lines = np.concatenate([np.zeros(count, dtype=np.int64), core.lines])
    attributes = (*raw.attributes, ("crust_citation", fit.citation))
    return RawTable(
        raw.source, raw.format, columns, lines, raw.digits, (*raw.findings, note), attributes
    )


def _first_core_row(raw: RawTable, fit: PressureFit) -> int | None:
    low = float(fit.state(np.array(LOWEST_LOG_RHO))[0])
    high = float(fit.state(np.array(_HIGHEST_LOG_RHO))[0])
    measure, wanted = (
        (raw.columns["n"], _JOIN_N_FM3)
        if "n" in raw.columns
        else (raw.columns["eps"], _JOIN_EPS_MEV_FM3)
    )
    distance = np.abs(np.log(measure / wanted))
    for row in np.argsort(distance, kind="stable"):
        p = float(raw.columns["P"][row])
        if distance[row] > np.log(_FARTHEST) or not low < p < high:
            continue
        density = 10.0 ** _log_density(fit, p) / MEV_FM3_TO_G_CM3
        if raw.columns["eps"][row] > density * (1.0 + 1e-9):
            return int(row)
    return None


def _log_density(fit: PressureFit, p: float) -> float:
    return bracketed_root(
        lambda x: float(np.log(fit.state(np.array(x))[0] / p)),
        LOWEST_LOG_RHO,
        _HIGHEST_LOG_RHO,
        xtol=1e-14,
    )

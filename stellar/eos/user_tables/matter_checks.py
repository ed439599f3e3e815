"""What is checked of an equation of state once its rows have become matter.

Codes: E_FIRST_LAW and W_FIRST_LAW (n, mu_B against P and eps), E_MATTER (no positive finite state),
W_ACAUSAL (ce2 > 1), W_UNSTABLE (Gamma < 4/3 in the core), W_DELTA_NEG (frozen below equilibrium
speed of sound).
"""

import numpy as np
from numpy.typing import NDArray

from stellar.constants import MEV_FM3_TO_KM2
from stellar.eos.base import ColdEOS, Segment
from stellar.eos.user_tables.findings import Finding
from stellar.eos.user_tables.raw_table import RawTable

Array = NDArray[np.float64]

_WARN, _REFUSE = 1e-3, 2e-2
_CORE_EPS_MEV_FM3 = 75.0
_LOWEST_H, _HIGHEST_H = 1e-9, 1.0  # of segments that reach zero or do not end
_POINTS = 40  # looked at in each segment, besides the rows


def first_law_findings(raw: RawTable, h: Array) -> list[Finding]:
    """How far densities and chemical potentials contradict P(eps)."""
    if "n" not in raw.columns:
        return []
    enthalpy = raw.columns["eps"] + raw.columns["P"]
    mu = raw.columns["n"] * np.exp(h) / enthalpy
    found = []
    residuals = {"n e^h / (eps + P), which should be constant,": mu / np.median(mu) - 1.0}
    if "mu_B" in raw.columns:
        what = "mu_B n / (eps + P), which should be 1,"
        residuals[what] = raw.columns["mu_B"] * raw.columns["n"] / enthalpy - 1.0
    for what, residual in residuals.items():
        worst = int(np.argmax(np.abs(residual)))
        size = abs(float(residual[worst]))
        if size > _WARN:
            code = "E_FIRST_LAW" if size > _REFUSE else "W_FIRST_LAW"
            sentence = f"{what} is off by {size:.2g}; {_REFUSE:g} is the limit."
            found.append(Finding(code, sentence, int(raw.lines[worst]) or None))
    return found


def matter_findings(eos: ColdEOS) -> list[Finding]:
    """Acausal, unstable and convectively unstable matter, and anything that is not a number."""
    found = []
    acausal = unstable = convective = None
    for segment in eos.segments:
        h = _places(segment)
        p, eps, ce2, difference = (np.asarray(values) for values in segment.evaluate(h))
        numbers = np.array([p, eps, ce2, difference])
        if not np.all(np.isfinite(numbers)) or np.any(numbers[:3] < 0.0):
            bad = float(h[np.argmin(np.all(np.isfinite(numbers), 0) & np.all(numbers[:3] > 0, 0))])
            what = f"matter at log-enthalpy {bad:.6g} has no positive finite P, eps and ce2."
            return [Finding("E_MATTER", what)]
        core = eps > _CORE_EPS_MEV_FM3 * MEV_FM3_TO_KM2
        acausal = acausal or _crossing(ce2, eps)
        unstable = unstable or _first(core & (ce2 * (eps + p) / p < 4.0 / 3.0), eps, ce2)
        convective = convective or _first(difference < 0.0, eps, difference)
    if acausal:
        what = f"c_e^2 exceeds 1 from eps = {acausal:.5g} MeV/fm3 on."
        found.append(Finding("W_ACAUSAL", what))
    if unstable:
        what = f"Gamma < 4/3 in the core, first at eps = {unstable[0]:.6g} MeV/fm3."
        found.append(Finding("W_UNSTABLE", what))
    if convective:
        what = (
            f"c_s^2 - c_e^2 = {convective[1]:.3g} at eps = {convective[0]:.6g} MeV/fm3: such "
            "matter is unstable to convection."
        )
        found.append(Finding("W_DELTA_NEG", what))
    return found


def _places(segment: Segment) -> Array:
    """Log-enthalpies to look at: the rows, and points between them."""
    low, high = max(segment.h_lo, _LOWEST_H), min(segment.h_hi, _HIGHEST_H)
    h = np.exp(np.linspace(np.log(low), np.log(max(high, low)), _POINTS))
    rows = h if segment.table_h is None else segment.table_h
    return np.unique(np.clip(np.append(h, rows), segment.h_lo, segment.h_hi))


def _crossing(ce2: Array, eps: Array) -> float | None:
    """Energy density, MeV fm^-3, at which c_e^2 first exceeds 1; finite values only."""
    rows = np.flatnonzero(ce2 > 1.0)
    if not rows.size:
        return None
    row = max(int(rows[0]), 1)
    pair = slice(row - 1, row + 1)
    at = eps[row] if ce2[row - 1] > 1.0 else np.interp(1.0, ce2[pair], eps[pair])
    return float(at) / MEV_FM3_TO_KM2


def _first(where: NDArray[np.bool_], eps: Array, ce2: Array) -> tuple[float, float] | None:
    rows = np.flatnonzero(where)
    if not rows.size:
        return None
    return float(eps[rows[0]]) / MEV_FM3_TO_KM2, float(ce2[rows[0]])

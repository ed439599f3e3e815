"""What is checked of the rows of a table before any matter is made of them, and what is mended.

Mended and told, never in silence: leading `0 0` rows and leading rows of non-increasing density are
dropped, a table written from the centre outwards is turned round, and the inner rows of a plateau
of the pressure are dropped so that it becomes a transition. Everything else that is wrong refuses
the table, with every defect listed.
"""

import numpy as np

from stellar.eos.user_tables.findings import Finding
from stellar.eos.user_tables.raw_table import RawTable

_MOST_LISTED = 1000
_FEWEST_CORE_ROWS = 20
_CORE_EPS_MEV_FM3 = 75.0  # energy density at about half the saturation density
_MOST_LEADING = 3  # rows whose density may fail to increase at the start of a table
_RATIO_AT_TOP = (1e-3, 1.5)  # P/eps of the densest row; AP4 and WFF1 end above 1.2
_EPS_AT_TOP = (50.0, 1e5)  # MeV fm^-3
_SATURATION_FM3, _EPS_AT_SATURATION = 0.16, (140.0, 165.0)
_FRACTIONS = ("Y_e", "Y_mu", "Y_p", "Y_l", "Y_other")
_FEWEST_DIGITS = 6
_CRUST_P_MEV_FM3 = 1e-5
_SMALLEST = 1e-50
_WIDEST_GAP = 10.0
_SAME_PRESSURE = 1e-11  # relative; formats that store P/n round the two rows of a transition


def mended(raw: RawTable) -> RawTable:
    """The table without the defects that have one obvious remedy, each of them noted."""
    raw = _turned_round(raw)
    p, eps = raw.columns["P"], raw.columns["eps"]
    zeros = 0
    while zeros < len(raw) - 1 and p[zeros] == 0.0 and eps[zeros] == 0.0:
        zeros += 1
    if zeros:
        raw = _without_leading(raw, zeros, "W_LEADING_ZERO", "zero pressure and energy density")
    if "n" in raw.columns:
        raw = _without_falling_start(raw)
    return _without_plateaus(raw)


def _turned_round(raw: RawTable) -> RawTable:
    p, eps = raw.columns["P"], raw.columns["eps"]
    if len(raw) > 1 and np.all(np.diff(p) <= 0.0) and np.all(np.diff(eps) < 0.0):
        return raw.keep(np.arange(len(raw))[::-1]).noting(
            Finding("W_DESCENDING", "rows run from the centre outwards; they were turned round.")
        )
    return raw


def _without_leading(raw: RawTable, count: int, code: str, what: str) -> RawTable:
    line = int(raw.lines[0]) or None
    rows = "the first row" if count == 1 else f"the first {count} rows"
    note = Finding(code, f"{rows} with {what} dropped.", line)
    return raw.keep(np.arange(count, len(raw))).noting(note)


def _without_falling_start(raw: RawTable) -> RawTable:
    n = raw.columns["n"]
    falls = np.flatnonzero(np.diff(n[: _MOST_LEADING + 1]) <= 0.0)
    if not falls.size or len(raw) < 2 * _MOST_LEADING:
        return raw
    return _without_leading(
        raw, int(falls[-1]) + 1, "W_N_START", "a baryon density that does not increase"
    )


def _without_plateaus(raw: RawTable) -> RawTable:
    p = raw.columns["P"].copy()
    level = np.abs(np.diff(p)) <= _SAME_PRESSURE * p[1:]
    for row in np.flatnonzero(level) + 1:
        p[row] = p[row - 1]
    inner = np.zeros(len(p), dtype=bool)
    inner[1:-1] = level[:-1] & level[1:]
    notes = []
    for first in np.flatnonzero(level & ~np.insert(level[:-1], 0, False)):
        last = first + 1
        while last < len(p) - 1 and level[last]:
            last += 1
        eps = raw.columns["eps"][[first, last]]
        dropped = last - first - 1
        rows = f"; {dropped} rows between them dropped" if dropped else ""
        notes.append(
            Finding(
                "W_PLATEAU",
                f"equal pressure {p[first]:.6g} MeV/fm3 at energy densities {eps[0]:.6g} and "
                f"{eps[1]:.6g} MeV/fm3 taken as a first-order transition{rows}.",
                int(raw.lines[first]) or None,
            )
        )
    return raw.with_columns(P=p).keep(~inner).noting(*notes) if notes else raw


def row_findings(raw: RawTable) -> list[Finding]:
    """Errors and warnings of a mended table."""
    found = _value_findings(raw)
    if found:
        return found  # order and units mean nothing while values are impossible
    found = [*_order_findings(raw), *_size_findings(raw)]
    return [*found, *_unit_findings(raw), *_composition_findings(raw), *_quality_findings(raw)]


def _value_findings(raw: RawTable) -> list[Finding]:
    found = []
    for name, values in raw.columns.items():
        if name in ("n", "P", "eps", "mu_B", "ce2"):
            bad, rule = ~(values > _SMALLEST), f"must be positive (above {_SMALLEST:g})"
        elif name in _FRACTIONS:
            bad, rule = ~((values >= 0.0) & (values <= 1.0 + 1e-6)), "must lie between 0 and 1"
        else:
            bad, rule = ~np.isfinite(values), "must be finite"
        bad &= ~np.isnan(values) | (name not in (*_FRACTIONS, "mu_e", "delta_all", "delta_yp"))
        for row in np.flatnonzero(bad)[:_MOST_LISTED]:
            code = "E_NEG" if np.isfinite(values[row]) else "E_NONFINITE"
            found.append(_at(raw, row, code, f"{name} = {values[row]:.6g} {rule}."))
    return found


def _order_findings(raw: RawTable) -> list[Finding]:
    p, eps = raw.columns["P"], raw.columns["eps"]
    found = []
    for row in np.flatnonzero(np.diff(p) < 0.0)[:_MOST_LISTED] + 1:
        found.append(
            _at(raw, row, "E_P_DECREASING", f"P falls from {p[row - 1]:.9g} to {p[row]:.9g}.")
        )
    for row in np.flatnonzero(np.diff(eps) <= 0.0)[:_MOST_LISTED] + 1:
        found.append(
            _at(
                raw,
                row,
                "E_EPS_NOT_INCREASING",
                f"eps goes from {eps[row - 1]:.9g} to {eps[row]:.9g} MeV/fm3; it must increase "
                "from row to row.",
            )
        )
    if "n" in raw.columns:
        n = raw.columns["n"]
        for row in np.flatnonzero(np.diff(n) <= 0.0)[:_MOST_LISTED] + 1:
            found.append(
                _at(
                    raw,
                    row,
                    "E_N_NOT_INCREASING",
                    f"n goes from {n[row - 1]:.9g} to {n[row]:.9g} fm-3; it must increase.",
                )
            )
    return found


def _size_findings(raw: RawTable) -> list[Finding]:
    found = []
    core = int(np.count_nonzero(raw.columns["eps"] > _CORE_EPS_MEV_FM3))
    if core < _FEWEST_CORE_ROWS:
        found.append(
            Finding(
                "E_TOO_FEW",
                f"{core} rows lie above {_CORE_EPS_MEV_FM3:g} MeV/fm3; at least "
                f"{_FEWEST_CORE_ROWS} are needed. Are the units right?",
            )
        )
    lengths = np.diff(np.flatnonzero(np.diff(raw.columns["P"], prepend=-1.0, append=-1.0)))
    if len(raw) and np.any(lengths > 2):
        found.append(Finding("E_P_DECREASING", "more than two rows have the same pressure."))
    return found


def _unit_findings(raw: RawTable) -> list[Finding]:
    p, eps = float(raw.columns["P"][-1]), float(raw.columns["eps"][-1])
    found = []
    ratios, densities = _RATIO_AT_TOP, _EPS_AT_TOP
    if not ratios[0] <= p / eps <= ratios[1]:
        found.append(
            _at(
                raw,
                -1,
                "E_UNITS",
                f"P/eps = {p / eps:.3g} in the densest row; {ratios[0]:g} to {ratios[1]:g} is "
                "possible. Check the units of both.",
            )
        )
    if not densities[0] <= eps <= densities[1]:
        found.append(
            _at(
                raw,
                -1,
                "E_UNITS",
                f"the densest row has {eps:.3g} MeV/fm3; {densities[0]:g} to {densities[1]:g} is "
                "possible. Check the units.",
            )
        )
    return [*found, *_saturation_findings(raw)]


def _saturation_findings(raw: RawTable) -> list[Finding]:
    if "n" not in raw.columns:
        return []
    n, eps = raw.columns["n"], raw.columns["eps"]
    low, high = _EPS_AT_SATURATION
    if np.any(np.diff(n) <= 0.0) or not n[0] < _SATURATION_FM3 < n[-1]:
        if n[-1] < _SATURATION_FM3 or n[0] > 10.0 * _SATURATION_FM3:
            what = f"baryon densities from {n[0]:.3g} to {n[-1]:.3g} fm-3 hold no core."
            return [Finding("E_UNITS", f"{what} Check the units of n.")]
        return []
    value = float(np.exp(np.interp(np.log(_SATURATION_FM3), np.log(n), np.log(eps))))
    if low <= value <= high:
        return []
    return [
        Finding(
            "E_UNITS",
            f"eps = {value:.4g} MeV/fm3 at n = 0.16 fm-3; nuclear matter has {low:g} to {high:g}. "
            "Check the units of n and eps.",
        )
    ]


def _composition_findings(raw: RawTable) -> list[Finding]:
    columns = raw.columns
    if not {"Y_e", "Y_mu", "Y_p"} <= columns.keys() or "Y_other" in columns:
        return []
    charge = np.abs(columns["Y_p"] - columns["Y_e"] - columns["Y_mu"])
    worst = int(np.argmax(np.nan_to_num(charge)))
    if not charge[worst] > 1e-6:
        return []
    what = f"Y_p - Y_e - Y_mu = {charge[worst]:.2g} where matter must be neutral."
    return [_at(raw, worst, "W_CHARGE", what)]


def _quality_findings(raw: RawTable) -> list[Finding]:
    found = []
    if raw.digits < _FEWEST_DIGITS:
        found.append(
            Finding(
                "W_DIGITS",
                f"P or eps is written with {raw.digits} digits; speeds of sound need "
                f"{_FEWEST_DIGITS} or more.",
            )
        )
    if raw.columns["P"][0] > _CRUST_P_MEV_FM3:
        found.append(
            Finding(
                "W_NO_CRUST",
                f"the table begins at P = {raw.columns['P'][0]:.3g} MeV/fm3, inside the star; "
                "crust=sly puts a crust below it.",
            )
        )
    gaps = raw.columns["eps"][1:] / raw.columns["eps"][:-1]
    for row in np.flatnonzero(gaps > _WIDEST_GAP)[:_MOST_LISTED] + 1:
        found.append(_at(raw, row, "W_GAP", f"eps rises {gaps[row - 1]:.3g}-fold in one step."))
    return found


def _at(raw: RawTable, row: int, code: str, sentence: str) -> Finding:
    line = int(raw.lines[row])
    return Finding(code, sentence, line or None)

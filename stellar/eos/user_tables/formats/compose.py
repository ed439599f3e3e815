"""CompOSE tables: `eos.nb`, `eos.thermo` and, where present, `eos.t`, `eos.yq`, `eos.compo`.

A row of eos.thermo holds i_T i_n i_Y, Q1..Q7, N_add and N_add further numbers; with the neutron
mass m_n of the file's own first line (it differs from table to table)

    P = Q1 n,  mu_B = m_n (1 + Q3),  mu_q = m_n Q4,  mu_l = m_n Q5,  eps = n m_n (1 + Q7)

Rows may come in any order. One value of Y_q means cold matter in beta equilibrium, mu_e = -mu_q;
several mean a table in (n, Y_q), for which `compose_equilibrium` solves (Typel et al. 2015).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import NEUTRON_MASS_MEV, PROTON_MASS_MEV
from stellar.eos.user_tables.findings import Finding, TableError, refuse
from stellar.eos.user_tables.formats.compose_equilibrium import Sheet, in_equilibrium
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import (
    Line,
    content_lines,
    decoded,
    number,
    rows_of,
    significant_digits,
)
from stellar.eos.user_tables.formats.writing import required, scientific, text
from stellar.eos.user_tables.from_rows import log_enthalpies
from stellar.eos.user_tables.raw_table import DIGITS_OF_DOUBLE, RawTable

Rows = NDArray[np.float64]

_HOTTEST_MEV = 0.2  # of the lowest temperature of a table that may pass for cold
_FIRST_Q = 3
_FIXED_WORDS = 10  # three indices and seven quantities; at least N_add follows
_ELECTRON, _MUON, _NEUTRON, _PROTON = 0, 1, 10, 11


@dataclass(frozen=True)
class Thermo:
    """eos.thermo: masses, whether leptons are included, and rows (indices, Q1..Q7, line)."""

    m_n: float
    leptons: bool
    indices: NDArray[np.int64]
    q: Rows
    lines: NDArray[np.int64]
    digits: int


def _read(source: Source, columns: str) -> RawTable:
    thermo = _thermo(source)
    n_grid, n_first = _grid(source, "nb")
    if np.any(n_grid <= 0.0) or np.any(np.diff(n_grid) <= 0.0):
        raise refuse(f"{source.name}, nb", "E_N_NOT_INCREASING", "densities must rise from > 0.")
    charge, y_first = _grid(source, "yq") if "yq" in source.parts else (np.zeros(1), 1)
    thermo = _coldest(thermo, source)
    attributes = (
        ("m_n_mev", f"{thermo.m_n:.10g}"),
        ("compose_leptons", "included" if thermo.leptons else "not included"),
    )
    if len(charge) > 1:
        sheet = _sheet(thermo, n_grid, n_first, charge, y_first, source)
        found, kept, origin = in_equilibrium(sheet, source.name)
        lines = np.zeros(len(kept), dtype=np.int64)
        raw = RawTable(source.name, FORMAT.name, found, lines, thermo.digits)
        raw = raw.noting(Finding("W_BETA", f"beta equilibrium solved at {len(kept)} densities."))
        return raw.about((*attributes, ("delta_origin", origin)))
    order = _row_of(thermo.indices[:, 1] - n_first, len(n_grid), thermo, source)
    found = _state(n_grid, thermo.q[order], thermo.m_n)
    if thermo.leptons and np.any(thermo.q[:, 3]):
        found["mu_e"] = -thermo.m_n * thermo.q[order, 3]
    found |= _fractions(source, n_first, len(n_grid))
    raw = RawTable(source.name, FORMAT.name, found, thermo.lines[order], thermo.digits)
    return raw.about(attributes)


def _state(n: Rows, q: Rows, m_n: float) -> dict[str, Rows]:
    return {
        "n": n,
        "P": q[:, 0] * n,
        "eps": n * m_n * (1.0 + q[:, 6]),
        "mu_B": m_n * (1.0 + q[:, 2]),
    }


def _thermo(source: Source) -> Thermo:
    name = f"{source.name}, thermo"
    lines = content_lines(decoded(source.parts["thermo"], name))
    if len(lines) < 2:
        raise refuse(name, "E_TOO_FEW", "it holds no rows.")
    m_n, _, leptons = rows_of(lines[:1], name, 3).values[0]
    if not 500.0 < m_n < 2000.0:
        raise refuse(name, "E_UNITS", f"the neutron mass {m_n:.6g} MeV is impossible.", 1)
    short = [line for line in lines[1:] if len(line.words) <= _FIXED_WORDS]
    if short:
        raise TableError(
            name,
            [
                Finding("E_COLUMNS", f"{len(l.words)} columns, at least 11 expected.", l.number)
                for l in short[:1000]
            ],
        )
    rows = rows_of([Line(l.number, l.words[:_FIXED_WORDS]) for l in lines[1:]], name)
    indices = rows.values[:, :_FIRST_Q]
    if np.any(indices != np.round(indices)) or np.any(np.abs(indices) > 1e6):
        raise refuse(name, "E_SYNTAX", "the first three columns must be integers.")
    digits = sorted(min(significant_digits(words[k]) for k in (3, 9)) for words in rows.words)
    return Thermo(
        m_n,
        leptons == 1.0,
        indices.astype(np.int64),
        rows.values[:, _FIRST_Q:],
        rows.lines,
        min(digits[len(digits) // 2], DIGITS_OF_DOUBLE),
    )


def _grid(source: Source, part: str) -> tuple[Rows, int]:
    """Values of eos.nb, eos.yq or eos.t, and the index of the first."""
    name = f"{source.name}, {part}"
    lines = content_lines(decoded(source.parts[part], name))
    values = rows_of(lines, name, 1).values[:, 0]
    if len(values) < 3:
        raise refuse(name, "E_TOO_FEW", "it needs two indices and at least one value.")
    first, last = values[:2]
    if first != round(first) or last - first + 1 != len(values) - 2:
        raise refuse(
            name,
            "E_ROWCOUNT",
            f"indices {first:g} to {last:g} are announced, {len(values) - 2} values follow.",
            lines[0].number,
        )
    return values[2:], int(first)


def _coldest(thermo: Thermo, source: Source) -> Thermo:
    index = thermo.indices[:, 0]
    if "t" in source.parts:
        temperatures, _ = _grid(source, "t")
        if temperatures[0] > _HOTTEST_MEV:
            raise refuse(
                f"{source.name}, t",
                "E_RANGE",
                f"the lowest temperature is {temperatures[0]:.3g} MeV; cold matter needs at most "
                f"{_HOTTEST_MEV:g}.",
            )
    cold = index == index.min()
    return Thermo(
        thermo.m_n,
        thermo.leptons,
        thermo.indices[cold],
        thermo.q[cold],
        thermo.lines[cold],
        thermo.digits,
    )


def _row_of(place: NDArray[np.int64], count: int, thermo: Thermo, source: Source) -> NDArray:
    """For each place of a grid the row that belongs to it.

    Raises
    ------
    TableError
        E_ROWCOUNT if places are missing, doubled or outside.
    """
    seen = np.bincount(place[(place >= 0) & (place < count)], minlength=count)
    if len(place) != count or np.any(seen != 1):
        raise refuse(
            f"{source.name}, thermo",
            "E_ROWCOUNT",
            f"{count} grid points are announced, {len(place)} rows follow, which miss "
            f"{int(np.count_nonzero(seen == 0))} of them and give "
            f"{int(np.count_nonzero(seen > 1))} more than once.",
        )
    return np.argsort(place, kind="stable")


def _sheet(
    thermo: Thermo, n: Rows, n_first: int, charge: Rows, y_first: int, source: Source
) -> Sheet:
    if len(charge) < 4 or np.any(np.diff(charge) <= 0.0):
        raise refuse(f"{source.name}, yq", "E_TOO_FEW", "at least four rising values are needed.")
    place = (thermo.indices[:, 1] - n_first) * len(charge) + thermo.indices[:, 2] - y_first
    order = _row_of(place, len(n) * len(charge), thermo, source)
    q = thermo.q[order].reshape(len(n), len(charge), -1)
    density = n[:, None]
    return Sheet(
        n=n,
        charge=charge,
        p=q[..., 0] * density,
        eps=density * thermo.m_n * (1.0 + q[..., 6]),
        mu_b=thermo.m_n * (1.0 + q[..., 2]),
        mu_q=thermo.m_n * q[..., 3],
        mu_l=thermo.m_n * q[..., 4],
        leptons=thermo.leptons,
    )


def _fractions(source: Source, n_first: int, count: int) -> dict[str, Rows]:
    """Fractions from eos.compo; NaN where a row does not state the particle."""
    if "compo" not in source.parts:
        return {}
    name = f"{source.name}, compo"
    table = {key: np.zeros(count) for key in ("Y_e", "Y_mu", "Y_p", "Y_other")}
    known = {_ELECTRON: "Y_e", _MUON: "Y_mu", _PROTON: "Y_p"}
    seen = np.zeros(count, dtype=int)
    for line in content_lines(decoded(source.parts["compo"], name)):
        values = [v for v in map(number, line.words) if v is not None and np.isfinite(v)]
        if len(values) < 5 or len(values) != len(line.words):
            raise refuse(name, "E_SYNTAX", "a word is no finite number.", line.number)
        pairs, place = int(values[4]), int(values[1]) - n_first
        if not 0 <= pairs <= (len(values) - 5) // 2 or not 0 <= place < count:
            raise refuse(name, "E_COLUMNS", "the counts of the row are impossible.", line.number)
        seen[place] += 1
        for particle, y in zip(
            values[5 : 5 + 2 * pairs : 2], values[6 : 6 + 2 * pairs : 2], strict=True
        ):
            if particle != _NEUTRON:
                table[known.get(int(particle), "Y_other")][place] += y
        if len(values) > 5 + 2 * pairs and values[5 + 2 * pairs] > 0:
            table["Y_other"][place] += 1.0  # nuclei: the matter is not uniform
    if np.any(seen != 1):
        raise refuse(name, "E_ROWCOUNT", f"{count} densities are announced, not each has a row.")
    table["Y_other"] = np.minimum(np.abs(table["Y_other"]), 1.0)
    return table


def _recognise(source: Source) -> bool:
    return bool(source.parts)


def _write(raw: RawTable) -> dict[str, bytes]:
    n, p, eps = required(raw, FORMAT.name, "n", "P", "eps")
    m_n = NEUTRON_MASS_MEV
    if "mu_B" in raw.columns:
        mu_b = raw.columns["mu_B"]
    else:
        enthalpy = np.exp(log_enthalpies(raw))
        mu_b = enthalpy * np.median((eps + p) / n / enthalpy)
    mu_e = np.nan_to_num(raw.columns.get("mu_e", np.zeros(len(raw))))
    head = f"{scientific(m_n)} {scientific(PROTON_MASS_MEV)} 1"
    energy = eps / (n * m_n) - 1.0
    rows = [head]
    for i in range(len(raw)):
        q = (p[i] / n[i], 0.0, mu_b[i] / m_n - 1.0, -mu_e[i] / m_n, 0.0, energy[i], energy[i])
        # three more digits: the rest mass has been taken away
        rows.append(f"1 {i + 1} 1 " + " ".join(f"{value:.15e}" for value in q) + " 0")
    files = {
        "eos.t": text(["1", "1", scientific(0.0)]),
        "eos.yq": text(["1", "1", scientific(0.0)]),
        "eos.nb": text(["1", str(len(raw)), *(scientific(value) for value in n)]),
        "eos.thermo": text(rows),
    }
    if {"Y_e", "Y_mu", "Y_p"} <= raw.columns.keys():
        files["eos.compo"] = text(_composition_lines(raw))
    return files


def _composition_lines(raw: RawTable) -> list[str]:
    names = {_ELECTRON: "Y_e", _MUON: "Y_mu", _PROTON: "Y_p"}
    lines = []
    for i in range(len(raw)):
        y = {particle: float(raw.columns[name][i]) for particle, name in names.items()}
        if any(np.isnan(value) for value in y.values()):
            lines.append(f"1 {i + 1} 1 0 0 0")
            continue
        y[_NEUTRON] = 1.0 - y[_PROTON]
        pairs = " ".join(f"{particle} {scientific(value)}" for particle, value in y.items())
        lines.append(f"1 {i + 1} 1 0 {len(y)} {pairs} 0")
    return lines


FORMAT = Format(
    name="compose",
    description="CompOSE directory or zip: cold tables, or tables in (n, Y_q)",
    recognise=_recognise,
    read=_read,
    write=_write,
)

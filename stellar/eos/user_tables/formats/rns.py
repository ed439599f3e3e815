"""The format of the RNS code: the number of rows, then four columns.

eps/c^2 [g/cm^3], P [dyn/cm^2], H = int dP/(eps + P) c^2 [cm^2/s^2] (1 in the first row), n [cm^-3]

H is not used: log-enthalpies are integrated anew.
"""

import numpy as np

from stellar.constants import C_SI, MEV_FM3_TO_DYN_CM2, MEV_FM3_TO_G_CM3
from stellar.eos.user_tables.findings import refuse
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import mostly_rows, rows_of, table_lines
from stellar.eos.user_tables.formats.writing import lines_of, required, text
from stellar.eos.user_tables.from_rows import log_enthalpies
from stellar.eos.user_tables.raw_table import RawTable

_CM3_PER_FM3 = 1e-39
_H_UNIT = (C_SI * 1e2) ** 2  # c^2 in cm^2/s^2


def _read(source: Source, columns: str) -> RawTable:
    lines = table_lines(source.content, source.name)
    if not lines or len(lines[0].words) != 1 or not lines[0].words[0].isdecimal():
        raise refuse(source.name, "E_SYNTAX", "the first line must be the number of rows.", 1)
    stated = int(lines[0].words[0][:12])
    if stated != len(lines) - 1:
        raise refuse(
            source.name,
            "E_ROWCOUNT",
            f"{stated} rows are announced, {len(lines) - 1} follow.",
            lines[0].number,
        )
    rows = rows_of(lines[1:], source.name, 4)
    rho, p, _, n = rows.values.T
    found = {
        "n": n * _CM3_PER_FM3,
        "P": p / MEV_FM3_TO_DYN_CM2,
        "eps": rho / MEV_FM3_TO_G_CM3,
    }
    return RawTable(source.name, FORMAT.name, found, rows.lines, rows.digits((0, 1)))


def _recognise(source: Source) -> bool:
    lines = table_lines(source.content, source.name)
    counted = len(lines) > 1 and len(lines[0].words) == 1 and lines[0].words[0].isdecimal()
    return counted and mostly_rows(lines[1:], 4)


def _write(raw: RawTable) -> dict[str, bytes]:
    (n,) = required(raw, FORMAT.name, "n")
    enthalpy = _H_UNIT * log_enthalpies(raw)
    enthalpy = np.maximum(enthalpy - enthalpy[0], 1.0)
    columns = (
        raw.columns["eps"] * MEV_FM3_TO_G_CM3,
        raw.columns["P"] * MEV_FM3_TO_DYN_CM2,
        enthalpy,
        n / _CM3_PER_FM3,
    )
    return {"": text([str(len(raw)), *lines_of(columns)])}


FORMAT = Format(
    name="rns",
    description="RNS: number of rows, then eps/c^2, P, H, n in CGS units",
    recognise=_recognise,
    read=_read,
    write=_write,
)

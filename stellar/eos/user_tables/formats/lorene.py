"""The format of LORENE: comments, the number of rows, then four columns.

index, n [fm^-3], eps/c^2 [g/cm^3], P [dyn/cm^2]
"""

import re

from stellar.constants import MEV_FM3_TO_DYN_CM2, MEV_FM3_TO_G_CM3
from stellar.eos.user_tables.findings import Finding, refuse
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import content_lines, decoded, rows_of
from stellar.eos.user_tables.formats.writing import lines_of, required, text
from stellar.eos.user_tables.raw_table import RawTable

_HEADER = re.compile(r"^\s*(\d{1,9})\s*<--", re.ASCII)


def _header(lines: list[str]) -> tuple[int, int] | None:
    """Index of the line with the number of rows, and that number."""
    for index, line in enumerate(lines[:50]):
        match = _HEADER.match(line)
        if match:
            return index, int(match[1])
    return None


def _read(source: Source, columns: str) -> RawTable:
    lines = decoded(source.content, source.name)
    header = _header(lines)
    if header is None:
        raise refuse(source.name, "E_SYNTAX", "no line of the form '99 <-- Number of lines'.")
    index, stated = header
    rows = rows_of(content_lines(["#"] * (index + 1) + lines[index + 1 :]), source.name, 4)
    if stated != len(rows.lines):
        raise refuse(
            source.name,
            "E_ROWCOUNT",
            f"{stated} rows are announced, {len(rows.lines)} follow.",
            index + 1,
        )
    number, n, rho, p = rows.values.T
    found = {"n": n, "P": p / MEV_FM3_TO_DYN_CM2, "eps": rho / MEV_FM3_TO_G_CM3}
    raw = RawTable(source.name, FORMAT.name, found, rows.lines, rows.digits((2, 3)))
    if list(number) != list(range(1, len(number) + 1)):
        raw = raw.noting(Finding("W_INDEX", "the rows are not numbered 1, 2, 3, ...; ignored."))
    return raw


def _recognise(source: Source) -> bool:
    return _header(decoded(source.content, source.name)) is not None


def _write(raw: RawTable) -> dict[str, bytes]:
    (n,) = required(raw, FORMAT.name, "n")
    columns = (n, raw.columns["eps"] * MEV_FM3_TO_G_CM3, raw.columns["P"] * MEV_FM3_TO_DYN_CM2)
    numbers = (str(index + 1) for index in range(len(raw)))
    head = ["#", "#", "#", "#", "#", f"{len(raw)}  <-- Number of lines", "#"]
    head += ["#  index  n_B [fm^{-3}]  rho [g/cm^3]  p [dyn/cm^2]", "#"]
    return {"": text([*head, *lines_of(columns, numbers)])}


FORMAT = Format(
    name="lorene",
    description="LORENE: '<-- Number of lines', then index, n, eps/c^2, P",
    recognise=_recognise,
    read=_read,
    write=_write,
)

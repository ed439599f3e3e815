"""Microscopic tables of NMMA: n [fm^-3], eps, P [MeV fm^-3], c_s^2 of equilibrium.

Nothing in such a file says what its four columns are, so that it is never recognised: the format
has to be named.
"""

from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import rows_of, table_lines
from stellar.eos.user_tables.formats.writing import lines_of, required, text
from stellar.eos.user_tables.raw_table import RawTable


def _read(source: Source, columns: str) -> RawTable:
    rows = rows_of(table_lines(source.content, source.name), source.name, 4)
    n, eps, p, ce2 = rows.values.T
    found = {"n": n, "P": p, "eps": eps, "ce2": ce2}
    return RawTable(source.name, FORMAT.name, found, rows.lines, rows.digits((1, 2)))


def _recognise(source: Source) -> bool:
    return False


def _write(raw: RawTable) -> dict[str, bytes]:
    n, ce2 = required(raw, FORMAT.name, "n", "ce2")
    return {"": text(lines_of((n, raw.columns["eps"], raw.columns["P"], ce2)))}


FORMAT = Format(
    name="nmma",
    description="NMMA: n, eps, P, c_s^2 in fm^-3 and MeV fm^-3 (name it: format=nmma)",
    recognise=_recognise,
    read=_read,
    write=_write,
)

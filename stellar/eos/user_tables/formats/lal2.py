"""Two columns of LALSimulation: pressure, then energy density, both in m^-2 (G = c = 1)."""

import numpy as np

from stellar.constants import MEV_FM3_TO_KM2
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import mostly_rows, number, rows_of, table_lines
from stellar.eos.user_tables.formats.writing import lines_of, text
from stellar.eos.user_tables.raw_table import RawTable

_M2_TO_MEV_FM3 = 1e6 / MEV_FM3_TO_KM2
_EPS_AT_TOP_M2 = (1e-11, 1e-6)  # of any table of neutron-star matter


def _read(source: Source, columns: str) -> RawTable:
    rows = rows_of(table_lines(source.content, source.name), source.name, 2)
    p, eps = rows.values.T * _M2_TO_MEV_FM3
    return RawTable(source.name, FORMAT.name, {"P": p, "eps": eps}, rows.lines, rows.digits((0, 1)))


def _recognise(source: Source) -> bool:
    lines = table_lines(source.content, source.name)
    if not mostly_rows(lines, 2):
        return False
    whole = [line for line in lines if len(line.words) == 2]
    # the densest row is the last one, or the first
    tops = [(number(line.words[0]), number(line.words[1])) for line in (*whole[:5], *whole[-5:])]
    return any(
        p is not None
        and eps is not None
        and _EPS_AT_TOP_M2[0] < eps < _EPS_AT_TOP_M2[1]
        and 0.0 < p < 2.0 * eps
        for p, eps in tops
    )


def _write(raw: RawTable) -> dict[str, bytes]:
    columns = np.array([raw.columns["P"], raw.columns["eps"]]) / _M2_TO_MEV_FM3
    return {"": text(["# pressure [m^-2]  energy density [m^-2]", *lines_of(columns)])}


FORMAT = Format(
    name="lal2",
    description="LALSimulation, two columns: P and eps in m^-2",
    recognise=_recognise,
    read=_read,
    write=_write,
)

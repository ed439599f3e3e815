"""Nine columns of LALSimulation.

index, n [fm^-3], eps [g/cm^3], P [dyn/cm^2], mu_B [MeV], mu_e [MeV], H, Y_e + Y_mu, c_s^2

H is not used: log-enthalpies are integrated anew. c_s^2 is that of equilibrium.
"""

from stellar.constants import MEV_FM3_TO_DYN_CM2, MEV_FM3_TO_G_CM3
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import mostly_rows, rows_of, table_lines
from stellar.eos.user_tables.raw_table import RawTable

_COLUMNS = 9


def _read(source: Source, columns: str) -> RawTable:
    rows = rows_of(table_lines(source.content, source.name), source.name, _COLUMNS)
    _, n, rho, p, mu_b, mu_e, _, y_l, ce2 = rows.values.T
    return RawTable(
        source.name,
        FORMAT.name,
        {
            "n": n,
            "P": p / MEV_FM3_TO_DYN_CM2,
            "eps": rho / MEV_FM3_TO_G_CM3,
            "mu_B": mu_b,
            "mu_e": mu_e,
            "Y_l": y_l,
            "ce2": ce2,
        },
        rows.lines,
        rows.digits((2, 3)),
    )


def _recognise(source: Source) -> bool:
    lines = table_lines(source.content, source.name)
    if not mostly_rows(lines, _COLUMNS):
        return False
    indices = [int(line.words[0]) for line in lines[:200] if line.words[0].isdecimal()]
    steps = [b - a for a, b in zip(indices, indices[1:], strict=False)]
    return bool(steps) and steps.count(1) >= 0.8 * len(steps)


FORMAT = Format(
    name="lal9",
    description="LALSimulation, nine columns with mu_B, mu_e, Y_e + Y_mu and c_s^2",
    recognise=_recognise,
    read=_read,
)

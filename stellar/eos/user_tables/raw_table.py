"""A table as it was read: columns in the units of this package, each row with its line number.

Columns (any subset that holds P and eps; units as in `tables.COLUMNS`):

    n [fm^-3]  P, eps [MeV fm^-3]  mu_B, mu_e [MeV]  ce2, cs2_frozen, delta_all, delta_yp [c^2]
    Y_e, Y_mu, Y_p, Y_l = Y_e + Y_mu, Y_other (baryons other than n and p)  per baryon
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stellar.eos.user_tables.findings import Finding

Array = NDArray[np.float64]

DIGITS_OF_DOUBLE = 16


@dataclass(frozen=True, eq=False)
class RawTable:
    """Rows from the surface inwards, or in whatever order the file has them before the checks.

    source : name of the file, for messages
    format : name of its format
    lines : line of each row, 0 for rows that stand in no file
    digits : significant digits with which P and eps are written
    findings : what was noticed so far, repairs included
    attributes : what goes into the provenance
    """

    source: str
    format: str
    columns: Mapping[str, Array]
    lines: NDArray[np.int64]
    digits: int = DIGITS_OF_DOUBLE
    findings: tuple[Finding, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: NDArray) -> "RawTable":
        """The chosen rows, by mask or by index, in that order."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return replace(self, columns=columns, lines=self.lines[rows])

    def noting(self, *findings: Finding) -> "RawTable":
        """The same table with further findings."""
        return replace(self, findings=(*self.findings, *findings))

    def with_columns(self, **columns: Array) -> "RawTable":
        """The same rows with further columns."""
        return replace(self, columns={**self.columns, **columns})

    def about(self, attributes: tuple[tuple[str, str], ...]) -> "RawTable":
        """The same table with these attributes."""
        return replace(self, attributes=attributes)

"""Results as astropy tables: quantities at the edge, and `QTable.read(path, format="stellar")`.

`stellar.results.astropy_hook` registers the format when astropy.table is imported.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from parode_core import Status
from stellar.results.columns import columns_of

if TYPE_CHECKING:
    from astropy.table import QTable

    from stellar.results.results import Results

_FORMAT = "stellar"


def to_qtable(results: "Results", table: str = "modes") -> "QTable":
    """The table `modes` or `stars` as an astropy QTable: floating-point columns with units.

    Raises KeyError for another table name.
    """
    from astropy.table import QTable

    known = columns_of(table)
    columns = results.table(table)
    return QTable(
        dict(columns),
        units={name: known[name].unit for name in columns if known[name].unit},
        descriptions={name: known[name].description for name in columns},
        meta={
            "config": results.config_toml,
            "status": {member.name: int(member) for member in Status},
            **results.provenance,
        },
    )


def register_format() -> None:
    """Make `QTable.read` and `Table.read` know the format."""
    from astropy.io import registry
    from astropy.table import Table

    # QTable inherits the readers of Table.
    registry.register_reader(_FORMAT, Table, _read_qtable, force=True)


def _read_qtable(path: str | Path, table: str = "modes") -> "QTable":
    """Read behind QTable.read and Table.read; `table` chooses between `modes` and `stars`."""
    from stellar.results.reader import open_results

    return to_qtable(open_results(path), table)

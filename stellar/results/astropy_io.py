"""Results as astropy tables: quantities at the edge, and `QTable.read(path, format="stellar")`.

The format must be known whichever of stellar and astropy is imported first, but importing astropy
takes most of a second. `register_when_imported` therefore waits for `astropy.table` to be imported
by whoever wants it, and registers the format at that moment.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from parode_core import Status
from stellar.results.columns import columns_of

if TYPE_CHECKING:
    from astropy.table import QTable

    from stellar.results.results import Results

_FORMAT = "stellar"
_TABLE_MODULE = "astropy.table"


def to_qtable(results: "Results", table: str = "modes") -> "QTable":
    """The table `modes` or `stars` as an astropy QTable: floating-point columns with units.

    Raises KeyError for another table name.
    """
    from astropy import units
    from astropy.table import Column, QTable

    known = columns_of(table)
    quantities = QTable(meta={"config": results.config_toml, **results.provenance})
    for name, values in results.table(table).items():
        column = known[name]
        if column.dtype == "f8" and column.unit:
            quantities[name] = values * units.Unit(column.unit)
        else:
            quantities[name] = Column(values)
        quantities[name].info.description = column.description
        if column.dtype == "status":
            quantities[name].info.meta = {member.name: int(member) for member in Status}
    return quantities


def register_when_imported() -> None:
    """Register the format now if astropy.table is loaded, otherwise as soon as it is."""
    if _TABLE_MODULE in sys.modules:
        _register()
    elif not any(isinstance(finder, _TableImportWatcher) for finder in sys.meta_path):
        sys.meta_path.insert(0, _TableImportWatcher())


def _register() -> None:
    from astropy.io import registry
    from astropy.table import Table

    # QTable inherits the readers of Table.
    registry.register_reader(_FORMAT, Table, _read_qtable, force=True)


def _read_qtable(path: str | Path, table: str = "modes") -> "QTable":
    """Read behind QTable.read and Table.read; `table` chooses between `modes` and `stars`."""
    from stellar.results.reader import open_results

    return to_qtable(open_results(path), table)


class _TableImportWatcher(MetaPathFinder):
    """Finds nothing itself; lets the regular finders find astropy.table and adds one step."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TABLE_MODULE:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _RegisteringLoader(spec.loader)
        return spec


class _RegisteringLoader(Loader):
    """Runs the module as its own loader would, then registers the format."""

    def __init__(self, loader: Loader):
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # From here on the module should look as if this loader had never been there.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _register()

"""Teach astropy the format "stellar" at the moment somebody imports `astropy.table`.

`QTable.read(path, format="stellar")` must work whichever package is imported first, but astropy
takes most of a second to import and a program that never touches tables should not wait for it.
This module is imported with `stellar` itself and therefore imports next to nothing.
"""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any, cast

_TABLE_MODULE = "astropy.table"


def register_when_imported() -> None:
    """Register the format now if astropy.table is loaded, otherwise as soon as it is."""
    if _TABLE_MODULE in sys.modules:
        _register()
    elif not any(isinstance(finder, _TableImportWatcher) for finder in sys.meta_path):
        sys.meta_path.insert(0, _TableImportWatcher())


def _register() -> None:
    from stellar.results.astropy_io import register_format

    register_format()


class _TableImportWatcher:
    """A finder that finds nothing itself: it lets the others find astropy.table and adds a step.

    Not derived from importlib.abc, whose import alone takes longer than all the rest of `stellar`.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """The specification of astropy.table with one step added; None for everything else."""
        if fullname != _TABLE_MODULE:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = cast(Any, _RegisteringLoader(spec.loader))  # a loader by its form
        return spec


class _RegisteringLoader:
    """Runs the module as its own loader would, then registers the format."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the module's own loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, which from then on looks as if this loader had never been there."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _register()

"""What is checked in a foreign HDF5 file before any of its data are read.

HDF5 follows links and external storage into other files without asking, and a small file may
declare terabytes. Every object is therefore looked at first: hard links only, own storage only,
known groups and columns, expected types, bounded size. Each check raises InputError.
"""

from collections.abc import Iterator

import h5py
import numpy as np

from stellar.errors import InputError
from stellar.results.columns import Column, columns_of
from stellar.results.layout import MEMBER, ROW_TABLES, SIZE_CAP_BYTES, TOP_GROUPS

_MAXIMUM_OBJECTS = 1_000_000
_FILTERS = {h5py.h5z.FILTER_FLETCHER32, h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE}
_KINDS = {"f8": ("f", 8), "i8": ("i", 8), "bool": ("b", 1), "status": ("i", 1)}


def holds_members(group: h5py.Group) -> bool:
    """Whether a group of `/eos` holds the draws of an ensemble; nothing in it is opened."""
    return MEMBER in group


class Guard:
    """Looks at every object of one file, counting objects and declared bytes."""

    def __init__(self, name: str):
        self._name = name
        self._objects = 0
        self._bytes = 0

    def refuse(self, what: str) -> InputError:
        """The error that says what is wrong with this file."""
        return InputError(f"{self._name} is not a good result file: {what}.")

    def check(self, file: h5py.File) -> None:
        """Refuse the file unless every object in it is of the layout and within the cap."""
        for name, group in self.groups(file):
            if name not in TOP_GROUPS:
                raise self.refuse(f"it holds an unknown object '{name[:80]}'")
            if name in ROW_TABLES:
                self._check_table(group, name)
            elif name == "constants":
                self._check_empty(group)
            else:
                for _, inner in self.groups(group):
                    self._check_table(inner, "members" if holds_members(inner) else name)

    def groups(self, group: h5py.Group) -> Iterator[tuple[str, h5py.Group]]:
        """The groups in a group; anything else in it is refused."""
        for name, item in self._members(group):
            if not isinstance(item, h5py.Group):
                raise self.refuse(f"'{name[:80]}' should be a group")
            yield name, item

    def datasets(self, group: h5py.Group) -> Iterator[tuple[str, h5py.Dataset]]:
        """The datasets in a group; anything else in it is refused."""
        for name, item in self._members(group):
            if not isinstance(item, h5py.Dataset):
                raise self.refuse(f"'{name[:80]}' should be a dataset")
            yield name, item

    def _members(self, group: h5py.Group) -> Iterator[tuple[str, object]]:
        for name in map(str, group):
            self._objects += 1
            if self._objects > _MAXIMUM_OBJECTS:
                raise self.refuse(f"it holds more than {_MAXIMUM_OBJECTS} objects")
            # Without getlink, h5py would already have opened what the link points to.
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise self.refuse(f"'{name[:80]}' is a link to elsewhere")
            yield name, group[name]

    def _check_empty(self, group: h5py.Group) -> None:
        for name, _ in self._members(group):
            raise self.refuse(f"it holds an unknown object '{name[:80]}'")

    def _check_table(self, group: h5py.Group, table: str) -> None:
        known = columns_of(table)
        for name, dataset in self.datasets(group):
            if name not in known:
                raise self.refuse(f"the table {table} holds an unknown column '{name[:80]}'")
            self._check_storage(dataset, f"{table}/{name}")
            self._check_type(dataset, known[name])

    def _check_storage(self, dataset: h5py.Dataset, where: str) -> None:
        if dataset.is_virtual or dataset.external:
            raise self.refuse(f"{where} keeps its data in another file")
        properties = dataset.id.get_create_plist()
        filters = {properties.get_filter(i)[0] for i in range(properties.get_nfilters())}
        if not filters <= _FILTERS:
            raise self.refuse(f"{where} is stored with an unknown filter")
        if len(dataset.shape) != 1:
            raise self.refuse(f"{where} has shape {dataset.shape} instead of one row a value")
        self._bytes += dataset.shape[0] * dataset.dtype.itemsize
        if self._bytes > SIZE_CAP_BYTES:
            raise self.refuse(f"it declares more than {SIZE_CAP_BYTES // 1024**3} GiB of data")

    def _check_type(self, dataset: h5py.Dataset, column: Column) -> None:
        if column.dtype == "str":
            text = h5py.check_string_dtype(dataset.dtype)
            fits = text is not None and text.length is not None
        else:
            kind, size = _KINDS[column.dtype]
            fits = dataset.dtype.kind == kind and dataset.dtype.itemsize == size
        if not fits:
            raise self.refuse(
                f"{column.table}/{column.name} holds {dataset.dtype}, not {column.dtype}"
            )
        units = self.text(dataset, "units")
        if units != column.unit:
            raise self.refuse(f"{column.table}/{column.name} claims the unit {units!r:.80}")

    def text(self, item: h5py.Group | h5py.Dataset, key: str) -> str:
        """An attribute that must be one text; its type is looked at before it is read."""
        stored = item.attrs.get_id(key)
        if stored.shape != () or h5py.check_string_dtype(stored.dtype) is None:
            raise self.refuse(f"its attribute '{key[:80]}' is not a text")
        return str(item.attrs[key])

    def number(self, item: h5py.Group | h5py.Dataset, key: str) -> float:
        """An attribute that must be one number; its type is looked at before it is read."""
        stored = item.attrs.get_id(key)
        if stored.shape != () or stored.dtype.kind not in "if":
            raise self.refuse(f"its attribute '{key[:80]}' is not a number")
        return float(np.asarray(item.attrs[key]))

"""Tables in HDF5 as this program writes them: rows of a converted table, or a built-in one.

    /columns/<name>   float64 with the attribute units; root attributes format, format_version, name

Over damaged bytes the HDF5 library can loop for ever, so that a file is opened only if it ends in
an intact seal (`stellar.seal`) or is, byte by byte, one that the MANIFEST lists. HDF5 of any other
origin is refused; convert it to text.
"""

import hashlib
import io

import numpy as np

from stellar.eos.data import manifest
from stellar.eos.tables.hdf5 import FORMAT as BUILT_IN
from stellar.eos.tables.table import COLUMNS
from stellar.eos.user_tables.findings import refuse
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import MOST_ROWS
from stellar.eos.user_tables.raw_table import Array, RawTable
from stellar.seal import SEAL_LENGTH, seal_holds, sealed

_ROWS = "stellar-eos-rows"
_VERSION = 1
_SAME = 1e-9  # relative change of eps below which two rows are one
_MAGIC = b"\x89HDF\r\n\x1a\n"
_UNITS = {name: column.unit for name, column in COLUMNS.items() if name != "h"}
_UNITS |= {"cs2_frozen": "", "Y_l": "", "Y_other": ""}


def _recognise(source: Source) -> bool:
    return source.content.startswith(_MAGIC)


def _read(source: Source, columns: str) -> RawTable:
    import h5py

    content = source.content
    known = {entry.sha256 for entry in manifest().values()}
    if seal_holds(io.BytesIO(content), len(content)):
        content = content[:-SEAL_LENGTH]
    elif hashlib.sha256(content).hexdigest() not in known:
        raise refuse(
            source.name,
            "E_SEAL",
            "this HDF5 file has no intact seal of this program: it is damaged, or of another "
            "origin; bring the table as text.",
        )
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            kind, version = file.attrs.get("format"), file.attrs.get("format_version")
            if kind not in (_ROWS, BUILT_IN) or version != _VERSION:
                raise refuse(source.name, "E_FILE", "it holds no table of an equation of state.")
            found = {name: _column(file, name, source.name) for name in _UNITS}
    # h5py reports damaged files with any of these
    except (OSError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise refuse(source.name, "E_FILE", f"it cannot be read ({error}).") from error
    present = {name: values for name, values in found.items() if values is not None}
    lengths = {len(values) for values in present.values()}
    if not {"P", "eps"} <= present.keys() or len(lengths) != 1:
        raise refuse(source.name, "E_COLUMNS", "P or eps is missing, or columns differ in length.")
    raw = RawTable(source.name, FORMAT.name, present, np.zeros(lengths.pop(), dtype=np.int64))
    return _without_repetition(raw) if kind == BUILT_IN else raw


def _without_repetition(raw: RawTable) -> RawTable:
    """Blocks of a built-in table repeat the row at a break that is no jump: once is enough."""
    eps = raw.columns["eps"]
    return raw.keep(np.diff(eps, prepend=0.0) > _SAME * eps)


def _column(file, name: str, source: str) -> Array | None:
    import h5py

    if not isinstance(file.get("columns", getlink=True), h5py.HardLink):
        raise refuse(source, "E_FILE", "it has no group of columns.")
    link = file["columns"].get(name, getlink=True)
    if link is None:
        return None
    dataset = file["columns"][name] if isinstance(link, h5py.HardLink) else None
    if (
        not isinstance(dataset, h5py.Dataset)
        or dataset.is_virtual
        or dataset.external is not None
        or dataset.dtype != np.float64
        or dataset.ndim != 1
        or not 0 < dataset.shape[0] <= MOST_ROWS
    ):
        raise refuse(source, "E_COLUMNS", f"{name} is no plain column of numbers.")
    return dataset[()]


def _write(raw: RawTable) -> dict[str, bytes]:
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["format"] = _ROWS
        file.attrs["format_version"] = _VERSION
        file.attrs["name"] = raw.source
        for key, value in raw.attributes:
            file.attrs[f"about_{key}"] = value
        group = file.create_group("columns")
        for name, unit in _UNITS.items():
            if name in raw.columns:
                group.create_dataset(name, data=raw.columns[name]).attrs["units"] = unit
    return {"": sealed(buffer.getvalue())}


FORMAT = Format(
    name="h5",
    description="HDF5 written by this program, sealed against damage",
    recognise=_recognise,
    read=_read,
    write=_write,
)

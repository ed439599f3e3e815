"""The canonical table file: HDF5 with one dataset a column.

    /columns/<name>      float64, rows of all segments from the surface inwards; attributes units,
                         symbol, description; `segment` (int8) numbers the block of each row
    /transitions/<name>  h, P, eps_below, eps_above, n_below, n_above of each density jump
    root attributes      format, format_version, name, segments (JSON: kind and threshold of each
                         block) and what the table says about itself

The bytes depend on the content alone (no time stamps). Reading follows no links, external storage
or virtual datasets, and checks type, shape and size before anything is loaded. It relies on a
checksum verified before: over damaged bytes the HDF5 library itself can loop for ever.
"""

import io
import json

import numpy as np
from numpy.typing import NDArray

from stellar.eos.tables.table import COLUMNS, Block, Table
from stellar.errors import InputError

FORMAT = "stellar-eos-table"
FORMAT_VERSION = 1
_MOST_ROWS = 20_000
_MOST_TEXT = 100_000


def write_table(table: Table) -> bytes:
    """The file as bytes, rendered in memory."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["format"] = FORMAT
        file.attrs["format_version"] = FORMAT_VERSION
        file.attrs["name"] = table.name
        file.attrs["segments"] = json.dumps(
            [{"kind": block.kind, "threshold": block.threshold} for block in table.blocks]
        )
        for key, text in table.attributes:
            file.attrs[f"about_{key}"] = text
        columns = file.create_group("columns")
        for column in COLUMNS.values():
            dataset = columns.create_dataset(column.name, data=table.column(column.name))
            dataset.attrs["units"] = column.unit
            dataset.attrs["symbol"] = column.symbol
            dataset.attrs["description"] = column.description
        lengths = [len(block.columns["h"]) for block in table.blocks]
        columns.create_dataset(
            "segment", data=np.repeat(np.arange(len(lengths), dtype=np.int8), lengths)
        )
        transitions = file.create_group("transitions")
        for name, (values, unit) in _jumps(table).items():
            transitions.create_dataset(name, data=values).attrs["units"] = unit
    return buffer.getvalue()


def _jumps(table: Table) -> dict[str, tuple[NDArray[np.float64], str]]:
    """Density jumps between neighbouring blocks, as columns with units."""
    pairs = [
        ({k: v[-1] for k, v in outer.columns.items()}, {k: v[0] for k, v in inner.columns.items()})
        for outer, inner in zip(table.blocks, table.blocks[1:], strict=False)
    ]
    pairs = [(a, b) for a, b in pairs if abs(b["eps"] / a["eps"] - 1.0) > 1e-9]
    return {
        "h": (np.array([b["h"] for _, b in pairs]), ""),
        "P": (np.array([b["P"] for _, b in pairs]), "MeV fm-3"),
        "eps_below": (np.array([a["eps"] for a, _ in pairs]), "MeV fm-3"),
        "eps_above": (np.array([b["eps"] for _, b in pairs]), "MeV fm-3"),
        "n_below": (np.array([a["n"] for a, _ in pairs]), "fm-3"),
        "n_above": (np.array([b["n"] for _, b in pairs]), "fm-3"),
    }


def read_table(content: bytes, source: str) -> Table:
    """The table in a file.

    Parameters
    ----------
    content : the bytes of the file
    source : its name, for messages

    Raises
    ------
    InputError
        If the bytes are not such a file, whatever is wrong with them.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            return _read(file, source)
    # h5py reports damaged files with any of these
    except (OSError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{source} is not a readable {FORMAT} file ({error}).") from error


def _read(file, source: str) -> Table:
    if _text(file, "format", source) != FORMAT:
        raise InputError(f"{source} is not a {FORMAT} file.")
    version = int(file.attrs["format_version"])
    if version != FORMAT_VERSION:
        raise InputError(
            f"{source} has format version {version}; this program reads version {FORMAT_VERSION}."
        )
    columns = {name: _dataset(file, name, np.float64, source) for name in COLUMNS}
    number = _dataset(file, "segment", np.int8, source)
    described = json.loads(_text(file, "segments", source))
    lengths = {len(values) for values in (*columns.values(), number)}
    counts = np.bincount(number)
    expected = np.repeat(np.arange(len(counts)), counts)
    if len(lengths) != 1 or len(counts) != len(described) or not np.array_equal(number, expected):
        raise InputError(f"{source} has columns of unequal length or segments out of order.")
    blocks = tuple(
        _block(columns, number == i, str(item["kind"]), bool(item["threshold"]), source)
        for i, item in enumerate(described)
    )
    attributes = tuple(
        (key.removeprefix("about_"), _text(file, key, source))
        for key in sorted(file.attrs)
        if key.startswith("about_")
    )
    return Table(_text(file, "name", source), blocks, attributes)


def _block(columns, rows, kind: str, threshold: bool, source: str) -> Block:
    own = {name: values[rows] for name, values in columns.items()}
    required = np.array([own[name] for name in ("h", "n", "P", "eps", "mu_B", "ce2")])
    if required.shape[1] < 3 or not np.all(np.isfinite(required) & (required > 0.0)):
        raise InputError(f"{source} has too few rows or a value <= 0 in its segment {kind}.")
    if not (np.all(np.diff(own["h"]) > 0.0) and np.all(np.diff(own["P"]) > 0.0)):
        raise InputError(f"{source} has a segment {kind} in which h or P does not increase.")
    return Block(kind, threshold, own)


def _text(file, key: str, source: str) -> str:
    value = file.attrs[key]
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise InputError(f"{source} has an attribute {key} that is not a text of allowed length.")
    return value


def _dataset(file, name: str, dtype: type, source: str) -> NDArray:
    import h5py

    group = file.get("columns", getlink=True)
    link = file["columns"].get(name, getlink=True) if isinstance(group, h5py.HardLink) else None
    dataset = file["columns"][name] if isinstance(link, h5py.HardLink) else None
    if (
        not isinstance(dataset, h5py.Dataset)
        or dataset.is_virtual
        or dataset.external is not None
        or dataset.dtype != dtype
        or dataset.ndim != 1
        or not 0 < dataset.shape[0] <= _MOST_ROWS
    ):
        raise InputError(
            f"{source} has no plain column {name} of at most {_MOST_ROWS} numbers of type "
            f"{np.dtype(dtype).name}."
        )
    return dataset[()]

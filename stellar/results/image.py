"""A result as an HDF5 file: rows written piece by piece, then the hash of what was written.

Numbers carry units, description and symbol; rows have dimension scales (netCDF4 reads them).
Where the file is, in memory or on a disk, is the caller's: HDF5 itself must never meet a full one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.results.columns import Column, columns_of
from stellar.results.content import Values, hash_of, text_hash
from stellar.results.ensembles import ensembles_of
from stellar.results.layout import (
    CONFIG,
    CONFIG_HASH,
    CONTENT_HASH,
    CURVES,
    ENSEMBLE,
    EOS_NAME,
    EOS_SPEC,
    FORMAT,
    FORMAT_NAME,
    FORMAT_VERSION,
    ROW_TABLES,
    VERSION,
    group_name,
    status_counts,
)
from stellar.results.pieces import Outline, Piece, decoded, encoded, numbered
from stellar.results.results import EosRecord, Results, by_name

CHUNK_ROWS = 16384
# Two bytes at least: xarray takes one-byte text for netCDF characters and joins it along the rows.
_MINIMUM_TEXT_BYTES = 2
_STATUS_TYPE = h5py.enum_dtype({member.name: int(member) for member in Status}, basetype="i1")
_NUMBER_TYPES: dict[str, Any] = {"f8": "f8", "i8": "i8", "bool": bool, "status": _STATUS_TYPE}


@dataclass(frozen=True)
class Heading:
    """Everything of a result but its rows and its equations of state."""

    config_toml: str
    provenance: Mapping[str, str]
    constants: Mapping[str, float]


def render_image(results: Results) -> bytes:
    """The complete file as bytes.

    Raises ValueError for text that cannot be stored.
    """
    piece = Piece(
        results.stars,
        results.modes,
        results.profiles,
        results.eigenfunctions,
        tuple(results.eos.values()),
    )
    heading = Heading(results.config_toml, results.provenance, results.constants)
    with h5py.File("results.h5", "w", driver="core", backing_store=False) as file:
        write_image(file, heading, Outline.of([piece]), [piece])
        file.flush()
        return file.id.get_file_image()


def write_image(
    file: h5py.File, heading: Heading, outline: Outline, pieces: Iterable[Piece]
) -> None:
    """Write all of a result into an empty HDF5 file, no more than a piece and a chunk in memory.

    Raises ValueError for text that cannot be stored and for rows that break the laws of results.
    """
    _write_root(file, heading, outline)
    constants = file.create_group("constants")
    for name, value in heading.constants.items():
        constants.attrs[name] = value
    writers = [
        _TableWriter(
            file.create_group(table), table, outline.widths[table], outline.row_count(table)
        )
        for table in ROW_TABLES
    ]
    eos: list[EosRecord] = []
    full = (piece.with_columns(outline.widths) for piece in pieces)
    for piece in numbered(full):
        for writer in writers:
            writer.add(piece.table(writer.table))
        for name in CURVES:
            for number, columns in piece.curves(name).items():
                _write_table(file.create_group(f"{name}/{number}"), name, columns)
        eos += piece.eos
    for writer in writers:
        writer.finish()
    records = by_name(eos)
    _write_eos(file, records.values())
    file.attrs[CONTENT_HASH] = _content_hash(file, heading, records)


def _write_root(file: h5py.File, heading: Heading, outline: Outline) -> None:
    file.attrs[FORMAT] = FORMAT_NAME
    file.attrs[VERSION] = FORMAT_VERSION
    for key, text in heading.provenance.items():
        file.attrs[key] = text
    file.attrs[CONFIG] = heading.config_toml
    file.attrs[CONFIG_HASH] = text_hash(heading.config_toml)
    for table in ROW_TABLES:
        statuses: Counter[int] = outline.statuses[table]
        well = statuses[int(Status.OK)]
        file.attrs[f"{table}_well"] = well
        file.attrs[f"{table}_failed"] = statuses.total() - well
        file.attrs[f"{table}_by_status"] = status_counts(statuses)


def _write_eos(file: h5py.File, records: Iterable[EosRecord]) -> None:
    alone, ensembles = ensembles_of(records)
    for record in alone:
        group = file.create_group(f"eos/{group_name(record.name)}")
        _describe_eos(group, record.name, record.spec, record.ensemble, record.provenance)
        _write_table(group, "eos", record.table)
    for number, ensemble in enumerate(ensembles):
        # the same draws under two provenances: those of rejected ones, for instance
        name = f"{ensemble.name} ({number})" if number else ensemble.name
        group = file.create_group(f"eos/{group_name(name)}")
        _describe_eos(group, ensemble.name, ensemble.name, ensemble.name, ensemble.shared)
        _write_table(group, "members", ensemble.columns)


def _describe_eos(
    group: h5py.Group, name: str, spec: str, ensemble: str, provenance: Mapping[str, str]
) -> None:
    group.attrs[EOS_NAME], group.attrs[EOS_SPEC] = name, spec
    if ensemble:
        group.attrs[ENSEMBLE] = ensemble
    for key, text in provenance.items():
        group.attrs[key] = text


class _TableWriter:
    """Rows of one table as they come, written in whole chunks."""

    def __init__(self, group: h5py.Group, table: str, widths: Mapping[str, int], rows: int) -> None:
        self.table = table
        self.datasets = _create_table(group, table, widths, rows)
        self.waiting: list[Mapping[str, NDArray]] = []
        self.held = self.written = 0

    def add(self, columns: Mapping[str, NDArray]) -> None:
        """Take the next rows."""
        if columns:
            self.waiting.append(columns)
            self.held += len(columns["status"])
        if self.held >= CHUNK_ROWS:
            self._write(self.held - self.held % CHUNK_ROWS)

    def finish(self) -> None:
        """Write what is left."""
        if self.held:
            self._write(self.held)

    def _write(self, rows: int) -> None:
        rest = {}
        for name, dataset in self.datasets.items():
            values = np.concatenate([columns[name] for columns in self.waiting])
            dataset[self.written : self.written + rows] = _stored_form(
                columns_of(self.table)[name], values[:rows]
            )
            rest[name] = values[rows:].copy()
        self.written, self.held = self.written + rows, self.held - rows
        self.waiting = [rest]


def _write_table(group: h5py.Group, table: str, columns: Mapping[str, NDArray]) -> None:
    """A small table at once."""
    known = columns_of(table)
    stored = {name: _stored_form(known[name], values) for name, values in columns.items()}
    widths = {name: values.dtype.itemsize for name, values in stored.items()}
    rows = len(next(iter(stored.values()), ()))
    for name, dataset in _create_table(group, table, widths, rows).items():
        dataset[...] = stored[name]


def _create_table(
    group: h5py.Group, table: str, widths: Mapping[str, int], rows: int
) -> dict[str, h5py.Dataset]:
    """One dataset a column; the first (a row number or log-enthalpy) is the scale of all rows."""
    known = columns_of(table)
    datasets: dict[str, h5py.Dataset] = {}
    for name, width in widths.items():
        datasets[name] = _create_column(group, known[name], width, rows)
    for number, (name, dataset) in enumerate(datasets.items()):
        if number == 0:
            scale = dataset
            scale.make_scale(name)
        else:
            dataset.dims[0].attach_scale(scale)
    return datasets


def _create_column(group: h5py.Group, column: Column, width: int, rows: int) -> h5py.Dataset:
    text = column.dtype == "str"
    dataset = group.create_dataset(
        column.name,
        shape=(rows,),
        dtype=_text_type(width) if text else _NUMBER_TYPES[column.dtype],
        chunks=(min(max(rows, 1), CHUNK_ROWS),),
        fletcher32=True,
        # Text is padded to the longest entry; the padding costs nothing once compressed.
        compression="gzip" if text else None,
    )
    dataset.attrs["units"] = column.unit
    dataset.attrs["description"] = column.description
    dataset.attrs["symbol"] = column.symbol
    if text:
        dataset.attrs["_Encoding"] = "utf-8"  # tells xarray to hand out str instead of bytes
    if column.dtype == "status":
        _describe_status(dataset)
    return dataset


def _describe_status(dataset: h5py.Dataset) -> None:
    """The enumeration once more as attributes, in the words of the CF conventions."""
    dataset.attrs["flag_values"] = np.array([int(member) for member in Status], dtype="i1")
    dataset.attrs["flag_meanings"] = " ".join(member.name for member in Status)


def _text_type(width: int) -> np.dtype:
    return h5py.string_dtype("utf-8", max(width, _MINIMUM_TEXT_BYTES))


def _stored_form(column: Column, values: NDArray) -> NDArray:
    if column.dtype == "status":
        return values.astype(_STATUS_TYPE)
    if column.dtype != "str":
        return values
    text = encoded(column.table, column.name, values)
    return text.astype(_text_type(text.dtype.itemsize))


def _content_hash(file: h5py.File, heading: Heading, eos: Mapping[str, EosRecord]) -> str:
    """The hash of what stands in the file, read back from it block by block."""
    return hash_of(
        heading.config_toml,
        heading.provenance,
        heading.constants,
        {table: stored_columns(file[table]) for table in ROW_TABLES},
        eos,
        {name: _stored_curves(file.get(name, {})) for name in CURVES},
    )


def _stored_curves(group: Mapping[str, h5py.Group]) -> Iterator[tuple[int, Mapping[str, Values]]]:
    return ((number, stored_columns(group[str(number)])) for number in sorted(map(int, group)))


def stored_columns(group: h5py.Group) -> dict[str, Values]:
    """The columns of a table of a file, to be read in blocks."""
    return {
        name: Values(_memory_type(dataset), dataset.shape[0], _Blocks(dataset))
        for name, dataset in group.items()
    }


def _memory_type(dataset: h5py.Dataset) -> np.dtype:
    return np.dtype("U1") if h5py.check_string_dtype(dataset.dtype) else dataset.dtype


class _Blocks:
    """A dataset a chunk at a time."""

    def __init__(self, dataset: h5py.Dataset) -> None:
        self.dataset = dataset

    def __iter__(self) -> Iterator[NDArray]:
        text = h5py.check_string_dtype(self.dataset.dtype) is not None
        for start in range(0, self.dataset.shape[0], CHUNK_ROWS):
            block = self.dataset[start : start + CHUNK_ROWS]
            yield decoded(block) if text else block

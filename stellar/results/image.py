"""A result as the bytes of an HDF5 file, rendered in memory.

HDF5 that writes to a full disk crashes the process at close, so nothing here touches a disk.
Numbers carry units, description and symbol; rows have dimension scales (netCDF4 reads them).
"""

from collections.abc import Mapping

import h5py
import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.results.columns import Column, columns_of
from stellar.results.content import content_hash
from stellar.results.layout import (
    CONFIG,
    CONFIG_HASH,
    CONTENT_HASH,
    EOS_NAME,
    EOS_SPEC,
    FORMAT,
    FORMAT_NAME,
    FORMAT_VERSION,
    ROW_TABLES,
    VERSION,
    group_name,
)
from stellar.results.results import Results

_CHUNK_ROWS = 16384
# Two bytes at least: xarray takes one-byte text for netCDF characters and joins it along the rows.
_MINIMUM_TEXT_BYTES = 2
_STATUS_TYPE = h5py.enum_dtype({member.name: int(member) for member in Status}, basetype="i1")


def render_image(results: Results) -> bytes:
    """The complete file as bytes.

    Raises ValueError for text that cannot be stored.
    """
    with h5py.File("results.h5", "w", driver="core", backing_store=False) as file:
        _write_root(file, results)
        constants = file.create_group("constants")
        for name, value in results.constants.items():
            constants.attrs[name] = value
        for table in ROW_TABLES:
            _write_table(file.create_group(table), table, results.table(table))
        for name, record in results.eos.items():
            group = file.create_group(f"eos/{group_name(name)}")
            group.attrs[EOS_NAME] = record.name
            group.attrs[EOS_SPEC] = record.spec
            for key, text in record.provenance.items():
                group.attrs[key] = text
            _write_table(group, "eos", record.table)
        for star, columns in results.profiles.items():
            _write_table(file.create_group(f"profiles/{star}"), "profiles", columns)
        for mode, columns in results.eigenfunctions.items():
            _write_table(file.create_group(f"eigenfunctions/{mode}"), "eigenfunctions", columns)
        file.flush()
        return file.id.get_file_image()


def _write_root(file: h5py.File, results: Results) -> None:
    file.attrs[FORMAT] = FORMAT_NAME
    file.attrs[VERSION] = FORMAT_VERSION
    for key, text in results.provenance.items():
        file.attrs[key] = text
    file.attrs[CONFIG] = results.config_toml
    file.attrs[CONFIG_HASH] = results.config_hash
    for table in ROW_TABLES:
        counts = results.counts(table)
        file.attrs[f"{table}_well"] = counts.well
        file.attrs[f"{table}_failed"] = counts.failed
    file.attrs[CONTENT_HASH] = content_hash(results)


def _write_table(group: h5py.Group, table: str, columns: Mapping[str, NDArray]) -> None:
    """One dataset a column; the first (a row number or log-enthalpy) is the scale of all rows."""
    scale = None
    known = columns_of(table)
    for name, values in columns.items():
        dataset = _write_column(group, known[name], values)
        if scale is None:
            scale = dataset
            scale.make_scale(name)
        else:
            dataset.dims[0].attach_scale(scale)


def _write_column(group: h5py.Group, column: Column, values: NDArray) -> h5py.Dataset:
    stored = _stored_form(column, values)
    dataset = group.create_dataset(
        column.name,
        data=stored,
        chunks=(min(max(stored.size, 1), _CHUNK_ROWS),),
        fletcher32=True,
        # Text is padded to the longest entry; the padding costs nothing once compressed.
        compression="gzip" if column.dtype == "str" else None,
    )
    dataset.attrs["units"] = column.unit
    dataset.attrs["description"] = column.description
    dataset.attrs["symbol"] = column.symbol
    if column.dtype == "str":
        dataset.attrs["_Encoding"] = "utf-8"  # tells xarray to hand out str instead of bytes
    if column.dtype == "status":
        _describe_status(dataset)
    return dataset


def _describe_status(dataset: h5py.Dataset) -> None:
    """The enumeration once more as attributes, in the words of the CF conventions."""
    dataset.attrs["flag_values"] = np.array([int(member) for member in Status], dtype="i1")
    dataset.attrs["flag_meanings"] = " ".join(member.name for member in Status)


def _stored_form(column: Column, values: NDArray) -> NDArray:
    if column.dtype == "status":
        return values.astype(_STATUS_TYPE)
    if column.dtype != "str":
        return values
    if any("\0" in text for text in values.tolist()):
        raise ValueError(f"A text in {column.table}/{column.name} holds a NUL character.")
    encoded = np.char.encode(values, "utf-8")
    width = max(encoded.dtype.itemsize, _MINIMUM_TEXT_BYTES)
    return encoded.astype(h5py.string_dtype("utf-8", width))

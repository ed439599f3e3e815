"""Rows of plain Python values into the typed columns of a table."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.results.columns import Column, columns_of

Row = Mapping[str, Any]
_NUMPY_TYPES: dict[str, Any] = {
    "f8": np.float64,
    "i8": np.int64,
    "bool": np.bool_,
    "str": np.str_,
    "status": "i1",
}
_ACCEPTED_KINDS = {"f8": "fiu", "i8": "iu", "bool": "b", "str": "U", "status": "iu"}


def columns_from_rows(table: str, rows: Sequence[Row]) -> dict[str, NDArray]:
    """Columns in the order of the table of columns; those that no row fills are absent.

    A row that lacks a column holds NaN, false, an empty text or the column's own sign for
    "missing" there; the laws of `stellar.results.validation` say where that is allowed.
    Raises ValueError for an unknown column or for an integer or truth value that is missing.
    """
    known = columns_of(table)
    named = set().union(*rows)
    filled = {name for name in named if any(row.get(name) is not None for row in rows)}
    unknown = sorted(filled - known.keys())
    if unknown:
        raise ValueError(f"The table {table} has no column '{unknown[0]}'.")
    if rows:
        filled |= {"status", "message"}
    return {name: _fill(column, rows) for name, column in known.items() if name in filled}


def join_columns(table: str, parts: Sequence[Mapping[str, NDArray]]) -> dict[str, NDArray]:
    """Columns of one table from those of consecutive parts of it.

    A part that lacks a column of another holds there what a row without it would.
    Raises ValueError where a value may not be missing.
    """
    present = {name for part in parts for name in part}
    full = [with_columns(table, part, present) for part in parts]
    joined = {
        name: np.concatenate([part[name] for part in full])
        for name in columns_of(table)
        if name in present
    }
    for values in joined.values():
        values.flags.writeable = False
    return joined


def with_columns(
    table: str, part: Mapping[str, NDArray], names: Collection[str]
) -> dict[str, NDArray]:
    """A part of a table with all these columns, in the order of the table of columns.

    Where it lacks one, its rows hold there what a row without it would.
    Raises ValueError where a value may not be missing.
    """
    known = {name: column for name, column in columns_of(table).items() if name in names}
    missing = [column for name, column in known.items() if name not in part]
    rows = [{"status": status} for status in part["status"].tolist()] if missing else []
    return {
        name: part[name] if name in part else _fill(column, rows) for name, column in known.items()
    }


def as_column(column: Column, values: Sequence[Any] | NDArray) -> NDArray:
    """Values as a read-only array of the column's type.

    Raises ValueError where numpy would convert with loss, for instance 1.5 to an integer.
    """
    given = np.asarray(values)
    if given.size and given.dtype.kind not in _ACCEPTED_KINDS[column.dtype]:
        raise ValueError(
            f"Column {column.table}/{column.name} takes {column.dtype}, not {given.dtype}."
        )
    array = given.astype(_NUMPY_TYPES[column.dtype])
    array.flags.writeable = False
    return array


def _fill(column: Column, rows: Sequence[Row]) -> NDArray:
    given = [row.get(column.name) for row in rows]
    if column.dtype == "status":
        return as_column(column, [int(Status(value or Status.OK)) for value in given])
    if column.name == "message":
        pairs = zip(given, rows, strict=True)
        return as_column(column, [text or _status(row).message for text, row in pairs])
    if None in given:
        given = [
            _missing(column, row, number) if value is None else value
            for number, (value, row) in enumerate(zip(given, rows, strict=True))
        ]
    return as_column(column, given)


def _missing(column: Column, row: Row, number: int) -> Any:
    """What a column holds in a row that lacks it."""
    if column.dtype == "f8":
        return math.nan
    if column.dtype == "str":
        return ""
    if column.dtype == "bool" and _status(row) != Status.OK:
        return False
    if column.missing is None:
        raise ValueError(f"Row {number} of {column.table} lacks {column.name}.")
    return column.missing


def _status(row: Row) -> Status:
    return Status(row.get("status", Status.OK))

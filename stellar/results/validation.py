"""The laws that every table of results obeys, checked on construction and again on reading.

A row whose status is 0 holds only finite numbers, save quantities that its kind of mode does not
have; a row whose status is not 0 holds a sentence. Rows are numbered from 0 without gaps.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.results.columns import Column, columns_of

Table = Mapping[str, NDArray]

IDENTITY = {"stars": "star_id", "modes": "mode_id"}
_REQUIRED = {
    "stars": ("star_id", "eos", "status", "message"),
    "modes": ("mode_id", "star_id", "eos", "l", "family", "n", "label", "gravity")
    + ("frequency_hz", "status", "message"),
}
_KINDS = {"f8": "f", "i8": "i", "bool": "b", "str": "U", "status": "i"}


def check_columns(table: str, columns: Table) -> None:
    """Refuse unknown columns, wrong types and unequal lengths.

    Raises ValueError with one sentence.
    """
    known = columns_of(table)
    lengths = set()
    for name, values in columns.items():
        if name not in known:
            raise ValueError(f"The table {table} has no column '{name}'.")
        if values.ndim != 1 or values.dtype.kind != _KINDS[known[name].dtype]:
            raise ValueError(
                f"Column {table}/{name} must be a list of {known[name].dtype}, "
                f"not {values.dtype} of shape {values.shape}."
            )
        lengths.add(values.size)
    if len(lengths) > 1:
        raise ValueError(f"The columns of {table} have different lengths: {sorted(lengths)}.")


def check_rows(table: str, columns: Table) -> None:
    """Refuse a table of stars or modes whose rows break the laws of this module.

    Raises ValueError with one sentence naming the row and the column.
    """
    check_columns(table, columns)
    if not columns:
        return
    for name in _REQUIRED[table]:
        if name not in columns:
            raise ValueError(f"The table {table} lacks the column '{name}'.")
    identity = columns[IDENTITY[table]]
    if not np.array_equal(identity, np.arange(identity.size)):
        raise ValueError(f"{IDENTITY[table]} must count the rows from 0 without gaps.")
    _check_status(table, columns)
    for name, column in columns_of(table).items():
        if name in columns and column.dtype == "f8":
            _check_finite(column, columns)


def check_stars_of_modes(stars: Table, modes: Table) -> None:
    """Refuse a mode whose star is not in the table of stars."""
    if modes:
        count = len(stars["star_id"]) if stars else 0
        if np.any((modes["star_id"] < 0) | (modes["star_id"] >= count)):
            raise ValueError("A mode names a star_id that the table of stars does not hold.")


def _check_status(table: str, columns: Table) -> None:
    status = columns["status"]
    unknown = sorted(set(status.tolist()) - {int(member) for member in Status})
    if unknown:
        raise ValueError(f"Column {table}/status holds an unknown value, {unknown[0]}.")
    silent = np.flatnonzero((status != 0) & (columns["message"] == ""))
    if silent.size:
        raise ValueError(f"Row {silent[0]} of {table} failed without a message.")


def _check_finite(column: Column, columns: Table) -> None:
    if np.any(np.isinf(columns[column.name])):
        raise ValueError(f"Column {column.table}/{column.name} holds an infinite number.")
    excused = columns["status"] != 0
    if column.needs:
        excused = excused | ~exists(column, columns)
    wrong = np.flatnonzero(np.isnan(columns[column.name]) & ~excused)
    if wrong.size:
        raise ValueError(
            f"Row {wrong[0]} of {column.table} has status 0, but {column.name} is not a number."
        )


def exists(column: Column, modes: Table) -> NDArray[np.bool_]:
    """For each mode, whether its kind has the quantity of this column at all."""
    there = np.ones(len(modes["family"]), dtype=bool)
    if "damp" in column.needs:
        there &= (modes["gravity"] != "cowling") & (modes["family"] != "radial")
    if "fluid" in column.needs:
        there &= (modes["family"] != "w") & _told(column, modes)
    return there


def _told(column: Column, modes: Table) -> NDArray[np.bool_]:
    """For each mode, whether its solver fills this column at all."""
    if "solver" not in modes:
        return np.ones(len(modes["family"]), dtype=bool)
    filled = np.unique(modes["solver"][np.isfinite(modes[column.name])])
    return np.isin(modes["solver"], filled)

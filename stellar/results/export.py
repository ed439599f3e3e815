"""Results as JSON, CSV and ECSV, for other programs.

JSON holds both tables, CSV and ECSV one. NaN is null in JSON, an empty field in CSV; numbers are
written so that reading them back gives the same bits.
"""

import csv
import io
import json
import math
from typing import Any

from stellar.results.columns import columns_of
from stellar.results.layout import FORMAT_NAME, FORMAT_VERSION, ROW_TABLES
from stellar.results.results import Results

FORMATS = ("csv", "ecsv", "json")


def to_text(results: Results, format_: str, table: str | None = None) -> str:
    """Results in one of FORMATS; `table` is that of a CSV or ECSV, by default modes if any."""
    if format_ == "json":
        return to_json(results)
    writers = {"csv": to_csv, "ecsv": to_ecsv}
    return writers[format_](results, table or ("modes" if results.modes else "stars"))


def to_json_object(results: Results) -> dict[str, Any]:
    """The object that `--json` prints: schema, version, config, stars, modes."""
    return {
        "schema": FORMAT_NAME,
        "version": FORMAT_VERSION,
        "config": results.config,
        **{table: _rows_with_none(results, table) for table in ROW_TABLES},
    }


def to_json(results: Results) -> str:
    """The JSON text of `to_json_object`, one row a line so that it can be read and compared."""
    parts = to_json_object(results)
    head = [f'"{key}": {_dumps(parts[key])}' for key in ("schema", "version", "config")]
    tables = [f'"{table}": {_dump_rows(parts[table])}' for table in ROW_TABLES]
    return "{\n" + ",\n".join(head + tables) + "\n}\n"


def to_csv(results: Results, table: str = "modes") -> str:
    """One table as comma-separated values with a line of column names."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(results.table(table))
    for row in _rows_with_none(results, table):
        writer.writerow("" if value is None else _csv_field(value) for value in row.values())
    return stream.getvalue()


def to_ecsv(results: Results, table: str = "modes") -> str:
    """One table as ECSV: units, types and descriptions survive; astropy reads it."""
    stream = io.StringIO()
    results.to_qtable(table).write(stream, format="ascii.ecsv")
    return stream.getvalue()


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _dump_rows(rows: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(_dumps(row) for row in rows) + "\n]" if rows else "[]"


def _csv_field(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _rows_with_none(results: Results, table: str) -> list[dict[str, Any]]:
    """Rows with None for what does not exist: NaN, and an integer column's own sign for missing."""
    known = columns_of(table)
    return [
        {name: _or_none(value, known[name].missing) for name, value in row.items()}
        for row in results.rows(table)
    ]


def _or_none(value: Any, missing: int | None) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return None if missing is not None and value == missing else value

"""What a result is, in words and as plain values: origin, equations of state, counts, columns."""

from collections import Counter
from typing import Any

from parode_core import Status
from stellar.results.columns import columns_of
from stellar.results.layout import FORMAT_NAME, FORMAT_VERSION, ROW_TABLES
from stellar.results.results import EosRecord, Results

_LIBRARIES = ("python", "torch", "numpy", "scipy", "h5py")


def summary(results: Results) -> dict[str, Any]:
    """Everything but the rows themselves, as values that JSON can hold."""
    return {
        "schema": FORMAT_NAME,
        "version": FORMAT_VERSION,
        "provenance": dict(results.provenance),
        "constants": dict(results.constants),
        "eos": [
            {
                "name": record.name,
                "spec": record.spec,
                "provenance": dict(record.provenance),
                "table_rows": len(next(iter(record.table.values()), ())),
            }
            for record in results.eos.values()
        ],
        "rows": {table: _row_summary(results, table) for table in ROW_TABLES},
        "columns": {table: _column_summary(results, table) for table in ROW_TABLES},
        "profiles": sorted(results.profiles),
        "eigenfunctions": sorted(results.eigenfunctions),
        "config": results.config,
        "config_sha256": results.config_hash,
    }


def describe(results: Results) -> str:
    """Several lines for a reader."""
    sections = [
        "\n".join(_origin(results)),
        "Equations of state\n" + "\n".join(_equations_of_state(results)),
        "Rows\n" + "\n".join(_row_lines(results)),
        *(
            f"Columns of {table}\n" + "\n".join(_column_lines(results, table))
            for table in ROW_TABLES
            if results.table(table)
        ),
        "Configuration\n" + _indent(results.config_toml),
    ]
    return "\n\n".join(sections) + "\n"


def _origin(results: Results) -> list[str]:
    origin = results.provenance
    versions = ", ".join(f"{name} {origin.get(f'{name}_version', '?')}" for name in _LIBRARIES)
    return [
        f"stellar results, format {FORMAT_VERSION}",
        f"created   {origin.get('created', '?')}",
        f"by        stellar {origin.get('stellar_version', '?')}, "
        f"commit {origin.get('stellar_commit', '?')}",
        f"with      {versions}",
        f"on        {origin.get('device', '?')}",
    ]


def _equations_of_state(results: Results) -> list[str]:
    lines = []
    for name, draws in _ensembles(results).items():
        rejected = sum("rejected" in draw.provenance for draw in draws)
        lines.append(f"  {name}: {len(draws):,} draws, {rejected:,} rejected")
        shared = set.intersection(*({*d.provenance.items()} for d in draws))
        lines += [f"    {key}: {text}" for key, text in sorted(shared)]
    for record in results.eos.values():
        if record.ensemble:
            continue
        lines.append(
            f"  {record.name}" + (f"  ({record.spec})" if record.spec != record.name else "")
        )
        lines += [f"    {key}: {text}" for key, text in record.provenance.items() if text]
    return lines or ["  none stored"]


def _ensembles(results: Results) -> dict[str, list[EosRecord]]:
    """The draws of each ensemble; a line each would be too many."""
    draws: dict[str, list[EosRecord]] = {}
    for record in results.eos.values():
        if record.ensemble:
            draws.setdefault(record.ensemble, []).append(record)
    return draws


def _row_summary(results: Results, table: str) -> dict[str, Any]:
    counts = results.counts(table)
    columns = results.table(table)
    outcomes = Counter(columns["status"].tolist()) if columns else {}
    return {
        "well": counts.well,
        "failed": counts.failed,
        "by_status": {Status(value).name: count for value, count in sorted(outcomes.items())},
    }


def _row_lines(results: Results) -> list[str]:
    lines = []
    for table in ROW_TABLES:
        rows = _row_summary(results, table)
        reasons = [
            f"{count} {name.lower().replace('_', ' ')}"
            for name, count in rows["by_status"].items()
            if name != Status.OK.name
        ]
        line = f"  {table}  {rows['well'] + rows['failed']}: {rows['well']} well"
        lines.append(
            line + (f", {rows['failed']} failed ({', '.join(reasons)})" if reasons else "")
        )
    if results.profiles:
        lines.append(f"  profiles  {len(results.profiles)}")
    if results.eigenfunctions:
        lines.append(f"  eigenfunctions  {len(results.eigenfunctions)}")
    return lines


def _column_summary(results: Results, table: str) -> list[dict[str, str]]:
    known = columns_of(table)
    return [
        {"name": name, "units": known[name].unit, "description": known[name].description}
        for name in results.table(table)
    ]


def _column_lines(results: Results, table: str) -> list[str]:
    """Name, unit and meaning; error columns are told by their names."""
    known = columns_of(table)
    shown = [known[name] for name in results.table(table) if known[name].error_of is None]
    errors = [name for name in results.table(table) if known[name].error_of is not None]
    names = max(len(column.name) for column in shown)
    units = max(len(column.unit) for column in shown)
    lines = [f"  {c.name:<{names}}  {c.unit:<{units}}  {c.description}" for c in shown]
    return lines + ([f"  estimated errors: {', '.join(errors)}"] if errors else [])


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.rstrip().splitlines())

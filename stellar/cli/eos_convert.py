"""`stellar eos convert`: a table or a catalogue entry written in another format."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from stellar.cli.eos_tables import file_or_name, table_options, table_spec
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.findings import TableError
from stellar.eos.user_tables.formats.registry import FORMATS, WRITABLE
from stellar.eos.user_tables.raw_table import RawTable
from stellar.eos.user_tables.resample import resampled
from stellar.eos.user_tables.user_table import examined, is_table_spec
from stellar.errors import InputError, OutputError
from stellar.results.atomic import check_target, write_whole


@click.command()
@click.argument("source", metavar="PATH|NAME")
@click.argument("output", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--to", "format_", type=click.Choice(WRITABLE), required=True, help="Format of OUT.")
@table_options
@click.option(
    "--rows",
    type=click.IntRange(100, 100_000),
    default=400,
    show_default=True,
    help="Rows of a built-in one; a table keeps its own.",
)
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
def convert(
    source: str, output: Path, format_: str, given: dict, rows: int, overwrite: bool
) -> int:
    """Write a table in another format, with all its digits; compose makes a directory."""
    spec = table_spec(file_or_name(source), given)
    raw = _table(spec, rows)
    write = FORMATS[format_].write
    files = write(raw) if write else {}  # --to offers only formats that are written
    targets = _targets(output, files)
    for target in targets.values():
        check_target(target, overwrite=overwrite)
    for name, content in files.items():
        click.echo(str(write_whole(content, targets[name], overwrite=overwrite)))
    for finding in raw.findings:
        click.echo(f"  {finding}", err=True)
    return 0


def _table(spec: str, rows: int) -> RawTable:
    if is_table_spec(spec):
        table = examined(spec)
        if table.eos is None or table.raw is None:
            raise TableError(str(table.spec.path), table.findings)
        about = tuple((key, text) for key, text in table.eos.provenance if key != "findings")
        return replace(table.raw, attributes=about, findings=table.findings)
    try:
        return resampled(resolve(spec), rows)
    except ArithmeticError as error:
        raise InputError(f"{spec} cannot be written as a table: {error}.") from error


def _targets(output: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    if "" in files:
        return {"": output}
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot make the directory {output}: {error.strerror}.") from error
    return {name: output / name for name in files}

"""`stellar export`."""

import click

from stellar.errors import UsageError
from stellar.results.atomic import check_target, write_whole
from stellar.results.export import FORMATS, to_text
from stellar.results.reader import open_results


@click.command()
@click.argument("file", metavar="FILE.h5")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="JSON holds both tables, CSV and ECSV one.",
)
@click.option(
    "--table",
    type=click.Choice(["stars", "modes"]),
    help="The table of a CSV or ECSV.  [default: modes if there are any]",
)
@click.option("-o", "--output", metavar="PATH", help="Write there, not to standard output.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def export(file: str, format_: str, table: str | None, output: str | None, overwrite: bool) -> int:
    """Write a result file as CSV, ECSV or JSON."""
    if table is not None and format_ == "json":
        raise UsageError(f"--table {table} has no meaning for JSON, which holds both tables.")
    if output is not None:
        check_target(output, overwrite=overwrite)
    results = open_results(file)
    if table is not None and not results.table(table):
        raise UsageError(f"{file} has no {table}; `stellar info {file}` shows what it has.")
    text = to_text(results, format_, table)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(text.encode(), output, overwrite=overwrite)
    return 0

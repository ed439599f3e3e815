"""`stellar parode`: the published scalar scheme and its repairs, measured in the same run."""

import json
import math
from pathlib import Path

import click

from stellar.errors import UsageError

_SCHEMA_VERSION = 1
_SEEDS = 5


@click.group()
def parode() -> None:
    """The published regression scheme (Veselsky 2025), rerun beside its repairs."""


@parode.command()
@click.option("--seeds", default=_SEEDS, show_default=True, type=click.IntRange(2, 1000))
@click.option("--rows", default="1,2,3,4,5", show_default=True, help="Rows of the table.")
@click.option(
    "--until",
    type=click.Choice(["2", "0.1"]),
    default="2",
    show_default=True,
    help="End of the time: 2 belongs to the published errors, 0.1 stands in the text.",
)
@click.option(
    "--block",
    default=16_384,
    show_default=True,
    type=click.IntRange(64, 1_000_000),
    help="Points summed in one product; the rounding of the sums depends on it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def table2(seeds: int, rows: str, until: str, block: int, as_json: bool) -> None:
    """Published table beside a rerun over seeds."""
    numbers = _row_numbers(rows)
    from stellar.cli.parode_table import content, lines

    measured = content(numbers, float(until), seeds, block, _progress)
    _echo("stellar-parode-table2", measured, lines, as_json)


@parode.command()
@click.option("--seeds", default=_SEEDS, show_default=True, type=click.IntRange(1, 1000))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Also draw it: a .png, .pdf or .svg.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing picture.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def convergence(seeds: int, output: Path | None, overwrite: bool, as_json: bool) -> None:
    """Error against number of unknowns."""
    from stellar.cli.parode_convergence import content, lines, series
    from stellar.plots.canvas import file_type, rendered
    from stellar.plots.regression_convergence import figure
    from stellar.results.atomic import check_target, write_whole

    kind = file_type(output) if output else ""
    if output:
        check_target(output, overwrite=overwrite)
    measured = content(seeds, _progress)
    _echo("stellar-parode-convergence", measured, lines, as_json)
    if output:
        written = write_whole(rendered(figure(series(measured)), kind), output, overwrite=overwrite)
        click.echo(f"stellar: wrote {written}", err=True)


@parode.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("figure1.png"),
    show_default=True,
    help="Picture to write: .png, .pdf or .svg.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing picture.")
def figure1(output: Path, overwrite: bool) -> None:
    """Picture: solution, and error along t."""
    from stellar.cli.parode_curves import curves
    from stellar.plots.canvas import file_type, rendered
    from stellar.plots.regression import figure
    from stellar.results.atomic import check_target, write_whole

    kind = file_type(output)
    check_target(output, overwrite=overwrite)
    picture = rendered(figure(curves(_progress)), kind)
    click.echo(str(write_whole(picture, output, overwrite=overwrite)))


def _row_numbers(text: str) -> list[int]:
    """Numbers of rows, in the order asked."""
    from parode_core.regression.published import TABLE

    known = {str(row.number): row.number for row in TABLE}
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if part not in known]
    if wrong:
        raise UsageError(
            f"--rows: '{wrong[0]}' is no row of the table; rows are {', '.join(known)}."
        )
    return list(dict.fromkeys(known[part] for part in parts))


def _echo(schema: str, measured: dict, lines, as_json: bool) -> None:
    if not as_json:
        click.echo("\n".join(lines(measured)))
        return
    whole = {"schema": schema, "version": _SCHEMA_VERSION, **_plain(measured)}
    click.echo(json.dumps(whole, indent=2, allow_nan=False))


def _plain(value):
    """NaN is null in JSON."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _progress(sentence: str) -> None:
    click.echo(f"stellar: {sentence}", err=True)

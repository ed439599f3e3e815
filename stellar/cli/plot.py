"""`stellar plot`: pictures of equations of state."""

from pathlib import Path

import click

from stellar.eos.catalogue import resolve, split_specs
from stellar.plots.canvas import file_type, rendered
from stellar.plots.registry import EOS_FIGURES
from stellar.results.atomic import check_target, write_whole


@click.group()
def plot() -> None:
    """Pictures; they need matplotlib (extra `plot`)."""


@plot.command(name="eos")
@click.argument("names", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("eos.png"),
    show_default=True,
    help="Picture to write: .png, .pdf or .svg.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing picture.")
def eos_(names: tuple[str, ...], output: Path, overwrite: bool) -> None:
    """P(eps), speeds of sound, Gamma, fractions and Brunt-Vaisala frequency of NAMES."""
    kind = file_type(output)
    check_target(output, overwrite=overwrite)
    members = [resolve(spec) for text in names for spec in split_specs(text)]
    picture = rendered(EOS_FIGURES["eos"](members), kind)
    click.echo(str(write_whole(picture, output, overwrite=overwrite)))

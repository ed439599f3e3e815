"""`stellar plot`: pictures of equations of state, and of what a result file holds."""

from pathlib import Path

import click

from stellar.cli.pictures import check_picture, picture_options, write_picture
from stellar.cli.plot_results import eigenfunction, spectrum, universal
from stellar.cli.plot_star import propagation
from stellar.eos.catalogue.lookup import resolve, split_specs
from stellar.plots.registry import EOS_FIGURES


@click.group()
def plot() -> None:
    """Pictures; they need matplotlib (extra `plot`)."""


@plot.command(name="eos")
@click.argument("names", nargs=-1, required=True)
@picture_options("eos.png")
def eos_(names: tuple[str, ...], output: Path, overwrite: bool) -> None:
    """P(eps), speeds of sound, Gamma, fractions and Brunt-Vaisala frequency of NAMES."""
    check_picture(output, overwrite)
    members = [resolve(spec) for text in names for spec in split_specs(text)]
    write_picture(EOS_FIGURES["eos"](members), output, overwrite)


for command in (spectrum, propagation, eigenfunction, universal):
    plot.add_command(command)

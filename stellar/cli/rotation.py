"""`stellar rotation`."""

import click

from stellar.cli.execute import Execution, execute
from stellar.cli.options import build_config, rotation_options, split_execution


@click.command()
@rotation_options
def rotation(**given: object) -> int:
    """Slow rotation to second order (Hartle & Thorne): moment of inertia, quadrupole, shape.

    Coefficients are per (Omega / sqrt(M/R^3))^2, at fixed central density and, with the suffix
    _fixed_mb, at fixed baryon mass. With --spin-hz each star has one row a spin, at the central
    density of the star that does not rotate.
    """
    execution = Execution(**split_execution(given))
    return execute(build_config("rotation", given), execution)

"""`stellar modes`."""

import click

from stellar.cli.execute import Execution, execute
from stellar.cli.options import build_config, mode_options, split_execution


@click.command()
@mode_options
def modes(**given: object) -> int:
    """Oscillation spectra: frequencies and damping times of f, p, g, i, w and radial modes."""
    execution = Execution(**split_execution(given))
    return execute(build_config("modes", given), execution)

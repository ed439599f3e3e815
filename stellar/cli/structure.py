"""`stellar structure`."""

import click

from stellar.cli.execute import Execution, execute
from stellar.cli.options import build_config, split_execution, star_options


@click.command()
@star_options
def structure(**given: object) -> int:
    """Masses, radii, baryon masses, moments of inertia and tidal deformabilities of stars."""
    execution = Execution(**split_execution(given))
    return execute(build_config("structure", given), execution)

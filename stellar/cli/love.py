"""`stellar love`."""

import click

from stellar.cli.execute import Execution, execute
from stellar.cli.options import build_config, love_options, split_execution


@click.command()
@love_options
def love(**given: object) -> int:
    """Tidal Love numbers: electric l = 2, 3, 4 and magnetic l = 2 of a static or moving fluid."""
    execution = Execution(**split_execution(given))
    return execute(build_config("love", given), execution)

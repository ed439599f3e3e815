"""`stellar run`: a recipe in TOML, or the exact run that produced a result file."""

from typing import Any

import click

from stellar.campaign.config import RunConfig
from stellar.cli.execute import Execution, execute
from stellar.cli.options import execution_options, read_text
from stellar.results.reader import open_results


@click.command()
@click.argument("file", metavar="FILE.toml|RESULT.h5")
@execution_options
def run(file: str, **execution: Any) -> int:
    """Run a recipe, or repeat the run that produced a result file."""
    text = read_text(file) if file.endswith(".toml") else open_results(file).config_toml
    return execute(RunConfig.from_toml(text, file), Execution(**execution))

"""`stellar info`."""

import json
import shlex

import click

from stellar.cli.repeat import command_line
from stellar.results.describe import describe, summary
from stellar.results.reader import open_results


@click.command()
@click.argument("file", metavar="FILE.h5")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def info(file: str, as_json: bool) -> int:
    """What a result file holds, where it comes from and how to repeat the run."""
    results = open_results(file)
    commands = [shlex.join(["stellar", "run", file]), command_line(results.config)]
    if as_json:
        told = {"file": file, **summary(results), "repeat": commands}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    click.echo(f"{file}: {describe(results)}")
    click.echo("Repeat this run\n" + "\n".join(f"  {command}" for command in commands))
    return 0

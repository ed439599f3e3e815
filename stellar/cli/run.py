"""`stellar run`: a recipe in TOML, or the exact run that produced a result file."""

from typing import Any

import click

from stellar.campaign.config import RunConfig
from stellar.campaign.run import plan
from stellar.cli.execute import Execution, execute
from stellar.cli.options import execution_options, read_text
from stellar.errors import InputError
from stellar.results.reader import open_results
from stellar.results.results import Results


@click.command()
@click.argument("file", metavar="FILE.toml|RESULT.h5")
@execution_options
def run(file: str, **execution: Any) -> int:
    """Run a recipe, or repeat the run that produced a result file."""
    if file.endswith(".toml"):
        return execute(RunConfig.from_toml(read_text(file), file), Execution(**execution))
    stored = open_results(file)
    config = RunConfig.from_toml(stored.config_toml, file)
    _check_inputs(file, config, stored)
    return execute(config, Execution(**execution))


def _check_inputs(file: str, config: RunConfig, stored: Results) -> None:
    """Refuse to repeat a run whose tables or draws are not what they were."""
    now = {eos.spec: dict(getattr(eos, "provenance", ())) for _, eos in plan(config).equations()}
    for record in stored.eos.values():
        present = now.get(record.spec, {})
        for key, digest in record.provenance.items():
            if key.endswith("sha256") and present.get(key) != digest:
                raise InputError(
                    f"{file} was computed with another {record.spec}: its {key} was "
                    f"{digest[:12]}..., now it is {present.get(key, 'gone')[:12]}; bring the "
                    "file back, or run a recipe to compute with the new one."
                )

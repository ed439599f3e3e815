"""Carry out a configured run for a command: checks first, then numbers, then file and screen."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from stellar.campaign.config import RunConfig
from stellar.campaign.run import Plan, Progress, compute, plan
from stellar.cli.main import ROWS_FAILED
from stellar.cli.render import render
from stellar.eos.ensembles import RejectedEOS
from stellar.results.results import Results
from stellar.results.writer import check_target

PLAIN_INTERVAL_S = 10.0  # between two lines of progress where there is no terminal
MAXIMA_SHOWN = 20


@dataclass(frozen=True)
class Execution:
    """How a run is carried out and shown; nothing here touches the numbers."""

    jobs: int
    output: str | None
    overwrite: bool
    format_: str
    as_json: bool
    dry_run: bool
    quiet: bool


def execute(config: RunConfig, execution: Execution) -> int:
    """Compute, write, print; returns the exit code."""
    if execution.output is not None:
        check_target(execution.output, overwrite=execution.overwrite)
    planned = plan(config)
    for note in planned.notes:
        click.echo(f"stellar: {note}", err=True)
    if execution.dry_run:
        _show_plan(planned)
        return 0
    _announce(planned, execution)
    with _progress(execution.quiet) as progress:
        results = compute(planned, execution.jobs, progress)
    if execution.output is not None:
        results.save(execution.output, overwrite=execution.overwrite)
    render(results, "json" if execution.as_json else execution.format_, sys.stdout)
    if not execution.quiet:
        _summarise(results, execution.output)
    return ROWS_FAILED if results.failed else 0


def _announce(planned: Plan, execution: Execution) -> None:
    """Tell what a name was resolved to, and how many draws an ensemble has."""
    if execution.quiet:
        return
    for asked in dict.fromkeys(planned.config.eos):
        named = [member.eos for member in planned.members if member.asked == asked]
        rejected = sum(isinstance(eos, RejectedEOS) for eos in named)
        if len({eos.spec for eos in named}) > 1 or rejected:
            click.echo(
                f"stellar: {asked} holds {len(named)} equations of state, {rejected} rejected.",
                err=True,
            )
        elif asked != named[0].spec:
            click.echo(f"stellar: {asked} is {named[0].spec}.", err=True)


def _show_plan(planned: Plan) -> None:
    config = planned.config
    click.echo(config.to_toml(), nl=False)
    for member in planned.members:
        families = member.order.families
        modes = f", families {','.join(families)}" if families else ""
        rejected = ", rejected" if isinstance(member.eos, RejectedEOS) else ""
        click.echo(f"# {member.eos.spec}: {config.option} {config.values}{modes}{rejected}")


def _summarise(results: Results, output: str | None) -> None:
    # a line each is welcome for a few, not for a thousand draws
    for record in list(results.eos.values())[:MAXIMA_SHOWN]:
        if "maximum_mass_msun" in record.provenance:
            click.echo(
                f"stellar: {record.name} has its maximum mass at "
                f"{record.provenance['maximum_mass_msun']} M_sun, "
                f"R = {record.provenance['maximum_mass_radius_km']} km.",
                err=True,
            )
    parts = []
    for table in ("stars", "modes"):
        well, failed = results.counts(table)
        if well + failed:
            parts.append(f"{table}: {well} well, {failed} failed")
    written = f"; written to {output}" if output else ""
    click.echo(f"stellar: {'; '.join(parts)}{written}.", err=True)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    if quiet:
        yield lambda stage, done, total: None
    elif sys.stderr.isatty():
        with _bar() as update:
            yield update
    else:
        yield _PlainProgress()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def update(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done)

        yield update


class _PlainProgress:
    """A line now and then, for logs."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.last >= PLAIN_INTERVAL_S:
            self.last = now
            click.echo(f"stellar: {stage}: {done} of {total}", err=True)

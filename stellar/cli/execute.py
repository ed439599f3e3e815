"""Carry out a configured run for a command: checks first, then numbers, then file and screen."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import click

from parode_core import Status
from stellar.campaign.config import RunConfig
from stellar.campaign.members import Member, order_of
from stellar.campaign.run import Plan, Target, compute, compute_to_file, plan
from stellar.cli.main import ROWS_FAILED
from stellar.cli.outcomes import status_words
from stellar.cli.progress import say, watching
from stellar.cli.render import render
from stellar.eos.catalogue.ensembles import RejectedEOS
from stellar.errors import OutputError, UsageError
from stellar.results.journal import Journal
from stellar.results.layout import ROW_TABLES
from stellar.results.reader import open_results
from stellar.results.results import EosRecord, Results
from stellar.results.writer import check_target

MAXIMA_SHOWN = 20
ROWS_SHOWN = 10_000  # a table of more is for programs, which read the file


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
    resume: bool = False
    verbose: bool = False

    @property
    def form(self) -> str:
        """What goes to standard output."""
        return "json" if self.as_json else self.format_


def execute(config: RunConfig, execution: Execution) -> int:
    """Compute, write, print; returns the exit code."""
    target = _target(execution)
    if target is not None and (there := _complete(config, target)) is not None:
        say(f"{target.path} is complete already: nothing is left to resume.")
        return _shown(there, there.eos.values(), _statuses(there), execution)
    planned = plan(config)
    for note in planned.notes:
        say(note)
    if execution.dry_run:
        _show_plan(planned)
        return 0
    _announce(planned, execution)
    with watching(quiet=execution.quiet, verbose=execution.verbose) as watch:
        if target is None:
            results = compute(planned, execution.jobs, watch)
            return _shown(results, results.eos.values(), _statuses(results), execution)
        statuses = compute_to_file(planned, target, execution.jobs, watch)
    rows = sum(counts.total() for counts in statuses.values())
    if rows > ROWS_SHOWN and execution.form == "table":
        say(f"{rows:,} rows are in {target.path}; `stellar export {target.path}` prints them.")
        return _shown(None, (), statuses, execution)
    written = open_results(target.path)
    return _shown(written, written.eos.values(), statuses, execution)


def _target(execution: Execution) -> Target | None:
    """Where rows go, checked before anything is computed."""
    if execution.quiet and execution.verbose:
        raise UsageError("-q and -v exclude each other: say less, or more.")
    if execution.output is None:
        if execution.resume:
            raise UsageError("--resume goes on with a result file: name it with --output FILE.h5.")
        return None
    allowed = execution.overwrite or execution.resume
    path = check_target(execution.output, overwrite=allowed)
    return Target(path, execution.overwrite, execution.resume)


def _complete(config: RunConfig, target: Target) -> Results | None:
    """The result, if it is to be resumed and nothing is left to do."""
    if not target.resume or not target.path.exists():
        return None
    if Journal.exists(target.path):
        if not target.overwrite:
            raise OutputError(
                f"{target.path} exists beside the finished part of another run; --overwrite with "
                "--resume lets that run replace it."
            )
        return None
    there = open_results(target.path)
    if there.config_toml == config.to_toml():
        return there
    if target.overwrite:
        return None
    raise OutputError(
        f"{target.path} exists and is the result of another configuration; choose another name, "
        "or allow it to be replaced with --overwrite."
    )


def _statuses(results: Results) -> dict[str, Counter[int]]:
    return {table: results.statuses(table) for table in ROW_TABLES}


def _shown(
    results: Results | None,
    records: Iterable[EosRecord],
    statuses: Mapping[str, Counter[int]],
    execution: Execution,
) -> int:
    """Print rows and counts; returns the exit code."""
    if results is not None:
        render(results, execution.form, sys.stdout)
    if not execution.quiet:
        _summarise(records, statuses, execution.output)
    failed = any(counts.total() > counts[int(Status.OK)] for counts in statuses.values())
    return ROWS_FAILED if failed else 0


def _announce(planned: Plan, execution: Execution) -> None:
    """Tell what a name was resolved to, and how many draws an ensemble has."""
    if execution.quiet:
        return
    by_asked: dict[str, list[Member]] = {}
    for member in planned.members:
        by_asked.setdefault(member.asked, []).append(member)
    for asked, members in by_asked.items():
        if members[0].ensemble:
            say(f"{asked} holds {len(members):,} equations of state.")
        elif asked != members[0].spec:
            say(f"{asked} is {members[0].spec}.")
        if execution.verbose:
            say(f"{asked} is solved by {members[0].solver}.")


def _show_plan(planned: Plan) -> None:
    config = planned.config
    click.echo(config.to_toml(), nl=False)
    for _, eos in planned.equations():
        families = order_of(config, eos)[0].families
        modes = f", families {','.join(families)}" if families else ""
        rejected = ", rejected" if isinstance(eos, RejectedEOS) else ""
        click.echo(f"# {eos.spec}: {config.option} {config.values}{modes}{rejected}")


def _summarise(
    records: Iterable[EosRecord], statuses: Mapping[str, Counter[int]], output: str | None
) -> None:
    # a line each is welcome for a few, not for a thousand draws
    for record in list(records)[:MAXIMA_SHOWN]:
        if "maximum_mass_msun" in record.provenance:
            say(
                f"{record.name} has its maximum mass at "
                f"{record.provenance['maximum_mass_msun']} M_sun, "
                f"R = {record.provenance['maximum_mass_radius_km']} km."
            )
    parts = [f"{table}: {_account(counts)}" for table, counts in statuses.items() if counts]
    written = f"; written to {output}" if output else ""
    say(f"{'; '.join(parts)}{written}.")


def _account(statuses: Counter[int]) -> str:
    """How many rows are well, and how many failed of what."""
    well = statuses[int(Status.OK)]
    account = f"{well} well, {statuses.total() - well} failed"
    reasons = [
        f"{statuses[value]} {status_words(Status(value))}"
        for value in sorted(statuses)
        if value != int(Status.OK)
    ]
    return f"{account} ({', '.join(reasons)})" if reasons else account

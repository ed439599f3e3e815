"""How far a run is, on standard error: a bar on a terminal, a line now and then otherwise."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from stellar.campaign.run import Watch

PLAIN_INTERVAL_S = 10.0  # between two lines of progress where there is no terminal

_Tell = Callable[[str], None]


@contextmanager
def watching(*, quiet: bool, verbose: bool) -> Iterator[Watch]:
    """Who is told how a run goes: nobody, a bar, or lines."""
    if quiet:
        yield Watch()
    elif sys.stderr.isatty():
        with _bar() as (update, tell):
            yield _watch(update, tell, verbose)
    else:
        yield _watch(_PlainProgress(), say, verbose)


def say(sentence: str) -> None:
    """A sentence on standard error."""
    click.echo(f"stellar: {sentence}", err=True)


def _watch(progress: Callable[[str, int, int], None], tell: _Tell, verbose: bool) -> Watch:
    return Watch(progress, tell, tell) if verbose else Watch(progress, tell)


class _Pace:
    """How fast a stage goes, counted from where it was first heard of."""

    def __init__(self, done: int) -> None:
        self.first, self.began = done, time.monotonic()

    def rate(self, done: int) -> float:
        """Done a second; zero at first."""
        seconds = time.monotonic() - self.began
        return (done - self.first) / seconds if seconds > 0.0 else 0.0


@contextmanager
def _bar() -> Iterator[tuple[Callable[[str, int, int], None], _Tell]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        "{task.fields[rate]}",
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, tuple[TaskID, _Pace]] = {}

        def update(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total, rate=""), _Pace(done)
            task, pace = tasks[stage]
            bar.update(task, completed=done, rate=f"{pace.rate(done):.3g}/s")

        def tell(sentence: str) -> None:
            bar.console.print(f"stellar: {sentence}", markup=False, highlight=False, soft_wrap=True)

        yield update, tell


class _PlainProgress:
    """A line now and then, for logs."""

    def __init__(self) -> None:
        self.last = time.monotonic()
        self.paces: dict[str, _Pace] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        pace = self.paces.setdefault(stage, _Pace(done))
        now = time.monotonic()
        if now - self.last >= PLAIN_INTERVAL_S:
            self.last = now
            rate = pace.rate(done)
            left = f", {rate:.3g}/s, {_time((total - done) / rate)} left" if rate else ""
            say(f"{stage}: {done:,} of {total:,}{left}")


def _time(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours:d}:{rest // 60:02d}:{rest % 60:02d}"

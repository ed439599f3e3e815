"""Carry out a plan: tiles in any order, rows in the order asked, in memory or in a file.

With a result file, finished tiles are kept in its journal until the last one is there; then the
file is assembled from them and gets its name. What is in memory grows with the equations of state,
a kilobyte or two each, and not with the stars.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stellar.campaign.devices import torch_device
from stellar.campaign.executors import WorkerDiedError, run, run_alone
from stellar.campaign.plan import Plan, plan
from stellar.campaign.resuming import check_same_run, head_of
from stellar.campaign.tiles import Finished, Tile, finish_tile, finished, lost_tile
from stellar.errors import InputError, OutputError
from stellar.results.assembly import assemble
from stellar.results.image import Heading
from stellar.results.journal import Journal
from stellar.results.pieces import Outline, Piece, gathered, joined, unpacked
from stellar.results.provenance import collect_constants, collect_provenance
from stellar.results.results import Results

__all__ = ["Plan", "Watch", "compute", "compute_to_file", "plan"]


@dataclass(frozen=True)
class Watch:
    """Who is told how a run goes.

    progress : called with a stage, what is done of it and its total; stars counted as a rule
    tell : called with a sentence;  detail : the same, for those who want to know everything
    """

    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    tell: Callable[[str], None] = lambda sentence: None
    detail: Callable[[str], None] = lambda sentence: None


@dataclass(frozen=True)
class Target:
    """Where rows go.

    path : of the result file;  overwrite : whether one that is there may be replaced
    resume : whether to go on with what an interrupted run left
    """

    path: Path
    overwrite: bool = False
    resume: bool = False


def compute(planned: Plan, jobs: int = 1, watch: Watch | None = None) -> Results:
    """Run a plan, in memory.

    Parameters
    ----------
    planned : from `plan`
    jobs : number of processes; the numbers do not depend on it
    """
    cut = planned.tiles(jobs)
    pieces: dict[int, Piece] = {}
    for index, done in _finished(cut, range(len(cut)), jobs, watch or Watch()):
        pieces[index] = unpacked(done.data)
    return gathered(planned.config.to_toml(), [pieces[index] for index in sorted(pieces)])


def compute_to_file(
    planned: Plan, target: Target, jobs: int = 1, watch: Watch | None = None
) -> dict[str, Counter[int]]:
    """Run a plan into a result file; the same rows as `compute` gives, and never all in memory.

    Returns
    -------
    For the tables `stars` and `modes`, how many rows have each status.

    Raises
    ------
    OutputError
        If the disk refuses; what is finished is kept for `resume`.
    InputError
        If what an interrupted run left is damaged or of another run.
    """
    watch = watch or Watch()
    with closing(_journal(planned, target, jobs, watch)) as journal, _kept(journal, watch):
        cut = planned.tiles(int(journal.head["jobs"]))
        todo = [index for index in range(len(cut)) if index not in journal.finished]
        if journal.finished:
            watch.tell(
                f"{len(journal.finished)} of {len(cut)} tiles are there already, in {journal.path}."
            )
        for index, done in _finished(cut, todo, jobs, watch):
            journal.append(index, done.data)
        watch.detail(f"All {len(cut)} tiles are there; writing {target.path}.")
        outline = _assembled(planned, target, journal, len(cut))
        journal.discard()
    return outline.statuses


@contextmanager
def _kept(journal: Journal, watch: Watch) -> Iterator[None]:
    """Say what an interrupted run leaves behind."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, OutputError) as end:
        if journal.finished:
            kept = f"What is finished is kept in {journal.path}: go on with --resume."
            if isinstance(end, OutputError):
                raise OutputError(f"{end} {kept}") from None
            watch.tell(kept)
        raise


def _journal(planned: Plan, target: Target, jobs: int, watch: Watch) -> Journal:
    """The journal to go on with, or a new one."""
    head = head_of(planned, jobs)
    if target.resume:
        if Journal.exists(target.path):
            journal = Journal.reopen(target.path)
            try:
                check_same_run(journal, head)
            except InputError:
                journal.close()
                raise
            if journal.cut_short:
                watch.tell(f"The last tile in {journal.path} is unfinished; it is computed again.")
            return journal
        watch.tell(f"There is nothing to resume of {target.path}: the run begins at its beginning.")
    return Journal.begin(target.path, head, overwrite=target.overwrite)


def _assembled(planned: Plan, target: Target, journal: Journal, count: int) -> Outline:
    config = planned.config
    made_by = collect_provenance(torch_device(config.device))
    heading = Heading(config.to_toml(), made_by, collect_constants())
    return assemble(heading, _Kept(journal, count), target.path, overwrite=target.overwrite)


@dataclass(frozen=True)
class _Kept:
    """The tiles of a journal in the order of their rows, as often as they are asked for."""

    journal: Journal
    count: int

    def __iter__(self) -> Iterator[Piece]:
        for index in range(self.count):
            yield unpacked(self.journal.read(index))


def _finished(
    cut: Sequence[Tile], todo: Iterable[int], jobs: int, watch: Watch
) -> Iterator[tuple[int, Finished]]:
    """Compute tiles; yields their numbers and what they give, as they come."""
    todo = list(todo)
    total = sum(tile.expected for tile in cut)
    done = total - sum(cut[index].expected for index in todo)
    watch.progress("stars", done, total)
    with closing(run(finish_tile, [cut[index] for index in todo], jobs)) as outcomes:
        for place, outcome in outcomes:
            index = todo[place]
            if isinstance(outcome, WorkerDiedError):
                watch.detail(f"Tile {index + 1} ended its process; it is divided.")
                outcome = finished(_rescued(cut[index], str(outcome)), 0.0)
            yield index, outcome
            done += cut[index].expected
            watch.progress("stars", done, total)
            watch.detail(_account(index, len(cut), outcome))


def _account(index: int, count: int, done: Finished) -> str:
    rate = f", {done.stars / done.seconds:.3g} stars/s" if done.seconds else ""
    return (
        f"Tile {index + 1} of {count}: {done.stars} rows of stars in {done.seconds:.1f} s{rate}, "
        f"{done.failed} rows failed."
    )


def _rescued(tile: Tile, reason: str) -> Piece:
    """The rows of a tile that ends its process: halved until what does it stands alone."""
    halves = tile.halves()
    if len(halves) == 1:
        return lost_tile(tile, reason)
    pieces = []
    for half in halves:
        outcome = run_alone(finish_tile, half)
        if isinstance(outcome, WorkerDiedError):
            pieces.append(_rescued(half, reason))
        else:
            pieces.append(unpacked(outcome.data))
    return joined(pieces)

"""Ways to run independent tasks: in this process or in several.

An executor maps a function over items and yields (index, result) as results come in. Workers run
one thread each; a worker that dies takes down its own item only.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

UNDER_WAY = 2  # items a process: one it computes, one that waits for it
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerDiedError(RuntimeError):
    """A worker process ended without an answer (killed, or out of memory)."""


def run_serial(
    function: Callable[[Item], Result], items: Sequence[Item]
) -> Generator[tuple[int, Result | WorkerDiedError], None, None]:
    """Compute item by item in this process."""
    for index, item in enumerate(items):
        yield index, function(item)


def run_processes(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[tuple[int, Result | WorkerDiedError], None, None]:
    """Compute on `jobs` processes. An item whose worker dies is tried once more alone.

    No more than a few items are under way at once, so that results do not pile up here. Abandoned
    (closed, interrupted, terminated), it ends its workers at once.
    """
    waiting = deque(range(len(items)))
    while waiting:
        suspects: list[int] = []
        with _workers(min(jobs, len(waiting))) as pool:
            running: dict[Future[Result], int] = {}
            while running or (waiting and not suspects):
                while waiting and not suspects and len(running) < UNDER_WAY * jobs:
                    index = waiting.popleft()
                    try:
                        running[pool.submit(function, items[index])] = index
                    except BrokenProcessPool:
                        suspects.append(index)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    index = running.pop(future)
                    try:
                        result = future.result()
                    except BrokenProcessPool:  # all that were under way are told so
                        suspects.append(index)
                    else:
                        yield index, result
        for index in sorted(suspects):
            yield index, run_alone(function, items[index])


def run_alone(function: Callable[[Item], Result], item: Item) -> Result | WorkerDiedError:
    """Compute one item in a process of its own."""
    with _workers(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return WorkerDiedError(
                "The worker process of this row died; it may have run out of memory."
            )


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with the work, with an exception here, and with this process."""
    for variable in _THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    before = set(active_children())
    # a fresh interpreter in each worker: forking a process that holds threads can deadlock
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_prepare_worker)
    try:
        yield pool
    except BaseException:
        workers = set(active_children()) - before
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        raise
    pool.shutdown()


def _prepare_worker() -> None:
    """Leave an interrupt from the terminal to the parent, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def run(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[tuple[int, Result | WorkerDiedError], None, None]:
    """Serial for one job or one item, processes otherwise."""
    if jobs == 1 or len(items) < 2:
        return run_serial(function, items)
    return run_processes(function, items, jobs)

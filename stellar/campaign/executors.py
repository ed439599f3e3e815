"""Ways to run independent tasks: in this process or in several.

An executor maps a function over items and yields (index, result) as results come in. Workers run
one thread each; a worker that dies takes down its own item only.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerDiedError(RuntimeError):
    """A worker process ended without an answer (killed, or out of memory)."""


def run_serial(
    function: Callable[[Item], Result], items: Sequence[Item]
) -> Iterator[tuple[int, Result | WorkerDiedError]]:
    """Compute item by item in this process."""
    for index, item in enumerate(items):
        yield index, function(item)


def run_processes(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[tuple[int, Result | WorkerDiedError]]:
    """Compute on `jobs` processes. An item whose worker dies is tried once more alone."""
    suspects = []
    with _pool(min(jobs, len(items) or 1)) as pool:
        futures = {pool.submit(function, item): index for index, item in enumerate(items)}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                suspects.append(futures[future])
    for index in sorted(suspects):
        yield index, _alone(function, items[index])


def _alone(function: Callable[[Item], Result], item: Item) -> Result | WorkerDiedError:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return WorkerDiedError(
                "The worker process of this row died; it may have run out of memory."
            )


def _pool(jobs: int) -> ProcessPoolExecutor:
    # a fresh interpreter in each worker: forking a process that holds threads can deadlock
    for variable in _THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    return ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn"))


def run(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[tuple[int, Result | WorkerDiedError]]:
    """Serial for one job or one item, processes otherwise."""
    if jobs == 1 or len(items) < 2:
        return run_serial(function, items)
    return run_processes(function, items, jobs)

"""Timing in turn, on one thread, and memory in a process of its own.

Repetitions of all candidates are interleaved, so that a busy machine slows each of them alike.
Seconds are processor time of this process: on one thread that of a quiet machine, and not that of
whatever else the machine runs.
"""

import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True)
class Timing:
    """Seconds of one call: smallest, median and largest of the repetitions."""

    least: float
    median: float
    most: float


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread in torch; as many as before afterwards."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def in_turn(
    work: Mapping[str, Callable[[], object]],
    repeats: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Timing]:
    """Time every piece of work, one after the other, `repeats` times after one call to warm up.

    clock : seconds so far; of a wall where other devices work
    """
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for number in range(repeats + 1):
        for name, call in work.items():
            start = clock()
            call()
            if number > 0:
                seconds[name].append(clock() - start)
    return {
        name: Timing(min(found), statistics.median(found), max(found))
        for name, found in seconds.items()
    }


def peak() -> float:
    """Largest memory this process has had so far, MiB.

    Where the kernel has a high-water mark of the process itself it is taken: that of `getrusage`
    also counts what the parent held before.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found is not None:
            return int(found[1]) / 1024.0
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def in_fresh_process(work: Callable[..., Any], *arguments: object) -> Any:
    """What a function returns in a process of its own, whose memory holds nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()

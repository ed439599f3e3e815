"""Work on several processes: complete, in any order, and gone when it is abandoned."""

import os
import signal
import time
from multiprocessing import active_children

from stellar.campaign.executors import UNDER_WAY, WorkerDiedError, run


def square(value):
    return value * value


def slow(value):
    time.sleep(60.0)
    return value


def fatal(value):
    if value == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def test_every_item_comes_back_with_its_index():
    assert dict(run(square, [1, 2, 3, 4], jobs=2)) == {0: 1, 1: 4, 2: 9, 3: 16}


def test_worker_that_dies_loses_its_own_item_only():
    outcomes = dict(run(fatal, [1, 2, 3, 4], jobs=2))
    assert isinstance(outcomes.pop(2), WorkerDiedError)
    assert outcomes == {0: 1, 1: 2, 3: 4}


def test_abandoned_work_takes_its_processes_along():
    outcomes = run(square_or_slow, [1, 2, 3, 4, 5, 6], jobs=2)
    next(outcomes)
    outcomes.close()
    deadline = time.monotonic() + 20.0
    while active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not active_children()


def square_or_slow(value):
    return square(value) if value == 1 else slow(value)


class Watched(list):
    """A list that remembers which of its items were taken."""

    def __init__(self, values):
        super().__init__(values)
        self.taken = []

    def __getitem__(self, index):
        self.taken.append(index)
        return super().__getitem__(index)


def test_only_a_few_items_are_under_way_so_that_results_do_not_pile_up():
    items = Watched(range(40))
    outcomes = run(square, items, jobs=2)
    next(outcomes)
    assert len(items.taken) == UNDER_WAY * 2
    assert dict(outcomes).keys() | {0, 1, 2, 3} == set(range(40))

"""Work on several processes: complete, in any order, and gone when it is abandoned."""

import os
import signal
import time
from multiprocessing import active_children

from stellar.campaign.executors import WorkerDiedError, run


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

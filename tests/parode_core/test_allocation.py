"""Freed memory is kept where the allocator can be asked, and nothing happens elsewhere."""

import os
import platform
import subprocess
import sys

import pytest

from parode_core import allocation

COUNTED = """
import resource
import torch
from parode_core.allocation import keep_freed_memory
print(keep_freed_memory())
def faults(rounds):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(rounds):
        for size in (12_000_000, 2_000_000, 9_000_000):
            torch.ones(size)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults(20)
print(faults(10))
"""


def outcome(**settings):
    known = {name: value for name, value in os.environ.items() if name not in allocation.OWN}
    command = [sys.executable, "-c", COUNTED]
    run = subprocess.run(command, env=known | settings, capture_output=True, text=True, check=True)
    kept, faults = run.stdout.split()
    return kept == "True", int(faults)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_tensors_of_one_size_get_the_same_pages_again():
    kept, faults = outcome()
    assert kept
    # all of them are 225,000 pages
    assert faults < 1_000


def test_own_settings_of_the_allocator_stay():
    assert not outcome(MALLOC_TOP_PAD_="131072")[0]


def test_allocators_that_cannot_be_asked_are_left_alone(monkeypatch):
    for name in allocation.OWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(allocation.ctypes, "CDLL", lambda name: object())
    assert not allocation.keep_freed_memory()

"""The journal of a run: what was finished survives, what was not is not believed."""

import errno
import os
import subprocess
import sys

import pytest

from stellar.errors import InputError, OutputError
from stellar.results.journal import Journal, partial_path

HEAD = {"config": "command = 'structure'", "jobs": 2}
TILES = {0: b"first", 2: b"third" * 1000, 1: b""}


@pytest.fixture
def target(tmp_path):
    """A result file of which three tiles are finished."""
    journal = Journal.begin(tmp_path / "a.h5", HEAD, overwrite=False)
    for index, data in TILES.items():
        journal.append(index, data)
    journal.close()
    return tmp_path / "a.h5"


def contents(target):
    journal = Journal.reopen(target)
    found = {index: journal.read(index) for index in journal.finished}
    journal.close()
    return found


def test_what_was_appended_is_there_after_reopening(target):
    journal = Journal.reopen(target)
    assert journal.head == HEAD
    assert not journal.cut_short
    journal.append(7, b"eighth")
    journal.close()
    assert contents(target) == TILES | {7: b"eighth"}


def test_a_journal_cut_anywhere_in_its_last_record_loses_that_record_alone(target):
    whole = partial_path(target).read_bytes()
    last = whole.rindex(b"stellar-partial")
    for end in range(last + 1, len(whole)):
        partial_path(target).write_bytes(whole[:end])
        assert contents(target) == {0: TILES[0], 2: TILES[2]}
        assert partial_path(target).read_bytes() == whole[:last]


def test_a_last_record_whose_bytes_never_reached_the_disk_is_dropped(target):
    journal = Journal.reopen(target)
    journal.append(5, b"five" * 10)
    journal.close()
    whole = partial_path(target).read_bytes()
    partial_path(target).write_bytes(whole[:-41] + bytes(41))
    assert contents(target) == TILES


def test_a_changed_byte_before_the_end_is_an_error_that_names_the_file(target):
    whole = bytearray(partial_path(target).read_bytes())
    last = whole.rindex(b"stellar-partial")
    for place in range(0, last, 97):
        changed = whole.copy()
        changed[place] ^= 1
        partial_path(target).write_bytes(changed)
        with pytest.raises(InputError, match=r"a\.h5\.partial is damaged.*--overwrite"):
            Journal.reopen(target)


@pytest.mark.parametrize("content", [b"", b"stellar-partial head", b"\x89HDF\r\n\x1a\n" * 40])
def test_what_is_no_journal_is_refused(target, content):
    partial_path(target).write_bytes(content)
    with pytest.raises(InputError, match="is damaged"):
        Journal.reopen(target)


def test_a_second_run_of_the_same_result_is_refused(target):
    first = Journal.reopen(target)
    for attempt in (
        lambda: Journal.reopen(target),
        lambda: Journal.begin(target, HEAD, overwrite=True),
    ):
        with pytest.raises(OutputError, match="another run"):
            attempt()
    first.close()
    assert contents(target) == TILES


def test_an_interrupted_run_is_not_replaced_by_accident(target):
    with pytest.raises(OutputError, match="--resume or begin anew with --overwrite"):
        Journal.begin(target, HEAD, overwrite=False)
    Journal.begin(target, HEAD, overwrite=True).close()
    assert not partial_path(target).exists()


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("data")
    partial_path(tmp_path / "a.h5").symlink_to(tmp_path / "precious")
    for attempt in (
        lambda: Journal.begin(tmp_path / "a.h5", HEAD, overwrite=True),
        lambda: Journal.reopen(tmp_path / "a.h5"),
    ):
        with pytest.raises(OutputError, match="symbolic link"):
            attempt()
    assert (tmp_path / "precious").read_text() == "data"


def test_an_error_of_the_disk_keeps_the_tiles_before_it(target, monkeypatch):
    journal = Journal.reopen(target)

    def fail(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OutputError, match="Input/output error"):
            journal.append(9, b"lost")
    journal.append(10, b"kept")
    journal.close()
    assert contents(target) == TILES | {10: b"kept"}


@pytest.mark.parametrize("room", [1, 60, 200])
def test_a_disk_that_fills_up_keeps_the_tiles_before_it(target, room):
    size = partial_path(target).stat().st_size
    program = f"""
import resource, signal
from stellar.errors import OutputError
from stellar.results.journal import Journal
journal = Journal.reopen({str(target)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size + room}, {size + room}))
try:
    journal.append(9, bytes(1000))
except OutputError as error:
    print(error, error.exit_code)
journal.close()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "File too large. 5" in done.stdout, done.stderr
    assert contents(target) == TILES

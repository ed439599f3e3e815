"""The journal of a run: finished tiles beside the result file until that is whole.

`NAME.partial` grows by one record a tile; each is synced before the next and carries its SHA-256.
A crash, a kill or a full disk costs the record that was being written and nothing before it. It is
no result file and cannot be taken for one. A head says which run it belongs to, tiles follow:

    stellar-partial head|tile INDEX LENGTH SHA256 newline, LENGTH bytes, newline
"""

import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stellar.errors import InputError, OutputError
from stellar.results.atomic import check_place, write_all

_LINE = re.compile(rb"stellar-partial (head|tile) (\d{1,9}) (\d{1,12}) ([0-9a-f]{64})\n")
_LONGEST_LINE = 128


class _Place(NamedTuple):
    start: int
    length: int


def partial_path(target: str | Path) -> Path:
    """Where the journal of a result file lies."""
    path = Path(target)
    return path.with_name(f"{path.name}.partial")


class Journal:
    """An open journal, locked against a second run where the file system has locks.

    path : of the file
    head : what was stated about the run when it was begun
    cut_short : whether an unfinished record was dropped at its end
    """

    def __init__(self, path: Path, stream: io.FileIO) -> None:
        self.path, self._stream = path, stream
        self.head: dict[str, Any] = {}
        self._places: dict[int, _Place] = {}
        self._end = 0
        self.cut_short = False

    @classmethod
    def begin(cls, target: str | Path, head: Mapping[str, Any], *, overwrite: bool) -> "Journal":
        """A new journal.

        Raises OutputError if it cannot be written, and for one that exists unless `overwrite`.
        """
        path = partial_path(target)
        if cls.exists(target) and not overwrite:
            raise OutputError(
                f"{path} keeps the finished part of an interrupted run; continue it with --resume "
                "or begin anew with --overwrite."
            )
        journal = cls(path, _opened(path, "r+b" if path.exists() else "x+b"))
        journal._stream.truncate(0)
        journal._append("head", 0, json.dumps(dict(head)).encode())
        journal.head = dict(head)
        return journal

    @staticmethod
    def exists(target: str | Path) -> bool:
        """Whether an interrupted run left a journal of this result file."""
        return os.path.lexists(partial_path(target))

    @classmethod
    def reopen(cls, target: str | Path) -> "Journal":
        """The journal of an interrupted run; an unfinished record at its end is dropped.

        Raises
        ------
        InputError
            If it is damaged or no journal.
        OutputError
            If it cannot be written or another run holds it.
        """
        path = partial_path(target)
        journal = cls(path, _opened(path, "r+b"))
        try:
            journal._scan()
        except InputError:
            journal._stream.close()
            raise
        return journal

    @property
    def finished(self) -> frozenset[int]:
        """Numbers of the tiles that are there."""
        return frozenset(self._places)

    def append(self, index: int, data: bytes) -> None:
        """Keep a finished tile; OutputError if the disk refuses it, the tiles before it stay."""
        self._places[index] = _Place(self._append("tile", index, data), len(data))

    def read(self, index: int) -> bytes:
        """The bytes of a finished tile."""
        return self._read(*self._places[index])

    def close(self) -> None:
        """Leave it for `reopen`; without a single tile it is of no use and goes."""
        if not self._stream.closed:
            if not self._places:
                self.path.unlink(missing_ok=True)
            self._stream.close()

    def discard(self) -> None:
        """Remove it: the result file is whole."""
        self.path.unlink(missing_ok=True)
        self._stream.close()

    def _append(self, kind: str, index: int, data: bytes) -> int:
        """Write one record behind the last good one; returns where its data begin."""
        line = f"stellar-partial {kind} {index} {len(data)} {hashlib.sha256(data).hexdigest()}\n"
        try:
            self._stream.seek(self._end)
            write_all(self._stream, line.encode() + data + b"\n")
            os.fsync(self._stream.fileno())
        except OSError as problem:
            self._stream.truncate(self._end)
            raise OutputError(f"Cannot write {self.path}: {problem.strerror}.") from None
        start = self._end + len(line)
        self._end = start + len(data) + 1
        return start

    def _read(self, start: int, length: int) -> bytes:
        """Bytes of the file, fewer where it ends."""
        self._stream.seek(start)
        parts = []
        while length > 0 and (part := self._stream.read(length)):
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _scan(self) -> None:
        """Take in every record; stop at one that a crash left unfinished at the end."""
        size = self._stream.seek(0, io.SEEK_END)
        while self._end < size:
            line, newline, _ = self._read(self._end, _LONGEST_LINE).partition(b"\n")
            found = _LINE.fullmatch(line + newline)
            start = self._end + len(line + newline)
            if found is None:
                reached, what = start, f"no record begins at byte {self._end}"
            else:
                length = int(found[3])
                reached, what = start + length + 1, "a record does not fit its checksum"
                if reached <= size and self._take(found, self._read(start, length), start):
                    self._end = reached
                    continue
            # the disk may have got the length of the last record before its bytes
            if reached < size or not self.head:
                raise InputError(
                    f"{self.path} is damaged: {what}; remove it, or begin anew with --overwrite."
                )
            break
        if not self.head:
            raise InputError(f"{self.path} is damaged: it is empty; begin anew with --overwrite.")
        self.cut_short = self._end < size
        self._stream.truncate(self._end)

    def _take(self, found: re.Match[bytes], data: bytes, start: int) -> bool:
        """Take a record in, if it is sound and where it belongs."""
        kind, index = found[1], int(found[2])
        sound = hashlib.sha256(data).hexdigest().encode() == found[4]
        if not sound or index in self._places or (kind == b"head") is bool(self.head):
            return False
        if kind == b"head":
            self.head = json.loads(data)
        else:
            self._places[index] = _Place(start, len(data))
        return True


def _opened(path: Path, mode: str) -> io.FileIO:
    """An unbuffered stream: what was not written is not written later either."""
    check_place(path)
    try:
        stream = io.FileIO(path, mode.replace("b", ""))
    except OSError as problem:
        raise OutputError(f"Cannot write {path}: {problem.strerror}.") from None
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise OutputError(f"{path} is in use: another run is writing this result.") from None
    except OSError:  # a file system without locks: two runs are then the user's own care
        return stream
    return stream

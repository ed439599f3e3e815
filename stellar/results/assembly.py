"""A result file from pieces that are too many for the memory: written, read back, sealed, renamed.

HDF5 that meets a full disk crashes the process when the file is closed. It therefore writes to a
stream that never refuses: the first refusal of the disk is remembered, what follows it is dropped,
and the caller hears of it before anything has the name of a result.
"""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from stellar.errors import OutputError
from stellar.results.atomic import new_file, write_all
from stellar.results.image import Heading, write_image
from stellar.results.layout import ROW_TABLES, SIZE_CAP_BYTES
from stellar.results.pieces import Outline, Piece, decoded
from stellar.seal import seal_of

_CACHE_BYTES = 3 * 1024**2  # of a dataset: a chunk of text; there are half a hundred of them
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError)


def assemble(
    heading: Heading, pieces: Iterable[Piece], path: str | Path, *, overwrite: bool = False
) -> Outline:
    """Write one result file from pieces; returns what it amounts to.

    Parameters
    ----------
    pieces : gone through three times: to size the columns, to write, to compare what was written

    Raises
    ------
    OutputError
        With one sentence; the target is then untouched and no other file is left.
    """
    outline = Outline.of(pieces)
    if outline.declared_bytes > SIZE_CAP_BYTES:
        raise OutputError(
            f"{path} was not written: its tables would be larger than "
            f"{SIZE_CAP_BYTES // 1024**3} GiB, more than is read back; ask for fewer stars at once."
        )
    with new_file(path, overwrite=overwrite) as stream:
        _write(stream, heading, outline, pieces)
        _compare(stream, pieces, path)
        write_all(stream, seal_of(stream))
    return outline


def _write(stream: io.FileIO, heading: Heading, outline: Outline, pieces: Iterable[Piece]) -> None:
    steady = _Steady(stream)
    try:
        with h5py.File(steady, "w", rdcc_nbytes=_CACHE_BYTES) as file:
            write_image(file, heading, outline, steady.checked(pieces))
    except _DAMAGE:
        steady.check()  # HDF5 that reads back what the disk refused stumbles over it
        raise
    steady.check()


class _Steady(io.RawIOBase):
    """A stream that remembers the first refusal of the disk instead of raising it."""

    def __init__(self, stream: io.FileIO) -> None:
        self._stream = stream
        self._refusal: OSError | None = None

    def check(self) -> None:
        """Raise what the disk refused, if it did."""
        if self._refusal is not None:
            raise self._refusal

    def checked(self, pieces: Iterable[Piece]) -> Iterable[Piece]:
        """The pieces, as long as the disk takes them."""
        for piece in pieces:
            yield piece
            self.check()

    def write(self, data) -> int:
        """Write, or pretend to."""
        if self._refusal is None:
            try:
                write_all(self._stream, data)
            except OSError as refusal:
                self._refusal = refusal
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered."""

    def truncate(self, size: int | None = None) -> int:
        """Cut or lengthen, or pretend to."""
        if self._refusal is None:
            try:
                return self._stream.truncate(size)
            except OSError as refusal:
                self._refusal = refusal
        return size or 0

    def readinto(self, buffer) -> int:
        """As the stream itself."""
        return self._stream.readinto(buffer)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As the stream itself."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As the stream itself."""
        return self._stream.tell()

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True


def _compare(stream: io.FileIO, pieces: Iterable[Piece], path: str | Path) -> None:
    """Read the rows back; OutputError if one bit differs from what was computed."""
    stream.seek(0)
    with h5py.File(stream, "r", rdcc_nbytes=_CACHE_BYTES) as file:
        row = dict.fromkeys(ROW_TABLES, 0)
        for piece in pieces:
            own = piece.numbered_from(row["stars"], row["modes"])
            for table in ROW_TABLES:
                stop = row[table] + own.row_count(table)
                if not _same(file[table], slice(row[table], stop), own.table(table)):
                    raise OutputError(
                        f"{path} was not written: the file read back differs from the data."
                    )
                row[table] = stop


def _same(group: h5py.Group, rows: slice, columns: Mapping[str, NDArray]) -> bool:
    for name, values in columns.items():
        stored = group[name][rows]
        if values.dtype.kind == "U":
            if not np.array_equal(decoded(stored), values):
                return False
        elif not np.array_equal(stored, values, equal_nan=values.dtype.kind == "f"):
            return False
    return True

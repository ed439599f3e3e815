"""Files that appear whole or not at all.

The bytes go to a new file beside the target, are synced and renamed. A crash, a kill or a full
disk leaves the target as it was and nothing else behind.
"""

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from stellar.errors import OutputError


def check_target(path: str | Path, *, overwrite: bool = False) -> Path:
    """The path if a result could be written there now; call it before a long computation.

    Raises OutputError, with the remedy, for a target that exists, is no regular file or a link,
    and for a directory that is missing or not writable.
    """
    target = Path(path)
    if not str(path):
        raise OutputError("The name of the output file is empty.")
    try:
        check_place(target)
        there = target.exists()
    except (OSError, ValueError) as problem:  # a name too long, or with characters no file can have
        reason = getattr(problem, "strerror", None) or str(problem)
        raise OutputError(f"Cannot write {str(target)[:80]}: {reason}.") from None
    if there and not overwrite:
        raise OutputError(_exists(target))
    return target


def check_place(target: Path) -> None:
    """Refuse, with an OutputError, a place where no file may be put or replaced."""
    directory = target.parent
    if target.is_symlink():
        raise OutputError(f"{target} is a symbolic link; name the file itself.")
    if target.is_dir():
        raise OutputError(f"{target} is a directory; name a file in it.")
    if target.exists() and not target.is_file():
        raise OutputError(f"{target} is not a regular file.")
    if not directory.is_dir():
        raise OutputError(f"Cannot write {target}: there is no directory {directory}.")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise OutputError(f"Cannot write {target}: the directory {directory} is not writable.")


def write_whole(data: bytes, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a file and return its path.

    Raises OutputError with one sentence; the target is then untouched and no other file is left.
    """
    with new_file(path, overwrite=overwrite) as stream:
        write_all(stream, data)
    return Path(path)


def write_all(stream: io.FileIO, data: bytes | memoryview) -> None:
    """Write everything or raise OSError: one call may take a part and be refused the next."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


@contextlib.contextmanager
def new_file(path: str | Path, *, overwrite: bool = False) -> Iterator[io.FileIO]:
    """An unbuffered stream to fill by `write_all`; the file has its name once the block ends well.

    Raises OutputError as `write_whole`; an error in the block leaves everything as it was.
    """
    target = check_target(path, overwrite=overwrite)
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        with io.FileIO(temporary, "x+") as stream:
            yield stream
            os.fsync(stream.fileno())
        if overwrite:
            os.replace(temporary, target)
        else:
            _rename_without_replacing(temporary, target)
        _sync_directory(target.parent)
    except FileExistsError:
        raise OutputError(_exists(target)) from None
    except OSError as error:
        raise OutputError(f"Cannot write {target}: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _exists(target: Path) -> str:
    return f"{target} exists; choose another name or allow it to be replaced with --overwrite."


def _rename_without_replacing(temporary: Path, target: Path) -> None:
    """Rename, but never onto a file that another process put there in the meantime."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the check just before has to do
        if target.exists():
            raise FileExistsError from None
        os.replace(temporary, target)


def _sync_directory(directory: Path) -> None:
    """Make the new name itself survive a power loss."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

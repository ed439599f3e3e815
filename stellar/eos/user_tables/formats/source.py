"""The bytes behind a path that a user named, read with every cap in place.

A file is one member; a CompOSE directory or zip has one member for each of its parts. Only regular
files are opened; archives are read in memory, never unpacked, and stop at the declared caps
whatever their directory says.
"""

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stellar.eos.user_tables.findings import refuse
from stellar.errors import InputError

SIZE_CAP_BYTES = 64 * 1024 * 1024
_MOST_MEMBERS = 200
COMPOSE_PARTS = ("t", "nb", "yq", "thermo", "compo", "micro")
_ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Source:
    """Content of a table.

    name : the path as shown in messages
    content : the bytes of a single file; empty if there are parts
    parts : the files of a CompOSE table by their suffix (`thermo`, `nb`, ...)
    """

    name: str
    content: bytes
    parts: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """Digest of everything that was read."""
        digest = hashlib.sha256(self.content)
        for suffix in sorted(self.parts):
            digest.update(suffix.encode() + b"\0" + self.parts[suffix])
        return digest.hexdigest()


def read_source(path: Path) -> Source:
    """Read a file, a CompOSE directory or a zip of one.

    Raises
    ------
    InputError
        If the path is missing, no regular file, too large, or a damaged or hostile archive.
    """
    name = str(path)
    try:
        is_directory = path.is_dir()
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} is not a path that can be read ({error}).") from error
    if is_directory:
        return Source(name, b"", _directory_parts(path, "eos"))
    if path.suffix.lstrip(".") in COMPOSE_PARTS and path.with_suffix(".thermo").exists():
        return Source(name, b"", _directory_parts(path.parent, path.stem))
    content = _read_regular(path)
    if content.startswith(_ZIP_MAGIC):
        return Source(name, b"", _zip_parts(content, name))
    return Source(name, content, {})


def _read_regular(path: Path, cap: int = SIZE_CAP_BYTES) -> bytes:
    try:
        # without O_NONBLOCK a named pipe would block here until someone writes to it
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise refuse(str(path), "E_FILE", "this is not a regular file.")
            content = stream.read(cap + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}.") from error
    if len(content) > cap:
        raise refuse(str(path), "E_SIZE", f"it is larger than {SIZE_CAP_BYTES // 2**20} MiB.")
    return content


def _directory_parts(directory: Path, stem: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = SIZE_CAP_BYTES
    for suffix in COMPOSE_PARTS:
        path = directory / f"{stem}.{suffix}"
        if path.exists():
            parts[suffix] = _read_regular(path, left)
            left -= len(parts[suffix])
    if not {"nb", "thermo"} <= parts.keys():
        raise refuse(
            str(directory),
            "E_FILE",
            f"a CompOSE directory needs {stem}.nb and {stem}.thermo; give the path of a file "
            "for any other format.",
        )
    return parts


def _zip_parts(content: bytes, name: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = SIZE_CAP_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise refuse(name, "E_ZIP", f"it holds more than {_MOST_MEMBERS} files.")
            for member in members:
                stem, _, suffix = member.filename.rpartition("/")[2].rpartition(".")
                if stem != "eos" or suffix not in COMPOSE_PARTS:
                    continue
                _check_member(member, suffix in parts, name)
                with archive.open(member) as stream:
                    parts[suffix] = stream.read(left + 1)
                left -= len(parts[suffix])
                if left < 0:
                    raise refuse(
                        name, "E_ZIP", f"it unpacks to more than {SIZE_CAP_BYTES // 2**20} MiB."
                    )
    # zipfile and the decompressors report damage with any of these
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise refuse(name, "E_ZIP", f"the archive is damaged ({error}).") from error
    except (ValueError, zlib.error) as error:
        raise refuse(name, "E_ZIP", f"the archive is damaged ({error}).") from error
    if not {"nb", "thermo"} <= parts.keys():
        raise refuse(name, "E_ZIP", "it holds no CompOSE table (eos.nb and eos.thermo).")
    return parts


def _check_member(member: zipfile.ZipInfo, seen: bool, name: str) -> None:
    path = member.filename
    if path.startswith(("/", "\\")) or ".." in path.split("/") or "\\" in path or ":" in path:
        raise refuse(name, "E_ZIP", f"the member {path[:80]!r} points outside the archive.")
    if member.flag_bits & 0x1:
        raise refuse(name, "E_ZIP", f"the member {path[:80]!r} is encrypted.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refuse(name, "E_ZIP", f"the member {path[:80]!r} is a link.")
    if seen:
        raise refuse(name, "E_ZIP", f"it holds more than one {path.rpartition('/')[2]}.")
    if member.file_size > SIZE_CAP_BYTES:
        raise refuse(name, "E_ZIP", f"it unpacks to more than {SIZE_CAP_BYTES // 2**20} MiB.")

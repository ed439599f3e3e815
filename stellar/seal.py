"""A checksum behind the last byte of an HDF5 file, checked before HDF5 sees the file.

HDF5 ignores what follows its own end of file. One flipped bit can send the library into an endless
loop, so damage has to be found without it. A seal is no signature: it shows damage, not forgery.
"""

import hashlib
import io

_MARK = b"\nstellar-sha256 "
_BLOCK = 1024 * 1024
SEAL_LENGTH = len(_MARK) + 64 + 1


def sealed(image: bytes) -> bytes:
    """The bytes of a file with its seal."""
    return image + _seal(hashlib.sha256(image).hexdigest())


def seal_of(stream: io.FileIO) -> bytes:
    """The seal of an open file, read in blocks; the stream is left at its end."""
    digest = hashlib.sha256()
    stream.seek(0)
    while block := stream.read(_BLOCK):
        digest.update(block)
    return _seal(digest.hexdigest())


def _seal(digest: str) -> bytes:
    return _MARK + digest.encode() + b"\n"


def seal_holds(stream: io.BufferedIOBase, size: int) -> bool:
    """Whether an open file of `size` bytes ends in the seal of all that comes before it."""
    remaining = size - SEAL_LENGTH
    if remaining < 0:
        return False
    digest = hashlib.sha256()
    stream.seek(0)
    while remaining > 0:
        block = stream.read(min(_BLOCK, remaining))
        if not block:
            return False
        digest.update(block)
        remaining -= len(block)
    return stream.read() == _seal(digest.hexdigest())

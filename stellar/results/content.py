"""A hash of what a result says, independent of how the file lays it out.

SHA-256 over names, types, shapes and values of all tables, the configuration and the provenance.
A file whose bytes were damaged may still open; its content hash then no longer fits.
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from stellar.results.results import Results


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(results: "Results") -> str:
    """SHA-256 of all data of a result, hexadecimal."""
    digest = hashlib.sha256()
    _add_texts(digest, "config", {"toml": results.config_toml})
    _add_texts(digest, "provenance", results.provenance)
    _add_texts(digest, "constants", {k: v.hex() for k, v in results.constants.items()})
    _add_table(digest, "stars", results.stars)
    _add_table(digest, "modes", results.modes)
    for name in sorted(results.eos):
        record = results.eos[name]
        _add_texts(digest, f"eos/{name}", {"spec": record.spec} | dict(record.provenance))
        _add_table(digest, f"eos/{name}", record.table)
    for star in sorted(results.profiles):
        _add_table(digest, f"profiles/{star}", results.profiles[star])
    for mode in sorted(results.eigenfunctions):
        _add_table(digest, f"eigenfunctions/{mode}", results.eigenfunctions[mode])
    return digest.hexdigest()


def _add(digest: _Digest, data: bytes) -> None:
    # The length in front keeps "ab" + "c" apart from "a" + "bc".
    digest.update(len(data).to_bytes(8, "little"))
    digest.update(data)


def _add_texts(digest: _Digest, title: str, texts: Mapping[str, str]) -> None:
    _add(digest, title.encode())
    for key in sorted(texts):
        _add(digest, key.encode())
        _add(digest, texts[key].encode())


def _add_table(digest: _Digest, title: str, columns: Mapping[str, NDArray]) -> None:
    _add(digest, title.encode())
    for name in sorted(columns):
        _add(digest, name.encode())
        _add_values(digest, columns[name])


def _add_values(digest: _Digest, values: NDArray) -> None:
    _add(digest, f"{values.dtype.kind} {values.shape}".encode())
    if values.dtype.kind == "U":
        for text in values.tolist():
            _add(digest, text.encode())
    else:
        little_endian = values.astype(values.dtype.newbyteorder("<"), copy=False)
        _add(digest, np.ascontiguousarray(little_endian).tobytes())

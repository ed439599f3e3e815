"""A hash of what a result says, independent of how the file lays it out.

SHA-256 over names, types, shapes and values of all tables, the configuration and the provenance.
A file whose bytes were damaged may still open; its content hash then no longer fits.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from stellar.results.layout import CURVES

if TYPE_CHECKING:
    from stellar.results.results import EosRecord, Results


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Values:
    """The values of a column, in blocks where there are too many to be held at once."""

    dtype: np.dtype
    count: int
    blocks: Iterable[NDArray]


Columns = Mapping[str, Values]


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(results: "Results") -> str:
    """SHA-256 of all data of a result, hexadecimal."""
    return hash_of(
        results.config_toml,
        results.provenance,
        results.constants,
        {"stars": whole(results.stars), "modes": whole(results.modes)},
        results.eos,
        {name: _in_order(getattr(results, name)) for name in CURVES},
    )


def _in_order(curves: Mapping[int, Mapping[str, NDArray]]) -> Iterable[tuple[int, Columns]]:
    return ((number, whole(curves[number])) for number in sorted(curves))


def whole(columns: Mapping[str, NDArray]) -> Columns:
    """Columns that are in memory."""
    return {name: Values(array.dtype, array.size, [array]) for name, array in columns.items()}


def hash_of(
    config_toml: str,
    provenance: Mapping[str, str],
    constants: Mapping[str, float],
    tables: Mapping[str, Columns],
    eos: Mapping[str, "EosRecord"],
    curves: Mapping[str, Iterable[tuple[int, Columns]]],
) -> str:
    """The same from parts.

    tables : `stars` and `modes`, in this order
    curves : `profiles` and `eigenfunctions`, in this order, as (number, columns) by rising number
    """
    digest = hashlib.sha256()
    _add_texts(digest, "config", {"toml": config_toml})
    _add_texts(digest, "provenance", provenance)
    _add_texts(digest, "constants", {k: v.hex() for k, v in constants.items()})
    for name, columns in tables.items():
        _add_table(digest, name, columns)
    for name in sorted(eos):
        record = eos[name]
        told = {"spec": record.spec} | dict(record.provenance)
        if record.ensemble:
            told["ensemble"] = record.ensemble
        _add_texts(digest, f"eos/{name}", told)
        _add_table(digest, f"eos/{name}", whole(record.table))
    for name, numbered in curves.items():
        for number, columns in numbered:
            _add_table(digest, f"{name}/{number}", columns)
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


def _add_table(digest: _Digest, title: str, columns: Columns) -> None:
    _add(digest, title.encode())
    for name in sorted(columns):
        _add(digest, name.encode())
        _add_values(digest, columns[name])


def _add_values(digest: _Digest, values: Values) -> None:
    _add(digest, f"{values.dtype.kind} {(values.count,)}".encode())
    if values.dtype.kind == "U":
        for block in values.blocks:
            for text in block.tolist():
                _add(digest, text.encode())
        return
    digest.update((values.count * values.dtype.itemsize).to_bytes(8, "little"))
    for block in values.blocks:
        little_endian = block.astype(block.dtype.newbyteorder("<"), copy=False)
        digest.update(np.ascontiguousarray(little_endian).tobytes())

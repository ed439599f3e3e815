"""Pieces of a result: some of its rows, as small as a tile and as bytes that may lie on a disk.

A run of half a million stars is never in memory as a whole; it is a row of pieces. In the bytes,
text is UTF-8 and nothing is a pickle.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from stellar.results.columns import columns_of
from stellar.results.layout import CURVES, ROW_TABLES
from stellar.results.results import EosRecord, Results, Table
from stellar.results.rows import join_columns, with_columns
from stellar.results.validation import check_rows, check_stars_of_modes

_NUMBER_BYTES = 8


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of a result; star_id and mode_id count from zero in each piece.

    eos : records of the equations of state whose first rows these are
    """

    stars: Table
    modes: Table = field(default_factory=dict)
    profiles: Mapping[int, Table] = field(default_factory=dict)
    eigenfunctions: Mapping[int, Table] = field(default_factory=dict)
    eos: tuple[EosRecord, ...] = ()

    def table(self, name: str) -> Table:
        """The table `stars` or `modes`."""
        return {"stars": self.stars, "modes": self.modes}[name]

    def curves(self, name: str) -> Mapping[int, Table]:
        """The `profiles` or `eigenfunctions`."""
        return {"profiles": self.profiles, "eigenfunctions": self.eigenfunctions}[name]

    def row_count(self, table: str) -> int:
        """Number of rows of `stars` or `modes`."""
        columns = self.table(table)
        return len(columns["status"]) if columns else 0

    def statuses(self, table: str) -> Counter[int]:
        """How many rows of `stars` or `modes` have each status."""
        columns = self.table(table)
        return Counter(columns["status"].tolist()) if columns else Counter()

    def numbered_from(self, star: int, mode: int) -> "Piece":
        """The same rows where others stand before them."""
        modes = self.modes
        if modes:
            numbers = {"star_id": modes["star_id"] + star, "mode_id": modes["mode_id"] + mode}
            modes = {**modes, **numbers}
        stars = {**self.stars, "star_id": self.stars["star_id"] + star} if self.stars else {}
        profiles = {star + number: curves for number, curves in self.profiles.items()}
        functions = {mode + number: curves for number, curves in self.eigenfunctions.items()}
        return Piece(stars, modes, profiles, functions, self.eos)

    def with_columns(self, names: Mapping[str, Iterable[str]]) -> "Piece":
        """The same rows with the columns that other pieces have, by table; checked.

        Raises ValueError where the rows break the laws of `stellar.results.validation`.
        """
        stars, modes = (
            with_columns(table, self.table(table), set(names[table])) if self.table(table) else {}
            for table in ROW_TABLES
        )
        check_rows("stars", stars)
        check_rows("modes", modes)
        check_stars_of_modes(stars, modes)
        return replace(self, stars=stars, modes=modes)


def numbered(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with their rows numbered through."""
    star = mode = 0
    for piece in pieces:
        yield piece.numbered_from(star, mode)
        star, mode = star + piece.row_count("stars"), mode + piece.row_count("modes")


def joined(pieces: Iterable[Piece]) -> Piece:
    """Consecutive pieces as one."""
    parts = list(numbered(pieces))
    return Piece(
        join_columns("stars", [piece.stars for piece in parts if piece.stars]),
        join_columns("modes", [piece.modes for piece in parts if piece.modes]),
        {k: curves for piece in parts for k, curves in piece.profiles.items()},
        {k: curves for piece in parts for k, curves in piece.eigenfunctions.items()},
        tuple(record for piece in parts for record in piece.eos),
    )


def gathered(config_toml: str, pieces: Iterable[Piece]) -> Results:
    """All pieces as one result, in memory."""
    whole = joined(pieces)
    return Results.from_columns(
        config_toml,
        whole.stars,
        whole.modes,
        whole.eos,
        profiles=whole.profiles,
        eigenfunctions=whole.eigenfunctions,
    )


def encoded(table: str, name: str, values: NDArray) -> NDArray[np.bytes_]:
    """Text as UTF-8; ValueError for a text that no file can hold."""
    if any("\0" in text for text in values.tolist()):
        raise ValueError(f"A text in {table}/{name} holds a NUL character.")
    return np.char.encode(values, "utf-8")


def decoded(values: NDArray[np.bytes_]) -> NDArray[np.str_]:
    """Text from UTF-8."""
    return np.array([text.decode() for text in values.tolist()], dtype=np.str_)


def packed(piece: Piece) -> bytes:
    """A piece as bytes: a line of JSON that says what follows, then the columns one by one."""
    columns: list[tuple[str, NDArray]] = []
    for table in ROW_TABLES:
        columns += _encoded_columns(table, table, piece.table(table))
    for name in CURVES:
        for number, own in piece.curves(name).items():
            columns += _encoded_columns(f"{name}/{number}", name, own)
    for number, record in enumerate(piece.eos):
        columns += _encoded_columns(f"eos/{number}", "eos", record.table)
    told = {
        "columns": [(key, values.dtype.str, values.size) for key, values in columns],
        "eos": [(r.name, r.spec, dict(r.provenance), r.ensemble) for r in piece.eos],
    }
    return b"".join([json.dumps(told).encode(), b"\n", *(v.tobytes() for _, v in columns)])


def _encoded_columns(prefix: str, table: str, columns: Table) -> list[tuple[str, NDArray]]:
    return [
        (f"{prefix}/{name}", encoded(table, name, v) if v.dtype.kind == "U" else v)
        for name, v in columns.items()
    ]


def unpacked(data: bytes) -> Piece:
    """The piece that was packed."""
    groups: dict[str, dict[str, NDArray]] = {}
    line, _, _ = data.partition(b"\n")
    told, place = json.loads(line), len(line) + 1
    for key, dtype, count in told["columns"]:
        values = np.frombuffer(data, dtype, count, place)
        place += values.nbytes
        prefix, _, name = key.rpartition("/")
        text = values.dtype.kind == "S"
        groups.setdefault(prefix, {})[name] = decoded(values) if text else values
    records = tuple(
        EosRecord(
            name,
            spec,
            # ten thousand draws share their citation: held once
            {sys.intern(key): sys.intern(text) for key, text in provenance.items()},
            groups.get(f"eos/{number}", {}),
            sys.intern(ensemble),
        )
        for number, (name, spec, provenance, ensemble) in enumerate(told["eos"])
    )
    profiles, functions = (
        {int(key.removeprefix(f"{name}/")): groups[key] for key in groups if key.startswith(name)}
        for name in CURVES
    )
    return Piece(groups.get("stars", {}), groups.get("modes", {}), profiles, functions, records)


@dataclass
class Outline:
    """What a row of pieces amounts to, known before any of it is written.

    widths : by table and column, the longest text in bytes; 0 where there is no text
    statuses : by table, how many rows have each status
    """

    widths: dict[str, dict[str, int]]
    statuses: dict[str, Counter[int]]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> "Outline":
        """Look at every piece once."""
        widths: dict[str, dict[str, int]] = {table: {} for table in ROW_TABLES}
        statuses: dict[str, Counter[int]] = {table: Counter() for table in ROW_TABLES}
        for piece in pieces:
            for table in ROW_TABLES:
                statuses[table] += piece.statuses(table)
                own = widths[table]
                for name, values in piece.table(table).items():
                    own[name] = max(own.get(name, 0), _width(values))
        ordered = {
            table: {name: own[name] for name in columns_of(table) if name in own}
            for table, own in widths.items()
        }
        return cls(ordered, statuses)

    @property
    def declared_bytes(self) -> int:
        """What the tables take in memory, text padded to its longest."""
        return sum(
            self.row_count(table) * sum(width or _NUMBER_BYTES for width in own.values())
            for table, own in self.widths.items()
        )

    def row_count(self, table: str) -> int:
        """Number of rows of `stars` or `modes`."""
        return self.statuses[table].total()


def _width(values: NDArray) -> int:
    if values.dtype.kind != "U":
        return 0
    return max((len(text.encode()) for text in values.tolist()), default=0)

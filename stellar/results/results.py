"""What a computation hands back: stars, modes, and everything needed to repeat it.

A `Results` object never changes. Its tables are columns of numpy arrays in the units that the
table of columns states; astropy quantities appear at the edge, in `to_qtable`.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stellar.results.columns import columns_of
from stellar.results.content import text_hash
from stellar.results.provenance import collect_constants, collect_provenance
from stellar.results.rows import Row, as_column, columns_from_rows
from stellar.results.validation import check_columns, check_rows, check_stars_of_modes

if TYPE_CHECKING:
    from astropy.table import QTable

Table = Mapping[str, NDArray]


class SupportsToml(Protocol):
    """A configuration that writes itself as TOML."""

    def to_toml(self) -> str:
        """The complete configuration."""
        ...


class Counts(NamedTuple):
    """Rows of one table that are well (status 0) and rows that are not."""

    well: int
    failed: int


@dataclass(frozen=True)
class EosRecord:
    """The equation of state behind some rows: how it was asked for, its source and its table.

    provenance : source, citation, parameters, hash
    table : columns of the table `eos` of the table of columns; empty if it is analytic
    ensemble : what it is one draw of; empty if it stands alone
    """

    name: str
    spec: str
    provenance: Mapping[str, str] = field(default_factory=dict)
    table: Table = field(default_factory=dict)
    ensemble: str = ""

    def __post_init__(self):
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))
        object.__setattr__(self, "table", _freeze("eos", self.table))
        check_columns("eos", self.table)


@dataclass(frozen=True, eq=False)
class Results:
    """Stars and modes with their configuration, equations of state and provenance.

    stars, modes : column name -> array, in the order of the table of columns; either may be empty
    eos : name -> record;  profiles : star_id -> columns of the table `profiles`
    eigenfunctions : mode_id -> columns of the table `eigenfunctions`
    provenance : creation time, versions, device;  constants : name with unit -> value
    Raises ValueError where a table breaks the laws of `stellar.results.validation`.
    """

    config_toml: str
    stars: Table
    modes: Table
    eos: Mapping[str, EosRecord]
    profiles: Mapping[int, Table]
    provenance: Mapping[str, str]
    constants: Mapping[str, float]
    eigenfunctions: Mapping[int, Table] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "stars", _freeze("stars", self.stars))
        object.__setattr__(self, "modes", _freeze("modes", self.modes))
        for name in ("profiles", "eigenfunctions"):
            frozen = {key: _freeze(name, table) for key, table in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(frozen))
        for name in ("eos", "provenance", "constants"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        check_rows("stars", self.stars)
        check_rows("modes", self.modes)
        check_stars_of_modes(self.stars, self.modes)
        for star, table in self.profiles.items():
            check_columns("profiles", table)
            if not 0 <= star < self.row_count("stars"):
                raise ValueError(f"There is a profile of star {star}, but no such star.")
        for mode, table in self.eigenfunctions.items():
            check_columns("eigenfunctions", table)
            if not 0 <= mode < self.row_count("modes"):
                raise ValueError(f"There is an eigenfunction of mode {mode}, but no such mode.")

    @classmethod
    def from_rows(
        cls,
        config: str | SupportsToml,
        stars: Sequence[Row],
        modes: Sequence[Row] = (),
        eos_records: Iterable[EosRecord] = (),
        *,
        profiles: Mapping[int, Mapping[str, Any]] | None = None,
        eigenfunctions: Mapping[int, Mapping[str, Any]] | None = None,
        device: str = "cpu",
    ) -> "Results":
        """Build from rows of plain values keyed by column name; `status` is a Status.

        Columns that no row fills are absent. A failed row without a message gets the sentence of
        its status. Raises ValueError where the rows break the laws of results.
        """
        return cls.from_columns(
            config if isinstance(config, str) else config.to_toml(),
            columns_from_rows("stars", stars),
            columns_from_rows("modes", modes),
            eos_records,
            profiles=profiles,
            eigenfunctions=eigenfunctions,
            device=device,
        )

    @classmethod
    def from_columns(
        cls,
        config_toml: str,
        stars: Table,
        modes: Table,
        eos_records: Iterable[EosRecord] = (),
        *,
        profiles: Mapping[int, Mapping[str, Any]] | None = None,
        eigenfunctions: Mapping[int, Mapping[str, Any]] | None = None,
        device: str = "cpu",
    ) -> "Results":
        """Build from columns with the types of the table of columns, as `columns_from_rows` does.

        Raises ValueError where they break the laws of results.
        """
        return cls(
            config_toml=config_toml,
            stars=stars,
            modes=modes,
            eos=by_name(eos_records),
            profiles=profiles or {},
            eigenfunctions=eigenfunctions or {},
            provenance=collect_provenance(device),
            constants=collect_constants(),
        )

    @property
    def config(self) -> dict[str, Any]:
        """The configuration as plain values."""
        return tomllib.loads(self.config_toml)

    @property
    def config_hash(self) -> str:
        """SHA-256 of the configuration text."""
        return text_hash(self.config_toml)

    def table(self, name: str) -> Table:
        """The table `stars` or `modes`."""
        return {"stars": self.stars, "modes": self.modes}[name]

    def row_count(self, table: str) -> int:
        """Number of rows of `stars` or `modes`."""
        columns = self.table(table)
        return len(columns["status"]) if columns else 0

    def counts(self, table: str) -> Counts:
        """How many rows of `stars` or `modes` are well and how many are not."""
        columns = self.table(table)
        if not columns:
            return Counts(0, 0)
        failed = int(np.count_nonzero(columns["status"]))
        return Counts(len(columns["status"]) - failed, failed)

    def statuses(self, table: str) -> Counter[int]:
        """How many rows of `stars` or `modes` have each status."""
        columns = self.table(table)
        return Counter(columns["status"].tolist()) if columns else Counter()

    @property
    def failed(self) -> int:
        """Rows of either table whose status is not 0."""
        return self.counts("stars").failed + self.counts("modes").failed

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of `stars` or `modes` as plain Python values."""
        columns = {name: values.tolist() for name, values in self.table(table).items()}
        return [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]

    def same_data(self, other: "Results") -> bool:
        """Whether both hold the same stars, modes, matter, profiles, eigenfunctions, bit for bit.

        Creation time, versions and device do not count.
        """
        return (
            self.config_toml == other.config_toml
            and _same_table(self.stars, other.stars)
            and _same_table(self.modes, other.modes)
            and self.eos.keys() == other.eos.keys()
            and all(_same_record(record, other.eos[name]) for name, record in self.eos.items())
            and _same_tables(self.profiles, other.profiles)
            and _same_tables(self.eigenfunctions, other.eigenfunctions)
        )

    def to_qtable(self, table: str = "modes") -> "QTable":
        """The table `modes` or `stars` with astropy units."""
        from stellar.results.astropy_io import to_qtable

        return to_qtable(self, table)

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write to one HDF5 file, whole or not at all; raises OutputError."""
        from stellar.results.writer import write_results

        return write_results(self, path, overwrite=overwrite)

    def describe(self) -> str:
        """A few lines for a reader: what it is, from when, how many rows are well."""
        from stellar.results.describe import describe

        return describe(self)


def by_name(records: Iterable[EosRecord]) -> dict[str, EosRecord]:
    """Records by name; ValueError where two different ones share it."""
    named: dict[str, EosRecord] = {}
    for record in records:
        if named.setdefault(record.name, record).spec != record.spec:
            raise ValueError(f"Two different equations of state are called '{record.name}'.")
    return named


def _freeze(table: str, columns: Mapping[str, Any]) -> Table:
    """Read-only copies in the order of the table of columns.

    Unknown names stay in, so that the checks can refuse them by name.
    """
    known = columns_of(table)
    frozen = {name: as_column(known[name], columns[name]) for name in known if name in columns}
    frozen |= {name: np.asarray(columns[name]) for name in columns if name not in known}
    return MappingProxyType(frozen)


def _same_record(one: EosRecord, other: EosRecord) -> bool:
    return (one.name, one.spec, one.provenance, one.ensemble) == (
        other.name,
        other.spec,
        other.provenance,
        other.ensemble,
    ) and _same_table(one.table, other.table)


def _same_tables(one: Mapping[int, Table], other: Mapping[int, Table]) -> bool:
    return one.keys() == other.keys() and all(_same_table(one[key], other[key]) for key in one)


def _same_table(one: Table, other: Table) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
        for name in one
    )

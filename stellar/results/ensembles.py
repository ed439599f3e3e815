"""Draws of an ensemble in a file: one table for all of them instead of a group each.

Ten thousand groups are slow to write and large. What draws share (family, citation, hash of their
file) is written once as attributes; what is their own stands in the columns of the table `members`.
A record is read back as it was.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.results.columns import columns_of
from stellar.results.results import EosRecord

_IDENTITY = ("eos", "spec")
# provenance of its own that a draw may have: text, and numbers written as records write them
_OWN = {name: column.dtype for name, column in columns_of("members").items()}
_OWN_TEXTS = tuple(n for n, dtype in _OWN.items() if dtype == "str" and n not in _IDENTITY)
_OWN_NUMBERS = tuple(n for n, dtype in _OWN.items() if dtype == "f8")


@dataclass(frozen=True)
class Ensemble:
    """Draws with the same provenance but for what the columns hold.

    name : of the ensemble;  shared : provenance of all of them
    columns : of the table `members`
    """

    name: str
    shared: Mapping[str, str]
    columns: Mapping[str, NDArray]

    def records(self) -> list[EosRecord]:
        """The draws one by one."""
        rows = zip(*(values.tolist() for values in self.columns.values()), strict=True)
        return [self._record(dict(zip(self.columns, values, strict=True))) for values in rows]

    def _record(self, row: Mapping[str, str | float]) -> EosRecord:
        own = {name: str(row[name]) for name in _OWN_TEXTS if row[name]}
        for name in _OWN_NUMBERS:
            if not math.isnan(value := float(row[name])):
                own[name] = _written(value)
        provenance = dict(self.shared) | own
        return EosRecord(str(row["eos"]), str(row["spec"]), provenance, ensemble=self.name)


def ensembles_of(records: Iterable[EosRecord]) -> tuple[list[EosRecord], list[Ensemble]]:
    """Records that stand alone, and the draws among them gathered."""
    alone: list[EosRecord] = []
    gathered: dict[tuple, list[EosRecord]] = {}
    for record in records:
        if record.ensemble and not record.table and _fits(record):
            key = (record.ensemble, tuple(sorted(_shared(record).items())))
            gathered.setdefault(key, []).append(record)
        else:
            alone.append(record)
    found = [
        Ensemble(name, dict(shared), _columns(draws)) for (name, shared), draws in gathered.items()
    ]
    return alone, found


def _shared(record: EosRecord) -> dict[str, str]:
    return {key: text for key, text in record.provenance.items() if key not in _OWN}


def _fits(record: EosRecord) -> bool:
    """Whether the columns can hold its own provenance without changing a letter."""
    texts = [record.provenance[name] for name in _OWN_NUMBERS if name in record.provenance]
    return not (_OWN.keys() & _IDENTITY & record.provenance.keys()) and all(
        _number(text) is not None for text in texts
    )


def _columns(draws: list[EosRecord]) -> dict[str, NDArray]:
    columns: dict[str, NDArray] = {
        "eos": np.array([draw.name for draw in draws]),
        "spec": np.array([draw.spec for draw in draws]),
    }
    for name in _OWN_TEXTS:
        columns[name] = np.array([draw.provenance.get(name, "") for draw in draws])
    for name in _OWN_NUMBERS:
        numbers = [_number(draw.provenance.get(name, "")) for draw in draws]
        columns[name] = np.array([math.nan if value is None else value for value in numbers])
    return columns


def _number(text: str) -> float | None:
    """The number that is written so, None for any other text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and _written(value) == text else None


def _written(value: float) -> str:
    return f"{value:.9g}"

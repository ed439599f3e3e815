"""Reading result files that nobody vouches for.

The checksum of the whole file comes first (`seal`), then a look at every object (`guard`); then
the data are read, and the content hash and the laws of results must hold. Whatever is wrong ends
in one InputError that names the file.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
from numpy.typing import NDArray

from stellar.errors import InputError
from stellar.results.columns import columns_of
from stellar.results.content import content_hash, text_hash
from stellar.results.ensembles import Ensemble
from stellar.results.guard import Guard, holds_members
from stellar.results.layout import (
    CONFIG,
    CONFIG_HASH,
    CONTENT_HASH,
    ENSEMBLE,
    EOS_NAME,
    EOS_SPEC,
    FORMAT,
    FORMAT_NAME,
    FORMAT_VERSION,
    NUMBER_ATTRIBUTES,
    ROW_TABLES,
    SIZE_CAP_BYTES,
    TEXT_ATTRIBUTES,
    VERSION,
    status_counts,
)
from stellar.results.pieces import decoded
from stellar.results.results import EosRecord, Results, Table
from stellar.seal import seal_holds

# What h5py raises on damaged files, found by reading a few hundred of them. ValueError covers
# text that is not UTF-8 and TOML that does not parse.
_DAMAGE = (OSError, RuntimeError, KeyError, TypeError, ValueError, MemoryError)
_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def open_results(path: str | Path) -> Results:
    """Read a result file; equal to what was saved.

    Raises InputError, in one sentence, for a file that is missing, foreign, damaged or too new.
    """
    source = Path(path)
    if not source.exists():
        raise InputError(f"There is no file {source}.")
    if not source.is_file():
        raise InputError(f"{source} is not a regular file.")
    try:
        with open(source, "rb") as stream:
            return read_results(stream, str(source))
    except OSError as error:
        raise InputError(f"Cannot read {source}: {error.strerror or error}.") from None


def read_results(stream: io.BufferedIOBase, name: str) -> Results:
    """Read a result from an open binary stream; `name` stands for it in error messages."""
    guard = Guard(name)
    size = stream.seek(0, io.SEEK_END)
    if size > SIZE_CAP_BYTES:
        raise guard.refuse(f"it is larger than {SIZE_CAP_BYTES // 1024**3} GiB")
    stream.seek(0)
    if stream.read(len(_SIGNATURE)) != _SIGNATURE:
        raise guard.refuse("it is not an HDF5 file, or its beginning is damaged")
    if not seal_holds(stream, size):
        raise guard.refuse(
            "its checksum does not hold; it is damaged, cut short, altered since it was written, "
            "or not from stellar"
        )
    stream.seek(0)
    try:
        # A Python stream instead of a path: HDF5 then has no directory to follow links from.
        with h5py.File(stream, "r") as file:
            _check_format(file, guard)
            guard.check(file)
            return _read_checked(file, guard)
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:200]
        raise guard.refuse(f"it is damaged ({reason})") from None


def _check_format(file: h5py.File, guard: Guard) -> None:
    if FORMAT not in file.attrs or guard.text(file, FORMAT) != FORMAT_NAME:
        raise guard.refuse(f"its attribute '{FORMAT}' is not '{FORMAT_NAME}'")
    version = int(guard.number(file, VERSION))
    if version > FORMAT_VERSION:
        raise guard.refuse(
            f"a newer stellar wrote it (format {version}, this one reads up to {FORMAT_VERSION}); "
            "upgrade stellar to read it"
        )
    if version < 1:
        raise guard.refuse(f"its format version is {version}")


def _read_checked(file: h5py.File, guard: Guard) -> Results:
    texts = {key: guard.text(file, key) for key in file.attrs if key not in NUMBER_ATTRIBUTES}
    groups = dict(guard.groups(file))
    results = Results(
        config_toml=texts[CONFIG],
        stars=_read_table(groups["stars"], "stars", guard),
        modes=_read_table(groups["modes"], "modes", guard),
        eos=_read_eos(groups, guard),
        profiles=_read_numbered(groups, "profiles", guard),
        eigenfunctions=_read_numbered(groups, "eigenfunctions", guard),
        provenance={key: text for key, text in texts.items() if key not in TEXT_ATTRIBUTES},
        constants={
            key: guard.number(groups["constants"], key) for key in groups["constants"].attrs
        },
    )
    if content_hash(results) != texts[CONTENT_HASH]:
        raise guard.refuse("its content does not fit its checksum; it was altered or damaged")
    if text_hash(results.config_toml) != texts[CONFIG_HASH]:
        raise guard.refuse("its configuration does not fit its checksum")
    for table in ROW_TABLES:
        stated = tuple(guard.number(file, f"{table}_{outcome}") for outcome in ("well", "failed"))
        counted = status_counts(results.statuses(table))
        if stated != results.counts(table) or texts.get(f"{table}_by_status", counted) != counted:
            raise guard.refuse(f"its attributes miscount the rows of {table}")
    _ = results.config  # the configuration must parse, or the run could not be repeated
    return results


def _read_eos(groups: Mapping[str, h5py.Group], guard: Guard) -> dict[str, EosRecord]:
    records: dict[str, EosRecord] = {}
    if "eos" in groups:
        for _, group in guard.groups(groups["eos"]):
            texts = {key: guard.text(group, key) for key in group.attrs}
            name, spec = texts.pop(EOS_NAME), texts.pop(EOS_SPEC)
            ensemble = texts.pop(ENSEMBLE, "")
            if holds_members(group):
                draws = Ensemble(name, texts, _read_table(group, "members", guard)).records()
                records.update((draw.name, draw) for draw in draws)
            else:
                table = _read_table(group, "eos", guard)
                records[name] = EosRecord(name, spec, texts, table, ensemble)
    return records


def _read_numbered(groups: Mapping[str, h5py.Group], table: str, guard: Guard) -> dict[int, Table]:
    """Tables of one kind, each under the number of its star or mode."""
    if table not in groups:
        return {}
    return {
        int(number): _read_table(group, table, guard)
        for number, group in guard.groups(groups[table])
    }


def _read_table(group: h5py.Group, table: str, guard: Guard) -> dict[str, NDArray]:
    known = columns_of(table)
    return {
        name: _read_column(dataset, known[name].dtype) for name, dataset in guard.datasets(group)
    }


def _read_column(dataset: h5py.Dataset, dtype: str) -> NDArray[Any]:
    if dtype == "str":
        return decoded(dataset[()])
    return dataset[()]

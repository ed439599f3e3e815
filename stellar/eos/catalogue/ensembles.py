"""Ensembles: `FAMILY:@FILE` is one equation of state a row of a CSV file.

The first line names the columns, which are parameters of the family, `gamma1` included; every other
line is a draw. Empty lines and lines that begin with # are passed over. Parameters that all draws
share may stand in the specification (`css:@draws.csv,base=pp:SLy`). `FAMILY:@FILE#K` is the K-th
draw alone, counted from 1.

A file that is not such a table is an error. A draw that describes no matter a star can be made of
is a `RejectedEOS`: it keeps its place and its reason, and its neighbours go on.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stellar.eos.base import ColdEOS, Transition
from stellar.eos.catalogue.members import Resolve, resolve_member
from stellar.eos.families.family import Family
from stellar.eos.specification import Parameter, Specification, number, quoted, suggestion
from stellar.errors import InputError

SIZE_CAP_BYTES = 64 * 1024 * 1024
ROW_CAP = 1_000_000
_MARK = "@"


@dataclass(frozen=True)
class RejectedEOS:
    """A draw that is no equation of state; `reason` is a sentence. It has no matter at all."""

    name: str
    spec: str
    reason: str
    stratified: bool = False
    incompressible: bool = False
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True)
class Draws:
    """The table of an ensemble.

    path : as typed;  digest : sha256 of the file
    rows : (number of its line, parameters as typed) of each draw
    """

    path: str
    digest: str
    rows: tuple[tuple[int, dict[str, str]], ...]


@dataclass(frozen=True)
class Draw:
    """One draw of an ensemble, not yet looked at as matter: small, and it may travel.

    name : of the draw, `FAMILY:@FILE#K`;  ensemble : `FAMILY:@FILE`
    path, line, digest : where it stands, and sha256 of that file
    parameters : (name, value as typed), shared ones included
    """

    family: str
    name: str
    ensemble: str
    path: str
    line: int
    digest: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def spec(self) -> str:
        """The specification with the parameters written out."""
        return f"{self.family}:" + ",".join(f"{key}={value}" for key, value in self.parameters)

    def resolved(self, family: Family, resolve: Resolve) -> ColdEOS | RejectedEOS:
        """The equation of state, or why there is none."""
        parsed = Specification(self.family, "", dict(self.parameters), self.spec)
        try:
            eos = resolve_member(family, parsed, resolve)
        except InputError as refusal:
            return RejectedEOS(self.name, self.spec, f"{self.path}, line {self.line}: {refusal}")
        origin = (("draws", f"{self.path}, line {self.line}"), ("draws_sha256", self.digest))
        return replace(eos, name=self.name, provenance=(*eos.provenance, *origin))


def is_ensemble(parsed: Specification) -> bool:
    """Whether a specification names a file of draws or one draw of it."""
    return parsed.row.startswith(_MARK)


def draws_of(family: Family, parsed: Specification) -> Iterator[Draw]:
    """The draws of an ensemble in the order of the file.

    Raises
    ------
    InputError
        For a missing or malformed file, naming file, line, column and value.
    """
    path, _, wanted = parsed.row[len(_MARK) :].partition("#")
    draws = read_draws(path, family, parsed)
    chosen = range(1, len(draws.rows) + 1)
    if wanted:
        if not wanted.isdecimal() or int(wanted) not in chosen:
            raise InputError(
                f"In {quoted(parsed.text)} there is no draw #{wanted}: {path} holds draws #1 to "
                f"#{len(draws.rows)}."
            )
        chosen = range(int(wanted), int(wanted) + 1)
    shared = "".join(f",{key}={text}" for key, text in parsed.parameters.items())
    ensemble = f"{family.name}:{_MARK}{path}"
    for draw in chosen:
        line, own = draws.rows[draw - 1]
        yield Draw(
            family.name,
            f"{ensemble}#{draw}{shared}",
            f"{ensemble}{shared}",
            path,
            line,
            draws.digest,
            tuple((own | dict(parsed.parameters)).items()),
        )


def resolve_draws(
    family: Family, parsed: Specification, resolve: Resolve
) -> Iterator[ColdEOS | RejectedEOS]:
    """The members of an ensemble in the order of the file; errors as `draws_of`."""
    for draw in draws_of(family, parsed):
        yield draw.resolved(family, resolve)


def read_draws(path: str, family: Family, parsed: Specification) -> Draws:
    """Read a file of draws.

    Raises
    ------
    InputError
        If it is missing, too large, no CSV, or a column or value is not what the family takes.
    """
    content = _content(path)
    lines = _records(path, content)
    try:
        line, header = next(lines)
    except StopIteration:
        raise InputError(f"{path} is empty; its first line must name the columns.") from None
    columns = _columns(path, line, header, family, parsed)
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in lines:
        if len(cells) != len(columns):
            raise InputError(
                f"{path}, line {line}: {len(cells)} values where the header names "
                f"{len(columns)} columns."
            )
        if len(rows) == ROW_CAP:
            raise InputError(f"{path} holds more than {ROW_CAP:,} draws; split it.")
        rows.append((line, _draw(path, line, columns, cells, family)))
    if not rows:
        raise InputError(f"{path} names columns but holds no draws.")
    return Draws(path, hashlib.sha256(content).hexdigest(), tuple(rows))


def _content(path: str) -> bytes:
    try:
        with Path(path).expanduser().open("rb") as stream:
            content = stream.read(SIZE_CAP_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise InputError(f"The file of draws {quoted(path)} cannot be read: {reason}.") from problem
    if len(content) > SIZE_CAP_BYTES:
        raise InputError(f"{path} is larger than {SIZE_CAP_BYTES // 2**20} MiB; split it.")
    return content


def _records(path: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of the lines that hold something."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8 text; write a CSV file.") from problem
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                yield reader.line_num, stripped
    except csv.Error as problem:
        raise InputError(f"{path}, line {reader.line_num}: no CSV, {problem}.") from problem


def _columns(
    path: str, line: int, header: list[str], family: Family, parsed: Specification
) -> list[str]:
    known = [parameter.name for parameter in family.parameters]
    known += ["gamma1"] if family.compressible else []
    by_lower = {name.lower(): name for name in known}
    shared = {key.lower() for key in parsed.parameters}
    columns = []
    for column in header:
        name = by_lower.get(column.lower())
        if name is None:
            raise InputError(
                f"{path}, line {line}: the column {quoted(column)} is unknown; {family.name} takes "
                f"{', '.join(known)}.{suggestion(column, known)}"
            )
        if name in columns or name.lower() in shared:
            place = "by two columns" if name in columns else f"by {quoted(parsed.text)} too"
            raise InputError(f"{path}, line {line}: {name} is given {place}.")
        columns.append(name)
    return columns


def _draw(
    path: str, line: int, columns: list[str], cells: list[str], family: Family
) -> dict[str, str]:
    """The parameters of one draw; empty cells are not given."""
    numeric = {known.name for known in family.parameters if isinstance(known, Parameter)}
    for column, cell in zip(columns, cells, strict=True):
        if column in numeric and cell and number(cell) is None:
            raise InputError(
                f"{path}, line {line}, column {column}: {quoted(cell)} is not a finite number."
            )
    return {column: cell for column, cell in zip(columns, cells, strict=True) if cell}

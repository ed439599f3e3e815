"""Tables by path: `table:PATH,format=lal2,crust=sly` resolved to an equation of state.

The options are `format`, `columns=(...)`, `crust`, `freeze` and `composition`. The canonical
specification names the resolved path and the recognised format, so that it recreates the object as
long as the file is there; the digest of the file goes into the provenance.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from stellar.constants import ATOMIC_MASS_UNIT_MEV
from stellar.eos.base import ColdEOS
from stellar.eos.specification import looks_like_path, quoted, suggestion
from stellar.eos.user_tables.crust import CRUSTS, with_crust
from stellar.eos.user_tables.findings import Finding, TableError
from stellar.eos.user_tables.formats.registry import format_named, recognised
from stellar.eos.user_tables.formats.source import read_source
from stellar.eos.user_tables.from_rows import equation_of_state, log_enthalpies, tail_note
from stellar.eos.user_tables.matter_checks import first_law_findings, matter_findings
from stellar.eos.user_tables.raw_table import RawTable
from stellar.eos.user_tables.row_checks import mended, row_findings
from stellar.eos.user_tables.stratification import noise_findings, stratify
from stellar.errors import InputError

_PREFIX = "table:"
# The first value of each option is the default.
_CHOICES = {
    "crust": ("none", *CRUSTS),
    "freeze": ("all", "proton"),
    "composition": ("auto", "none"),
}
_OPTIONS = ("format", "columns", *_CHOICES)
_FAMILY = re.compile(r"([A-Za-z0-9_-]+)\s*:", re.ASCII)
_OPTION = re.compile(r",\s*([A-Za-z_]+)\s*=\s*(\([^()]*\)|[^,()]*)\s*$")
_DELTA = {"all": "delta_all", "proton": "delta_yp"}


@dataclass(frozen=True)
class TableSpec:
    """A parsed specification of a table; empty texts where an option was not given."""

    path: Path
    format: str = ""
    columns: str = ""
    crust: str = "none"
    freeze: str = "all"
    composition: str = "auto"

    @property
    def text(self) -> str:
        """The canonical specification."""
        items = [f"format={self.format}"] if self.format else []
        items += [f"columns=({self.columns})"] if self.columns else []
        items += [
            f"{key}={getattr(self, key)}"
            for key, values in _CHOICES.items()
            if getattr(self, key) != values[0]
        ]
        return ",".join([f"{_PREFIX}{self.path}", *items])


@dataclass(frozen=True, eq=False)
class UserTable:
    """A table read and checked.

    raw : mended rows, crust included
    eos : None if there are errors
    """

    spec: TableSpec
    raw: RawTable | None
    eos: ColdEOS | None
    findings: tuple[Finding, ...]


def is_table_spec(spec: str) -> bool:
    """Whether a specification means a file; `FAMILY:...` never does, whatever follows."""
    text = spec.strip()
    family = _FAMILY.match(text)
    if family:
        return family[1].lower() + ":" == _PREFIX
    return looks_like_path(_split(text)[0])


def is_existing_table(text: str) -> bool:
    """Whether a text as a whole is the path of something that exists, commas in it included."""
    path = text.strip()
    family = _FAMILY.match(path)
    if family[1].lower() + ":" != _PREFIX if family else not looks_like_path(path):
        return False
    path = path[len(_PREFIX) :] if path.lower().startswith(_PREFIX) else path
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False


def parse_table_spec(spec: str) -> TableSpec:
    """Take `table:PATH,key=value,...` apart; the path is resolved.

    Raises
    ------
    InputError
        For an unknown option or value.
    """
    path, given = _split(spec.strip())
    if path.lower().startswith(_PREFIX):
        path = path[len(_PREFIX) :].strip()
    if not path:
        raise InputError(f"{quoted(spec)} names no file; write table:PATH.")
    for key, value in given.items():
        if key in _CHOICES and value.lower() not in _CHOICES[key]:
            raise InputError(
                f"In {quoted(spec)} the option {key} is {quoted(value)}, but tables know only "
                f"{key}={'|'.join(_CHOICES[key])}."
            )
        if key not in _OPTIONS:
            raise InputError(
                f"In {quoted(spec)} the option {key} is unknown; tables take "
                f"{', '.join(_OPTIONS)}.{suggestion(key, _OPTIONS)}"
            )
    values = {key: value if key == "columns" else value.lower() for key, value in given.items()}
    if "columns" in values:
        values["columns"] = values["columns"].strip("()").replace(" ", "")
    try:
        resolved = Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{quoted(path)} is not a path ({error}).") from error
    return TableSpec(resolved, **values)


def _split(spec: str) -> tuple[str, dict[str, str]]:
    """The path, and the options behind it; a `key=value` that is no option belongs to the path."""
    given: dict[str, str] = {}
    path = spec.strip()
    while match := _OPTION.search(path):
        key = match[1].lower()
        if key in given:
            raise InputError(f"In {quoted(spec)} the option {key} is given twice.")
        if key not in _OPTIONS and is_existing_table(path):
            break
        given[key] = match[2].strip()
        path = path[: match.start()]
    return path.strip(), given


def resolve_table(spec: str) -> ColdEOS:
    """The equation of state of a table.

    Raises
    ------
    InputError
        If the path, the options or the table are unusable.
    """
    table = examined(spec)
    if table.eos is None:
        raise TableError(str(table.spec.path), table.findings)
    return table.eos


def examined(spec: str) -> UserTable:
    """Read and check a table; errors of its content are listed, not raised.

    Raises
    ------
    InputError
        If the path or the options are unusable.
    """
    parsed = parse_table_spec(spec)
    return _examined(parsed, _stamp(parsed.path))


@lru_cache(maxsize=16)
def _examined(parsed: TableSpec, stamp: tuple[int, ...]) -> UserTable:
    source = read_source(parsed.path)
    entry = format_named(parsed.format) if parsed.format else recognised(source, parsed.columns)
    if parsed.columns and not entry.takes_columns:
        raise InputError(f"columns= means nothing to the format {entry.name}; leave one out.")
    parsed = replace(parsed, format=entry.name)
    try:
        raw = mended(entry.read(source, parsed.columns))
        if not row_errors(raw) and parsed.crust != "none":
            raw = with_crust(raw, parsed.crust)
    except TableError as error:
        return UserTable(parsed, None, None, error.findings)
    findings = (*raw.findings, *row_findings(raw))
    if any(finding.is_error for finding in findings):
        return UserTable(parsed, raw, None, findings)
    return _represented(parsed, raw, findings, source.sha256)


def row_errors(raw: RawTable) -> bool:
    """Whether the rows have errors."""
    return any(finding.is_error for finding in row_findings(raw))


def _represented(
    parsed: TableSpec, raw: RawTable, findings: tuple[Finding, ...], sha256: str
) -> UserTable:
    noise = noise_findings(raw)
    use_ce2 = "ce2" in raw.columns and not any("column" in note.sentence for note in noise)
    stratification, more = stratify(raw)
    raw = stratification.raw
    tail = tail_note(raw)
    findings = (*findings, *([tail] if tail else []), *noise, *more)
    findings += tuple(first_law_findings(raw, log_enthalpies(raw, use_ce2)))
    if any(finding.is_error for finding in findings):
        return UserTable(parsed, raw, None, findings)
    on = parsed.composition == "auto"
    delta = stratification.delta[_DELTA[parsed.freeze]] * (1.0 if on else 0.0)
    start = stratification.start if on else None
    try:
        eos = equation_of_state(raw, parsed.text, delta, start, (), use_ce2)
        findings += tuple(matter_findings(eos))
    except ArithmeticError as error:
        failure = Finding("E_MATTER", f"no equation of state goes through the rows ({error}).")
        return UserTable(parsed, raw, None, (*findings, failure))
    origin = stratification.origin if on else "none"
    provenance = _provenance(parsed, raw, findings, sha256, origin)
    eos = replace(eos, provenance=provenance)
    errors = any(finding.is_error for finding in findings)
    return UserTable(parsed, raw, None if errors else eos, findings)


def _provenance(
    parsed: TableSpec, raw: RawTable, findings: tuple[Finding, ...], sha256: str, origin: str
) -> tuple[tuple[str, str], ...]:
    density = (
        f"m_u = {ATOMIC_MASS_UNIT_MEV} MeV per baryon"
        if "n" in raw.columns
        else "mu_B at zero pressure per baryon (the table has no baryon density)"
    )
    return (
        ("source", str(parsed.path)),
        ("source_sha256", sha256),
        ("source_format", parsed.format),
        ("rows", str(len(raw))),
        ("crust", parsed.crust if parsed.crust != "none" else "as in the table"),
        ("composition_origin", origin),
        ("baryon_mass_convention", density),
        ("freeze", parsed.freeze),
        *raw.attributes,
        ("findings", " ".join(str(finding) for finding in findings) or "none"),
    )


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes when a file does, so that nothing stale is kept; empty if it is missing."""
    members = sorted(path.glob("eos.*")) if path.is_dir() else [path]
    members += [path.with_suffix(".nb")] if path.suffix == ".thermo" else []
    stamps = []
    for member in members:
        try:
            status = member.stat()
        except OSError:
            continue
        stamps += [status.st_mtime_ns, status.st_size, status.st_ino]
    return tuple(stamps)

"""Columns of text whose names and units the user states: `n[fm-3],eps[g/cm3],P[dyn/cm2]`.

The statement stands in the first line of the file, or is given as `columns=`. Units are
compulsory and parsed by astropy; energy densities and pressures may also be mass densities (times
c^2) or 1/length^2 (times c^4/G). A column named `-` is skipped. A `-` in a column of composition
means that it is not known in that row.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stellar.constants import MEV_FM3_TO_G_CM3, MEV_FM3_TO_KM2
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import Line, rows_of, table_lines
from stellar.eos.user_tables.formats.writing import scientific, text
from stellar.eos.user_tables.raw_table import RawTable
from stellar.errors import InputError

EXAMPLE = "n[fm-3],eps[g/cm3],P[dyn/cm2]"
_COLUMN = re.compile(r"([A-Za-z_0-9-]{1,20})(?:\[([^\[\]]{0,60})\])?", re.ASCII)
_HEADER_ITEM = re.compile(r"[^\s\[\]]+(?:\[[^\]]*\])?")
_UNIT = re.compile(r"[A-Za-z0-9./*^+ -]*", re.ASCII)
_LONGEST = 2000
_ENERGY = ("MeV/fm3", (("g cm-3", 1.0 / MEV_FM3_TO_G_CM3), ("km-2", 1.0 / MEV_FM3_TO_KM2)))
_KINDS = {
    "n": ("fm-3", ()),
    "P": _ENERGY,
    "eps": _ENERGY,
    "mu_B": ("MeV", ()),
    "mu_e": ("MeV", ()),
    **dict.fromkeys(("ce2", "cs2_frozen", "delta_all", "delta_yp"), ("", ())),
    **dict.fromkeys(("Y_e", "Y_mu", "Y_p", "Y_l", "Y_other"), ("", ())),
}
_ALIASES = {"rho": "eps", "e": "eps", "p": "P", "pressure": "P", "n_b": "n", "nb": "n"}
_ALIASES |= {"delta": "delta_all", "cs2": "ce2", "mu_b": "mu_B", "ye": "Y_e", "ymu": "Y_mu"}
_OPTIONAL = ("Y_e", "Y_mu", "Y_p", "Y_l", "Y_other", "mu_e", "delta_all", "delta_yp", "cs2_frozen")


@dataclass(frozen=True)
class Stated:
    """One column as stated: its name here (empty to skip) and the factor to our unit."""

    name: str
    factor: float


def parse_columns(statement: str) -> tuple[Stated, ...]:
    """The columns of a statement such as `n[fm-3],eps[g/cm3],P[dyn/cm2]`.

    Raises
    ------
    InputError
        For an unknown name, a missing or impossible unit, or a column stated twice.
    """
    if len(statement) > _LONGEST:
        raise InputError(f"The statement of columns is longer than {_LONGEST} characters.")
    stated = tuple(_stated(item.strip(), statement) for item in statement.split(","))
    names = [column.name for column in stated if column.name]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"In columns={_short(statement)} the column {name} is stated twice.")
    if not {"P", "eps"} <= set(names):
        raise InputError(
            f"columns={_short(statement)} lacks P or eps; example: columns=({EXAMPLE})."
        )
    return stated


def _stated(item: str, statement: str) -> Stated:
    match = _COLUMN.fullmatch(item)
    if not match:
        raise InputError(
            f"In columns={_short(statement)} the item {item[:40]!r} is not of the form name[unit]; "
            f"example: columns=({EXAMPLE})."
        )
    if match[1] == "-" and match[2] is None:
        return Stated("", 1.0)
    known = {name.lower(): name for name in _KINDS} | _ALIASES
    name = known.get(match[1].lower())
    if name is None:
        raise InputError(
            f"In columns={_short(statement)} the column {match[1]!r} is unknown; known are "
            f"{', '.join(_KINDS)}, and - to skip one."
        )
    unit, others = _KINDS[name]
    if match[2] is None and unit:
        raise InputError(
            f"In columns={_short(statement)} the column {match[1]} has no unit; write for instance "
            f"{match[1]}[{unit}]."
        )
    return Stated(name, _factor(match[2] or "", unit, others, item))


def _factor(text_: str, unit: str, others: tuple[tuple[str, float], ...], item: str) -> float:
    from astropy import units

    refused = InputError(
        f"The unit of {item[:80]!r} is not one of "
        + (f"the dimension of {unit}" if unit else "a pure number")
        + "".join(f" or {other}" for other, _ in others)
        + f"; example: columns=({EXAMPLE})."
    )
    if not _UNIT.fullmatch(text_) or re.search(r"\d{5}", text_):
        raise refused
    try:
        parsed = units.Unit(text_)
        for ours, factor in ((unit, 1.0), *others):
            if parsed.is_equivalent(units.Unit(ours)):
                value = float(parsed.to(units.Unit(ours))) * factor
                if math.isfinite(value) and value > 0.0:
                    return value
    # astropy reports what it cannot parse with any of these
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        raise refused from error
    raise refused


def _short(statement: str) -> str:
    return statement if len(statement) <= 80 else statement[:77] + "..."


def _statement_in(lines: Sequence[Line]) -> str:
    """The first line if it states columns, else nothing."""
    words = " ".join(lines[0].words) if lines else ""
    if "[" not in words:
        return ""
    return ",".join(_HEADER_ITEM.findall(words))


def _read(source: Source, columns: str) -> RawTable:
    lines = table_lines(source.content, source.name)
    header = _statement_in(lines)
    statement = columns or header
    if not statement:
        width = len(lines[0].words) if lines else 0
        raise InputError(
            f"{source.name} is text with {width} columns of unknown meaning. State them with "
            f"units, for instance columns=({EXAMPLE}), or name a format."
        )
    stated = parse_columns(statement)
    body = list(lines[1:] if header else lines)
    unknown = np.zeros((len(body), len(stated)), dtype=bool)
    optional = {i for i, column in enumerate(stated) if column.name in (*_OPTIONAL, "")}
    for row, line in enumerate(body):
        if "-" in line.words:
            places = {i for i, word in enumerate(line.words) if word == "-"} & optional
            unknown[row, list(places)] = True
            words = tuple("0" if i in places else word for i, word in enumerate(line.words))
            body[row] = replace(line, words=words)
    rows = rows_of(body, source.name, len(stated))
    values = np.where(unknown, np.nan, rows.values)
    found = {c.name: values[:, i] * c.factor for i, c in enumerate(stated) if c.name}
    state = tuple(i for i, column in enumerate(stated) if column.name in ("P", "eps"))
    attributes = (("columns", statement),)
    return RawTable(source.name, FORMAT.name, found, rows.lines, rows.digits(state), (), attributes)


def _recognise(source: Source) -> bool:
    return bool(_statement_in(table_lines(source.content, source.name)))


def _write(raw: RawTable) -> dict[str, bytes]:
    names = [name for name in _KINDS if name in raw.columns]
    head = ",".join(f"{name}[{_KINDS[name][0]}]" for name in names)
    rows = zip(*(raw.columns[name] for name in names), strict=True)
    lines = [",".join("-" if math.isnan(v) else scientific(v) for v in row) for row in rows]
    return {"": text([head, *lines])}


FORMAT = Format(
    name="csv",
    description="any columns of text, stated with units in the first line or by columns=",
    recognise=_recognise,
    read=_read,
    write=_write,
    takes_columns=True,
)

"""Numbers as text, with enough digits to be read back the same to 1e-12."""

from collections.abc import Iterable

from stellar.eos.user_tables.raw_table import Array, RawTable
from stellar.errors import InputError

DIGITS = 13


def scientific(value: float) -> str:
    """A number in 13 significant digits."""
    return f"{value:.12e}"


def lines_of(columns: Iterable[Array], first: Iterable[str] | None = None) -> list[str]:
    """One text line a row, separated by two spaces, with words before the numbers if given."""
    rows = [[scientific(float(v)) for v in row] for row in zip(*columns, strict=True)]
    if first is not None:
        rows = [[word, *row] for word, row in zip(first, rows, strict=True)]
    return ["  ".join(row) for row in rows]


def text(lines: Iterable[str]) -> bytes:
    """Lines as the content of a file."""
    return ("\n".join(lines) + "\n").encode()


def required(raw: RawTable, format_name: str, *names: str) -> list[Array]:
    """Columns that a format cannot do without.

    Raises
    ------
    InputError
        If the table has not all of them.
    """
    missing = [name for name in names if name not in raw.columns]
    if missing:
        raise InputError(
            f"{raw.source} has no column {' and no column '.join(missing)}, which the format "
            f"{format_name} needs; choose csv or lal2, or give a table that has it."
        )
    return [raw.columns[name] for name in names]

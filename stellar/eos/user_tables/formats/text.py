"""Numbers out of text tables: encodings, comments, Fortran floats, and where each row stands.

Understood: UTF-8 with or without byte order mark, the three line ends, `#` and `!` comments,
spaces, tabs, commas or semicolons between numbers, and the floats that Fortran writes, `1.0D+05`,
`-.5E-3`, `1.0-100` (the letter is left out where the exponent has three digits).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stellar.eos.user_tables.findings import Finding, TableError, refuse

MOST_ROWS = 1_000_000
_MOST_DEFECTS = 1000
_LONGEST_LINE = 10_000
_LARGEST = 1e60
_FORTRAN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[dDqQeE]?([+-]\d+)|[dDqQeE](\d+))?", re.ASCII)
_SEPARATOR = re.compile(r"[\s,;]+")
_COMMENT = re.compile(r"[#!].*")


@dataclass(frozen=True)
class Line:
    """A line that is not empty or a comment: its number in the file and its words."""

    number: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """Numbers of equal count in each row; `words` are the same as typed."""

    values: NDArray[np.float64]
    lines: NDArray[np.int64]
    words: tuple[tuple[str, ...], ...]

    def digits(self, columns: tuple[int, ...]) -> int:
        """Significant digits that the least precise of some columns is mostly written with."""
        counts = [
            sorted(significant_digits(row[column]) for row in self.words) for column in columns
        ]
        return min(count[len(count) // 2] for count in counts)


def decoded(content: bytes, source: str) -> list[str]:
    """The lines of a text.

    Raises
    ------
    TableError
        E_ENCODING if it is not UTF-8 text, E_ROWS if it has too many lines.
    """
    if b"\0" in content:
        raise refuse(source, "E_ENCODING", "it holds zero bytes: this is not a text table.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(source, "E_ENCODING", "this is not UTF-8 text.", line) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_ROWS:
        raise refuse(source, "E_ROWS", f"it has {len(lines)} lines; at most {MOST_ROWS}.")
    for count, text_line in enumerate(lines, start=1):
        if len(text_line) > _LONGEST_LINE:
            raise refuse(
                source, "E_SYNTAX", f"the line is longer than {_LONGEST_LINE} characters.", count
            )
    return lines


def content_lines(lines: list[str]) -> list[Line]:
    """The lines with something on them, comments taken away."""
    found = []
    for number, line in enumerate(lines, start=1):
        text = _COMMENT.sub("", line).strip(" \t,;\f\v")
        if text:
            found.append(Line(number, tuple(_SEPARATOR.split(text))))
    return found


@lru_cache(maxsize=2)
def table_lines(content: bytes, source: str) -> tuple[Line, ...]:
    """The lines of a text that hold something; kept, since every format looks at them.

    Raises
    ------
    TableError
        As `decoded`.
    """
    return tuple(content_lines(decoded(content, source)))


def number(word: str) -> float | None:
    """The value of a decimal or Fortran float, nan and inf included; None for anything else."""
    try:
        return float(word) if "_" not in word and word.isascii() else None
    except ValueError:
        match = _FORTRAN.fullmatch(word)
        if not match:
            return None
        return float(f"{match[1]}e{match[2] or match[3] or 0}")


def significant_digits(word: str) -> int:
    """Digits of the mantissa, leading zeros not counted."""
    mantissa = re.split(r"[dDqQeE]|(?<=[\d.])[+-]", word, maxsplit=1)[0]
    return len(re.sub(r"\D", "", mantissa).lstrip("0")) or 1


def rows_of(lines: Sequence[Line], source: str, columns: int | None = None) -> Rows:
    """Lines of numbers, `columns` in each (default: as many as in the first).

    Raises
    ------
    TableError
        With every word that is no finite number (E_SYNTAX, E_NONFINITE) and every row of another
        length (E_COLUMNS).
    """
    if not lines:
        raise refuse(source, "E_TOO_FEW", "it holds no rows of numbers.")
    expected = columns or len(lines[0].words)
    defects: list[Finding] = []
    values = np.full((len(lines), expected), math.nan)
    for row, line in enumerate(lines):
        if len(defects) > _MOST_DEFECTS:
            break
        if len(line.words) != expected:
            defects.append(
                Finding(
                    "E_COLUMNS",
                    f"{len(line.words)} columns where {expected} are expected.",
                    line.number,
                )
            )
            continue
        for column, word in enumerate(line.words):
            value = number(word)
            if value is None:
                defects.append(Finding("E_SYNTAX", f"{word[:40]!r} is not a number.", line.number))
            elif not abs(value) < _LARGEST:
                defects.append(
                    Finding(
                        "E_NONFINITE",
                        f"{word[:40]!r} is not finite or beyond any physical number.",
                        line.number,
                    )
                )
            else:
                values[row, column] = value
    if defects:
        raise TableError(source, defects)
    return Rows(values, np.array([line.number for line in lines]), tuple(l.words for l in lines))


def mostly_rows(lines: Sequence[Line], columns: int) -> bool:
    """Whether nearly all of the first lines are rows of so many numbers: defects do not hide a
    format, they are to be reported by its reader."""
    sample = lines[:200]
    good = sum(
        len(line.words) == columns and all(number(word) is not None for word in line.words)
        for line in sample
    )
    return good > 0 and good >= 0.8 * len(sample)

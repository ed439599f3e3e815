"""Aligned columns of text: one header line, one line a row, numbers aligned at the point."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = "  "


@dataclass(frozen=True)
class TextColumn:
    """A column of finished cells; `decimal` aligns numbers, everything else is flush left."""

    header: str
    cells: Sequence[str]
    decimal: bool = False

    def aligned(self) -> list[str]:
        """Header and cells padded to one width."""
        cells = _align_at_point(self.cells) if self.decimal else list(self.cells)
        width = max(map(len, [self.header, *cells]))
        if self.decimal:
            inner = max(map(len, cells), default=0)
            cells = [cell.ljust(inner).rjust(width) for cell in cells]
            return [self.header.rjust(width), *cells]
        return [cell.ljust(width) for cell in [self.header, *cells]]


def lines_of(columns: Sequence[TextColumn]) -> list[str]:
    """The header line and one line a row, without blanks at their ends."""
    padded = [column.aligned() for column in columns]
    return [GAP.join(cells).rstrip() for cells in zip(*padded, strict=True)]


def width_of(columns: Sequence[TextColumn]) -> int:
    """Length of the longest line."""
    return max(map(len, lines_of(columns)))


def _align_at_point(cells: Sequence[str]) -> list[str]:
    """Pad on the left so that the decimal points stand below each other."""
    heads = [len(_integer_part(cell)) for cell in cells]
    widest = max(heads, default=0)
    return [" " * (widest - head) + cell for head, cell in zip(heads, cells, strict=True)]


def _integer_part(cell: str) -> str:
    for index, character in enumerate(cell):
        if character in ".(e":
            return cell[:index]
    return cell

"""Where figures are drawn: matplotlib, imported when the first one is asked for."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stellar.errors import InputError, UsageError

FILE_TYPES = ("png", "pdf", "svg")
_SIZE_INCHES = (5.2, 3.9)  # of one panel
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
FAILED_COLOUR = "#b2182b"
_KEY_COLUMNS = 7  # of a legend
_RATE_DPI = 160


def panels(
    rows: int,
    columns: int,
    size: tuple[float, float] = _SIZE_INCHES,
    heights: Sequence[float] | None = None,
) -> tuple[Any, list[Any]]:
    """A figure and its panels of a size in inches, row by row.

    heights : of the rows relative to each other, equal if not given

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise InputError(
            "Pictures need matplotlib, which is not installed; install it with "
            "pip install 'stellar-modes[plot]'."
        ) from error
    width, height = size
    figure = Figure(figsize=(columns * width, rows * height), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(rows, columns, height_ratios=heights)
    axes = [figure.add_subplot(cell) for cell in grid]
    for axis in axes:
        axis.tick_params(direction="in", which="both", top=True, right=True)
        axis.grid(alpha=0.25, linewidth=0.6)
    return figure, axes


def draw_key(figure: Any, handles: Sequence[Any]) -> None:
    """The legend of a whole figure, above it, in rows of about equal length."""
    rows = -(-len(handles) // _KEY_COLUMNS)
    columns = -(-len(handles) // rows)
    figure.legend(handles=handles, loc="outside upper center", ncols=columns, frameon=False)


def file_type(path: Path) -> str:
    """The type of picture that the ending of a path asks for.

    Raises
    ------
    UsageError
        If it is none that can be written.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in FILE_TYPES:
        raise UsageError(f"{path} must end in one of .{', .'.join(FILE_TYPES)}.")
    return ending


def rendered(figure: Any, kind: str) -> bytes:
    """The picture as bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=_RATE_DPI)
    return buffer.getvalue()

"""What the computing commands print: a table for people, or CSV, ECSV and JSON for programs.

A table is coloured on a terminal and bounded by its width; in a pipe it is plain text of one form.
"""

import shutil
from typing import TextIO

from parode_core import Status
from stellar.cli.outcomes import status_words
from stellar.cli.tables import LEGEND, table_text
from stellar.results.export import to_text
from stellar.results.results import Results


def render(results: Results, format_: str, stream: TextIO) -> None:
    """Write results to a stream.

    format_ : table, csv, ecsv or json; CSV and ECSV show the modes if there are any
    """
    if format_ == "table":
        _write_table(results, stream)
    else:
        stream.write(to_text(results, format_))


def _write_table(results: Results, stream: TextIO) -> None:
    if not stream.isatty():
        stream.write(table_text(results))
        return
    from rich.console import Console

    console = Console(file=stream)
    for line in table_text(results, shutil.get_terminal_size().columns).splitlines():
        console.print(line, style=_style(line), markup=False, highlight=False, soft_wrap=True)


def _style(line: str) -> str | None:
    if line.startswith(("star ", "eos ", "Modes")):
        return "bold"
    if line.startswith("[") or line in LEGEND.splitlines():
        return "dim"
    troubled = any(status_words(status) in line for status in Status if status is not Status.OK)
    return "yellow" if troubled or "unstable" in line else None

"""Results as a table for people: one line a star, or a table of stars and a table of modes.

One line a star with its modes beside it; where not all of them fit, the most asked for stand there
and a second table has one line a mode.
Sentences of rows are numbered and stand once below the tables.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stellar.campaign.star_rows import ASKED_COLUMN
from stellar.cli.grid import TextColumn, lines_of, width_of
from stellar.cli.outcomes import (
    PERHAPS_INCOMPLETE,
    Notes,
    incomplete,
    joint_outcome,
    mode_outcome,
    star_outcome,
)
from stellar.cli.quantities import (
    FIRST_SHOWN,
    MODE_NAMES,
    STAR_HEADINGS,
    error_column,
    masses,
    mode_quantities,
    relative_error,
    star_identity,
    star_quantities,
)
from stellar.results.results import Results

PIPED_WIDTH = 120  # columns of a table that no terminal bounds
LEGEND = (
    "error: the largest estimated relative error of the numbers in the row. Digits in\n"
    "parentheses: estimated error of the last digits, where it reaches the digits shown."
)
_BESIDE_MODES = ("mass_msun", "radius_km", "lambda2")
# The status may run over the edge: it is last, and short unless something is wrong.
_ROOM_FOR_STATUS = len("  status")

Row = Mapping[str, Any]
Kind = tuple[int, str]  # degree and label


def table_text(results: Results, width: int = PIPED_WIDTH) -> str:
    """The table for people as plain text, at most `width` wide where the columns allow it."""
    stars, modes = results.rows("stars"), results.rows("modes")
    asked = ASKED_COLUMN.get(results.config.get("selector", "masses"), "mass_msun")
    first = FIRST_SHOWN.get(results.config.get("command", ""), ())
    notes = Notes()
    remarks: list[str] = []
    if not modes:
        lines, remarks = _structure_lines(stars, (asked, *first), notes, width)
        blocks = [lines]
    else:
        names = _shown_names(stars, asked, _BESIDE_MODES)
        shown = by_interest = _kinds_by_interest(modes)
        columns = _one_line_a_star(stars, modes, names, shown)
        while shown and width_of(columns) + _ROOM_FOR_STATUS > width:
            shown = shown[:-1]
            columns = _one_line_a_star(stars, modes, names, shown)
        complete = len(shown) == len(by_interest)
        status = _joint_status(stars, modes, notes) if complete else _star_status(stars, notes)
        blocks = [[_headline(modes), *lines_of([*columns, status])]]
        if not complete:
            blocks.append(["All modes:", *_modes_lines(modes, notes)])
    blocks.append([*notes.lines(), *remarks, LEGEND])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _shown_names(stars: Sequence[Row], asked: str, names: tuple[str, ...]) -> list[str]:
    """The quantity by which the stars were chosen, then the others that there are."""
    present = stars[0].keys() if stars else ()
    return [name for name in dict.fromkeys((asked, *names)) if name in present]


def _headline(modes: Sequence[Row]) -> str:
    nonradial = [row for row in modes if row["family"] != "radial"]
    if not nonradial:
        return "Modes: radial, full general relativity"
    degrees = ", ".join(map(str, sorted({row["l"] for row in nonradial})))
    theory = {"cowling": "Cowling approximation", "full": "full general relativity"}
    theories = [theory[gravity] for gravity in sorted({row["gravity"] for row in nonradial})]
    return f"Modes: l = {degrees}, {' and '.join(theories)}"


def _star_columns(stars: Sequence[Row], names: list[str]) -> list[TextColumn]:
    errors = error_column(relative_error(star, names, "stars") for star in stars)
    return [*star_identity(stars), *star_quantities(stars, names), errors]


def _structure_lines(
    stars: Sequence[Row], first: tuple[str, ...], notes: Notes, width: int
) -> tuple[list[str], list[str]]:
    """One line a star with as many quantities as fit, and a remark on what was left out."""
    status = _star_status(stars, notes)
    present = _shown_names(stars, first[0], (*first[1:], *STAR_HEADINGS))
    shown = list(present)
    while len(shown) > 1 and width_of(_star_columns(stars, shown)) + _ROOM_FOR_STATUS > width:
        shown.pop()
    left = ", ".join(STAR_HEADINGS[name] for name in present if name not in shown)
    remarks = [f"No room for {left}: use --format csv, ecsv or json."] if left else []
    return lines_of([*_star_columns(stars, shown), status]), remarks


def _star_status(stars: Sequence[Row], notes: Notes) -> TextColumn:
    return TextColumn("status", [star_outcome(star, notes) for star in stars])


def _kinds_by_interest(modes: Sequence[Row]) -> list[Kind]:
    """Degree and label of the modes: f and p1 of the lowest degree first, the rest as asked."""
    kinds = list(dict.fromkeys((row["l"], row["label"]) for row in modes))
    lowest = min((degree for degree, _ in kinds if degree), default=0)
    first = [kind for kind in ((lowest, "f"), (lowest, "p1")) if kind in kinds]
    return first + [kind for kind in kinds if kind not in first]


def _one_line_a_star(
    stars: Sequence[Row], modes: Sequence[Row], names: list[str], shown: list[Kind]
) -> list[TextColumn]:
    """Stars with the frequency and damping time of the shown kinds of mode beside them."""
    kinds = [k for k in dict.fromkeys((row["l"], row["label"]) for row in modes) if k in shown]
    found = {(row["star_id"], row["l"], row["label"]): row for row in modes}
    several_degrees = len({row["l"] for row in modes if row["l"] > 0}) > 1
    columns = [*star_identity(stars), *star_quantities(stars, names)]
    errors = [relative_error(star, names, "stars") for star in stars]
    for degree, label in kinds:
        heading = f"{label}(l={degree})" if several_degrees and degree else label
        rows = [found.get((star["star_id"], degree, label), {}) for star in stars]
        columns += mode_quantities(rows, heading, f"tau {heading}")
        own = [relative_error(row, MODE_NAMES, "modes") for row in rows]
        errors = [_larger(pair) for pair in zip(errors, own, strict=True)]
    return [*columns, error_column(errors)]


def _larger(errors: tuple[float, float]) -> float:
    known = [error for error in errors if not math.isnan(error)]
    return max(known, default=math.nan)


def _joint_status(stars: Sequence[Row], modes: Sequence[Row], notes: Notes) -> TextColumn:
    by_star: dict[int, list[Row]] = {star["star_id"]: [] for star in stars}
    for row in modes:
        by_star[row["star_id"]].append(row)
    cells = [joint_outcome(star, by_star[star["star_id"]], notes) for star in stars]
    return TextColumn("status", cells)


def _modes_lines(modes: Sequence[Row], notes: Notes) -> list[str]:
    """One line a mode, a blank line between stars."""
    outcomes = [
        mode_outcome(row, notes) + (f", {PERHAPS_INCOMPLETE}" if incomplete(row) else "")
        for row in modes
    ]
    columns = [
        *star_identity(modes),
        masses(modes),
        TextColumn("l", [str(row["l"]) for row in modes]),
        TextColumn("mode", [row["label"] for row in modes]),
        *mode_quantities(modes, "f", "tau"),
        error_column(relative_error(row, MODE_NAMES, "modes") for row in modes),
        TextColumn("status", outcomes),
    ]
    header, *body = lines_of(columns)
    lines = [header]
    for number, (row, line) in enumerate(zip(modes, body, strict=True)):
        if number and modes[number - 1]["star_id"] != row["star_id"]:
            lines.append("")
        lines.append(line)
    return lines

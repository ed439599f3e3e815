"""Results as a table for people: one line a star, or a table of stars and a table of modes.

One line a star where all modes fit beside it, otherwise two tables with one line a mode.
Sentences of rows are numbered and stand once below the tables.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from parode_core import Status
from stellar.campaign.rows import ASKED_COLUMN
from stellar.cli.grid import TextColumn, lines_of, width_of
from stellar.cli.numbers import ABSENT, compact
from stellar.results.columns import columns_of, error_name
from stellar.results.results import Results

PIPED_WIDTH = 120  # columns of a table that no terminal bounds
LEGEND = (
    "Digits in parentheses are the estimated error of the last digits; a number without them is "
    "good to its last digit."
)
_PERHAPS_INCOMPLETE = "perhaps incomplete"  # the search cannot exclude having missed a mode

# Quantities of a star in the order in which they are given room, with short headings.
_MODES_STAR = {"mass_msun": "M", "radius_km": "R", "lambda2": "Lambda"}
_STRUCTURE_STAR = {
    "mass_msun": "M",
    "radius_km": "R",
    "lambda2": "Lambda",
    "baryon_mass_msun": "M_b",
    "compactness": "M/R",
    "moment_of_inertia_g_cm2": "I",
    "central_energy_density_g_cm3": "eps_c",
    "central_density_g_cm3": "rho_c",
    "k2": "k2",
    "redshift": "z",
    "central_pressure_dyn_cm2": "p_c",
    "binding_energy_msun": "E_b",
    "mean_density_g_cm3": "mean rho",
}
_READABLE_UNITS = {"dyn cm-2": "dyn/cm2", "g cm-3": "g/cm3"}

Row = Mapping[str, Any]


def table_text(results: Results, width: int = PIPED_WIDTH) -> str:
    """The table for people as plain text, at most `width` wide where the columns allow it."""
    notes = _Notes()
    stars, modes = results.rows("stars"), results.rows("modes")
    asked = ASKED_COLUMN.get(results.config.get("selector", "masses"), "mass_msun")
    remarks: list[str] = []
    if not modes:
        quantities = _asked_first(asked, _STRUCTURE_STAR)
        lines, remarks = _structure_lines(stars, quantities, notes, width)
        blocks = [lines]
    else:
        quantities = _asked_first(asked, _MODES_STAR)
        columns = _one_line_a_star(stars, modes, quantities)
        # The status may run over the edge: it is last, and short unless something is wrong.
        if width_of(columns) + len("  status") <= width:
            status = _joint_status(stars, modes, notes)
            blocks = [[_headline(modes), *lines_of([*columns, status])]]
        else:
            status = _star_status(stars, notes)
            blocks = [
                lines_of([*_star_columns(stars, quantities), status]),
                [_headline(modes), *_modes_lines(stars, modes, notes)],
            ]
    blocks.append([*notes.lines(), *remarks, LEGEND])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _asked_first(asked: str, quantities: Mapping[str, str]) -> dict[str, str]:
    """The quantity by which the stars were chosen in front of the others."""
    return {asked: _STRUCTURE_STAR[asked], **quantities}


class _Notes:
    """Sentences of rows, each kept once and referred to by its number."""

    def __init__(self):
        self._numbers: dict[str, int] = {}

    def mark(self, message: str) -> str:
        """The mark that refers to a sentence; empty for no sentence."""
        if not message:
            return ""
        return f" [{self._numbers.setdefault(message, len(self._numbers) + 1)}]"

    def lines(self) -> list[str]:
        """All sentences behind their marks."""
        return [f"[{number}] {message}" for message, number in self._numbers.items()]


def _headline(modes: list[Row]) -> str:
    degrees = sorted({row["l"] for row in modes if row["family"] != "radial"})
    kinds = {row["gravity"] for row in modes if row["family"] != "radial"}
    parts = [f"l = {', '.join(map(str, degrees))}"] if degrees else ["radial"]
    if "cowling" in kinds:
        parts.append("Cowling approximation")
    elif kinds:
        parts.append("full general relativity")
    return "Modes: " + ", ".join(parts)


def _quantity(rows: list[Row], name: str, heading: str, table: str) -> TextColumn:
    error = error_name(name, table)
    # A mass is mostly what was asked for: 1.4 says that better than 1.4000000.
    strip = name == "mass_msun"
    cells = [compact(row[name], row.get(error), strip=strip) for row in rows]
    unit = columns_of(table)[name].unit
    unit = _READABLE_UNITS.get(unit, unit)
    cells = _equal_decimals(cells) if strip else cells
    return TextColumn(f"{heading} [{unit}]" if unit else heading, cells, decimal=True)


def _equal_decimals(cells: list[str]) -> list[str]:
    """Bare numbers filled with zeros to equal decimals, so that 2 stands as 2.0 below 1.9."""
    bare = [cell.replace(".", "").isdigit() for cell in cells]
    most = max((len(c.partition(".")[2]) for c, b in zip(cells, bare, strict=True) if b), default=0)
    return [
        f"{cell.partition('.')[0]}.{cell.partition('.')[2]:0<{most}}" if number and most else cell
        for cell, number in zip(cells, bare, strict=True)
    ]


def _star_columns(stars: list[Row], wanted: Mapping[str, str]) -> list[TextColumn]:
    identity = [
        TextColumn("star", [str(row["star_id"]) for row in stars]),
        TextColumn("eos", [row["eos"] for row in stars]),
    ]
    present = stars[0].keys() if stars else ()
    return identity + [
        _quantity(stars, name, heading, "stars")
        for name, heading in wanted.items()
        if name in present
    ]


def _structure_lines(
    stars: list[Row], quantities: Mapping[str, str], notes: _Notes, width: int
) -> tuple[list[str], list[str]]:
    """One line a star with as many quantities as fit, and a remark on what was left out."""
    status = _star_status(stars, notes)
    present = [name for name in quantities if stars and name in stars[0]]
    shown = {name: quantities[name] for name in present}
    while len(shown) > 1 and width_of([*_star_columns(stars, shown), status]) > width:
        shown.popitem()
    left = ", ".join(quantities[name] for name in present if name not in shown)
    remarks = [f"No room for {left}: use --format csv, ecsv or json."] if left else []
    return lines_of([*_star_columns(stars, shown), status]), remarks


def _star_status(stars: list[Row], notes: _Notes) -> TextColumn:
    return TextColumn("status", [_outcome(row, notes) for row in stars])


def _outcome(row: Row, notes: _Notes) -> str:
    """Status of one row in words, with the mark of its sentence."""
    status = Status(row["status"])
    words = "ok" if status is Status.OK else status_words(status)
    if status is Status.OK and row.get("stable") is False:
        words = "unstable"
    return words + notes.mark(row["message"])


def status_words(status: Status) -> str:
    """A status as it is shown: its name in small letters."""
    return status.name.lower().replace("_", " ")


def _one_line_a_star(
    stars: list[Row], modes: list[Row], quantities: Mapping[str, str]
) -> list[TextColumn]:
    """Stars with the frequency and damping time of every kind of mode beside them."""
    kinds = list(dict.fromkeys((row["l"], row["label"]) for row in modes))
    found = {(row["star_id"], row["l"], row["label"]): row for row in modes}
    several_degrees = len({degree for degree, _ in kinds if degree > 0}) > 1
    columns = _star_columns(stars, quantities)
    for degree, label in kinds:
        heading = f"{label}(l={degree})" if several_degrees and degree else label
        rows = [found.get((star["star_id"], degree, label), {}) for star in stars]
        columns += _mode_quantities(rows, heading, f"tau {heading}")
    return columns


def _joint_status(stars: list[Row], modes: list[Row], notes: _Notes) -> TextColumn:
    by_star: dict[int, list[Row]] = {star["star_id"]: [] for star in stars}
    for row in modes:
        by_star[row["star_id"]].append(row)
    cells = [_joint_outcome(star, by_star[star["star_id"]], notes) for star in stars]
    return TextColumn("status", cells)


def _mode_quantities(rows: list[Row], frequency: str, tau: str) -> list[TextColumn]:
    """Frequency and, if any of these modes is damped, damping time."""
    full = [{"frequency_hz": None, "damping_time_s": None} | dict(row) for row in rows]
    columns = [_quantity(full, "frequency_hz", frequency, "modes")]
    damping = _quantity(full, "damping_time_s", tau, "modes")
    return columns + ([damping] if any(cell != ABSENT for cell in damping.cells) else [])


def _joint_outcome(star: Row, modes: list[Row], notes: _Notes) -> str:
    """Outcome of a star and of those of its modes that have something to say."""
    own = _outcome(star, notes)
    if star["status"] != Status.OK:
        return own
    outcomes = [(row["label"], _mode_outcome(row, notes)) for row in modes]
    parts = [own] if own != "ok" else []
    parts += [f"{label}: {outcome}" for label, outcome in outcomes if outcome != "ok"]
    if _incomplete(modes):
        parts.append(_PERHAPS_INCOMPLETE)
    return "; ".join(parts) or "ok"


def _incomplete(modes: Iterable[Row]) -> bool:
    return any(row["status"] == Status.OK and row.get("complete") is False for row in modes)


def _modes_lines(stars: list[Row], modes: list[Row], notes: _Notes) -> list[str]:
    """One line a mode, a blank line between stars."""
    masses = {star["star_id"]: star.get("mass_msun") for star in stars}
    mass = [compact(masses[row["star_id"]], strip=True) for row in modes]
    outcomes = [
        f"{_mode_outcome(row, notes)}{f', {_PERHAPS_INCOMPLETE}' if _incomplete([row]) else ''}"
        for row in modes
    ]
    columns = [
        TextColumn("star", [str(row["star_id"]) for row in modes]),
        TextColumn("eos", [row["eos"] for row in modes]),
        TextColumn("M [Msun]", _equal_decimals(mass), decimal=True),
        TextColumn("l", [str(row["l"]) for row in modes]),
        TextColumn("mode", [row["label"] for row in modes]),
        *_mode_quantities(modes, "f", "tau"),
        TextColumn("status", outcomes),
    ]
    header, *body = lines_of(columns)
    lines = [header]
    for number, (row, line) in enumerate(zip(modes, body, strict=True)):
        if number and modes[number - 1]["star_id"] != row["star_id"]:
            lines.append("")
        lines.append(line)
    return lines


def _mode_outcome(row: Row, notes: _Notes) -> str:
    growth = row.get("omega_im_per_s")
    if row["status"] == Status.OK and growth is not None and growth < 0.0:
        return f"unstable, grows in {-1.0 / growth:.3g} s" + notes.mark(row["message"])
    return _outcome(row, notes)

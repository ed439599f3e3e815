"""What became of rows, in words, with the sentences behind them numbered as notes."""

from collections.abc import Iterable, Mapping
from typing import Any

from parode_core import Status

PERHAPS_INCOMPLETE = "perhaps incomplete"  # the search cannot exclude having missed a mode

Row = Mapping[str, Any]


class Notes:
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


def status_words(status: Status) -> str:
    """A status as it is shown: its name in small letters."""
    return status.name.lower().replace("_", " ")


def star_outcome(star: Row, notes: Notes) -> str:
    """Status of a star; an unstable one is told even though nothing failed."""
    if star["status"] == Status.OK and star.get("stable") is False:
        return "unstable" + notes.mark(star["message"])
    return _outcome(star, notes)


def mode_outcome(mode: Row, notes: Notes) -> str:
    """Status of a mode; a growing one is told with its time of growth."""
    growth = mode.get("omega_im_per_s")
    if mode["status"] == Status.OK and growth is not None and growth < 0.0:
        return f"unstable, grows in {-1.0 / growth:.3g} s" + notes.mark(mode["message"])
    return _outcome(mode, notes)


def joint_outcome(star: Row, modes: Iterable[Row], notes: Notes) -> str:
    """Outcome of a star and of those of its modes that have something to say."""
    own = star_outcome(star, notes)
    if star["status"] != Status.OK:
        return own
    modes = list(modes)
    outcomes = [(mode["label"], mode_outcome(mode, notes)) for mode in modes]
    parts = [own] if own != "ok" else []
    parts += [f"{label}: {outcome}" for label, outcome in outcomes if outcome != "ok"]
    if any(incomplete(mode) for mode in modes):
        parts.append(PERHAPS_INCOMPLETE)
    return "; ".join(parts) or "ok"


def incomplete(mode: Row) -> bool:
    """Whether a mode was found by a search that cannot exclude having missed others."""
    return mode["status"] == Status.OK and mode.get("complete") is False


def _outcome(row: Row, notes: Notes) -> str:
    status = Status(row["status"])
    words = "ok" if status is Status.OK else status_words(status)
    return words + notes.mark(row["message"])

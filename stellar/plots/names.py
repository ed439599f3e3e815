"""Names of equations of state, short enough for a legend."""

from pathlib import PurePath


def short_name(name: str) -> str:
    """The name of a table is its path: show its end."""
    if not name.startswith("table:"):
        return name
    return PurePath(name.removeprefix("table:").partition(",")[0]).name

"""Options that say how a table is to be read, the same for every command that takes one."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from stellar.eos.user_tables.user_table import is_table_spec, parse_table_spec
from stellar.errors import UsageError

_OPTIONS = {"eos_format": "format", "columns": "columns", "crust": "crust"}


def table_options(function: Callable) -> Callable:
    """Add --eos-format, --columns and --crust, handed over together as `given`."""

    @click.option("--eos-format", metavar="NAME", help="compose, lal2, lal9, lorene, rns, ...")
    @click.option(
        "--columns", metavar="LIST", help="Columns of a text, as n[fm-3],eps[g/cm3],P[dyn/cm2]."
    )
    @click.option("--crust", metavar="NAME", help="Crust below a table that begins in the core.")
    @wraps(function)
    def command(eos_format: str | None, columns: str | None, crust: str | None, **others):
        return function(
            given={"eos_format": eos_format, "columns": columns, "crust": crust}, **others
        )

    return command


def file_or_name(text: str) -> str:
    """As typed, or marked as a table where a file of that name exists: for commands about files."""
    return f"table:{text}" if not is_table_spec(text) and Path(text).exists() else text


def table_spec(spec: str, given: dict[str, str | None]) -> str:
    """A specification with the options written into it; one that names no table as it is.

    Raises
    ------
    UsageError
        If an option is given for something that is no table.
    """
    chosen = {key: value for key, value in given.items() if value is not None}
    if not is_table_spec(spec):
        if chosen:
            option = next(iter(chosen)).replace("_", "-")
            raise UsageError(f"--{option} is for tables, and {spec!r} is the name of a built-in.")
        return spec
    for key, value in chosen.items():
        text = f"({value})" if key == "columns" else value
        spec += f",{_OPTIONS[key]}={text}"
    return parse_table_spec(spec).text

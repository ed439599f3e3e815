"""What a file format declares about itself: how it is recognised, read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.raw_table import RawTable


@dataclass(frozen=True)
class Format:
    """A file format of tabulated equations of state.

    name : as in `format=` and `--to`
    recognise : whether the structure of a source is unmistakably that of this format
    read : source and the text of `columns=` (empty if not given) to a raw table
    write : a table to the files it consists of, by name; the key "" is the file itself, other keys
        are files of a directory. None where the format is only read
    takes_columns : whether `columns=` means anything to it
    """

    name: str
    description: str
    recognise: Callable[[Source], bool]
    read: Callable[[Source, str], RawTable]
    write: Callable[[RawTable], Mapping[str, bytes]] | None = None
    takes_columns: bool = False

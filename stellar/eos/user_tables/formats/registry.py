"""The registry of file formats: one file each and one line here."""

from stellar.eos.specification import quoted, suggestion
from stellar.eos.user_tables.formats import compose, csv, h5, lal2, lal9, lorene, nmma, rns
from stellar.eos.user_tables.formats.format import Format
from stellar.eos.user_tables.formats.source import Source
from stellar.eos.user_tables.formats.text import table_lines
from stellar.errors import InputError

# In the order in which a file is tried: the most unmistakable structure first.
FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (h5, compose, lorene, rns, csv, lal9, lal2, nmma)
}
WRITABLE = tuple(name for name, entry in FORMATS.items() if entry.write)


def format_named(name: str) -> Format:
    """The format of a name.

    Raises
    ------
    InputError
        For an unknown name.
    """
    if name.lower() not in FORMATS:
        raise InputError(
            f"There is no table format {quoted(name)}; known are {', '.join(FORMATS)}."
            + suggestion(name, FORMATS)
        )
    return FORMATS[name.lower()]


def recognised(source: Source, columns: str) -> Format:
    """The format that the structure of a source shows without doubt.

    Raises
    ------
    InputError
        If none does; the sentence says what the file might be and how to state it.
    """
    if columns:
        return FORMATS["csv"]
    if source.parts:
        return FORMATS["compose"]
    for entry in FORMATS.values():
        if entry.name != "compose" and entry.recognise(source):
            return entry
    raise InputError(_unrecognised(source))


def _unrecognised(source: Source) -> str:
    lines = table_lines(source.content, source.name)
    if not lines:
        return f"{source.name} holds no numbers."
    width = len(lines[len(lines) // 2].words)
    guess = {
        2: "If they are P and eps, state columns=(P[unit],eps[unit]).",
        3: "State them, for instance columns=(n[fm-3],eps[g/cm3],P[dyn/cm2]).",
        4: "NMMA tables look like this (format=nmma); otherwise state columns=(...).",
    }.get(width, f"State them with columns=(...), or name one of {', '.join(FORMATS)}.")
    return (
        f"The format of {source.name} is not recognised: {width} columns of unknown meaning and "
        f"units. {guess}"
    )

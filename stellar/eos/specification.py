"""The grammar of equation-of-state specifications: text in, name and parameters out.

    SPEC  = NAME [":" ITEM {"," ITEM}] | NAME {"," KEY "=" VALUE}
    ITEM  = ROW | KEY "=" VALUE

Several specifications stand in one text, separated by commas; KEY=VALUE belongs to the one before
it, and parentheses protect commas. Nothing here knows any equation of state.
"""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stellar.errors import InputError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_.+@-]{1,64}", re.ASCII)
_PATH_ENDINGS = (".h5", ".hdf5", ".dat", ".csv", ".txt", ".d", ".rns", ".thermo", ".zip", ".npz")


@dataclass(frozen=True)
class Specification:
    """One parsed specification.

    name : what stands before the first colon or comma, as typed
    row : the item without `=`, such as `SLy` in `pp:SLy`; empty if there is none
    parameters : KEY -> VALUE as typed
    text : the whole as typed, for messages
    """

    name: str
    row: str
    parameters: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Parameter:
    """A number that a family takes: low < value <= high.

    low_included : whether `low` itself is allowed
    required : whether it must be given; otherwise `default` holds, or None
    """

    name: str
    meaning: str
    low: float
    high: float
    low_included: bool = False
    required: bool = True
    default: float | None = None

    @property
    def allowed(self) -> str:
        """The allowed range as a sentence fragment."""
        sign = "<=" if self.low_included else "<"
        return f"{self.low:g} {sign} {self.name} <= {self.high:g}"

    def read(self, text: str, spec: str, example: str) -> float:
        """Turn the typed value into a number inside the range.

        Raises
        ------
        InputError
            If it is not a finite decimal number or lies outside the range.
        """
        value = number(text)
        inside = value is not None and (
            self.low < value <= self.high or (self.low_included and value == self.low)
        )
        if value is None or not inside:
            raise InputError(
                f"In {quoted(spec)} the parameter {self.name} is {quoted(text)}, but it must be a "
                f"number with {self.allowed} ({self.meaning}); example: {example}."
            )
        return value


@dataclass(frozen=True)
class WordParameter:
    """One of a few words; the first is the default."""

    name: str
    meaning: str
    words: tuple[str, ...]
    required: bool = False

    @property
    def default(self) -> str:
        """What holds where it is not given."""
        return self.words[0]

    @property
    def allowed(self) -> str:
        """The words as a sentence fragment."""
        return f"{self.name}={'|'.join(self.words)}"

    def read(self, text: str, spec: str, example: str) -> str:
        """The word, lower case; InputError if it is none of those allowed."""
        if text.lower() not in self.words:
            raise InputError(
                f"In {quoted(spec)} the parameter {self.name} is {quoted(text)}, but it must be "
                f"{self.allowed} ({self.meaning}); example: {example}."
            )
        return text.lower()


@dataclass(frozen=True)
class BaseParameter:
    """Another equation of state, in parentheses where it has parameters of its own."""

    name: str
    meaning: str
    required: bool = True
    default: str | None = None
    allowed: str = "any equation of state; one with parameters stands in parentheses"


def number(text: str) -> float | None:
    """A finite decimal number, or None if the text is anything else."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def shortest(value: float) -> str:
    """The shortest text that reads back as the same number."""
    text = f"{value:g}"
    return text if float(text) == value else repr(value)


def quoted(text: str) -> str:
    """The text as it may stand in a message: printable, and cut when very long."""
    return repr(text if len(text) <= 80 else text[:77] + "...")


def suggestion(word: str, known: Iterable[str]) -> str:
    """' Did you mean ...?' with the nearest known names, or nothing."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(by_lower[name] for name in near)}?" if near else ""


def _items(text: str) -> list[str]:
    """Cut at the commas outside parentheses."""
    items, depth, current = [], 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
        if character == "," and depth == 0:
            items.append(current.strip())
            current = ""
        else:
            current += character
    if depth != 0:
        raise InputError(f"In {quoted(text)} the parentheses do not match; close each one once.")
    return [*items, current.strip()]


def _is_assignment(item: str) -> bool:
    """KEY=VALUE, as opposed to NAME:KEY=VALUE or a plain word."""
    head, equals, _ = item.partition("=")
    return bool(equals) and ":" not in head


def split_specs(text: str) -> list[str]:
    """Cut one option text into specifications: `polytrope:gamma=2,K=100,sly` gives two.

    Raises
    ------
    InputError
        For an empty item, a KEY=VALUE without a specification before it, or open parentheses.
    """
    specs: list[str] = []
    for item in _items(text):
        if not item:
            raise InputError(
                f"The equation of state {quoted(text)} has an empty item; write names separated "
                "by single commas, such as sly,pp:SLy."
            )
        if not _is_assignment(item):
            specs.append(item)
        elif specs:
            specs[-1] += f",{item}"
        else:
            raise InputError(
                f"{quoted(item)} stands before any equation of state; write the name first, such "
                "as polytrope:gamma=2,K=100."
            )
    return specs


def looks_like_path(text: str) -> bool:
    """Whether a specification names a file rather than a catalogue entry."""
    lower = text.strip().lower()
    return (
        lower.startswith(("table:", "~", "."))
        or "/" in text
        or "\\" in text
        or lower.endswith(_PATH_ENDINGS)
    )


def parse(text: str) -> Specification:
    """Take one specification apart.

    Raises
    ------
    InputError
        For two specifications at once, a malformed name, an empty value or a repeated parameter.
    """
    text = text.strip()
    specs = split_specs(text)
    if len(specs) != 1:
        raise InputError(
            f"{quoted(text)} holds {len(specs)} equations of state where one is expected: "
            + ", ".join(specs)
            + "."
        )
    name, *rest = _items(text)
    name, colon, first = name.partition(":")
    name, first = name.strip(), first.strip()
    if not _WORD.fullmatch(name) or (colon and not first):
        raise InputError(
            f"{quoted(text)} is not an equation of state; expected a name such as sly, a family "
            "with a row such as pp:SLy, or one with parameters such as polytrope:gamma=2,K=100."
        )
    items = [first, *rest] if colon else rest
    row = items.pop(0) if items and not _is_assignment(items[0]) else ""
    return Specification(name, row, _assignments(items, text), text)


def _assignments(items: list[str], text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for item in items:
        key, _, value = (part.strip() for part in item.partition("="))
        if not _WORD.fullmatch(key) or not value:
            raise InputError(
                f"In {quoted(text)} the item {quoted(item)} is not of the form key=value."
            )
        if key.lower() in (known.lower() for known in parameters):
            raise InputError(f"In {quoted(text)} the parameter {key} is given twice.")
        parameters[key] = value
    return parameters

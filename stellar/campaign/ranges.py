"""The grammar of ranges, one for every option and for the Python interface.

1.4             one value
1.2,1.4,1.6     a list; its items may be ranges
1.2:2.0         inclusive, with the default step where there is one (0.1 for masses)
1.2:2.0:0.05    inclusive, with a step
1.2:2.0/17      inclusive, with a count
1.0:max/25      `max` stands for the maximum mass, where masses are asked for
"""

import math
import re
from dataclasses import dataclass

from stellar.errors import UsageError

MAXIMUM = "max"
MOST_POINTS = 1_000_000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

End = float | str  # a number, or the word `max`


@dataclass(frozen=True)
class Item:
    """One item of a range: a value (`stop` equal to `start`) or an interval."""

    start: End
    stop: End
    step: float | None = None
    count: int | None = None


@dataclass(frozen=True)
class Range:
    """A parsed range; `expand` turns it into numbers once `max` is known."""

    text: str
    option: str
    items: tuple[Item, ...]

    @property
    def needs_maximum(self) -> bool:
        """Whether the word `max` occurs."""
        return any(MAXIMUM in (item.start, item.stop) for item in self.items)

    def expand(self, maximum: float | None = None) -> tuple[float, ...]:
        """The values in the order asked; `max` becomes `maximum`, exactly.

        An interval that begins above `max` gives its beginning alone, a mass that cannot be had.

        Raises
        ------
        UsageError
            If an interval turns out too long once `max` is known.
        """
        values: list[float] = []
        for item in self.items:
            start, stop = (
                maximum if end == MAXIMUM else float(end) for end in (item.start, item.stop)
            )
            if start is None or stop is None:
                raise UsageError(_sentence(self, "`max` has no meaning here"))
            values.extend(_points(self, item, start, stop))
            if len(values) > MOST_POINTS:
                raise UsageError(_sentence(self, f"it has more than {MOST_POINTS:,} points"))
        return tuple(values)


def parse_range(
    text: str,
    option: str,
    *,
    default_step: float | None = None,
    allow_maximum: bool = False,
) -> Range:
    """Read a range and refuse what cannot be meant.

    Parameters
    ----------
    text : the range as typed
    option : its name as the user knows it, for messages
    default_step : step of `a:b` without one; None demands a step or a count
    allow_maximum : whether the word `max` may stand for a value

    Raises
    ------
    UsageError
        Empty, reversed, negative, NaN or malformed ranges, and more than a million points.
    """
    parts = [part.strip() for part in str(text).split(",")]
    if parts == [""]:
        raise UsageError(f"{option} is empty: give a value such as 1.4 or a range such as 1.2:2.0.")
    parsed = Range(str(text), option, ())
    items = tuple(_parse_item(parsed, part, default_step, allow_maximum) for part in parts)
    parsed = Range(str(text), option, items)
    if not parsed.needs_maximum:
        parsed.expand()
    return parsed


def _parse_item(owner: Range, part: str, default_step: float | None, maximum: bool) -> Item:
    body, slash, count_text = part.partition("/")
    ends = body.split(":")
    if len(ends) == 1 and not slash:
        value = _end(owner, ends[0], maximum)
        return Item(value, value)
    if len(ends) == 1 or len(ends) > 3 or (slash and len(ends) == 3):
        raise UsageError(_sentence(owner, f"'{part}' is not a:b, a:b:step or a:b/count"))
    start, stop = _end(owner, ends[0], maximum), _end(owner, ends[1], maximum)
    if start == MAXIMUM:
        raise UsageError(_sentence(owner, "`max` may end an interval but not begin one"))
    if MAXIMUM not in (start, stop) and float(stop) < float(start):
        raise UsageError(_sentence(owner, f"it runs backwards; write {stop:g}:{start:g}"))
    if slash:
        return Item(start, stop, count=_count(owner, count_text))
    step = _number(owner, ends[2], "step") if len(ends) == 3 else default_step
    if step is None:
        raise UsageError(_sentence(owner, f"write a step, {part}:STEP, or a count, {part}/COUNT"))
    if step <= 0.0:
        raise UsageError(_sentence(owner, "the step must be positive"))
    return Item(start, stop, step=step)


def _points(owner: Range, item: Item, start: float, stop: float) -> list[float]:
    if item.step is None and item.count is None:
        return [start]
    if stop < start:  # only `max` can turn out below the start: the caller is told about the start
        return [start]
    if item.count is not None:
        if item.count == 1:
            if stop > start:
                raise UsageError(
                    _sentence(owner, "one point cannot span an interval; count at least 2")
                )
            return [start]
        width = (stop - start) / (item.count - 1)
        rounded = (_decimal(start + k * width) for k in range(1, item.count - 1))
        inner = [min(max(value, start), stop) for value in rounded]
        return [start, *inner, stop]
    step = item.step or math.inf
    steps = (stop - start) / step
    if steps > MOST_POINTS:
        raise UsageError(_sentence(owner, f"it has more than {MOST_POINTS:,} points"))
    whole = math.floor(steps + 1e-9)
    values = [start, *(_decimal(start + k * step) for k in range(1, whole + 1))]
    if item.stop == MAXIMUM and stop - values[-1] > 1e-9 * stop:
        values.append(stop)
    return values


def _decimal(value: float) -> float:
    """Round away the last bits: steps are typed as decimals and added in binary."""
    return float(f"{value:.15g}")


def _end(owner: Range, text: str, allow_maximum: bool) -> End:
    if text.strip().lower() == MAXIMUM:
        if not allow_maximum:
            raise UsageError(_sentence(owner, "`max` stands for a mass only"))
        return MAXIMUM
    value = _number(owner, text, "value")
    if value <= 0.0:
        raise UsageError(_sentence(owner, f"{text.strip()} is not positive"))
    return value


def _number(owner: Range, text: str, what: str) -> float:
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        shown = f"'{stripped}'" if stripped else "nothing"
        raise UsageError(_sentence(owner, f"{shown} stands where a {what} is expected"))
    value = float(stripped)
    if not math.isfinite(value):
        raise UsageError(_sentence(owner, f"{stripped} is too large for a number"))
    return value


def _count(owner: Range, text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise UsageError(_sentence(owner, f"the count '{text.strip()}' is not a positive integer"))
    if int(text) > MOST_POINTS:
        raise UsageError(_sentence(owner, f"it has more than {MOST_POINTS:,} points"))
    return int(text)


def _sentence(owner: Range, problem: str) -> str:
    return (
        f"{owner.option} '{owner.text}': {problem}. "
        "A range is 1.4, 1.2,1.4, 1.2:2.0, 1.2:2.0:0.05 (step) or 1.2:2.0/17 (count)."
    )

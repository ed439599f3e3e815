"""What the commands of `stellar bench` share: names asked for, and measured records as values."""

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

from stellar.errors import UsageError


def chosen(text: str, option: str, known: Sequence[str]) -> list[str]:
    """Names from a list with commas, in the order of the benchmark.

    Raises
    ------
    UsageError
        If one of them is not known.
    """
    asked = {part.strip() for part in text.split(",")}
    if not asked <= set(known):
        raise UsageError(
            f"{option} '{text}' is not among what is measured: choose from {', '.join(known)}, "
            "with commas."
        )
    return [name for name in known if name in asked]


def plain(costs: Iterable[Any]) -> list[dict[str, Any]]:
    """Dataclasses as values for JSON; a number that was not measured is null."""
    records = [dataclasses.asdict(cost) for cost in costs]
    for record in records:
        for name, value in record.items():
            if isinstance(value, float) and not math.isfinite(value):
                record[name] = None
    return records

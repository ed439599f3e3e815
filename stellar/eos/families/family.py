"""What a parametric family of equations of state declares about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stellar.eos.base import Segment
from stellar.eos.specification import Parameter


@dataclass(frozen=True)
class Row:
    """One published member of a family, and other names it answers to."""

    name: str
    aliases: tuple[str, ...] = ()


def _no_rows() -> tuple[Row, ...]:
    return ()


@dataclass(frozen=True)
class Family:
    """A parametric family.

    name : stands before the colon of a specification
    syntax, example, description, citation : for the user
    parameters : numbers that must all be given
    segments : (row, values by parameter name) -> segments from the surface inwards
    rows : published members, of which one must be named; none for a family with parameters only
    compressible : whether Gamma1 has a meaning (not for an incompressible fluid)
    """

    name: str
    syntax: str
    example: str
    description: str
    citation: str
    parameters: tuple[Parameter, ...]
    segments: Callable[[str, Mapping[str, float]], tuple[Segment, ...]]
    rows: Callable[[], tuple[Row, ...]] = _no_rows
    compressible: bool = True

"""What a parametric family of equations of state declares about itself, and what it builds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stellar.eos.base import Composition, Segment
from stellar.eos.specification import BaseParameter, Parameter, WordParameter

AnyParameter = Parameter | WordParameter | BaseParameter
Values = Mapping[str, Any]  # by name: a number, a word, a ColdEOS, or None where nothing was given


@dataclass(frozen=True)
class Row:
    """One published member of a family, and other names it answers to."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stack:
    """What a family builds: segments from the surface inwards and what belongs to them.

    The other fields mean what they mean in `ColdEOS`; `provenance` goes beside that of the family.
    """

    segments: tuple[Segment, ...]
    baryon_factor: float = 1.0
    stratified: bool = False
    composition: Composition | None = None
    provenance: tuple[tuple[str, str], ...] = ()


def _no_rows() -> tuple[Row, ...]:
    return ()


@dataclass(frozen=True)
class Family:
    """A parametric family.

    name : stands before the colon of a specification
    syntax, example, description, citation : for the user
    parameters : what must or may be given
    build : (row, values by parameter name) -> its matter; ArithmeticError with a sentence where
        the parameters describe none
    rows : published members; where there are both, either a row or parameters are given
    compressible : whether Gamma1 has a meaning (not for an incompressible fluid)
    """

    name: str
    syntax: str
    example: str
    description: str
    citation: str
    parameters: tuple[AnyParameter, ...]
    build: Callable[[str, Values], Stack]
    rows: Callable[[], tuple[Row, ...]] = _no_rows
    compressible: bool = True

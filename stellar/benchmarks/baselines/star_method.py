"""What a way to the properties of stars says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from stellar.benchmarks.star_samples import Sample

Quantities = Mapping[str, Tensor]  # by the names of `solve.Stars`, [lane]; km, G = c = 1
StarSolver = Callable[[Sample], Quantities]


@dataclass(frozen=True)
class StarMethod:
    """One way to the properties of stars.

    title : as shown;  setting : what the settings are, as shown before their value
    settings : from coarse to fine;  solver : setting -> (stars -> quantities)
    most : stars of one call; the cost of a star does not depend on their number beyond
    kinds : of matter that it can take
    names : quantities it gives
    installed : whether the package it needs is there
    own_reference : whether errors are against its own finest setting, because its tables or
        constants are not those of this package
    """

    title: str
    setting: str
    settings: tuple[float, ...]
    solver: Callable[[float], StarSolver]
    most: int
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    installed: bool = True
    own_reference: bool = False

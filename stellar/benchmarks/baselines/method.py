"""What a way to build stars says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from torch import Tensor

from stellar.stars.collocation.polytropes import Polytropes

Solver = Callable[[Polytropes], Tensor]


@dataclass(frozen=True)
class Method:
    """One way to the masses of stars.

    title : as shown
    setting : what the settings are, as shown before their value
    settings : from coarse to fine
    solver : setting -> (stars -> masses [lane] in units of rho_c^(-1/2))
    most : stars of one call; the cost of a star does not depend on their number beyond
    needs : package that has to be installed
    kind : engine, torch (Runge-Kutta for whole batches) or scalar (one star after the other)
    """

    title: str
    setting: str
    settings: tuple[float, ...]
    solver: Callable[[float], Solver]
    most: int
    kind: str
    needs: str | None = None

    @property
    def installed(self) -> bool:
        """Whether the package it needs is there."""
        return self.needs is None or find_spec(self.needs) is not None

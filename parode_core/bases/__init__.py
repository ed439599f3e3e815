"""Collocation bases by name: one function of the number of nodes each, and one line here."""

from collections.abc import Callable
from functools import lru_cache

from parode_core.bases import chebyshev, legendre
from parode_core.bases.basis import Basis

SMALLEST, LARGEST = 3, 256

BASES: dict[str, Callable[[int], Basis]] = {
    "chebyshev-lobatto": chebyshev.lobatto,
    "chebyshev-gauss": chebyshev.gauss,
    "legendre-lobatto": legendre.lobatto,
    "legendre-radau": legendre.radau,
    "legendre-gauss": legendre.gauss,
}
DEFAULT_BASIS = "chebyshev-lobatto"


@lru_cache(maxsize=256, typed=True)
def basis(size: int, name: str = DEFAULT_BASIS) -> Basis:
    """The basis of that name with `size` nodes, on the CPU.

    Raises
    ------
    ValueError
        If the name is unknown or the size is outside 3 to 256.
    TypeError
        If the size is no whole number.
    """
    if name not in BASES:
        raise ValueError(f"basis '{name}' is unknown; it is one of {', '.join(BASES)}.")
    if not isinstance(size, int):
        raise TypeError(f"a basis has a whole number of nodes, not {size!r}.")
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"a basis of {size} nodes is outside {SMALLEST} to {LARGEST}.")
    return BASES[name](size)


__all__ = ["BASES", "DEFAULT_BASIS", "Basis", "basis"]

"""Modes followed from star to star by what they look like inside, not by frequency or label.

Along a path of stars, in mass or in a parameter of the matter, two modes whose frequencies approach
exchange their characters instead of crossing, and labels that count zeros exchange with them or
not. A mode is followed to the one of the next star that moves the same matter in the same way,

    |<a, b>|^2 / (<a, a> <b, b>),
    <a, b> = int (w_a w_b)^(1/2) [xi_r,a* xi_r,b + l (l+1) xi_t,a* xi_t,b] x^2 dx,    x = r/R,
    w = (eps + p) e^{(lam - nu)/2},

the inner product in which the fluid modes of one star are orthogonal in the Cowling approximation
(Chandrasekhar 1964; Detweiler & Ipser 1973). Where steps are so long that no mode of the next star
has `LEAST` of a mode, it ends there and another one begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

LEAST = 0.5  # of a mode, that its continuation must be

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Displacement:
    """A mode inside its star, from the centre to the surface, all [point].

    x : r/R, ascending; where matter jumps a point stands twice
    radial, tangential : xi_r and xi_t, complex
    weight : (eps + p) e^{(lam - nu)/2}, in any unit
    """

    x: Floats
    radial: NDArray[np.complex128]
    tangential: NDArray[np.complex128]
    weight: Floats

    def at(self, x: Floats) -> tuple[NDArray[np.complex128], NDArray[np.complex128], Floats]:
        """Displacements and weight at other points."""
        radial, tangential = (np.interp(x, self.x, part) for part in (self.radial, self.tangential))
        return radial, tangential, np.interp(x, self.x, self.weight)


@dataclass(frozen=True)
class Followed:
    """A mode along a path.

    stars, modes : places of the stars, and of its mode in each of them
    shares : of the mode in the one before, NaN for the first
    """

    stars: tuple[int, ...]
    modes: tuple[int, ...]
    shares: tuple[float, ...]


def share(one: Displacement, other: Displacement, l: int) -> float:
    """How much of one mode is another, between 0 and 1; see the module's formula."""
    x = np.union1d(one.x, other.x)
    (a_r, a_t, a_w), (b_r, b_t, b_w) = one.at(x), other.at(x)
    angular = l * (l + 1.0)
    both = _integral(x, np.sqrt(a_w * b_w) * (a_r.conj() * b_r + angular * a_t.conj() * b_t))
    own = _integral(x, a_w * (np.abs(a_r) ** 2 + angular * np.abs(a_t) ** 2))
    others = _integral(x, b_w * (np.abs(b_r) ** 2 + angular * np.abs(b_t) ** 2))
    return float(abs(both) ** 2 / (own.real * others.real))


def _integral(x: Floats, values: NDArray) -> complex:
    return complex(np.trapezoid(values * x * x, x))


def followed(stars: Sequence[Sequence[Displacement]], l: int) -> list[Followed]:
    """The modes that run along a path.

    Parameters
    ----------
    stars : the modes of each star, of degree l and one kind of gravity

    Returns
    -------
    Every mode of every star belongs to exactly one; in the order in which they begin.
    """
    chains: list[list[tuple[int, int, float]]] = []
    open_: dict[int, list[tuple[int, int, float]]] = {}
    for star, found in enumerate(stars):
        ahead: dict[int, list[tuple[int, int, float]]] = {}
        for before, after, part in _paired(stars[star - 1], found, l) if star else ():
            open_[before].append((star, after, part))
            ahead[after] = open_[before]
        for number in range(len(found)):
            if number not in ahead:
                ahead[number] = [(star, number, np.nan)]
                chains.append(ahead[number])
        open_ = ahead
    return [Followed(*(tuple(column) for column in zip(*chain, strict=True))) for chain in chains]


def _paired(
    before: Sequence[Displacement], after: Sequence[Displacement], l: int
) -> list[tuple[int, int, float]]:
    """Which mode goes on as which, and how much of it that is."""
    if not before or not after:
        return []
    shares = np.array([[share(one, other, l) for other in after] for one in before])
    rows, columns = linear_sum_assignment(-shares)
    return [
        (row, column, float(shares[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if shares[row, column] >= LEAST
    ]

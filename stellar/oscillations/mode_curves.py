"""Modes of neighbouring stars of a sequence joined to curves: by what they are, not by their order.

Frequencies are smooth functions along a sequence, labels are not: they count nodes or damping, and
change hands where modes come close to each other. A mode is therefore joined to the curve whose
extrapolation it lies on, and carries its labels along. Where the labels of a curve change, the
stretch between the two stars is one of an avoided crossing, or of a change of name; a label that
differs from those on both sides is a slip of that one star.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from stellar.oscillations.mode import Mode

RENAMED = 1e-2  # relative distance that a change of label costs
FAR = 0.3  # relative distance from the extrapolation beyond which a mode is on no curve


@dataclass(frozen=True)
class Sighting:
    """One mode of one star as a point of a curve.

    mode : what it is
    values : what is interpolated, its real part for the frequency and its imaginary one for the
        damping, scaled to vary slowly along the sequence
    errors : of the two, absolute
    """

    mode: Mode
    values: complex
    errors: tuple[float, float]

    @property
    def label(self) -> str:
        """The name of the mode in its star."""
        return self.mode.label


@dataclass(frozen=True)
class Curve:
    """A mode along a stretch.

    labels : of the mode between two neighbouring stars, empty where it changes, [star - 1]
    sightings : in every star, [star]
    """

    labels: tuple[str, ...]
    sightings: tuple[Sighting, ...]

    def values(self) -> NDArray[np.complex128]:
        """The values in all stars, [star]."""
        return np.array([sighting.values for sighting in self.sightings])

    def errors(self) -> NDArray[np.float64]:
        """Largest errors of the real and the imaginary parts, [2]."""
        found: NDArray[np.float64] = np.array([each.errors for each in self.sightings]).max(axis=0)
        return found


def curves(stars: Sequence[Sequence[Sighting]], *, damped: bool, unit: float = 0.0) -> list[Curve]:
    """The curves that run through all stars of a stretch.

    Parameters
    ----------
    stars : modes of one degree and kind in each star, at Chebyshev-Lobatto points
    damped : whether the damping tells modes apart, too
    unit : natural size of the values where they may pass through zero
    """
    chains = [[sighting] for sighting in stars[0]]
    for found in stars[1:]:
        chains = _continued(chains, found, damped, unit)
    return [Curve(_labels([each.label for each in chain]), tuple(chain)) for chain in chains]


def _continued(
    chains: list[list[Sighting]], found: Sequence[Sighting], damped: bool, unit: float
) -> list[list[Sighting]]:
    """The chains that go on in the next star; a mode that is on none begins none."""
    if not chains or not found:
        return []
    ahead = np.array([_extrapolated(chain, damped) for chain in chains])[:, None]
    here = np.array([_place(sighting, damped) for sighting in found])[None, :]
    apart, size = np.abs(here - ahead), np.maximum(np.abs(ahead), unit)
    renamed = np.array([[each.label != chain[-1].label for each in found] for chain in chains])
    distance = apart + RENAMED * size * renamed
    rows, columns = linear_sum_assignment(np.minimum(distance, 10.0 * size))
    return [
        [*chains[row], found[column]]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if apart[row, column] <= FAR * size[row, 0]
    ]


def _place(sighting: Sighting, damped: bool) -> complex:
    """Where a mode stands; a damping that is not known does not count."""
    return sighting.values if damped else sighting.values.real


def _extrapolated(chain: Sequence[Sighting], damped: bool) -> complex:
    """By the parabola through the last three: the points are even in arccos x."""
    last = [_place(sighting, damped) for sighting in chain[-3:]]
    if len(last) < 3:
        return last[-1]
    return 3.0 * (last[2] - last[1]) + last[0]


def _labels(names: list[str]) -> tuple[str, ...]:
    """Labels between neighbouring stars; empty where they differ for good."""
    agreed = list(names)
    for k in range(1, len(names) - 1):
        if names[k - 1] == names[k + 1]:
            agreed[k] = names[k - 1]
    return tuple(
        left if left == right else "" for left, right in zip(agreed, agreed[1:], strict=False)
    )

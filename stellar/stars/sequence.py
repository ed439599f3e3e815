"""The sequence of stars of one equation of state and its stable branches.

Along the central log-enthalpy h_c the mass has extrema where dM/dh_c = 0, and at each of them one
radial mode changes its stability (Bardeen, Thorne & Meltzer 1966): a curve M(R) that turns
counter-clockwise with rising h_c loses a mode, one that turns clockwise gains it back. Counting
from the dilute end gives the stable branches, twin stars among them.
"""

from dataclasses import dataclass

from stellar.stars.equilibrium import Point

WHITE_DWARF_COMPACTNESS = 0.01  # a stable branch that ends below this is not one of neutron stars


@dataclass(frozen=True)
class Branch:
    """A stable stretch of the sequence; `number` counts from 1 with rising central density."""

    number: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Sequence:
    """The surveyed sequence of one equation of state.

    branches : stable branches of neutron stars, from the dilute to the dense end
    maximum : the heaviest stable star, or None where the mass still rises at the end of the range
    heaviest : the heaviest stable star met, a maximum or not
    failure : why the survey failed, empty if it did not
    """

    branches: tuple[Branch, ...]
    maximum: Point | None
    heaviest: Point | None
    failure: str = ""

    @classmethod
    def failed(cls, name: str, reason: Exception) -> "Sequence":
        """A sequence whose survey failed; `name` is that of its equation of state."""
        return cls((), None, None, f"The sequence of {name} failed: {reason}")


def stable_stretches(points: list[Point], extrema: list[int]) -> list[tuple[Point, ...]]:
    """The stable stretches of neutron stars between the extrema of the mass.

    points : by rising h_c, the extrema among them at the indices `extrema`
    """
    stretches, start, unstable = [], 0, 0 if points and points[0].mass_slope > 0.0 else 1
    for end in [*extrema, len(points) - 1]:
        if unstable == 0 and end > start:
            stretches.append(tuple(points[start : end + 1]))
        if end in extrema:
            # a star without unstable modes can only lose one, also where M(R) has a cusp: at the
            # onset of a strong transition the curve turns back upon itself
            unstable += _turn(points, end) if unstable > 0 else 1
        start = end
    return _of_neutron_stars(stretches)


def _turn(points: list[Point], index: int) -> int:
    """+1 where the curve M(R) turns counter-clockwise at an extremum, -1 where clockwise.

    The slope of the radius at the extremum itself decides: between white dwarfs and neutron stars
    the radius changes fiftyfold from one point of the survey to the next.
    """
    shrinking = points[index].radius_slope < 0.0
    is_maximum = points[index - 1].mass_slope > 0.0
    return 1 if shrinking == is_maximum else -1


def _of_neutron_stars(stretches: list[tuple[Point, ...]]) -> list[tuple[Point, ...]]:
    """Drop white dwarfs where the sequence also has something more compact."""
    compact = [
        stretch
        for stretch in stretches
        if max(p.compactness for p in stretch) > WHITE_DWARF_COMPACTNESS
    ]
    return compact or stretches

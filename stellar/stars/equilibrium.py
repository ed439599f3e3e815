"""What a sequence needs to know of a star, whoever computed it."""

from dataclasses import dataclass
from typing import Protocol


class Equilibrium(Protocol):
    """A star in equilibrium; lengths in km."""

    @property
    def h_c(self) -> float:
        """Central log-enthalpy."""
        ...

    @property
    def mass(self) -> float:
        """Gravitational mass."""
        ...

    @property
    def radius(self) -> float:
        """Areal radius."""
        ...

    @property
    def baryon_mass(self) -> float:
        """Baryon mass."""
        ...

    @property
    def mass_slope(self) -> float:
        """dM/dh_c."""
        ...

    @property
    def radius_slope(self) -> float:
        """dR/dh_c."""
        ...


@dataclass(frozen=True)
class Point:
    """A star of a sequence; mass, radius, baryon mass, dM/dh_c and dR/dh_c in km."""

    h_c: float
    mass: float
    radius: float
    baryon_mass: float
    mass_slope: float
    radius_slope: float

    @property
    def compactness(self) -> float:
        """M / R."""
        return self.mass / self.radius


def as_point(star: Equilibrium) -> Point:
    """Keep what a sequence needs of a star."""
    return Point(
        star.h_c, star.mass, star.radius, star.baryon_mass, star.mass_slope, star.radius_slope
    )

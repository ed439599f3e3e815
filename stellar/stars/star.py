"""One computed star, with the errors of its numbers, in km and G = c = 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Estimate(NamedTuple):
    """A number and its estimated absolute error, in the same unit."""

    value: float
    error: float


Estimates = Mapping[str, Estimate]


@dataclass(frozen=True)
class Star:
    """A star in equilibrium.

    h_c : central log-enthalpy; `h_c_err` says how well the chosen property fixes it
    radius, mass, baryon_mass : km;  moment_of_inertia : km^3
    central_pressure, central_energy_density, central_density : km^-2, the last of rest mass
    central_cs2 : d p / d eps at the centre, c = 1
    stable : no unstable radial mode
    `_err` : absolute error estimates of the quantities of that name
    tides : pure numbers by the names of their columns, those that the order asks for
    rotation : the same, coefficients of slow rotation; empty if not asked for
    """

    h_c: float
    radius: float
    mass: float
    baryon_mass: float
    moment_of_inertia: float
    central_pressure: float
    central_energy_density: float
    central_density: float
    central_cs2: float
    stable: bool
    h_c_err: float
    radius_err: float
    mass_err: float
    baryon_mass_err: float
    moment_of_inertia_err: float
    tides: Estimates = field(default_factory=dict)
    rotation: Estimates = field(default_factory=dict)

    @property
    def compactness(self) -> float:
        """M / R."""
        return self.mass / self.radius

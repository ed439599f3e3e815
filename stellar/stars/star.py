"""One computed star, with the errors of its numbers, in km and G = c = 1."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Star:
    """A star in equilibrium.

    h_c : central log-enthalpy; `h_c_err` says how well the chosen property fixes it
    radius, mass, baryon_mass : km;  their `_err` are absolute error estimates
    central_pressure, central_energy_density, central_density : km^-2, the last of rest mass
    central_cs2 : d p / d eps at the centre, c = 1
    k2, lambda2 : tidal Love number and dimensionless deformability, l = 2 electric
    stable : no unstable radial mode
    """

    h_c: float
    radius: float
    mass: float
    baryon_mass: float
    central_pressure: float
    central_energy_density: float
    central_density: float
    central_cs2: float
    k2: float
    lambda2: float
    stable: bool
    h_c_err: float
    radius_err: float
    mass_err: float
    baryon_mass_err: float
    k2_err: float
    lambda2_err: float

    @property
    def compactness(self) -> float:
        """M / R."""
        return self.mass / self.radius

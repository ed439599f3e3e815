"""The properties of stars with their errors, from the quantities of a batch.

A star chosen by its centre is exact. One chosen by its mass inherits the error of the mass through
dM/dh_c, or near the maximum through the curvature of M(h_c); the maximum itself is fixed by its
slope. What the uncertainty of the centre brings is added to the difference of two resolutions.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from stellar.oscillations.order import Order
from stellar.stars.quantities import FIXED_BARYON_MASS, ROTATION_NAMES, tidal_names
from stellar.stars.sequence import Branch
from stellar.stars.star import Estimate, Star
from stellar.stars.survey import KINK
from stellar.stars.targets import Target

ROUNDING = 1e-14
SENSITIVITY = 10.0  # |d ln q / d ln h_c| of the perturbations along a sequence is at most this

Row = Mapping[str, Estimate]


@dataclass(frozen=True)
class Centre:
    """How well a target fixes the central log-enthalpy, and with it dM/dh_c."""

    h_c_err: float
    relative_slope_err: float

    @classmethod
    def of(cls, target: Target, h_c: float, row: Row) -> "Centre":
        """The errors of a star."""
        rounding = ROUNDING * h_c
        if target.branch is None:
            return cls(rounding, 0.0)
        slope, mass_err = row["mass_slope"], row["mass"].error
        steep = abs(slope.value)
        curvature = _curvature(target.branch, h_c)
        if target.is_extremum and steep * h_c > KINK * row["mass"].value:
            return cls(rounding, slope.error / steep)  # the break of a kink is known exactly
        if target.is_extremum:
            slope_err = steep + slope.error
            h_c_err = rounding + slope_err / curvature
        else:
            linear = mass_err / steep if steep > 0.0 else math.inf
            h_c_err = rounding + min(linear, math.sqrt(2.0 * mass_err / curvature))
            slope_err = slope.error + curvature * h_c_err
        return cls(h_c_err, slope_err / steep if steep > 0.0 else math.inf)


def _curvature(branch: Branch, h_c: float) -> float:
    """|d^2 M/dh_c^2| between the surveyed stars on both sides of a central log-enthalpy."""
    pairs = list(zip(branch.points, branch.points[1:], strict=False))
    low, high = next((pair for pair in pairs if h_c <= pair[1].h_c), pairs[-1])
    return abs(high.mass_slope - low.mass_slope) / (high.h_c - low.h_c)


def describe(target: Target, order: Order, h_c: float, row: Row, stable: bool) -> Star:
    """A star from its quantities."""
    centre = Centre.of(target, h_c, row)
    spread = SENSITIVITY * centre.h_c_err / h_c
    rotation = {name: _widened(row[name], spread) for name in ROTATION_NAMES if order.rotation}
    inertia = _widened(row["moment_of_inertia"], spread)
    names = tidal_names(order.tides, magnetic=order.magnetic_tides)
    return Star(
        h_c=h_c,
        radius=row["radius"].value,
        mass=row["mass"].value,
        baryon_mass=row["baryon_mass"].value,
        moment_of_inertia=inertia.value,
        central_pressure=row["central_pressure"].value,
        central_energy_density=row["central_energy_density"].value,
        central_density=row["central_density"].value,
        central_cs2=row["central_cs2"].value,
        stable=stable,
        h_c_err=centre.h_c_err,
        radius_err=row["radius"].error + abs(row["radius_slope"].value) * centre.h_c_err,
        mass_err=row["mass"].error,
        baryon_mass_err=row["baryon_mass"].error,
        moment_of_inertia_err=inertia.error,
        tides={name: _widened(row[name], spread) for name in names},
        rotation=_with_mean_shift(rotation, centre.relative_slope_err),
    )


def _widened(estimate: Estimate, relative: float) -> Estimate:
    return Estimate(estimate.value, estimate.error + relative * abs(estimate.value))


def _with_mean_shift(rotation: dict[str, Estimate], relative: float) -> dict[str, Estimate]:
    """Add what dM/dh_c, by which the shift at fixed baryon mass is divided, leaves uncertain."""
    name = "xi0_over_r"
    if name not in rotation:
        return rotation
    fixed = rotation[name + FIXED_BARYON_MASS]
    divided = abs(fixed.value - rotation[name].value)
    wider = Estimate(fixed.value, fixed.error + divided * relative)
    return rotation | {name + FIXED_BARYON_MASS: wider}

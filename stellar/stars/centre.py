"""How well a target fixes the centre of a star, and what that adds to the errors of its quantities.

A star chosen by its centre is exact. One chosen by its mass inherits the error of the mass through
dM/dh_c, or near the maximum through the curvature of M(h_c); the maximum itself is fixed by its
slope, and by the break it stands at where M(h_c) has a kink.
"""

import math
from dataclasses import dataclass

from stellar.stars.quantities import FIXED_BARYON_MASS
from stellar.stars.sequence import Branch
from stellar.stars.star import Estimate
from stellar.stars.survey import KINK
from stellar.stars.targets import Target

ROUNDING = 1e-14
SENSITIVITY = 10.0  # |d ln q / d ln h_c| of the perturbations along a sequence is at most this


@dataclass(frozen=True)
class Centre:
    """How well a target fixes the central log-enthalpy, and with it dM/dh_c.

    h_c_err : error of h_c;  relative_slope_err : of dM/dh_c
    spread : relative error that it brings to quantities of the star
    """

    h_c_err: float
    relative_slope_err: float
    spread: float

    @classmethod
    def of(cls, target: Target, h_c: float, mass: Estimate, slope: Estimate) -> "Centre":
        """The errors of a star with this mass and dM/dh_c, in km."""
        h_c_err, slope_err = _errors(target, h_c, mass, slope)
        steep = abs(slope.value)
        relative = slope_err / steep if steep > 0.0 else math.inf
        return cls(h_c_err, 0.0 if target.branch is None else relative, SENSITIVITY * h_c_err / h_c)


def _errors(target: Target, h_c: float, mass: Estimate, slope: Estimate) -> tuple[float, float]:
    """Errors of h_c and of dM/dh_c."""
    rounding, steep = ROUNDING * h_c, abs(slope.value)
    kink = target.is_extremum and steep * h_c > KINK * mass.value
    if target.branch is None or kink:
        return rounding, slope.error
    curvature = _curvature(target.branch, h_c)
    if target.is_extremum:
        slope_err = steep + slope.error
        return rounding + slope_err / curvature, slope_err
    linear = mass.error / steep if steep > 0.0 else math.inf
    h_c_err = rounding + min(linear, math.sqrt(2.0 * mass.error / curvature))
    return h_c_err, slope.error + curvature * h_c_err


def _curvature(branch: Branch, h_c: float) -> float:
    """|d^2 M/dh_c^2| between the surveyed stars on both sides of a central log-enthalpy."""
    pairs = list(zip(branch.points, branch.points[1:], strict=False))
    low, high = next((pair for pair in pairs if h_c <= pair[1].h_c), pairs[-1])
    return abs(high.mass_slope - low.mass_slope) / (high.h_c - low.h_c)


def with_mean_shift(rotation: dict[str, Estimate], relative: float) -> dict[str, Estimate]:
    """Add what dM/dh_c, by which the shift at fixed baryon mass is divided, leaves uncertain."""
    name = "xi0_over_r"
    if name not in rotation:
        return rotation
    fixed = rotation[name + FIXED_BARYON_MASS]
    divided = abs(fixed.value - rotation[name].value)
    wider = Estimate(fixed.value, fixed.error + divided * relative)
    return rotation | {name + FIXED_BARYON_MASS: wider}

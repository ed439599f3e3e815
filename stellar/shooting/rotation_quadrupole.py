"""Slow rotation at second order, l = 2: the quadrupole moment and the shape of the surface.

    v2' = -2 phi' h2 + (1/r + phi') [ (1/6) r^4 j^2 w'^2 - (1/3) r^3 w^2 (j^2)' ]
    h2' = -2 v2/(r (r-2m) phi') + { -2 phi' + r/(2 (r-2m) phi') [8 pi (eps+p) - 4m/r^3] } h2
          + (1/6) [r phi' - 1/(2 (r-2m) phi')] r^3 j^2 w'^2
          - (1/3) [r phi' + 1/(2 (r-2m) phi')] r^2 w^2 (j^2)'        (Hartle 1967, eq. 125-126)

with phi' = nu'/2. Outside

    h2 = J^2 (1/(M r^3) + 1/r^4) + K Q_2^2,      v2 = -J^2/r^4 + K 2M/sqrt(r(r-2M)) Q_2^1

The interior is a driven solution plus a free multiple of the undriven one; both constants follow
from h2 and v2 at the surface. Both are continuous where the density jumps. The surface shifts by
xi2 P_2 with xi2 = -(h2 + r^2 e^-nu w^2/3)/phi', and embedded in flat space it is a spheroid of
eccentricity e^2 = -3 (v2 - h2 + xi2/R)   (Hartle & Thorne 1968, eq. 25). Lengths in km, G = c = 1.
"""

import math
from dataclasses import dataclass

from stellar.shooting.background import Background
from stellar.shooting.march import FOUR_PI, Matter
from stellar.shooting.static_exterior import legendre_q21, legendre_q22

Quadrupole = tuple[float, float]


def quadrupole_rates(here: Matter, w: float, w_slope: float, state: Quadrupole) -> Quadrupole:
    """(dh2/dr, dv2/dr); undriven for w = w_slope = 0."""
    h2, v2 = state
    r, room, phi_slope = here.r, here.r / here.exp_lam, here.phi_slope
    enthalpy = here.eps + here.p
    shear = r**3 * w_slope**2 / (6.0 * here.exp_nu * here.exp_lam)
    # -(1/3) r^2 w^2 (j^2)' with (j^2)' = -8 pi r (eps+p) e^-nu
    drag = 2.0 * FOUR_PI / 3.0 * r**3 * enthalpy * w * w / here.exp_nu
    lever = 0.5 / (room * phi_slope)
    pull = r * lever * (2.0 * FOUR_PI * enthalpy - 4.0 * here.m / r**3) - 2.0 * phi_slope
    h2_slope = (
        -4.0 * lever * v2 / r
        + pull * h2
        + (r * phi_slope - lever) * shear
        + (r * phi_slope + lever) * drag
    )
    return h2_slope, -2.0 * phi_slope * h2 + (1.0 + r * phi_slope) * (shear + drag)


def central_driven(start: Matter) -> Quadrupole:
    """(h2, v2) of the driven solution with h2 = O(r^4), at a small radius and w = 1."""
    j2 = 1.0 / (start.exp_nu * start.exp_lam)
    return 0.0, FOUR_PI / 6.0 * (start.eps + start.p) * j2 * start.r**4


def central_undriven(start: Matter) -> Quadrupole:
    """(h2, v2) of the undriven solution with h2 = r^2, at a small radius."""
    return start.r**2, -FOUR_PI / 6.0 * (start.eps + 3.0 * start.p) * start.r**4


@dataclass(frozen=True)
class Deformation:
    """Shape and quadrupole at one angular velocity.

    quadrupole : Q = J^2/M + (8/5) K M^3, km^3, positive if oblate
    xi2 : km, negative if oblate;  eccentricity_squared : of the embedded surface
    """

    quadrupole: float
    xi2: float
    eccentricity_squared: float


def deformation(
    background: Background,
    driven: Quadrupole,
    undriven: Quadrupole,
    w: float,
    angular_momentum: float,
) -> Deformation:
    """Join interior and exterior at the surface.

    Parameters
    ----------
    driven, undriven : (h2, v2) at the surface
    w, angular_momentum : w and J, km^2, at the surface for the same angular velocity
    """
    mass, radius, compactness = background.mass, background.radius, background.compactness
    square = angular_momentum**2
    h_grow = square * (1.0 / (mass * radius**3) + 1.0 / radius**4)
    v_grow = -square / radius**4
    h_decay = legendre_q22(compactness)
    v_decay = 2.0 * compactness / math.sqrt(1.0 - 2.0 * compactness) * legendre_q21(compactness)
    # driven + a undriven = grow + k decay, for h2 and for v2
    (h_driven, v_driven), (h_free, v_free) = driven, undriven
    determinant = h_free * v_decay - h_decay * v_free
    h_gap, v_gap = h_grow - h_driven, v_grow - v_driven
    k = (h_gap * v_free - h_free * v_gap) / determinant
    h2, v2 = h_grow + k * h_decay, v_grow + k * v_decay
    exp_nu = 1.0 - 2.0 * compactness
    xi2 = -(h2 + radius**2 * w * w / (3.0 * exp_nu)) * radius**2 * exp_nu / mass
    eccentricity_squared = -3.0 * (v2 - h2 + xi2 / radius)
    return Deformation(square / mass + 1.6 * k * mass**3, xi2, eccentricity_squared)

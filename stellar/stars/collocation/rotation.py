"""Slowly rotating stars as pure numbers (Hartle & Thorne 1968).

Coefficients are per (Omega/sqrt(M/R^3))^2, at fixed central density and at fixed baryon mass. The
star of central log-enthalpy h_c + d has M_b larger by d dM_b/dh_c, which fixes d for an unchanged
baryon mass; dM/dh_c = sqrt(1-2C) dM_b/dh_c / f, f the baryon factor (Zeldovich & Novikov 1971).
"""

from torch import Tensor

from stellar.stars.collocation.frame_dragging import Frame
from stellar.stars.collocation.monopole import Monopole, Neighbour
from stellar.stars.collocation.nodal_star import NodalStar
from stellar.stars.collocation.quadrupole import Quadrupole
from stellar.stars.quantities import FIXED_BARYON_MASS


def coefficients(
    star: NodalStar,
    baryon_mass: Tensor,
    frame: Frame,
    monopole: Monopole,
    quadrupole: Quadrupole,
    neighbour: Neighbour,
) -> dict[str, Tensor]:
    """Coefficients of rotation under the names of the table of columns, [lane] each.

    At the maximum mass dM/dh_c = 0 and the mean shift at fixed baryon mass diverges.
    """
    cube = star.radius**3
    spin = star.mass / cube  # Omega^2 of the unit
    redshift = (1.0 - 2.0 * star.compactness).sqrt() / star.eos.baryon_factor
    to_fixed = redshift * monopole.baryon_mass
    centre_shift = -to_fixed / neighbour.mass_slope
    shape = {
        "xi2_over_r": quadrupole.shift * spin,
        "eccentricity_squared": quadrupole.eccentricity_squared * spin,
        "quadrupole_over_mr2": quadrupole.moment,
    }
    at_centre = {
        "delta_mass_over_m": monopole.mass / cube,
        "delta_baryon_mass_over_mb": monopole.baryon_mass * spin / baryon_mass,
        "xi0_over_r": monopole.shift * spin,
        **shape,
    }
    shift = monopole.shift + neighbour.radius_slope / star.radius * centre_shift
    fixed = {
        "delta_mass_over_m": (monopole.mass - to_fixed) / cube,
        "delta_baryon_mass_over_mb": monopole.baryon_mass * 0.0,
        "xi0_over_r": shift * spin,
        **shape,  # at order Omega^2 the deformation is that of either star
    }
    q_bar = quadrupole.moment * star.compactness / (0.5 * frame.drag) ** 2
    named = {f"{name}{FIXED_BARYON_MASS}": value for name, value in fixed.items()}
    return {**at_centre, "q_bar": q_bar, **named}

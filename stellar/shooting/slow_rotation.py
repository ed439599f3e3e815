"""Slowly rotating stars to second order in the spin (Hartle 1967; Hartle & Thorne 1968).

One way through the star carries the dragging of frames (`frame_dragging`), the changes of mass
(`rotation_monopole`) and the deformation (`rotation_quadrupole`), with w = Omega - omega scaled
to 1 at the centre and the central density unchanged. Outside,

    delta M = m0 + J^2/R^3

where m0 is taken outside of the surface: that of a bare one carries a shell. A star of another
central log-enthalpy h_c + d has M_b larger by d dM_b/dh_c, which fixes d for an unchanged baryon
mass; dM/dh_c = sqrt(1-2C) dM_b/dh_c / f with the baryon factor f (Zeldovich & Novikov 1971).
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.shooting.background import Background, start_x
from stellar.shooting.frame_dragging import central_frame, frame_rates, frame_tolerance, spin_of
from stellar.shooting.march import Matter, Vector, centre_matter, march
from stellar.shooting.rotation_monopole import (
    central_monopole,
    mean_shift,
    monopole_jump,
    monopole_rates,
)
from stellar.shooting.rotation_quadrupole import (
    Deformation,
    central_driven,
    central_undriven,
    deformation,
    quadrupole_rates,
)
from stellar.shooting.surface_layer import cross_layer, layer_bottom, surface_state

# the state that marches through the star
_FRAME, _MONOPOLE, _DRIVEN, _FREE = slice(0, 2), slice(2, 5), slice(5, 7), slice(7, 9)


@dataclass(frozen=True)
class SlowRotation:
    """What rotation changes, per Omega^2, at fixed central density; lengths in km.

    moment_of_inertia : km^3
    delta_mass, delta_baryon_mass : km^3;  xi0 : mean shift of the surface, km^3
    shape : quadrupole (km^5), xi2 (km^3) and squared eccentricity (km^2)
    """

    moment_of_inertia: float
    delta_mass: float
    delta_baryon_mass: float
    xi0: float
    shape: Deformation


def slow_rotation(background: Background, rtol: float = 1e-11) -> SlowRotation:
    """Integrate all perturbations through the star and join them to the exterior.

    Raises
    ------
    ArithmeticError
        If the integration fails.
    """
    star = _RotatingMatter(background)
    x_start = start_x(background.eos, background.h_c)
    start = centre_matter(background, x_start)
    frame, monopole = central_frame(start), central_monopole(start, star.rho(start))
    here, q = march(
        background,
        lambda here, q: star.rates(here, q, 1.0 / here.cs2_equilibrium),
        start,
        np.array([*frame, *monopole, *central_driven(start), *central_undriven(start)]),
        (x_start, layer_bottom(background)),
        rtol=rtol,
        atol=_tolerances(background, rtol),
        jump=star.jump,
    )
    q = cross_layer(background, here, q, lambda here, q: star.rates(here, q, 0.0), star.jump)
    return _at_unit_spin(background, q)


@dataclass(frozen=True)
class _RotatingMatter:
    """Rates and jumps of the whole state inside one star."""

    background: Background

    def rho(self, here: Matter) -> float:
        """Rest-mass density f (eps+p) e^-h, with e^-h from the metric."""
        surface = 1.0 - 2.0 * self.background.compactness
        factor = self.background.eos.baryon_factor
        return factor * (here.eps + here.p) * math.sqrt(here.exp_nu / surface)

    def rates(self, here: Matter, q: Vector, softness: float) -> Vector:
        """dq/dr; `softness` is d eps/dp, or 0 for the smooth part."""
        w, g, m0, p0, b, h_driven, v_driven, h_free, v_free = q.tolist()
        w_slope, g_slope = frame_rates(here, w, g)
        monopole = monopole_rates(here, w, w_slope, (m0, p0, b), self.rho(here), softness)
        driven = quadrupole_rates(here, w, w_slope, (h_driven, v_driven))
        free = quadrupole_rates(here, 0.0, 0.0, (h_free, v_free))
        return np.array([w_slope, g_slope, *monopole, *driven, *free])

    def jump(self, behind: Matter, ahead: Matter, q: Vector) -> Vector:
        """The state ahead of a break of the equation of state."""
        m0, p0, b = q[_MONOPOLE].tolist()
        eps_drop, rho_drop = behind.eps - ahead.eps, self.rho(behind) - self.rho(ahead)
        crossed = q.copy()
        crossed[_MONOPOLE] = monopole_jump(behind, (m0, p0, b), eps_drop, rho_drop)
        return crossed


def _tolerances(background: Background, rtol: float) -> Vector:
    """Absolute tolerances: a thousandth of rtol, in units of the final size of each component."""
    square, cube = background.radius**2, background.radius**3
    slow = background.compactness * square
    sizes = np.array([cube, square, cube, square, slow, square, slow])
    return np.concatenate([frame_tolerance(background, rtol), 1e-3 * rtol * sizes])


def _at_unit_spin(background: Background, q: Vector) -> SlowRotation:
    """Scale the state just outside the surface to Omega = 1."""
    w, g = q[_FRAME].tolist()
    m0, p0, b = q[_MONOPOLE].tolist()
    spin, angular_momentum = spin_of(background, w, g)
    shape = deformation(
        background,
        tuple(q[_DRIVEN].tolist()),
        tuple(q[_FREE].tolist()),
        w,
        angular_momentum,
    )
    square = spin**2
    delta_mass = m0 + angular_momentum**2 / background.radius**3
    return SlowRotation(
        moment_of_inertia=angular_momentum / spin,
        delta_mass=delta_mass / square,
        delta_baryon_mass=b / square,
        xi0=mean_shift(surface_state(background), p0) / square,
        shape=Deformation(
            shape.quadrupole / square, shape.xi2 / square, shape.eccentricity_squared / square
        ),
    )


def rotation_coefficients(background: Background, rotation: SlowRotation) -> dict[str, float]:
    """Pure numbers per (Omega / sqrt(M/R^3))^2 under the names of the table of columns.

    At the maximum mass dM_b/dh_c = 0 and the mean shift at fixed baryon mass diverges.

    Raises
    ------
    ArithmeticError
        If dM/dh_c is exactly zero.
    """
    if background.mass_slope == 0.0:
        raise ArithmeticError("there is no neighbouring star of another baryon mass: dM/dh_c = 0")
    mass, radius = background.mass, background.radius
    shape = rotation.shape
    to_fixed = math.sqrt(1.0 - 2.0 * background.compactness) / background.eos.baryon_factor
    centre_shift = -to_fixed * rotation.delta_baryon_mass / background.mass_slope
    deformed = {
        "xi2_over_r": shape.xi2 * mass / radius**4,
        "eccentricity_squared": shape.eccentricity_squared * mass / radius**3,
        "quadrupole_over_mr2": shape.quadrupole / radius**5,
    }
    at_centre = {
        "delta_mass_over_m": rotation.delta_mass / radius**3,
        "delta_baryon_mass_over_mb": (
            rotation.delta_baryon_mass * mass / (background.baryon_mass * radius**3)
        ),
        "xi0_over_r": rotation.xi0 * mass / radius**4,
        **deformed,
    }
    # at order Omega^2 the deformation is that of either star
    fixed = {
        "delta_mass_over_m": (rotation.delta_mass - to_fixed * rotation.delta_baryon_mass)
        / radius**3,
        "delta_baryon_mass_over_mb": 0.0,
        "xi0_over_r": (rotation.xi0 + background.radius_slope * centre_shift) * mass / radius**4,
        **deformed,
    }
    q_bar = shape.quadrupole * mass / rotation.moment_of_inertia**2
    return {**at_centre, "q_bar": q_bar, **{f"{name}_fixed_mb": v for name, v in fixed.items()}}

"""Slow rotation at second order, l = 0: changes of mass and baryon mass, mean shift of surfaces.

    m0' = 4 pi r^2 (d eps/dp) (eps+p) p0 + (1/12) j^2 r^4 w'^2 - (1/3) r^3 (j^2)' w^2
    p0' = -m0 (1 + 8 pi r^2 p)/(r-2m)^2 - 4 pi (eps+p) r^2 p0/(r-2m) + (1/12) r^4 j^2 w'^2/(r-2m)
          + (1/3) d/dr[ r^3 j^2 w^2/(r-2m) ]          (Hartle 1967, eq. 97, 100; at fixed centre)
    b'  = 4 pi r^2 e^(lam/2) rho { m0/(r-2m) + (1/3) r^2 e^-nu w^2 + (d eps/dp) p0 }

b is the change of the baryon mass inside r, from rho u^t sqrt(-g) with the redshift factor
u^t = e^(-nu/2) [1 + r^2 e^-nu w^2 sin^2(theta)/2 - h0] and d rho/d eps = rho/(eps+p). The last
term of p0' is written out with r^3 j^2/(r-2m) = r^2 e^-nu.

A surface of constant density shifts by xi0 = p0/phi', phi' = nu'/2. Where eps drops outwards by
Delta eps, d eps/dp is a delta function: p0 and xi0 are continuous, m0 gains 4 pi r^2 xi0 Delta eps
and b gains 4 pi r^2 e^(lam/2) xi0 Delta rho. Lengths in km, G = c = 1.
"""

import math

from stellar.shooting.march import FOUR_PI, Matter

Monopole = tuple[float, float, float]


def monopole_rates(
    here: Matter, w: float, w_slope: float, state: Monopole, rho: float, softness: float
) -> Monopole:
    """(dm0/dr, dp0/dr, db/dr).

    Parameters
    ----------
    w, w_slope : relative angular velocity and its derivative
    state : (m0, p0, b)
    rho : rest-mass density, km^-2
    softness : d eps/dp, or 0 for the smooth part
    """
    m0, p0, _ = state
    r, room, enthalpy = here.r, here.r / here.exp_lam, here.eps + here.p
    j2 = 1.0 / (here.exp_nu * here.exp_lam)
    j2_slope = -2.0 * FOUR_PI * r * enthalpy / here.exp_nu
    shear = r**4 * j2 * w_slope**2 / 12.0
    centrifugal = r * r * w * w / (3.0 * here.exp_nu)
    stretch = 2.0 / r - 2.0 * here.phi_slope  # d ln(r^2 e^-nu)/dr
    compression = softness * p0
    return (
        FOUR_PI * r**2 * enthalpy * compression + shear - r**3 * j2_slope * w * w / 3.0,
        -m0 * (1.0 + 2.0 * FOUR_PI * r**2 * here.p) / room**2
        - FOUR_PI * enthalpy * r**2 * p0 / room
        + shear / room
        + centrifugal * stretch
        + 2.0 * r * r * w * w_slope / (3.0 * here.exp_nu),
        FOUR_PI * r**2 * math.sqrt(here.exp_lam) * rho * (m0 / room + centrifugal + compression),
    )


def monopole_jump(behind: Matter, state: Monopole, eps_drop: float, rho_drop: float) -> Monopole:
    """(m0, p0, b) ahead of a fall of the energy density and of the rest-mass density."""
    m0, p0, b = state
    shell = FOUR_PI * behind.r**2 * mean_shift(behind, p0)
    return m0 + shell * eps_drop, p0, b + shell * math.sqrt(behind.exp_lam) * rho_drop


def mean_shift(here: Matter, p0: float) -> float:
    """xi0 = 2 p0/nu'."""
    return p0 / here.phi_slope


def central_monopole(start: Matter, rho: float) -> Monopole:
    """(m0, p0, b) at a small radius, with w = 1 and the central density unchanged."""
    j2 = 1.0 / (start.exp_nu * start.exp_lam)
    softness = 1.0 / start.cs2_equilibrium
    fifth = FOUR_PI / 15.0 * start.r**5 * j2
    return (
        fifth * (start.eps + start.p) * (2.0 + softness),
        j2 * start.r**2 / 3.0,
        fifth * rho * (1.0 + softness),
    )

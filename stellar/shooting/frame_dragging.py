"""Slow rotation at first order: the dragging of inertial frames and the moment of inertia.

    (1/r^4) (r^4 j w')' + (4/r) j' w = 0,     j = e^(-(nu+lam)/2)          (Hartle 1967, eq. 46)

w = Omega - omega is the angular velocity relative to the local inertial frame. With
g = r^4 j w' and j' = -4 pi r (eps+p) e^lam j this is

    w' = g / (r^4 j),        g' = 16 pi r^4 (eps+p) e^lam j w

Outside j = 1 and w = Omega - 2J/r^3, so J = g(R)/6, Omega = w(R) + 2J/R^3 and I = J/Omega. Nothing
jumps where the density does. Lengths in km, G = c = 1; w is scaled to 1 at the centre.
"""

import math

import numpy as np

from stellar.shooting.background import Background, start_x
from stellar.shooting.march import FOUR_PI, Matter, Vector, centre_matter, march


def moment_of_inertia(background: Background, rtol: float = 1e-11) -> float:
    """I = J/Omega in km^3.

    Raises
    ------
    ArithmeticError
        If the integration fails.
    """
    x_start = start_x(background.eos, background.h_c)
    start = centre_matter(background, x_start)
    _, frame = march(
        background,
        lambda here, frame: np.array(frame_rates(here, *frame.tolist())),
        start,
        np.array(central_frame(start)),
        (x_start, background.x_surface),
        rtol=rtol,
        atol=frame_tolerance(background, rtol),
    )
    spin, angular_momentum = spin_of(background, *frame.tolist())
    return angular_momentum / spin


def frame_rates(here: Matter, w: float, g: float) -> tuple[float, float]:
    """(dw/dr, dg/dr)."""
    r, j = here.r, 1.0 / math.sqrt(here.exp_nu * here.exp_lam)
    return (
        g / (r**4 * j),
        4.0 * FOUR_PI * r**4 * (here.eps + here.p) * here.exp_lam * j * w,
    )


def central_frame(start: Matter) -> tuple[float, float]:
    """(w, g) at a small radius, with w = 1 at the centre."""
    r, enthalpy = start.r, FOUR_PI * (start.eps + start.p)
    j = 1.0 / math.sqrt(start.exp_nu * start.exp_lam)
    return 1.0 + 0.4 * enthalpy * r**2, 0.8 * enthalpy * j * r**5


def frame_tolerance(background: Background, rtol: float) -> Vector:
    """Absolute tolerances of (w, g): a thousandth of rtol, in units of their final size."""
    return 1e-3 * rtol * np.array([1.0, background.mass * background.radius**2])


def spin_of(background: Background, w: float, g: float) -> tuple[float, float]:
    """(Omega, J) from the values at the surface."""
    angular_momentum = g / 6.0
    return w + 2.0 * angular_momentum / background.radius**3, angular_momentum

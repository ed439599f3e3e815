"""Tidal perturbations of stars in variables that no jump of the density touches.

Electric, degree l, with y = r H'/H, D = r d/dr, u = r^2, w = m/r^3, g = w + 4 pi p:

    D y = -y^2 - y e^lam [1 + 4 pi u (p - eps)] + l(l+1) e^lam - 4 pi u e^lam (5 eps + 9 p)
          + (2 u g e^lam)^2 - 4 pi u e^lam (eps + p) d eps/dp           (Hinderer 2008, eq. 15)

The last term is A D eps with A = 4 pi/g. So z = y - A eps obeys the same equation without it and
with -eps D A, needs no derivative of the density, and is continuous where that jumps; outside a
surface, bare or not, y = z.

Magnetic, l = 2, in a fluid at rest (theta = 1) or without vorticity (theta = -1; Landry & Poisson
2015), with r h0'/h0 = 3 + s Y:

    h0'' - 4 pi r e^lam (eps+p) h0' - e^lam [6/r^2 - 4m/r^3 + 8 pi theta (eps+p)] h0 = 0

Both are Riccati equations in s = h_c - h; r d/dr = (lever e^lam) s d/ds. Lengths in km, G = c = 1.
"""

import torch
from torch import Tensor

from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar
from stellar.stars.collocation.riccati import Riccati

THETA = {"static": 1.0, "irrotational": -1.0}


def electric(star: NodalStar, l: int) -> Riccati:
    """The equation of z = y - A eps, degree l."""
    p, eps, room, lever = star.p, star.eps, star.room, star.lever
    ratio = FOUR_PI * star.X / lever  # A
    shift = ratio * eps  # A eps
    pull, area = star.s * lever / room, FOUR_PI * star.square
    # D A = -(A^2/4 pi) D g, and minus eps D A
    gradient = FOUR_PI * (eps - (eps + p) * pull) - 3.0 * star.V / star.X
    shift_slope = ratio * shift / FOUR_PI * gradient
    damping = (1.0 + area * (p - eps)) / room
    forcing = (l * (l + 1) - area * (5.0 * eps + 9.0 * p)) / room + (4.0 * pull) * pull
    forcing = forcing + shift_slope
    rate = room / lever
    return Riccati(
        constant=rate * (forcing - shift * (shift + damping)),
        linear=-rate * (2.0 * shift + damping),
        quadratic=-rate,
        guess=l - shift,
        size=torch.full_like(star.h_c, float(l)),
    )


def magnetic(star: NodalStar, theta: float) -> Riccati:
    """The equation of Y = (r h0'/h0 - 3)/s."""
    enthalpy = FOUR_PI * star.X * (star.eps + star.p)
    rate = star.room / star.lever
    source = (8.0 * star.V + enthalpy * (3.0 + 2.0 * theta)) / star.lever
    start = source[:, :1, :1] * 2.0 / 7.0
    return Riccati(
        constant=source,
        linear=-5.0 * rate + star.s * enthalpy / star.lever - 1.0,
        quadratic=-rate * star.s,
        guess=start.expand_as(source),
        size=8.0 * star.V[:, 0, 0],
    )


def deformability(love: Tensor, compactness: Tensor, l: int) -> Tensor:
    """Lambda_l = 2 k_l/((2l-1)!! C^(2l+1))."""
    double_factorial = 1.0
    for odd in range(1, 2 * l, 2):
        double_factorial *= odd
    return 2.0 * love / (double_factorial * compactness ** (2 * l + 1))

"""Slow rotation at first order: frames dragged along, and the moment of inertia.

With w = Omega - omega and chi = r w'/w

    r chi' = -chi^2 - 3 chi + 4 pi r^2 (eps + p) e^lam (chi + 4)       (Hartle 1967, eq. 46)

chi = s Y vanishes at the centre; Y obeys a Riccati equation in s = h_c - h. Outside
w = Omega - 2J/r^3, so that I = J/Omega = R^3 chi/(6 + 2 chi) at the surface. Lengths in km.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar
from stellar.stars.collocation.quadrature import running_integral
from stellar.stars.collocation.riccati import Riccati


@dataclass(frozen=True)
class Frame:
    """Rotation at first order, per unit angular velocity.

    Y : chi/s, [lane, element, node]
    swirl : e^-nu (w/Omega)^2, [lane, element, node]
    inertia : I, km^3, [lane];  drag : 2J/(R^3 Omega), [lane]
    """

    Y: Tensor
    swirl: Tensor
    inertia: Tensor
    drag: Tensor


def dragging(star: NodalStar) -> Riccati:
    """The equation of Y = chi/s."""
    enthalpy = FOUR_PI * star.X * (star.eps + star.p)
    rate = star.room / star.lever
    source = 4.0 * enthalpy / star.lever
    start = source[:, :1, :1] * 2.0 / 5.0
    return Riccati(
        constant=source,
        linear=-3.0 * rate + star.s * enthalpy / star.lever - 1.0,
        quadratic=-rate * star.s,
        guess=start.expand_as(source),
        size=star.V[:, 0, 0],
    )


def frame(star: NodalStar, Y: Tensor) -> Frame:
    """First-order rotation from the solution of `dragging`."""
    chi = star.h_c * star.at_surface(Y)
    inertia = star.radius**3 * chi / (6.0 + 2.0 * chi)
    # d ln w/ds = Y e^-lam/lever, and at the surface w = Omega/(1 + chi/3)
    growth = running_integral(star, Y * star.room / star.lever)
    ratio = torch.exp(growth - star.at_surface(growth)[:, None, None])
    w = ratio / (1.0 + chi / 3.0)[:, None, None]
    return Frame(Y, star.exp_minus_nu * w * w, inertia, 2.0 * inertia / star.radius**3)

"""The structure equations as codes that march from the centre to the surface take them.

With t = s/h_c in [0, 1] and the scaled unknowns y = (x, v) of `collocation.background`,

    dy/dt = F(y, t)/t,        dy/dt(0) = (1 - dF/dy)^-1 dF/dt  at the centre.

These are the variables in which the stars are smoothest: whoever marches needs the fewest steps.
The matter at the points of a step is known before it, and is computed for all of them at once.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.stars.collocation.background import central_scales
from stellar.stars.collocation.nodal_star import FOUR_PI
from stellar.stars.collocation.polytropes import Polytropes


class Star(NamedTuple):
    """Constants of stars, each [lane]; `inverse` and `depth` are 1/V_0 and -2 h_c."""

    h_c: Tensor
    index: Tensor
    z_c: Tensor
    scale_x: Tensor
    scale_v: Tensor
    factor: Tensor
    inverse: Tensor
    depth: Tensor


def prepared(members: Polytropes) -> Star:
    """The constants of stars; `factor` is 4 pi X_0/V_0."""
    h_c, index = members.h_c, 1.0 / (members.gamma - 1.0)
    z_c = torch.expm1(h_c) / (index + 1.0)
    scale_x, scale_v = central_scales(z_c, 1.0 + index * z_c)
    factor = FOUR_PI * scale_x / scale_v
    return Star(h_c, index, z_c, scale_x, scale_v, factor, 1.0 / scale_v, -2.0 * h_c)


def matter(t: Tensor, star: Star) -> tuple[Tensor, Tensor]:
    """4 pi X_0 p/V_0 and 4 pi X_0 eps/V_0 at t, whose shape broadcasts against [lane]."""
    z = torch.expm1(star.h_c * (1.0 - t)) / (star.index + 1.0)
    rho = star.factor * (z / star.z_c) ** star.index
    p = rho * z
    return p, rho + star.index * p


def rates(t: Tensor, y: Tensor, p: Tensor, eps: Tensor, star: Star) -> Tensor:
    """dy/dt [component, lane] at t > 0, with the matter there."""
    x, v = y
    lift = torch.addcmul(star.inverse, t * star.depth, v) / torch.addcmul(v, p, x)
    first = torch.addcmul(-x, lift, x, value=2.0)
    return torch.stack((first, torch.addcmul(-v, lift, eps * x - v))) / t


def central_slope(star: Star) -> Tensor:
    """dy/dt [component, lane] at the centre, where x = v = 1."""
    p, eps = matter(torch.zeros((), dtype=torch.float64), star)
    # dp/dh = eps + p and d rho/dh = n rho z'/z with z' = e^h/(n + 1)
    growth = torch.exp(star.h_c) / ((star.index + 1.0) * star.z_c)
    p_t = -star.h_c * (eps + p)
    eps_t = star.index * (p_t - star.h_c * p / star.z_c * growth)
    lift, excess = star.inverse / (1.0 + p), eps - 1.0
    lift_x, lift_v = -lift * p / (1.0 + p), -lift / (1.0 + p)
    lift_t = (star.depth - lift * p_t) / (1.0 + p)
    x_t, v_t = 2.0 * lift_t, lift_t * excess + lift * eps_t
    a, b = 2.0 - 2.0 * (lift + lift_x), 2.0 * lift_v
    c, d = lift_x * excess + lift * eps, 2.0 + lift - lift_v * excess
    return torch.stack((d * x_t + b * v_t, a * v_t + c * x_t)) / (a * d - b * c)


def mass(y: Tensor, star: Star) -> Tensor:
    """Masses from the state at the surface [component, lane]."""
    x, v = y
    return star.h_c * star.scale_v * v * (star.h_c * star.scale_x * x).sqrt()

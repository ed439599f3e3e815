"""Electric tidal Love numbers by integrating the logarithmic derivative y = r H'/H.

    r y' = -y^2 - y e^lam [1 + 4 pi r^2 (p - eps)] + l(l+1) e^lam - 4 pi r^2 e^lam (5 eps + 9 p)
           + (r nu')^2 - 4 pi r^2 e^lam (eps + p) d eps/dp      (Hinderer 2008, eq. 15 for l = 2)

Where the energy density drops by Delta eps (a transition, the bare surface of a quark star or of
an incompressible one), d eps/dp is a delta function and y falls by
4 pi r^3 Delta eps / (m + 4 pi r^3 p)         (Damour & Nagar 2009; Postnikov et al. 2010)

Outside, with u = 2M/r, the growing static solution is a polynomial,

    H_grow = r^l (1-u) 2F1(2-l, -l; -2l; u)

and k_l is half the amplitude of the decaying one (`static_exterior`) relative to it, times
R^(-2l-1). Lengths in km, G = c = 1.
"""

import math

import numpy as np

from stellar.shooting.background import Background, start_x
from stellar.shooting.march import FOUR_PI, Matter, Vector, centre_matter, march
from stellar.shooting.static_exterior import hypergeometric
from stellar.shooting.surface_layer import cross_layer, layer_bottom


def tidal_love(background: Background, l: int = 2, rtol: float = 1e-11) -> tuple[float, float]:
    """Electric Love number k_l and dimensionless tidal deformability Lambda_l.

    Parameters
    ----------
    background : the star
    l : degree, at least 2
    rtol : relative tolerance of the integration

    Returns
    -------
    k_l, Lambda_l = 2 k_l / ((2l-1)!! C^(2l+1)), both dimensionless.

    Raises
    ------
    ArithmeticError
        If l < 2 or the integration fails.
    """
    if l < 2:
        raise ArithmeticError(f"tidal deformation needs l >= 2, not {l}")
    y = _surface_log_derivative(background, l, rtol)
    compactness = background.compactness
    love = exterior_love_number(y, compactness, l)
    double_factorial = math.prod(range(2 * l - 1, 0, -2))
    return love, 2.0 * love / (double_factorial * compactness ** (2 * l + 1))


def exterior_love_number(y: float, compactness: float, l: int) -> float:
    """k_l from y = R H'/H just outside a surface with the given M/R."""
    u = 2.0 * compactness
    grow, grow_slope = hypergeometric(2 - l, -l, -2 * l, u)
    decay, decay_slope = hypergeometric(l + 1, l - 1, 2 * l + 2, u)
    # r d/dr = -u d/du
    y_grow = l + u / (1.0 - u) - u * grow_slope / grow
    y_decay = -l - 1 - u / (1.0 - u) - u * decay_slope / decay
    amplitude = grow * (1.0 - u) ** 2 / decay
    return 0.5 * amplitude * (y_grow - y) / (y - y_decay)


def _rates(here: Matter, l: int, y: Vector, softness: float) -> Vector:
    """dy/dr; `softness` is d eps/dp, or 0 for the smooth part."""
    u, exp_lam = here.r**2, here.exp_lam
    return (
        -y * y
        - y * exp_lam * (1.0 + FOUR_PI * u * (here.p - here.eps))
        + l * (l + 1) * exp_lam
        - FOUR_PI * u * exp_lam * (5.0 * here.eps + 9.0 * here.p)
        + (2.0 * here.r * here.phi_slope) ** 2
        - FOUR_PI * u * exp_lam * (here.eps + here.p) * softness
    ) / here.r


def _jump(behind: Matter, ahead: Matter, y: Vector) -> Vector:
    cube = FOUR_PI * behind.r**3
    return y - cube * (behind.eps - ahead.eps) / (behind.m + cube * behind.p)


def _surface_log_derivative(background: Background, l: int, rtol: float) -> float:
    """y just outside the surface."""
    # The regular solution is y = l (1 + O(r^2)); what is left out dies as r^(-2l-1) outwards.
    x_start = start_x(background.eos, background.h_c)
    here, y = march(
        background,
        lambda here, y: _rates(here, l, y, 1.0 / here.cs2_equilibrium),
        centre_matter(background, x_start),
        np.array([float(l)]),
        (x_start, layer_bottom(background)),
        rtol=rtol,
        atol=rtol,
        jump=_jump,
    )
    return float(
        cross_layer(background, here, y, lambda here, y: _rates(here, l, y, 0.0), _jump)[0]
    )

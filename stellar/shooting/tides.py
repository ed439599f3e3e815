"""Electric tidal Love numbers by integrating the logarithmic derivative y = r H'/H.

    r y' = -y^2 - y e^lam [1 + 4 pi r^2 (p - eps)] + l(l+1) e^lam - 4 pi r^2 e^lam (5 eps + 9 p)
           + (r nu')^2 - 4 pi r^2 e^lam (eps + p) d eps/dp      (Hinderer 2008, eq. 15 for l = 2)

Where the energy density drops by Delta eps (a transition, the bare surface of a quark star or of
an incompressible one), d eps/dp is a delta function and y falls by
4 pi r^3 Delta eps / (m + 4 pi r^3 p)         (Damour & Nagar 2009; Postnikov et al. 2010)

Outside, with u = 2M/r, the growing and the decaying static solutions are

    H_grow  = r^l      (1-u)      2F1(2-l, -l; -2l; u)          (a polynomial)
    H_decay = r^(-l-1) (1-u)^(-1) 2F1(l+1, l-1; 2l+2; u)        (only positive terms)

and k_l is half the ratio of their amplitudes times R^(-2l-1). The usual closed formula for k_2 is
this ratio with logarithms whose leading C^5 cancels; the series has no cancellation at any C.
Lengths in km, G = c = 1.
"""

import math

import numpy as np

from stellar.shooting.background import CENTRE_FRACTION, Background
from stellar.shooting.march import FOUR_PI, Matter, Vector, centre_matter, march, x_at

SURFACE_LAYER = 1e-8  # of the outermost segment: crossed in one step, as a drop of eps
MAX_SERIES_TERMS = 5000


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
    grow, grow_slope = _hypergeometric(2 - l, -l, -2 * l, u)
    decay, decay_slope = _hypergeometric(l + 1, l - 1, 2 * l + 2, u)
    # r d/dr = -u d/du
    y_grow = l + u / (1.0 - u) - u * grow_slope / grow
    y_decay = -l - 1 - u / (1.0 - u) - u * decay_slope / decay
    amplitude = grow * (1.0 - u) ** 2 / decay
    return 0.5 * amplitude * (y_grow - y) / (y - y_decay)


def _hypergeometric(a: int, b: int, c: int, u: float) -> tuple[float, float]:
    """2F1(a, b; c; u) and its derivative with respect to u, summed until nothing changes."""
    term, total, slope = 1.0, 1.0, 0.0
    for k in range(MAX_SERIES_TERMS):
        ratio = (a + k) * (b + k) / ((c + k) * (k + 1.0)) if (a + k) * (b + k) else 0.0
        slope += term * ratio * (k + 1.0)
        term *= ratio * u
        total += term
        if abs(term) * (k + 2.0) <= 1e-17 * abs(total):
            return total, slope
    raise ArithmeticError(f"exterior tidal series did not converge at 2M/R = {u}")


def _regular_rate(here: Matter, l: int, y: Vector) -> Vector:
    """r y' without the term of d eps/dp."""
    u, exp_lam = here.r**2, here.exp_lam
    return (
        -y * y
        - y * exp_lam * (1.0 + FOUR_PI * u * (here.p - here.eps))
        + l * (l + 1) * exp_lam
        - FOUR_PI * u * exp_lam * (5.0 * here.eps + 9.0 * here.p)
        + (2.0 * here.r * here.phi_slope) ** 2
    )


def _drop(here: Matter, delta_eps: float) -> float:
    """Fall of y where the energy density drops outwards by delta_eps."""
    return FOUR_PI * here.r**3 * delta_eps / (here.m + FOUR_PI * here.r**3 * here.p)


def _surface_log_derivative(background: Background, l: int, rtol: float) -> float:
    """y just outside the surface."""

    def rates(here: Matter, y: Vector) -> Vector:
        stiffness = FOUR_PI * here.r**2 * here.exp_lam * (here.eps + here.p)
        return (_regular_rate(here, l, y) - stiffness / here.cs2_equilibrium) / here.r

    def jump(behind: Matter, ahead: Matter, y: Vector) -> Vector:
        return y - _drop(behind, behind.eps - ahead.eps)

    # The regular solution is y = l (1 + O(r^2)); what is left out dies as r^(-2l-1) outwards.
    x_start = CENTRE_FRACTION * background.x_surface
    # d eps/dp diverges at h = 0 for soft surfaces, integrably. The layer above `depth` holds
    # 1e-8 of the enthalpy: the smooth part takes one step, the rest of eps is a drop.
    depth = SURFACE_LAYER * min(background.h_c, background.pieces[-1].segment.h_hi)
    here, y = march(
        background,
        rates,
        centre_matter(background, x_start),
        np.array([float(l)]),
        (x_start, x_at(background, depth)),
        rtol=rtol,
        atol=rtol,
        jump=jump,
    )
    layer = math.log(background.radius / here.r)
    y = y + _regular_rate(here, l, y) * layer - _drop(here, here.eps)
    return float(y[0])

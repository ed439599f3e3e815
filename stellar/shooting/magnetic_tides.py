"""Magnetic tidal Love numbers of degree 2, for a static and for an irrotational fluid.

    h0'' - 4 pi r e^lam (eps+p) h0' - e^lam [6/r^2 - 4m/r^3 + 8 pi theta (eps+p)] h0 = 0

theta = +1: the fluid is at rest; theta = -1: it has no vorticity (Landry & Poisson 2015). Solved
for q = r h0'/h0 - 3, which is of the order of the compactness, as the Love number is:

    r q' = -5q - q^2 + e^lam { 8 m/r + 4 pi r^2 (eps+p) (3 + q + 2 theta) }

No derivative of the density occurs, so q is continuous everywhere. Outside, with u = 2M/r,
h0 = r^3 [(1-u) + a (R/r)^5 2F1(1, 4; 6; u)], and k_2 = -a/3 in the normalisation of Binnington &
Poisson (2009). Lengths in km, G = c = 1.
"""

import numpy as np

from stellar.shooting.background import Background, start_x
from stellar.shooting.march import FOUR_PI, Matter, Vector, centre_matter, march
from stellar.shooting.static_exterior import hypergeometric

THETA = {"static": 1, "irrotational": -1}


def magnetic_love(background: Background, flow: str, rtol: float = 1e-11) -> float:
    """Magnetic Love number k_2.

    Parameters
    ----------
    background : the star
    flow : static | irrotational
    rtol : relative tolerance of the integration

    Raises
    ------
    ArithmeticError
        If the integration fails.
    """
    theta = THETA[flow]

    def rates(here: Matter, q: Vector) -> Vector:
        enthalpy = FOUR_PI * here.r**2 * (here.eps + here.p)
        source = 8.0 * here.m / here.r + enthalpy * (3.0 + q + 2.0 * theta)
        return (-5.0 * q - q * q + here.exp_lam * source) / here.r

    x_start = start_x(background.eos, background.h_c)
    start = centre_matter(background, x_start)
    # regular at the centre: 7 q = 8 m/r + 4 pi r^2 (eps+p) (3 + 2 theta)
    enthalpy = FOUR_PI * start.r**2 * (start.eps + start.p)
    q_start = (8.0 * start.m / start.r + enthalpy * (3.0 + 2.0 * theta)) / 7.0
    _, q = march(
        background,
        rates,
        start,
        np.array([q_start]),
        (x_start, background.x_surface),
        rtol=rtol,
        atol=1e-3 * rtol * background.compactness,
    )
    return exterior_magnetic_love_number(float(q[0]), background.compactness)


def exterior_magnetic_love_number(q: float, compactness: float) -> float:
    """k_2 from q = R h0'/h0 - 3 at a surface with the given M/R."""
    u = 2.0 * compactness
    decay, decay_slope = hypergeometric(1, 4, 6, u)
    # r d/dr = -u d/du
    q_grow = u / (1.0 - u)
    q_decay = -5.0 - u * decay_slope / decay
    amplitude = (1.0 - u) / decay * (q_grow - q) / (q - q_decay)
    return -amplitude / 3.0

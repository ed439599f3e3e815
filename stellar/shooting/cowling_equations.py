"""Non-radial modes in the Cowling approximation: the metric stays as it is (McDermott et al. 1983).

xi^r = e^{-lam/2} W Y / r^2, xi^theta = -V Y_,theta / r^2, Phi' = nu'/2, L = l (l + 1), ' = d/dr:

    W' = [omega^2 r^2 e^{lam/2-nu} V + Phi' W] / c_s^2 - L e^{lam/2} V
    V' = 2 Phi' V - e^{lam/2} W / r^2 + S [V + e^{nu-lam/2} Phi' W / (omega^2 r^2)]

Here y = omega^2 r^2 e^{lam/2-nu} V + Phi' W, the bracket of the first line, is -Delta p / (eps + p)
up to a common factor: y = 0 at the surface, and (eps + p) y is continuous at a density jump, as W
is. With q = y - Phi' W, proportional to V,

    W' = (Phi' / c_s^2) W + [1/c_s^2 - L b] q,                              b = e^nu / (omega r)^2
    q' = [2/r + lam'/2 + S] q - [omega^2 e^{lam-nu} - S Phi'] W

and S = Phi' delta / (c_e^2 c_s^2) > 0 where stable comes from delta = c_s^2 - c_e^2 itself, exactly
zero for a barotrope. In terms of (W, y) the angle turns at a rate whose derivative with respect to
omega^2 is a positive form, omega^-2 L b q^2 + e^{lam-nu} W^2, so that the count of `phase` rises
through each integer once: 0 is f, n is p_n, negative counts are g- and i-modes, and a list without
gaps in the count is complete. The pair (W, q) used here differs by a shear that leaves the zeros
of W and hence the integers where they are; it makes g-modes turn evenly.
Lengths in km, G = c = 1.
"""

import math

import numpy as np

from stellar.shooting.background import Background
from stellar.shooting.march import (
    FOUR_PI,
    Matter,
    Vector,
    centre_matter,
    march,
    surface_depth,
    x_at,
)
from stellar.shooting.nodes import stratification
from stellar.shooting.phase import CENTRE_START, Coefficients

ROUGH = 1e-4  # tolerance of a scale that only sets how evenly the angle turns


class CowlingProblem:
    """Non-radial pulsation on a fixed metric; the parameter is omega, km^-1.

    u = W / r^(l+1) and v = q / (omega sigma r^(l+1)). With sigma = R omega, but not below the mean
    of r (S Phi' / L e^nu)^(1/2) and not above R sqrt(M/R^3), the two are of one size in sound
    waves, in gravity waves and in between, and the angle turns evenly.
    """

    def __init__(self, background: Background, l: int):
        self.l = l
        self.radius = background.radius
        self.largest = math.sqrt(background.compactness)
        self.smallest = min(_gravity_wave_ratio(background, l), self.largest)

    def _sigma(self, parameters: Vector) -> Vector:
        return np.clip(self.radius * parameters, self.smallest, self.largest)

    def coefficients(self, here: Matter, parameters: Vector) -> Coefficients:
        """Matrix of (u, v)."""
        r, phi, l = here.r, here.phi_slope, self.l
        sigma = self._sigma(parameters)
        inverse_cs2 = 1.0 / here.cs2_frozen
        buoyancy = stratification(here)
        sound = parameters * inverse_cs2 - (l * (l + 1) * here.exp_nu / r**2) / parameters
        restoring = (buoyancy * phi) / parameters - (here.exp_lam / here.exp_nu) * parameters
        return Coefficients(
            uu=phi * inverse_cs2 - (l + 1) / r,
            uv=sound * sigma,
            vu=restoring / sigma,
            vv=(1 - l) / r + 0.5 * here.lam_slope + buoyancy,
        )

    def centre(self, here: Matter, parameters: Vector) -> tuple[Vector, Vector]:
        """W = r^(l+1), V = -r^l / l."""
        v = parameters * (-here.r / (self.l * here.exp_nu))
        return np.ones(parameters.size), v / self._sigma(parameters)

    def surface(self, here: Matter, depth: float, parameters: Vector) -> tuple[Vector, Vector]:
        """Regular solution: y = y_1 h, with d eps/dp ~ (h d eps/dp) / h kept."""
        r, phi, exp_lam, l = here.r, here.phi_slope, here.exp_lam, self.l
        # y' = slope W + (Phi'/c_e^2 + ...) y
        slope = (
            FOUR_PI * exp_lam * (here.eps + 3.0 * here.p - r * phi * (here.eps + here.p))
            + phi * (0.5 * here.lam_slope - 4.0 / r)
            - (exp_lam / here.exp_nu) * parameters**2
            + l * (l + 1) * here.exp_nu * (phi / (r * parameters)) ** 2
        )
        y = -slope * depth / (phi * (1.0 + depth / here.cs2_equilibrium))
        v = (y - phi) / (parameters * self._sigma(parameters))
        return np.ones(parameters.size), v

    def cross(
        self, behind: Matter, ahead: Matter, parameters: Vector, u: Vector, v: Vector
    ) -> Vector:
        """v ahead of a density jump: W and (eps + p) y are continuous."""
        ratio = (behind.eps + behind.p) / (ahead.eps + ahead.p)
        y_part = ahead.phi_slope * u / (parameters * self._sigma(parameters))
        return ratio * v + (ratio - 1.0) * y_part


def _gravity_wave_ratio(background: Background, l: int) -> float:
    """Mean over the radius of r (S Phi' e^-nu / L)^(1/2), zero for a barotrope."""
    if not background.eos.stratified:
        return 0.0

    def rates(here: Matter, _: Vector) -> Vector:
        square = stratification(here) * here.phi_slope / (l * (l + 1) * here.exp_nu)
        return np.array([here.r * math.sqrt(max(square, 0.0))])

    x_range = CENTRE_START * background.x_surface, x_at(background, surface_depth(background))
    start = centre_matter(background, x_range[0])
    _, integral = march(background, rates, start, np.zeros(1), x_range, rtol=ROUGH, atol=ROUGH)
    return float(integral[0]) / background.radius

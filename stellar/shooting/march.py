"""One way through a star for every perturbation equation: r and m travel with the perturbation.

The state (r, m, q_1, ..., q_k) is integrated in x = sqrt(h_c - h); a perturbation equation gives
dq/dr in its textbook form and is multiplied by

    dr/dx = 2 x r (r - 2m) / (m + 4 pi r^3 p)           (Lindblom 1992, eq. 12 with dh = -2x dx)

so nothing is interpolated. Integration stops at each break of the equation of state, where the
jump conditions of the perturbation are applied. Lengths in km, G = c = 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.eos.base import Segment
from stellar.shooting.background import Background, central_start
from stellar.shooting.path import Piece

FOUR_PI = 4.0 * math.pi
SURFACE_FRACTION = 1e-5  # inward integration starts at this fraction of the outermost segment
SAMPLES_PER_PIECE = 400  # enough for the nodes of any mode that is asked for
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matter:
    """Star at one point: r, m (km), p, eps (km^-2), both sound speeds and their difference.

    exp_lam : e^lambda;  phi_slope : Phi' = nu'/2, km^-1;  exp_nu : e^nu
    """

    r: float
    m: float
    p: float
    eps: float
    cs2_equilibrium: float
    delta: float
    exp_nu: float
    exp_lam: float
    phi_slope: float

    @property
    def cs2_frozen(self) -> float:
        """Square of the speed of sound at frozen composition."""
        return self.cs2_equilibrium + self.delta

    @property
    def lam_slope(self) -> float:
        """d lambda / dr, km^-1."""
        return 2.0 * self.exp_lam * (FOUR_PI * self.r * self.eps - self.m / self.r**2)


Rates = Callable[[Matter, Vector], Vector]
Jump = Callable[[Matter, Matter, Vector], Vector]


def matter_at(background: Background, segment: Segment, h: float, r: float, m: float) -> Matter:
    """Collect what the perturbation equations need at log-enthalpy h, seen from one segment."""
    p, eps, cs2_equilibrium, delta = segment.evaluate(h)
    exp_lam = r / (r - 2.0 * m)
    phi_slope = (m + FOUR_PI * r**3 * p) * exp_lam / r**2
    return Matter(r, m, p, eps, cs2_equilibrium, delta, background.exp_nu(h), exp_lam, phi_slope)


def is_incompressible(background: Background) -> bool:
    """Whether the speed of sound at the centre is infinite."""
    return not math.isfinite(float(background.pieces[0].segment.evaluate(background.h_c)[2]))


def surface_depth(background: Background) -> float:
    """Log-enthalpy below which the regular surface solution is taken from its first order."""
    return SURFACE_FRACTION * min(background.h_c, background.pieces[-1].segment.h_hi)


def x_at(background: Background, h: float) -> float:
    """Integration variable x = sqrt(h_c - h)."""
    return math.sqrt(background.h_c - h)


def centre_matter(background: Background, x: float) -> Matter:
    """Star at a small x, by its central series."""
    r, m = central_start(background.eos, background.h_c, x)
    return matter_at(background, background.pieces[0].segment, background.h_c - x * x, r, m)


def surface_matter(background: Background, depth: float, rtol: float) -> Matter:
    """Star at log-enthalpy `depth` just inside the surface, reached from R and M."""
    piece = background.pieces[-1]
    state = np.array([background.radius, background.mass])
    x_from = background.x_surface
    state = _integrate(background, piece, x_from, x_at(background, depth), state, None, rtol, None)
    return matter_at(background, piece.segment, depth, state[0], state[1])


def march(
    background: Background,
    rates: Rates,
    start: Matter,
    perturbation: Vector,
    x_range: tuple[float, float],
    *,
    rtol: float,
    atol: Vector | float,
    jump: Jump | None = None,
    sample: Callable[[Matter, Vector], None] | None = None,
) -> tuple[Matter, Vector]:
    """Carry a perturbation from one x to another, outwards or inwards.

    Parameters
    ----------
    rates : (matter, q) -> dq/dr
    start, perturbation : the star and q at x_range[0]
    atol : absolute tolerance of q
    jump : (matter behind, matter ahead, q) -> q ahead, applied at every break of the EOS
    sample : called with (matter, q) at points that resolve the solution, in the order passed

    Returns
    -------
    The star and q at x_range[1].

    Raises
    ------
    ArithmeticError
        If the integration fails or the state becomes non-finite.
    """
    outwards = x_range[1] > x_range[0]
    lo, hi = min(x_range), max(x_range)
    stretches = [p for p in background.pieces if p.x_outer > lo and p.x_inner < hi]
    matter, q = start, np.asarray(perturbation, dtype=float)
    for index, piece in enumerate(stretches if outwards else stretches[::-1]):
        ends = max(piece.x_inner, lo), min(piece.x_outer, hi)
        x_from, x_to = ends if outwards else ends[::-1]
        if index:
            h = piece.segment.h_hi if outwards else piece.segment.h_lo
            ahead = matter_at(background, piece.segment, h, matter.r, matter.m)
            q = q if jump is None else jump(matter, ahead, q)
        state = np.concatenate(([matter.r, matter.m], q))
        state = _integrate(background, piece, x_from, x_to, state, rates, rtol, atol, sample=sample)
        h = piece.log_enthalpy(x_to)
        if x_to in (piece.x_inner, piece.x_outer) and x_to > 0.0:
            h = piece.segment.h_hi if x_to == piece.x_inner else piece.segment.h_lo
        matter = matter_at(background, piece.segment, h, float(state[0]), float(state[1]))
        q = state[2:]
    return matter, q


def _integrate(
    background: Background,
    piece: Piece,
    x_from: float,
    x_to: float,
    state: Vector,
    rates: Rates | None,
    rtol: float,
    atol: Vector | float | None,
    sample: Callable[[Matter, Vector], None] | None = None,
) -> Vector:
    def right_hand_side(x: float, y: Vector) -> Vector:
        h = piece.log_enthalpy(x)
        here = matter_at(background, piece.segment, h, float(y[0]), float(y[1]))
        dr_dx = 2.0 * x / here.phi_slope
        out = np.empty_like(y)
        out[0] = dr_dx
        out[1] = FOUR_PI * here.r**2 * here.eps * dr_dx
        if rates is not None:
            out[2:] = rates(here, y[2:])
            out[2:] *= dr_dx
        return out

    tolerance = np.full(state.size, 1e-3 * rtol)
    tolerance[:2] *= np.abs(state[:2])
    if atol is not None:
        tolerance[2:] = atol
    points = 0 if sample is None else SAMPLES_PER_PIECE
    places, states = piece.walk(
        right_hand_side, (x_from, x_to), state, rtol=rtol, atol=tolerance, points=points
    )
    if sample is not None:
        for x, y in zip(places, states, strict=True):
            h = piece.log_enthalpy(x)
            sample(matter_at(background, piece.segment, h, y[0], y[1]), y[2:])
    return states[-1]

"""What a label needs from an eigenfunction: its zeros, their sense, and where buoyancy acts.

Radial displacement in the form xi^r = e^{-lam/2} W / r^2 (W is r^{l+1} times the one of Detweiler &
Lindblom 1985). In the Cowling approximation the restoring energy of buoyancy is

    E_bulk = int (eps + p) e^{(nu-lam)/2} S Phi' W^2 / r^2 dr,     S = Phi' delta / (c_e^2 c_s^2)
    E_jump =     Delta eps e^{(nu-lam)/2}   Phi' W^2 / r^2

with c_e, c_s the equilibrium and frozen speeds of sound, delta = c_s^2 - c_e^2; the second line is
the delta function that S holds where eps drops by Delta eps. Common factors drop out of a share.
Lengths in km, G = c = 1.
"""

import math
from collections.abc import Sequence

import numpy as np

from stellar.shooting.march import Matter, Vector

SMALLEST_JUMP = 1e-9  # relative; the same limit as `ColdEOS.transitions`


def count_nodes(values: Vector) -> int:
    """Sign changes along a sampled real function; exact zeros at samples are passed over."""
    signs = np.sign(values)
    signs = signs[signs != 0.0]
    return int(np.count_nonzero(signs[1:] != signs[:-1]))


def signed_node_count(displacement: Vector, tangential: Vector) -> int:
    """Zeros of W counted +1 where (W, V) turns as in a p-mode, -1 where it turns as in a g-mode.

    Parameters
    ----------
    displacement : W from the centre to the surface, W > 0 at first
    tangential : V, or V times any positive function, with V = -W / l at the centre (r^l removed).
        Where gravity is perturbed too, -Delta p must not take its place: at W = 0 it is
        omega^2 V plus a metric part, which wins for slow modes.
    """
    count = 0
    for before, after, push in zip(
        displacement[:-1], displacement[1:], tangential[1:], strict=True
    ):
        if before * after < 0.0:
            count += 1 if after * push > 0.0 else -1
    return count


def buoyancy_shares(points: Sequence[Matter], displacement: Vector) -> tuple[float, ...]:
    """Share of the buoyancy energy at each density jump, from the surface inwards.

    Parameters
    ----------
    points : the star from the centre to the surface, both sides of every break among them
    displacement : W at these points

    Returns
    -------
    One share per jump; empty without jumps.
    """
    density = [_bulk(here, w) for here, w in zip(points, displacement, strict=True)]
    bulk, jumps = 0.0, []
    for k in range(1, len(points)):
        inner, outer = points[k - 1], points[k]
        bulk += 0.5 * (density[k - 1] + density[k]) * (outer.r - inner.r)
        drop = inner.eps - outer.eps
        if outer.r == inner.r and abs(drop) > SMALLEST_JUMP * inner.eps:
            jumps.append(drop * _weight(outer) * displacement[k] ** 2)
    total = abs(bulk) + sum(abs(energy) for energy in jumps)
    return tuple(float(energy / total) if total else 0.0 for energy in reversed(jumps))


def _weight(here: Matter) -> float:
    return math.sqrt(here.exp_nu / here.exp_lam) * here.phi_slope / here.r**2


def stratification(here: Matter) -> float:
    """S = Phi' delta / (c_e^2 c_s^2), km^-1; positive where buoyancy restores, 0 in a barotrope."""
    if here.delta == 0.0:
        return 0.0
    return here.phi_slope * here.delta / (here.cs2_equilibrium * here.cs2_frozen)


def _bulk(here: Matter, w: float) -> float:
    return (here.eps + here.p) * _weight(here) * stratification(here) * w**2

"""The last layer under the surface, where d eps/dp of soft matter diverges, though integrably.

Terms with d eps/dp carry a fall of the energy density, wherever in a thin layer it happens. So
integration stops at a depth that holds 1e-8 of the enthalpy of the outermost piece; above it the
smooth part of an equation takes one step, and what is left of eps is a drop like that of a bare
surface (Damour & Nagar 2009). What this leaves out is of second order in the thickness.
"""

from collections.abc import Callable
from dataclasses import replace

from stellar.shooting.background import Background
from stellar.shooting.march import Matter, Vector, matter_at, x_at

SURFACE_LAYER = 1e-8  # of the log-enthalpy of the outermost piece


def layer_bottom(background: Background) -> float:
    """Where integration from the centre stops, as a value of x = sqrt(h_c - h)."""
    return x_at(background, SURFACE_LAYER * min(background.h_c, background.pieces[-1].segment.h_hi))


def cross_layer(
    background: Background,
    here: Matter,
    q: Vector,
    smooth_rates: Callable[[Matter, Vector], Vector],
    drop: Callable[[Matter, Matter, Vector], Vector],
) -> Vector:
    """The perturbation just outside the surface.

    Parameters
    ----------
    here, q : the star and the perturbation at the bottom of the layer
    smooth_rates : dq/dr without the terms of d eps/dp
    drop : (matter behind, matter ahead, q) -> q ahead of a fall of the energy density
    """
    q = q + smooth_rates(here, q) * (background.radius - here.r)
    # all that is left of eps falls at the surface itself: a bare one keeps every digit
    inside = replace(surface_state(background), eps=here.eps)
    return drop(inside, replace(inside, eps=0.0), q)


def surface_state(background: Background) -> Matter:
    """The star at its surface, seen from inside."""
    return matter_at(
        background, background.pieces[-1].segment, 0.0, background.radius, background.mass
    )

"""Derivatives of quasi-normal modes with respect to everything a star is made of.

At a mode the equations N(lambda, Y; theta) U = 0 of the star and of the wave that leaves it have
null vectors x and y (see `mode_vectors`). The frequency omega, lambda = (omega R)^2, Y = L - beta,
follows the star as a simple eigenvalue follows its matrix,

    d(omega R)/d theta = - y^T N_theta x / y^T (dN/d omega) x,      omega = (omega R)/R,

so that nothing of the search for it is differentiated (Lancaster 1964): with x and y held fixed
y^T N x is a sum over the nodes of the star. Both vectors, and the products with them, keep the
digits of imaginary parts however small these are, and with them the derivatives of a damping have
those of the damping. Units: km, G = c = 1.
"""

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.outgoing_wave import Exterior, grid_number
from stellar.oscillations.full_gr.fluid.quasinormal import expansion_point
from stellar.oscillations.full_gr.interior.elements import (
    COMPONENTS,
    InteriorElements,
    interior_elements,
)
from stellar.oscillations.full_gr.interior.equations import K
from stellar.oscillations.full_gr.interior.joints import Joints
from stellar.oscillations.full_gr.mode_vectors import ModeVectors, mode_vectors, surface_row
from stellar.oscillations.groups import groups, lanes_at_once, trimmed
from stellar.oscillations.nodal_star import NodeStar


def differentiable_frequencies(star: NodeStar, l: int, omega: Tensor) -> Tensor:
    """Frequencies of modes as functions of the star.

    Parameters
    ----------
    star : stars on their nodes; gradients flow to their edges, X, V and equations of state
    l : degree, at least 2
    omega : omega R of modes of these stars, complex, [lane, mode], from any search; NaN for none

    Returns
    -------
    omega in km^-1, [lane, mode], with the values of `omega` over R; e^{+i omega t}. NaN stays NaN
    and passes no gradient on. Derivatives are as accurate as the modes and the nodes of the star.

    Raises
    ------
    ValueError
        If omega has another number of lanes.
    """
    omega = omega.detach()
    if omega.shape[0] != star.lanes:
        raise ValueError(f"modes of {omega.shape[0]} stars do not belong to {star.lanes} stars.")
    known = torch.where(omega.isfinite(), omega, torch.nan)
    # what was computed of the stars while gradients were switched off has none
    star, moved = star.anew(), torch.full_like(known, torch.nan)
    for group, lanes in groups(star):
        alike = trimmed(star.select(lanes), group)
        owner, mode = known[lanes].isfinite().nonzero(as_tuple=True)
        if not owner.numel():
            continue
        elements = interior_elements(alike, l, stratified=group.stratified)
        exterior = Exterior(alike.compactness, l)
        at_once = lanes_at_once(group, COMPONENTS * star.mesh.basis.size)
        for part in torch.arange(owner.shape[0], device=owner.device).split(at_once):
            mine, place = owner[part], (lanes[owner[part]], mode[part])
            found = _moved(elements.select(mine), exterior, mine, known[place])
            moved = moved.index_put(place, found / star.radius[place[0]])
    return moved


def _moved(elements: InteriorElements, exterior: Exterior, owner: Tensor, omega: Tensor) -> Tensor:
    """omega R of one mode of each star, with its derivatives, [point]."""
    wave = exterior.series(expansion_point(omega), owner, grid_number(omega, elements.l))
    value, slope = wave.at(omega)
    lam, source = omega * omega, value - elements.beta
    vectors = mode_vectors(elements, lam, source.detach())
    # the equations inside are real and linear in lambda
    still, once = (_inside(elements, vectors, at) for at in (0.0 * lam.real, 0.0 * lam.real + 1.0))
    radiated = _radiated(elements, vectors)
    mismatch = still + lam * (once - still) - source * radiated
    steepness = 2.0 * omega * (once - still) - slope * radiated
    return omega - (mismatch - mismatch.detach()) / steepness.detach()


def _inside(elements: InteriorElements, vectors: ModeVectors, lam: Tensor) -> Tensor:
    """y^T N x without the wave and without terms that nothing changes, [point].

    lam : real, [point]
    """
    parts = elements.matrices(lam) @ torch.cat((vectors.states.real, vectors.states.imag), dim=3)
    rows = (vectors.rows[..., 0] * torch.complex(*parts.unbind(3))).sum(dim=(1, 2))
    joints = Joints(elements, lam)
    arriving, leaving = joints.left(vectors.states), joints.right(vectors.states)
    met = joints.met[:, :, None, None]
    behind = torch.where(met, vectors.joints * arriving, 0.0).sum(dim=(1, 2, 3))
    before = torch.where(met[:, 1:], vectors.joints[:, 1:] * leaving, 0.0).sum(dim=(1, 2, 3))
    return rows + behind - before


def _radiated(elements: InteriorElements, vectors: ModeVectors) -> Tensor:
    """Z at the surface, times the multiplier of the condition there, [point]."""
    outermost = vectors.states[:, -1, :, 0]
    z = (surface_row(elements, outermost.shape[1]) * outermost).sum(dim=1)
    return vectors.joints[:, 0, K, 0] * z

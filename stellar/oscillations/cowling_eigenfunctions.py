"""Fluid modes on a fixed metric inside their stars, at frequencies that are known.

The collocated equations A q = omega^2 B q of all elements (see `cowling_elements`) are nearly
singular at omega^2 of a mode; two steps of inverse iteration,

    (A - omega^2 B) q_1 = B q_0,

leave that mode alone, element by element: q = z + Z alpha with two parameters that the edges tie
(see `parode_core.elimination`). The frequency that the shape stands for is independent of those of
the symmetric pencils.
"""

from collections.abc import Iterator
from dataclasses import fields

import torch
from torch import Tensor

from parode_core.bases import basis
from parode_core.elimination.interior import ByBorder
from parode_core.elimination.reduction import Reduction
from parode_core.lanes import several
from stellar.oscillations.cowling_elements import (
    ENDS,
    UNKNOWNS,
    CowlingElements,
    cowling_elements,
)
from stellar.oscillations.eigenfunctions import Modes, Numbers
from stellar.oscillations.groups import groups, lanes_at_once, trimmed
from stellar.oscillations.integration_rules import Coefficients, Rules
from stellar.oscillations.nodal_star import EVERY, NodeStar, StarFields
from stellar.oscillations.wave_functional import Shape, Surface, integrals, norm_of

ITERATIONS = 2


def cowling_eigenfunctions(
    star: NodeStar, l: int, lane: Tensor, omega: Tensor, size: int
) -> Iterator[tuple[Tensor, Modes]]:
    """The displacements of modes on a fixed metric, group of stars by group.

    Parameters
    ----------
    l : degree, at least 1
    lane : star of each mode, [mode];  omega : real, km^-1, [mode]
    size : nodes of an element

    Yields
    ------
    Places of some of the modes, and those modes.
    """
    whole = star.in_whole_tiles().on(basis(size, star.mesh.basis.name).to(omega.device))
    for group, lanes in groups(star):
        own = torch.isin(lane, lanes).nonzero()[:, 0]
        if not own.numel():
            continue
        stars = trimmed(whole.select(lanes), group)
        at_nodes = _some(whole.fields, lanes, slice(group.first, group.first + group.count))
        here = Coefficients.of(stars, at_nodes)
        rules = Rules.of(stars, stars.mesh.basis, l)
        for part in own.split(lanes_at_once(group, UNKNOWNS * size)):
            at = torch.searchsorted(lanes, lane[part])
            chosen, place = torch.unique(at, return_inverse=True)
            elements = cowling_elements(stars.select(chosen), _some(at_nodes, chosen), l)
            # a mode alone is computed twice
            both = several(torch.arange(part.shape[0], device=omega.device))
            q = _iterated(elements.select(place[both]), omega[part][both] ** 2)
            w, v = q[: part.shape[0]].unflatten(2, (UNKNOWNS, size))[:, :, :ENDS].unbind(dim=2)
            yield part, _modes(stars, l, at, omega[part], here.select(at), rules, w, v)


def _some(at: StarFields, lanes: Tensor, elements: slice = EVERY) -> StarFields:
    """Fields of these stars in these elements."""
    return StarFields(*(getattr(at, part.name)[lanes][:, elements] for part in fields(StarFields)))


def _iterated(elements: CowlingElements, lam: Tensor) -> Tensor:
    """q of the mode next to each lambda, [mode, element, 3 node]."""
    shifted, q = _Shifted(elements, lam), torch.ones_like(elements.inside.a[:, :, 0])
    for _ in range(ITERATIONS):
        q = shifted.solve(q)
        q = q / q.abs().amax(dim=(1, 2), keepdim=True)
    return q


class _Shifted:
    """A - lambda B of some modes, factored."""

    def __init__(self, elements: CowlingElements, lam: Tensor) -> None:
        self.elements = elements
        self.inside = ByBorder(elements.inside.at(lam), elements.scale)
        self.behind, self.ahead = elements.behind.at(lam), elements.ahead.at(lam)
        free = self.inside.response
        below, above = elements.handed_on(free)
        start, end = (torch.zeros_like(free[:, 0, :ENDS]) for _ in range(2))
        start[:, 0], end[:, 1] = elements.at_ends(free)
        # next to a mode the last pivot is as small as it may be
        self.edges = Reduction(-(self.behind @ below), self.ahead @ above, start, end, noise=0.0)

    def solve(self, q: Tensor) -> Tensor:
        """The solution for B q, both [mode, element, 3 node]."""
        elements, q = self.elements, q.unsqueeze(3)
        part = self.inside.particular((elements.inside.b @ q).squeeze(3)).unsqueeze(3)
        below, above = elements.handed_on(q)
        load = elements.behind.b @ below + elements.ahead.b @ above
        below, above = elements.handed_on(part)
        load = load - self.behind @ below - self.ahead @ above
        ends = torch.cat(elements.at_ends(part), dim=1)
        alpha = self.edges.solve(load.squeeze(3), -ends)
        return (part + self.inside.response @ alpha.unsqueeze(3)).squeeze(3)


def _modes(
    stars: NodeStar,
    l: int,
    lane: Tensor,
    omega: Tensor,
    here: Coefficients,
    rules: Rules,
    w: Tensor,
    v: Tensor,
) -> Modes:
    """Modes by w and v, [mode, element, node].

    here : at the nodes of each mode
    """
    surface = w[:, -1:, -1:].to(torch.complex128)
    w, v = w / surface, v / surface
    lam = ((omega * stars.radius[lane]) ** 2).to(w.dtype)
    pressed = lam[:, None, None] / here.exp_nu * v + here.gravity * w
    nothing = torch.zeros_like(w)
    shape = Shape(w, v, pressed, nothing, nothing, nothing)
    found = integrals(rules.residuals, l, lane, lam, shape, full=False)
    norm = norm_of(rules.norms, l, lane, lam, shape, full=False)
    numbers = Numbers(
        energy=0.5 * stars.radius[lane] * lam.real * norm,
        luminosity=torch.zeros_like(omega),
        omega=(lam - found.residual / found.square).sqrt() / stars.radius[lane],
        shaped=found.rest.real / (norm * lam.abs()),
        surface=Surface.of(rules, stars, l, lane, lam, shape, norm, full=False),
        excess=torch.zeros_like(omega),
    )
    return Modes(stars, l, lane, shape, numbers, full=False)

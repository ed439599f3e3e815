"""Responses of many stars at once, and what their lowest poles look like.

A star is taken on its nodes, or on others of the same elements. How far its equations are resolved
there is told mode by mode, by a stationary functional (see `full_gr.stationary`); of a pole it is
told whether the Krylov space holds it.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import basis
from parode_core.lanes import several
from stellar.oscillations.full_gr.interior.elements import COMPONENTS, interior_elements
from stellar.oscillations.full_gr.interior.joined import joined
from stellar.oscillations.full_gr.interior.near_zone_modes import near_zone_modes, nodes_at
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.spectrum import (
    HELD,
    InteriorSpectrum,
    interior_spectrum,
)
from stellar.oscillations.groups import Group, groups, lanes_at_once, trimmed
from stellar.oscillations.nodal_star import NodeStar

FEWEST = 6  # nodes of an element
REAL = 1e-9  # relative imaginary part above which a pole belongs to the grid
ORDERS = 10  # radial orders, unless told
MOST = 48  # lowest poles that are looked at
SPARE = 1  # radial orders that poles are held for and not looked at
MANY = 8  # elements of a star that may be short: few hold too much of a wave each


class Part(NamedTuple):
    """Stars that were computed together.

    lanes : which stars these are, in ascending order; one that is alone stands there twice
    star : the stars on their own nodes, their elements those of the spectrum
    """

    lanes: Tensor
    star: NodeStar
    spectrum: InteriorSpectrum


class Interiors(NamedTuple):
    """Stars from inside: their response, and the parts it is made of."""

    response: Response
    parts: list[Part]


@torch.no_grad()
def interiors(
    star: NodeStar,
    l: int,
    *,
    size: int | None = None,
    orders: int = ORDERS,
    short: bool = False,
    faint: bool = True,
    named: bool = True,
) -> Interiors:
    """The interior of every star for degree l.

    Parameters
    ----------
    star : stars on their nodes
    l : degree, at least 2
    size : nodes of an element; those of the stars if None
    orders : radial orders up to which poles have to be right
    short : whether elements are short beside the waves of modes (see `source_series`)
    faint : whether poles of modes that hardly radiate, as g-modes, are wanted
    named : whether zeros are counted, which fluid modes have their names from

    Returns
    -------
    A star that cannot be solved is NaN and says so in its status. Nothing has derivatives: those of
    modes are in `mode_gradients`.

    Raises
    ------
    ValueError
        If l < 2 or there are too few nodes.
    """
    if l < 2:
        raise ValueError(f"gravitational waves need l >= 2, not {l}.")
    size = star.mesh.basis.size if size is None else size
    if size < FEWEST:
        raise ValueError(f"an element needs at least {FEWEST} nodes, not {size}.")
    found: list[tuple[Group, Response]] = []
    parts: list[Part] = []
    places: list[Tensor] = []
    for group, lanes in groups(star):
        own = trimmed(star.select(lanes), group)
        # matter is evaluated for all of them at once
        elements = interior_elements(
            _on(own, size), l, stratified=group.stratified, short=short and group.count >= MANY
        )
        # as many waves may be caught in the star as there are modes
        most = MOST if group.stratified else min(2 * (orders - SPARE), MOST)
        every = torch.arange(lanes.shape[0], device=lanes.device)
        for chosen in every.split(lanes_at_once(group, COMPONENTS * size)):
            both = several(chosen)
            spectrum = interior_spectrum(elements.select(both), orders, faint=faint)
            response = _looked_at(response_of(spectrum), spectrum, most, named=named)
            found.append((group, response.select(torch.arange(chosen.shape[0]).to(chosen.device))))
            parts.append(Part(lanes[both], own.select(both), spectrum))
            places.append(lanes[chosen])
    return Interiors(joined(star, found, places), parts)


def recounted(inside: Interiors, lanes: Tensor, lam: Tensor) -> Response:
    """Responses of some stars with the zeros of modes in the place of those of the poles beside.

    Parameters
    ----------
    lanes : which stars, ascending
    lam : lambda R^2 of their modes, NaN where there is none, [star, pole]
    """
    response = inside.response.select(lanes)
    nodes, signed = response.nodes.clone(), response.signed_nodes.clone()
    for part in inside.parts:
        star = torch.isin(lanes, part.lanes).nonzero()[:, 0]
        if not star.numel():
            continue
        known = lam[star].isfinite()
        order = (~known).to(torch.uint8).argsort(dim=1, stable=True)[:, :MOST]
        known, at = known.gather(1, order), (star.unsqueeze(1), order)
        # all stars of a part take part: each is the same in every company
        here = torch.searchsorted(part.lanes, lanes[star])
        table = lam.new_zeros(part.lanes.shape[0], order.shape[1])
        table[here] = torch.where(known, lam[at], 0.0)
        counts = nodes_at(part.spectrum, table)
        for whole, count in zip((nodes, signed), counts, strict=True):
            whole[at] = torch.where(known, count[here], whole[at])
    return replace(response, nodes=nodes, signed_nodes=signed)


def _on(star: NodeStar, nodes: int) -> NodeStar:
    """The stars on so many nodes an element; interpolated in whole tiles, see `lanes`."""
    own = star.mesh.basis
    if nodes == own.size:
        return star
    device = star.x_ratio.device
    whole = star.in_whole_tiles().on(basis(nodes, own.name).to(device))
    return whole.select(torch.arange(star.lanes, device=device))


def response_of(spectrum: InteriorSpectrum) -> Response:
    """The response by its poles, none of them looked at."""
    elements = spectrum.chain.elements
    good = spectrum.status == int(Status.OK)
    mu, rho = (torch.where(good[:, None], part, torch.nan) for part in (spectrum.mu, spectrum.rho))
    nothing = torch.zeros_like(mu.real)
    count = torch.zeros_like(nothing, dtype=torch.long)
    return Response(
        l=elements.l,
        compactness=elements.star.compactness,
        radius=elements.star.radius,
        shift=spectrum.chain.shift,
        mu=mu,
        rho=rho,
        constant=torch.where(good, spectrum.constant, torch.nan),
        status=spectrum.status,
        resolved=torch.zeros_like(nothing, dtype=torch.bool),
        nodes=count,
        signed_nodes=count,
        interface_shares=nothing.new_zeros(*nothing.shape, elements.star.mesh.elements - 1),
        jumps=elements.jumps,
    )


def _looked_at(
    response: Response, spectrum: InteriorSpectrum, most: int, *, named: bool
) -> Response:
    """The response with the lowest poles that the space holds, and their look if they are named."""
    held = _positive(response.poles) & (spectrum.residuals <= HELD)
    order = (~held).to(torch.uint8).argsort(dim=1, stable=True)[:, :most]
    chosen = held.gather(1, order)
    resolved = torch.zeros_like(held).scatter(1, order, chosen)
    if not named:
        return replace(response, resolved=resolved)
    modes = near_zone_modes(spectrum, order)
    nodes, signed = (
        torch.zeros_like(response.nodes).scatter(1, order, torch.where(chosen, part, 0))
        for part in (modes.nodes, modes.signed_nodes)
    )
    shares = torch.where(chosen.unsqueeze(2), modes.interface_shares, 0.0)
    place = order.unsqueeze(2).expand_as(shares)
    return replace(
        response,
        resolved=resolved,
        nodes=nodes,
        signed_nodes=signed,
        interface_shares=response.interface_shares.scatter(1, place, shares),
    )


def _positive(poles: Tensor) -> Tensor:
    """Whether lambda_k is there, real and positive."""
    real = poles.imag.abs() <= REAL * poles.real
    return real & poles.real.isfinite() & (poles.real > 0.0)

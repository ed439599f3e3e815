"""Responses of many stars at once, with what two resolutions say about their poles.

The stars are taken on their nodes, or on others of the same elements, and once more on fewer, in a
smaller Krylov space.
Poles on which both agree, and whose vectors the Krylov space holds, are resolved; what they differ
by is the error of the coarser ones, which is more than that of the poles that are returned.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import basis
from stellar.oscillations.full_gr.interior.elements import InteriorElements, interior_elements
from stellar.oscillations.full_gr.interior.groups import (
    Group,
    groups,
    joined,
    lanes_at_once,
    trimmed,
)
from stellar.oscillations.full_gr.interior.near_zone_modes import near_zone_modes, nodes_at
from stellar.oscillations.full_gr.interior.response import BY_CHANCE, Response
from stellar.oscillations.full_gr.interior.spectrum import (
    LOOSE,
    InteriorSpectrum,
    interior_spectrum,
)
from stellar.oscillations.nodal_star import NodeStar

COARSER = 2  # fewer nodes an element in the resolution that tells the error
FEWER = 1  # radial orders that its Krylov space is made for: where a space ends is told, too
FEWEST = 4  # nodes of an element
REAL = 1e-9  # relative imaginary part above which a pole belongs to the grid
ORDERS = 10  # radial orders, unless told
MOST = 32  # lowest resolved poles that are looked at
MANY = 8  # elements of a star that may be short: few hold too much of a wave each


class Interiors(NamedTuple):
    """Stars from inside.

    fine : responses, with what the coarser ones tell about them
    coarse : with fewer nodes; no pole of them is resolved or looked at
    spectra : what the fine ones are made of, and of which stars, by their indices in ascending
        order; empty unless kept
    """

    fine: Response
    coarse: Response
    spectra: list[tuple[Tensor, InteriorSpectrum]]


@torch.no_grad()
def interiors(
    star: NodeStar,
    l: int,
    *,
    size: int | None = None,
    rough: NodeStar | None = None,
    orders: int = ORDERS,
    short: bool = False,
    tolerance: float = 1e-3,
    keep: bool = False,
) -> Interiors:
    """The interior of every star for degree l in two resolutions.

    Parameters
    ----------
    star : stars on their nodes
    l : degree, at least 2
    size : nodes of an element; those of the stars if None
    rough : the same stars for the coarser resolution; the stars themselves if None, and then their
        own error is not in that of the poles
    orders : radial orders up to which poles have to be right
    short : whether elements are short beside the waves of modes (see `source_series`)
    tolerance : relative distance of lambda_k between the two resolutions up to which a pole counts
        as resolved
    keep : whether the spectra are kept

    Returns
    -------
    A star that cannot be solved is NaN and says so in its status. Nothing has derivatives: those of
    modes are in `mode_gradients`.

    Raises
    ------
    ValueError
        If l < 2, there are too few nodes, or the rough stars are not as many.
    """
    if l < 2:
        raise ValueError(f"gravitational waves need l >= 2, not {l}.")
    size = star.mesh.basis.size if size is None else size
    if size < FEWEST + COARSER:
        raise ValueError(f"an element needs at least {FEWEST + COARSER} nodes, not {size}.")
    if rough is not None and rough.lanes != star.lanes:
        raise ValueError(f"{rough.lanes} rough stars do not belong to {star.lanes} stars.")
    rough = star if rough is None else rough
    parts: list[tuple[Group, Response]] = []
    others: list[tuple[Group, Response]] = []
    places: list[Tensor] = []
    spectra: list[tuple[Tensor, InteriorSpectrum]] = []
    for group, lanes in groups(star):
        fine, coarse = (
            _elements(part.select(lanes), group, l, nodes, short=short)
            for part, nodes in ((star, size), (rough, size - COARSER))
        )
        every = torch.arange(lanes.shape[0], device=lanes.device)
        for chosen in every.split(lanes_at_once(group, size)):
            spectrum, rest = (
                interior_spectrum(part.select(chosen), known)
                for part, known in ((fine, orders), (coarse, orders - FEWER))
            )
            found, other = _respond(spectrum, rest, tolerance)
            parts.append((group, found))
            others.append((group, other))
            places.append(lanes[chosen])
            if keep:
                spectra.append((lanes[chosen], spectrum))
    return Interiors(joined(star, parts, places), joined(star, others, places), spectra)


def recounted(inside: Interiors, lam: Tensor) -> Response:
    """The responses with the zeros of modes in the place of those of the poles next to them.

    inside : with spectra;  lam : lambda R^2 of the modes, NaN where there is none, [lane, pole]
    """
    nodes, signed = inside.fine.nodes.clone(), inside.fine.signed_nodes.clone()
    for lanes, spectrum in inside.spectra:
        known = lam[lanes].isfinite()
        order = (~known).to(torch.uint8).argsort(dim=1, stable=True)[:, :MOST]
        known, at = known.gather(1, order), (lanes.unsqueeze(1), order)
        counts = nodes_at(spectrum, torch.where(known, lam[at], 0.0))
        for whole, count in zip((nodes, signed), counts, strict=True):
            whole[at] = torch.where(known, count, whole[at])
    return replace(inside.fine, nodes=nodes, signed_nodes=signed)


def _elements(star: NodeStar, group: Group, l: int, nodes: int, *, short: bool) -> InteriorElements:
    """The elements of stars of one group; matter is evaluated for all of them at once."""
    own, many = _on(trimmed(star, group), nodes), group.count >= MANY
    return interior_elements(own, l, stratified=group.stratified, short=short and many)


def _on(star: NodeStar, nodes: int) -> NodeStar:
    """The stars on so many nodes an element; interpolated in whole tiles, see `lanes`."""
    own = star.mesh.basis
    if nodes == own.size:
        return star
    device = star.x_ratio.device
    whole = star.in_whole_tiles().on(basis(nodes, own.name).to(device))
    return whole.select(torch.arange(star.lanes, device=device))


def _respond(
    spectrum: InteriorSpectrum, other: InteriorSpectrum, tolerance: float
) -> tuple[Response, Response]:
    """Responses of stars of one group in both resolutions; poles of the first are looked at."""
    okay = int(Status.OK)
    status = torch.where(spectrum.status == okay, other.status, spectrum.status)
    coarse = _response(other, status)
    return _looked_at(_response(spectrum, status), spectrum, coarse, tolerance), coarse


def _response(spectrum: InteriorSpectrum, status: Tensor) -> Response:
    """The response by its poles, none of them looked at."""
    elements = spectrum.chain.elements
    good = status == int(Status.OK)
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
        status=status,
        resolved=torch.zeros_like(nothing, dtype=torch.bool),
        pole_errors=torch.full_like(nothing, torch.inf),
        residue_errors=torch.full_like(nothing, torch.inf),
        nodes=count,
        signed_nodes=count,
        interface_shares=nothing.new_zeros(*nothing.shape, elements.star.mesh.elements - 1),
        jumps=elements.jumps,
    )


def _looked_at(
    response: Response, spectrum: InteriorSpectrum, coarse: Response, tolerance: float
) -> Response:
    """The response with errors, and with the look of its lowest resolved poles."""
    agree, pole_errors, residue_errors = _compared(response, coarse, tolerance)
    agree = agree & (spectrum.residuals <= LOOSE)
    # an error of a vector enters its pole by its square
    pole_errors = pole_errors + spectrum.residuals.square() * response.poles.abs()
    order = (~agree).to(torch.uint8).argsort(dim=1, stable=True)[:, :MOST]
    chosen = agree.gather(1, order)
    modes = near_zone_modes(spectrum, order)
    resolved = torch.zeros_like(agree).scatter(1, order, chosen)
    nodes, signed = (
        torch.zeros_like(response.nodes).scatter(1, order, torch.where(chosen, part, 0))
        for part in (modes.nodes, modes.signed_nodes)
    )
    shares = torch.where(chosen.unsqueeze(2), modes.interface_shares, 0.0)
    place = order.unsqueeze(2).expand_as(shares)
    return replace(
        response,
        resolved=resolved,
        pole_errors=torch.where(resolved, pole_errors, torch.inf),
        residue_errors=torch.where(resolved, residue_errors, torch.inf),
        nodes=nodes,
        signed_nodes=signed,
        interface_shares=response.interface_shares.scatter(1, place, shares),
    )


def _compared(fine: Response, coarse: Response, tolerance: float) -> tuple[Tensor, Tensor, Tensor]:
    """Which poles are resolved, and errors of poles and residues, each [lane, pole]."""
    value, other = (_positive(part.poles) for part in (fine, coarse))
    distance = (value.unsqueeze(2) - other.unsqueeze(1)).abs()
    distance = torch.where(distance.isfinite(), distance, torch.inf)
    error, partner = distance.min(dim=2)
    back = distance.argmin(dim=1).gather(1, partner)
    mutual = back == torch.arange(value.shape[1], device=value.device)
    change = (fine.residues - coarse.residues.gather(1, partner)).abs()
    return mutual & (error <= tolerance * value), BY_CHANCE * error, BY_CHANCE * change


def _positive(poles: Tensor) -> Tensor:
    """lambda_k where it is real and positive, else NaN."""
    real = (poles.imag.abs() <= REAL * poles.real) & poles.real.isfinite()
    return torch.where(real, poles.real, torch.nan)

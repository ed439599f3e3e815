"""Responses of many stars at once, with what two resolutions say about their poles.

The stars are taken on their nodes, or on others of the same elements, and once more on fewer.
Poles on which both agree are resolved; what they differ by is the error of the coarser ones, which
is more than that of the poles that are returned. Stars with buoyancy and without are computed
apart: a star is the same whatever stands beside it.
"""

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import basis
from stellar.oscillations.full_gr.interior_spectrum import InteriorSpectrum, interior_spectrum
from stellar.oscillations.full_gr.near_zone_modes import near_zone_modes
from stellar.oscillations.full_gr.response import Response
from stellar.oscillations.full_gr.response_groups import (
    Group,
    groups,
    joined,
    lanes_at_once,
    trimmed,
)
from stellar.oscillations.nodal_star import NodeStar

COARSER = 4  # fewer nodes an element in the resolution that tells the error
FEWEST = 4  # nodes of an element
REAL = 1e-9  # relative imaginary part above which a pole belongs to the grid
MOST = 32  # lowest resolved poles that are looked at


def interior_response(
    star: NodeStar, l: int, *, size: int | None = None, tolerance: float = 1e-3
) -> Response:
    """The response of the interior of every star for degree l.

    Parameters
    ----------
    star : stars on their nodes
    l : degree, at least 2
    size : nodes of an element; those of the stars if None
    tolerance : relative distance of lambda_k between the two resolutions up to which a pole counts
        as resolved; the error of the stars themselves is not in it

    Returns
    -------
    The response; a star that cannot be solved is NaN and says so in its status.

    Raises
    ------
    ValueError
        If l < 2 or there are too few nodes.
    """
    if l < 2:
        raise ValueError(f"gravitational waves need l >= 2, not {l}.")
    size = star.mesh.basis.size if size is None else size
    if size < FEWEST + COARSER:
        raise ValueError(f"an element needs at least {FEWEST + COARSER} nodes, not {size}.")
    parts: list[tuple[Group, Response]] = []
    places: list[Tensor] = []
    for group, lanes in groups(star):
        for chosen in lanes.split(lanes_at_once(group, size)):
            alike = trimmed(star.select(chosen), group)
            parts.append((group, _respond(alike, l, size, tolerance, group.stratified)))
            places.append(chosen)
    return joined(star, parts, places)


def _respond(star: NodeStar, l: int, size: int, tolerance: float, stratified: bool) -> Response:
    """Response of stars of one group."""
    fine, coarse = (
        interior_spectrum(_on(star, nodes), l, stratified=stratified)
        for nodes in (size, size - COARSER)
    )
    resolved, pole_errors, residue_errors = _compared(fine, coarse, tolerance)
    order = (~resolved).to(torch.uint8).argsort(dim=1, stable=True)[:, :MOST]
    modes = near_zone_modes(fine, order)
    # back to the places of the poles; those beyond the lowest ones do not count as resolved
    looked = torch.zeros_like(resolved).scatter(1, order, resolved.gather(1, order))
    chosen = looked.gather(1, order)
    nodes, signed = (
        torch.zeros_like(looked, dtype=torch.long).scatter(1, order, torch.where(chosen, part, 0))
        for part in (modes.nodes, modes.signed_nodes)
    )
    shares = modes.interface_shares
    wide = shares.new_zeros(*looked.shape, shares.shape[2])
    place = order.unsqueeze(2).expand_as(shares)
    shares = wide.scatter(1, place, torch.where(chosen.unsqueeze(2), shares, 0.0))
    status = torch.where(fine.status != int(Status.OK), fine.status, coarse.status)
    good = status == int(Status.OK)
    blank = good.unsqueeze(1)
    return Response(
        l=l,
        compactness=star.compactness,
        radius=star.radius,
        shift=fine.chain.shift,
        mu=torch.where(blank, fine.mu, torch.nan),
        rho=torch.where(blank, fine.rho, torch.nan),
        constant=torch.where(good, fine.constant, torch.nan),
        status=status,
        resolved=looked & blank,
        pole_errors=torch.where(looked & blank, pole_errors, torch.inf),
        residue_errors=torch.where(looked & blank, residue_errors, torch.inf),
        nodes=nodes,
        signed_nodes=signed,
        interface_shares=shares,
        jumps=star.jumps,
    )


def _on(star: NodeStar, nodes: int) -> NodeStar:
    """The stars on so many nodes an element; interpolated in whole tiles, see `lanes`."""
    own = star.mesh.basis
    if nodes == own.size:
        return star
    finer = basis(nodes, own.name).to(star.x_ratio.device)
    return (
        star.in_whole_tiles().on(finer).select(torch.arange(star.lanes, device=finer.nodes.device))
    )


def _compared(
    fine: InteriorSpectrum, coarse: InteriorSpectrum, tolerance: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Which poles are resolved, and errors of poles and residues, each [lane, pole]."""
    value, other = (_positive(part) for part in (fine, coarse))
    distance = (value.unsqueeze(2) - other.unsqueeze(1)).abs()
    distance = torch.where(distance.isfinite(), distance, torch.inf)
    error, partner = distance.min(dim=2)
    back = distance.argmin(dim=1).gather(1, partner)
    mutual = back == torch.arange(value.shape[1], device=value.device)
    resolved = mutual & (error <= tolerance * value)
    change = (fine.residues - coarse.residues.gather(1, partner)).abs()
    return resolved, error, change


def _positive(spectrum: InteriorSpectrum) -> Tensor:
    """lambda_k where it is real and positive, else NaN."""
    poles = spectrum.poles
    real = (poles.imag.abs() <= REAL * poles.real) & poles.real.isfinite()
    return torch.where(real, poles.real, torch.nan)

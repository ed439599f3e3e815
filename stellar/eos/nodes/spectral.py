"""Batches of spectral expansions from tensors of coefficients, one lane a draw (Lindblom 2010).

The lines of `segments.spectral` on torch tensors, differentiable by the coefficients and e0. The
matter below is the same in all lanes but for where it ends, and is a constant. Where an expansion
crosses it, at equal p and eps, the log-enthalpy h of that place follows the coefficients by

    dh = -d eps / [(eps + p)(1/c^2_above - 1/c^2_below)],

with d eps that of the expansion at fixed h, and c the speeds of sound.
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2
from stellar.eos.base import ColdEOS
from stellar.eos.families.spectral import Start, start
from stellar.eos.nodes.batch import Group, NodeEOS, pack
from stellar.eos.nodes.forms import SERIES
from stellar.eos.segments.spectral import highest_x, series_rows


def spectral_expansions(gammas: Tensor, p0: float, e0: Tensor, base: ColdEOS) -> NodeEOS:
    """Family `spectral`.

    Parameters
    ----------
    gammas : coefficients, [lane, order];  p0 : dyn/cm^2, the same for all;  e0 : g/cm^3, [lane]
    base : equation of state below

    Raises
    ------
    ArithmeticError
        If a draw does not fit the base or ends before it begins; draws of an ensemble are to be
        sifted by `resolve_many` first.
    """
    plain, densities = gammas.detach().cpu().numpy(), (e0 * G_CM3_TO_KM2).detach().cpu().numpy()
    p0_km2 = p0 * DYN_CM2_TO_KM2
    begins = [
        start(row, base, p0_km2, float(density))
        for row, density in zip(plain, densities, strict=True)
    ]
    x_start = np.array([begin.x for begin in begins])
    x_end = highest_x(plain, np.full(len(plain), p0_km2))
    h_start = gammas.new_tensor([begin.h for begin in begins])
    h_hi, rows = series_rows(
        torch, gammas, torch.full_like(e0, p0_km2), e0 * G_CM3_TO_KM2, h_start, x_start, x_end
    )
    head = torch.stack([h_start, torch.log(h_hi / h_start), torch.zeros_like(h_hi)], -1)
    core = torch.cat([head, rows.flatten(1)], -1)
    batch = _on_top(_below(begins, base).to(gammas.device), core, h_start, h_hi)
    return _with_moving_start(batch, h_start, gammas.new_tensor(x_start) < 0.0)


def _below(begins: list[Start], base: ColdEOS) -> NodeEOS:
    """The matter below each lane; lanes that begin at the same place are packed once."""
    distinct = {begin.h: begin.below for begin in begins}
    packed = pack(
        [
            ColdEOS(base.name, below.segments, base.spec, below.baryon_factor)
            for below in distinct.values()
        ]
    )
    order = list(distinct)
    return packed.select(torch.tensor([order.index(begin.h) for begin in begins]))


def _on_top(below: NodeEOS, core: Tensor, h_start: Tensor, h_hi: Tensor) -> NodeEOS:
    """Each lane with one more segment, in the place after its last."""
    lanes, ends = below.lanes, torch.full_like(h_hi, torch.inf)[:, None]
    kept = torch.sum(below.edges[:, :-1] < h_start.detach()[:, None], -1, keepdim=True)
    place = torch.arange(below.edges.shape[1] + 1, device=h_hi.device)
    edges = torch.cat([below.edges, ends], -1)
    edges = torch.where(place == kept, h_start[:, None], edges)
    edges = torch.where(place == kept + 1, h_hi[:, None], edges)
    edges = torch.where(place > kept + 1, torch.inf, edges)
    inside = place[:-1] >= kept
    lane = torch.arange(lanes, device=h_hi.device)[:, None].expand_as(inside)
    padded = [torch.cat([t, t[:, -1:]], -1) for t in (below.group_of, below.row_of)]
    return NodeEOS(
        edges,
        (*below.groups, Group(SERIES, core)),
        torch.where(inside, len(below.groups), padded[0]),
        torch.where(inside, lane, padded[1]),
        below.baryon_factor,
    )


def _with_moving_start(batch: NodeEOS, h_start: Tensor, crossing: Tensor) -> NodeEOS:
    """The same lanes with derivatives of the place where the last segment begins.

    crossing : whether it begins where two curves cross, not at a given pressure, [lane]
    """
    place = torch.sum(batch.edges.detach() < h_start[:, None], -1, keepdim=True)
    at = h_start[:, None, None]
    above, under = batch.evaluate(at, place), batch.evaluate(at, place - 1)
    gap = ((above.eps + above.p) * (1.0 / above.ce2 - 1.0 / under.ce2)).detach()
    moving = crossing[:, None] & (gap[:, 0] != 0.0)
    change = (above.eps - above.eps.detach())[:, 0] / torch.where(moving, gap[:, 0], 1.0)
    edge = torch.arange(batch.edges.shape[1], device=h_start.device) == place
    moved = torch.where(edge & moving, batch.edges - change, batch.edges)
    return replace(batch, edges=moved)

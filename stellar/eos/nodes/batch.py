"""Node tensors: thousands of equations of state evaluated at once, in float64 on any device.

A `NodeEOS` holds one equation of state a lane, as segments whose parameters are tensors. It is
evaluated at log-enthalpies h [lane, element, node], where no element crosses a break of its lane:

    eos = pack([resolve("sly"), resolve("pp:SLy")])      any equations of state, or
    eos = piecewise_polytropes(log_p1, g1, g2, g3)       tensors [lane], see `families`
    edges = eos.element_edges(h_c)                       [lane, segment + 1]
    states = eos.evaluate(h)                             p, eps, ce2, delta [lane, element, node]

Results are differentiable with respect to the parameter tensors (p and eps at fixed h). A node
outside the range of its segment gives NaN in its own place: a lane fails alone and never raises.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stellar.eos.base import ColdEOS, Segment
from stellar.eos.nodes.forms import (
    COLOR_FLAVOR_LOCKED,
    CONSTANT_SOUND_SPEED,
    ENERGY_POLYTROPE,
    INCOMPRESSIBLE,
    POLYTROPE,
    SERIES,
    TABLE_INTERVAL,
    Form,
    NodeStates,
)
from stellar.eos.nodes.local_series import LOCAL_SERIES, THRESHOLD_SERIES, local_series_rows
from stellar.eos.segments.frozen_index import StratifiedSegment
from stellar.eos.segments.generalized_polytrope import GeneralizedPolytrope
from stellar.eos.segments.hermite_segment import HermiteSegment
from stellar.eos.segments.local_series import FEWEST_TERMS, local_series
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.eos.segments.quark_matter import ColorFlavorLocked, ConstantSoundSpeed
from stellar.eos.segments.series_segment import SeriesSegment

_ROUNDING = 1e-9  # how far outside its segment a node may lie, relative


@dataclass(frozen=True)
class Group:
    """All segments of one form: their parameters [row, count]."""

    form: Form
    parameters: Tensor


@dataclass(frozen=True)
class NodeEOS:
    """A batch of equations of state.

    edges : log-enthalpies where segments begin and end, [lane, segment + 1]; ascending from 0. A
        lane with fewer segments than others is padded with infinities
    groups : the segments by form
    group_of, row_of : which group, and which row of it, a segment is, [lane, segment]
    baryon_factor : f in rho_b = f (eps + p) e^-h, [lane]
    index, relative : frozen adiabatic index put in by hand, [lane, segment]: `index` times that of
        equilibrium where `relative`, a constant elsewhere, NaN for none; None if the whole batch
        has none
    """

    edges: Tensor
    groups: tuple[Group, ...]
    group_of: Tensor
    row_of: Tensor
    baryon_factor: Tensor
    index: Tensor | None = None
    relative: Tensor | None = None

    @property
    def lanes(self) -> int:
        """Number of equations of state."""
        return self.edges.shape[0]

    @property
    def breaks(self) -> Tensor:
        """Inner boundaries of segments, [lane, segment - 1]; infinite where a lane has no more."""
        return self.edges[:, 1:-1]

    def element_edges(self, h_c: Tensor) -> Tensor:
        """Edges cut at the central log-enthalpies h_c [lane]: elements beyond have no length."""
        return torch.minimum(self.edges, h_c.unsqueeze(-1))

    def segment_of(self, h: Tensor) -> Tensor:
        """Index of the segment of each element, [lane, element], by the middle of its nodes."""
        middle = 0.5 * (h[..., 0] + h[..., -1]).detach()
        inner = self.edges[:, 1:-1].detach().contiguous()
        return torch.searchsorted(inner, middle.contiguous(), right=True)

    def evaluate(self, h: Tensor, segment: Tensor | None = None) -> NodeStates:
        """States at log-enthalpies.

        Parameters
        ----------
        h : [lane, element, node]; all nodes of an element lie in one segment
        segment : index of that segment, [lane, element]; default `segment_of(h)`

        Returns
        -------
        p, eps [km^-2], ce2, delta, each [lane, element, node]; NaN where h is outside the segment.
        The loops of all forms run along the nodes: with two of them or more the states of an
        element have the same bits in any company.
        """
        segment = self.segment_of(h) if segment is None else segment
        group, row = self.group_of.gather(1, segment), self.row_of.gather(1, segment)
        states = self._states(h, group, row)
        if self.index is not None and self.relative is not None:
            index, relative = (t.gather(1, segment) for t in (self.index, self.relative))
            states = _stratified(states, index.unsqueeze(-1), relative.unsqueeze(-1))
        low = self.edges.gather(1, segment).unsqueeze(-1)
        high = self.edges.gather(1, segment + 1).unsqueeze(-1)
        outside = (h < low * (1.0 - _ROUNDING)) | ~(h <= high * (1.0 + _ROUNDING))
        return NodeStates(*(values.masked_fill(outside, torch.nan) for values in states))

    def _states(self, h: Tensor, group: Tensor, row: Tensor) -> NodeStates:
        if len(self.groups) == 1:
            (only,) = self.groups
            return only.form.states(only.parameters, row, h)
        group, row, elements = group.flatten(), row.flatten(), h.flatten(0, 1)
        places = [torch.nonzero(group == number)[:, 0] for number in range(len(self.groups))]
        found = [
            part.form.states(part.parameters, row[place], elements.index_select(0, place))
            for part, place in zip(self.groups, places, strict=True)
            if len(place) > 0 or len(group) == 0
        ]
        order = torch.cat(places)
        back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=h.device))
        whole = (torch.cat(values).index_select(0, back) for values in zip(*found, strict=True))
        return NodeStates(*(values.reshape(h.shape) for values in whole))

    def with_index(self, index: Tensor, relative: bool) -> "NodeEOS":
        """The same matter with a frozen index [lane], as by the option gamma1 of a family."""
        everywhere = index[:, None].expand_as(self.row_of)
        flags = torch.full_like(self.row_of, relative, dtype=torch.bool)
        return replace(self, index=everywhere, relative=flags)

    def select(self, lanes: Tensor) -> "NodeEOS":
        """The batch of the lanes with these indices, in their order; an index may repeat."""
        return replace(
            self,
            edges=self.edges[lanes],
            group_of=self.group_of[lanes],
            row_of=self.row_of[lanes],
            baryon_factor=self.baryon_factor[lanes],
            index=None if self.index is None else self.index[lanes],
            relative=None if self.relative is None else self.relative[lanes],
        )

    def to(self, device: torch.device | str) -> "NodeEOS":
        """The same batch on another device."""
        return NodeEOS(
            self.edges.to(device),
            tuple(Group(group.form, group.parameters.to(device)) for group in self.groups),
            self.group_of.to(device),
            self.row_of.to(device),
            self.baryon_factor.to(device),
            None if self.index is None else self.index.to(device),
            None if self.relative is None else self.relative.to(device),
        )


def _stratified(states: NodeStates, index: Tensor, relative: Tensor) -> NodeStates:
    """delta of a frozen index, as `FrozenIndex`; unchanged where the index is NaN."""
    there = ~torch.isnan(index)
    index = torch.where(there, index, 1.0)  # no NaN may meet a derivative
    enthalpy = states.eps + states.p
    # p / (eps + p) -> 0 at the surface of a polytrope, where both vanish
    frozen = index * states.p / torch.where(enthalpy > 0.0, enthalpy, 1.0)
    by_hand = torch.where(relative, (index - 1.0) * states.ce2, frozen - states.ce2)
    return states._replace(delta=torch.where(there, by_hand, states.delta))


def one_form(form: Form, parameters: Tensor, edges: Tensor, baryon_factor: Tensor) -> NodeEOS:
    """A batch whose segments all have one form.

    Parameters
    ----------
    parameters : [lane, segment, count];  edges : [lane, segment + 1];  baryon_factor : [lane]
    """
    lanes, segments, _ = parameters.shape
    rows = torch.arange(lanes * segments, device=parameters.device).reshape(lanes, segments)
    group = Group(form, parameters.flatten(0, 1))
    return NodeEOS(edges, (group,), torch.zeros_like(rows), rows, baryon_factor)


def pack(equations: Sequence[ColdEOS], device: torch.device | str = "cpu") -> NodeEOS:
    """Any equations of state as one batch.

    Raises
    ------
    TypeError
        If a segment is of a class that has no batched form.
    """
    lanes = [[piece for segment in eos.segments for piece in _pieces(segment)] for eos in equations]
    width = max(map(len, lanes))
    tables: dict[tuple[Form, int], _Table] = {}
    edges, owners, indices = [], [], []
    for eos, pieces in zip(equations, lanes, strict=True):
        padding = [torch.inf] * (width - len(pieces))
        edges.append([piece.h_lo for piece in pieces] + [eos.h_max] + padding)
        lane = []
        for piece in pieces:
            table = tables.setdefault(piece.kind, _Table())
            lane.append((piece.kind, table.row_of(piece)))
        # padded places are never reached: any row will do
        owners.append(lane + [lane[-1]] * len(padding))
        frozen = [piece.index for piece in pieces]
        indices.append(frozen + [frozen[-1]] * len(padding))
    order = list(tables)
    groups = tuple(Group(form, tables[form, size].whole().to(device)) for form, size in order)
    index = _float64([[value for value, _ in lane] for lane in indices], device)
    relative = torch.tensor([[flag for _, flag in lane] for lane in indices], device=device)
    by_hand = not bool(torch.isnan(index).all())
    return NodeEOS(
        _float64(edges, device),
        groups,
        torch.tensor([[order.index(key) for key, _ in lane] for lane in owners], device=device),
        torch.tensor([[row for _, row in lane] for lane in owners], device=device),
        _float64([eos.baryon_factor for eos in equations], device),
        index if by_hand else None,
        relative if by_hand else None,
    )


def _float64(values: Sequence, device: torch.device | str) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=device)


class _Piece(NamedTuple):
    """A stretch of matter with one form; `index` as a frozen one put in by hand, NaN for none."""

    h_lo: float
    form: Form
    rows: NDArray[np.float64]
    index: tuple[float, bool]

    @property
    def kind(self) -> tuple[Form, int]:
        """What stands together in one group: rows of one form and length."""
        return self.form, self.rows.shape[1]


class _Table:
    """The rows of one group as they are gathered.

    The same matter from the same log-enthalpy stands there once, however many lanes have it.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[float, bytes], int] = {}
        self._blocks: list[NDArray[np.float64]] = []
        self._length = 0

    def row_of(self, piece: _Piece) -> int:
        """The first row of a piece, which is entered if it is new."""
        content = (piece.h_lo, piece.rows.tobytes())
        if content not in self._first:
            self._first[content] = self._length
            self._blocks.append(piece.rows)
            self._length += len(piece.rows)
        return self._first[content]

    def whole(self) -> Tensor:
        """All rows, [row, count]."""
        return torch.from_numpy(np.concatenate(self._blocks))


def _pieces(segment: Segment) -> list[_Piece]:
    """The forms of a segment: one, or one for each interval of a table."""
    index = (torch.nan, False)
    if isinstance(segment, StratifiedSegment):
        index, segment = (segment.index.value, segment.index.relative), segment.base
    if not isinstance(segment, HermiteSegment):
        form, parameters = _parameters(segment)
        return [_Piece(segment.h_lo, form, np.atleast_2d(parameters), index)]
    starts = [segment.h_lo, *map(math.exp, segment.knots[1:-1])]
    rows = np.column_stack([segment.knots[:-1], segment.quintics, segment.delta_cubics])
    return [
        _Piece(h_lo, TABLE_INTERVAL, rows[number : number + 1], index)
        for number, h_lo in enumerate(starts)
    ]


def _parameters(segment: Segment) -> tuple[Form, NDArray[np.float64] | list[float]]:
    """The form of a segment and its row or rows."""
    match segment:
        case RestMassPolytrope(gamma=gamma, k=k, a=a):
            return POLYTROPE, [gamma, k, a, 0.0]
        case GeneralizedPolytrope(gamma=gamma, k=k, a=a, offset=offset):
            return POLYTROPE, [gamma, k, a, offset]
        case EnergyPolytrope(n=n, k=k):
            return ENERGY_POLYTROPE, [n, k]
        case ConstantDensity(eps=eps):
            return INCOMPRESSIBLE, [eps]
        case ConstantSoundSpeed(cs2=cs2, p_lo=p_lo, eps_lo=eps_lo, h_lo=h_lo):
            return CONSTANT_SOUND_SPEED, [cs2, p_lo, eps_lo, h_lo]
        case ColorFlavorLocked(quartic=quartic, quadratic=quadratic):
            return COLOR_FLAVOR_LOCKED, [quartic, quadratic]
        case SeriesSegment():
            return _series(segment)
    raise TypeError(f"segments of class {type(segment).__name__} have no batched form")


def _series(segment: SeriesSegment) -> tuple[Form, NDArray[np.float64]]:
    """A series as it is if it is short, else as local polynomials."""
    matrix, interval = segment.thermodynamics, segment.interval
    stratified = bool(np.any(matrix[-1]))
    long = matrix.shape[1] >= FEWEST_TERMS
    local = local_series(matrix if stratified else matrix[:-1]) if long else None
    if local is None:
        head = [interval.h_lo, interval.length, float(interval.threshold)]
        return SERIES, np.concatenate([head, matrix.ravel()])
    form = THRESHOLD_SERIES if interval.threshold else LOCAL_SERIES
    return form, local_series_rows(interval.h_lo, interval.length, local)

"""Long series of matter at nodes, by the polynomials of `segments.local_series`.

A segment is one row of the table more than it has sub-intervals. The first begins with

    h_lo, extent in ln h, number of sub-intervals over pi

and each of the others has the centre and scale of a sub-interval and the coefficients of ln p, G, D
and, in stratified matter, delta. With w the place of a node in its segment it lies in sub-interval
number theta/pi of them all, theta = arccos(1 - 2 w).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stellar.eos.nodes.forms import Form, NodeStates, thermodynamics
from stellar.eos.segments.local_series import DEGREE, LocalSeries

_PORTION = 8192  # nodes evaluated at once on a CPU: what they need stays in its cache
_TINY = 1e-300  # instead of zero, where a logarithm or the slope of a root is infinite
_BELOW_ONE = 1.0 - 1e-14  # of the number of sub-intervals: the end of the last one belongs to it


@dataclass(frozen=True)
class LocalSeriesForm(Form):
    """A form whose segments are several rows of a table each.

    threshold : whether w is the root of the fraction of ln h, or that fraction
    """

    threshold: bool

    def states(self, table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
        """States at h [..., node] of the segments that begin in these rows [...] of a table."""
        flat, segments = h.reshape(-1, h.shape[-1]), rows.reshape(-1)
        size = max(1, _PORTION // max(1, h.shape[-1])) if h.device.type == "cpu" else len(flat)
        if len(flat) <= size:
            return NodeStates(*(t.reshape(h.shape) for t in self._portion(table, segments, flat)))
        portions = zip(segments.split(size), flat.split(size), strict=True)
        parts = [self._portion(table, *portion) for portion in portions]
        return NodeStates(*(torch.cat(t).reshape(h.shape) for t in zip(*parts, strict=True)))

    def _portion(self, table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
        """States [element, node] of the segments that begin in rows [element]."""
        h_lo, length, rate = table[:, :3].index_select(0, rows).unsqueeze(-1).unbind(1)
        place = torch.clamp(torch.log(torch.clamp(h, min=_TINY) / h_lo) / length, 0.0, 1.0)
        if self.threshold:
            place = torch.sqrt(torch.clamp(place, min=_TINY))
        number = torch.acos(torch.rsub(place.detach(), 1.0, alpha=2.0)) * rate
        # a node that is no number has to point somewhere; its place still makes it one
        sub_interval = torch.nan_to_num(number).long() + (rows + 1).unsqueeze(-1)
        local = table.index_select(0, sub_interval.reshape(-1))
        x = (place.reshape(-1) - local[:, 0]) * local[:, 1]
        coefficients = local[:, 2:].unflatten(-1, (-1, DEGREE + 1))
        values = (coefficients @ _powers(x).unsqueeze(-1)).squeeze(-1).mT.contiguous()
        series = [row.reshape(h.shape) for row in values.unbind(0)]
        delta = torch.zeros_like(h) if len(series) == 3 else series.pop()
        return thermodynamics(h, *series, delta)


def _powers(x: Tensor) -> Tensor:
    """1, x, ... x^DEGREE, [node, power]."""
    factors = torch.cat([torch.ones_like(x)[:, None], x[:, None].expand(-1, DEGREE)], -1)
    return torch.cumprod(factors, -1)


def local_series_rows(h_lo: float, length: float, local: LocalSeries) -> NDArray[np.float64]:
    """The rows of a segment from h_lo over `length` in ln h, [1 + sub-interval, parameter]."""
    count = len(local.centre)
    rows = np.column_stack([local.centre, local.scale, local.coefficients.reshape(count, -1)])
    first = np.zeros_like(rows[:1])
    first[0, :3] = h_lo, length, count / math.pi * _BELOW_ONE
    return np.concatenate([first, rows])


LOCAL_SERIES = LocalSeriesForm("local series", False)
THRESHOLD_SERIES = LocalSeriesForm("local series from a threshold", True)

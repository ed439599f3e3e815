"""Long series of matter at nodes, by the local polynomials of `local_series`.

A segment is as many rows of the table as it has sub-intervals, one after another; each begins with

    h_lo, extent in ln h, 1 at a threshold else 0, number of sub-intervals, centre, scale

and goes on with the coefficients of ln p, G, D and delta. With w the place of a node, it lies in
sub-interval number theta/pi of them all, theta = arccos(1 - 2 w).
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stellar.eos.local_series import DEGREE, LocalSeries
from stellar.eos.node_forms import SERIES_ROWS, Form, NodeStates, thermodynamics

_PORTION = 4096  # nodes evaluated at once on a CPU: what they need stays in its cache
_HEAD = 6
_TINY = 1e-300  # instead of zero, where a logarithm or the slope of a root is infinite


class LocalSeriesForm(Form):
    """The form whose segments are several rows of a table each."""

    def states(self, table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
        """States at h [..., node] of the segments that begin in these rows [...] of a table."""
        flat, segments = h.reshape(-1, h.shape[-1]), rows.reshape(-1)
        size = max(1, _PORTION // max(1, h.shape[-1])) if h.device.type == "cpu" else len(flat)
        if len(flat) <= size:
            parts = _states(table, segments, flat)
        else:
            portions = zip(segments.split(size), flat.split(size), strict=True)
            found = [_states(table, *portion) for portion in portions]
            parts = NodeStates(*(torch.cat(values) for values in zip(*found, strict=True)))
        return NodeStates(*(values.reshape(h.shape) for values in parts))


def _states(table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
    """States [element, node] of the segments that begin in rows [element]."""
    h_lo, length, threshold, count = table[:, :4].index_select(0, rows).unsqueeze(-1).unbind(1)
    fraction = torch.clamp(torch.log(torch.clamp(h, min=_TINY) / h_lo) / length, 0.0, 1.0)
    root = torch.sqrt(torch.clamp(fraction, min=_TINY))
    # either of them exactly; a selection would cost more than it saves
    place = fraction * (1.0 - threshold) + root * threshold
    number = torch.acos(1.0 - 2.0 * place.detach()) * (count / math.pi)
    # a node that is no number has to point somewhere; its place makes it NaN
    number = torch.minimum(torch.nan_to_num(number), count - 1.0).long()
    local = table.index_select(0, (number + rows.unsqueeze(-1)).reshape(-1))
    x = (place.reshape(-1) - local[:, 4]) * local[:, 5]
    coefficients = local[:, _HEAD:].unflatten(-1, (SERIES_ROWS, DEGREE + 1))
    values = (coefficients @ _powers(x).unsqueeze(-1)).squeeze(-1)
    return thermodynamics(h, *values.mT.reshape(SERIES_ROWS, *h.shape).unbind(0))


def _powers(x: Tensor) -> Tensor:
    """1, x, ... x^DEGREE, [..., power]."""
    factors = torch.cat([torch.ones_like(x)[:, None], x[:, None].expand(-1, DEGREE)], -1)
    return torch.cumprod(factors, -1)


def local_series_rows(
    h_lo: float, length: float, threshold: float, local: LocalSeries
) -> NDArray[np.float64]:
    """The rows of a segment from h_lo over `length` in ln h, [sub-interval, count]."""
    count = len(local.centre)
    segment = np.tile([h_lo, length, threshold, float(count)], (count, 1))
    coefficients = local.coefficients.reshape(count, -1)
    return np.column_stack([segment, local.centre, local.scale, coefficients])


LOCAL_SERIES = LocalSeriesForm("local series")

"""The functional forms of segments as batched functions of parameter tensors.

Each takes parameters [..., count] and log-enthalpies [..., node] and returns p, eps [km^-2], ce2
and delta, each [..., node]. The formulas are those of the segments of the same names, where they
are derived; everything is differentiable, with respect to the parameters too. The form of a long
series alone is in `local_series`: it is not evaluated from one row of parameters.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

_PORTION = 128  # rows of a series evaluated at once on a CPU
SERIES_ROWS = 4  # ln p, G, D and delta of a `SeriesSegment`


class NodeStates(NamedTuple):
    """Matter at nodes: p and eps in km^-2, ce2, delta = cs2_frozen - ce2; all of one shape."""

    p: Tensor
    eps: Tensor
    ce2: Tensor
    delta: Tensor


@dataclass(frozen=True)
class Form(ABC):
    """One functional form; its segments stand in a table of parameters [row, count]."""

    name: str

    @abstractmethod
    def states(self, table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
        """States at h [..., node] of the segments that stand, or begin, in rows [...]."""


@dataclass(frozen=True)
class RowForm(Form):
    """A form whose segment is one row.

    names : of the parameters in their order, none for a series
    formula : states from parameters [..., count] and log-enthalpies [..., node]
    """

    names: tuple[str, ...]
    formula: Callable[[Tensor, Tensor], NodeStates]

    def states(self, table: Tensor, rows: Tensor, h: Tensor) -> NodeStates:
        """States at h [..., node] of the segments in rows [...]."""
        return self.formula(table[rows], h)


def _columns(parameters: Tensor) -> list[Tensor]:
    return [column.unsqueeze(-1) for column in parameters.unbind(-1)]


def _power(base: Tensor, exponent: Tensor) -> Tensor:
    """base^exponent for base > 0, and 0 elsewhere, with finite derivatives at 0."""
    positive = base > 0.0
    return torch.where(positive, torch.where(positive, base, 1.0) ** exponent, 0.0)


def _polytrope(parameters: Tensor, h: Tensor) -> NodeStates:
    gamma, k, a, offset = _columns(parameters)
    ratio = (torch.expm1(h) - a) * ((gamma - 1.0) / gamma)  # K rho^(Gamma - 1)
    ratio = torch.where(ratio / k > 0.0, ratio, 0.0)
    rho = _power(ratio / k, 1.0 / (gamma - 1.0))
    thermal = rho * ratio
    eps = (1.0 + a) * rho + thermal / (gamma - 1.0) - offset
    return NodeStates(
        thermal + offset, eps, gamma * ratio * torch.exp(-h), torch.zeros_like(thermal)
    )


def _energy_polytrope(parameters: Tensor, h: Tensor) -> NodeStates:
    n, k = _columns(parameters)
    ratio = torch.clamp(torch.expm1(h / (n + 1.0)), min=0.0)  # p / eps
    eps = _power(ratio / k, n)
    return NodeStates(eps * ratio, eps, (1.0 + 1.0 / n) * ratio, torch.zeros_like(eps))


def _incompressible(parameters: Tensor, h: Tensor) -> NodeStates:
    (eps,) = _columns(parameters)
    p = eps * torch.expm1(h)
    return NodeStates(p, eps.expand_as(p), torch.full_like(p, torch.inf), torch.zeros_like(p))


def _constant_sound_speed(parameters: Tensor, h: Tensor) -> NodeStates:
    cs2, p_lo, eps_lo, h_lo = _columns(parameters)
    growth = 1.0 + 1.0 / cs2
    rise = (eps_lo + p_lo) * torch.expm1(growth * (h - h_lo)) / growth
    return NodeStates(p_lo + rise, eps_lo + rise / cs2, cs2.expand_as(rise), torch.zeros_like(rise))


def _color_flavor_locked(parameters: Tensor, h: Tensor) -> NodeStates:
    quartic, quadratic = _columns(parameters)
    p = quartic * torch.expm1(4.0 * h) - quadratic * torch.expm1(2.0 * h)
    fourth, second = quartic * torch.exp(4.0 * h), quadratic * torch.exp(2.0 * h)
    enthalpy = 4.0 * fourth - 2.0 * second
    ce2 = enthalpy / (12.0 * fourth - 2.0 * second)
    return NodeStates(p, enthalpy - p, ce2, torch.zeros_like(p))


def _series(parameters: Tensor, h: Tensor) -> NodeStates:
    """As `_series_states`, on a CPU in portions that stay in its cache."""
    if h.device.type != "cpu" or h.shape[0] <= _PORTION:
        return _series_states(parameters, h)
    portions = zip(parameters.split(_PORTION), h.split(_PORTION), strict=True)
    parts = [_series_states(*portion) for portion in portions]
    return NodeStates(*(torch.cat(values) for values in zip(*parts, strict=True)))


def _series_states(parameters: Tensor, h: Tensor) -> NodeStates:
    """parameters : h_lo, extent in ln h, 1 at a threshold else 0, then the four series in turn."""
    h_lo, length, threshold = _columns(parameters[..., :3])
    coefficients = parameters[..., 3:].unflatten(-1, (SERIES_ROWS, -1))
    fraction = torch.clamp(torch.log(torch.clamp(h, min=1e-300) / h_lo) / length, 0.0, 1.0)
    # the root is taken of one where it is not wanted or infinitely steep
    root = torch.sqrt(torch.where((threshold > 0.0) & (fraction > 0.0), fraction, 1.0))
    place = torch.where((threshold > 0.0) & (fraction > 0.0), root, fraction)
    return thermodynamics(h, *chebyshev_sum(coefficients, 2.0 * place - 1.0).unbind(-2))


def thermodynamics(h: Tensor, ln_p: Tensor, g: Tensor, d: Tensor, delta: Tensor) -> NodeStates:
    """States from ln p, G = d ln p / d ln h, D = dG / d ln h and delta; see `SeriesSegment`."""
    p = torch.exp(ln_p)
    enthalpy = p * g / h
    return NodeStates(p, enthalpy - p, 1.0 / ((g + d / g - 1.0) / h - 1.0), delta)


def _table_interval(parameters: Tensor, h: Tensor) -> NodeStates:
    """Between two rows of a table: ln p is a quintic and delta a cubic in t = ln h - ln h_row."""
    start, c0, c1, c2, c3, c4, c5, d0, d1, d2, d3 = _columns(parameters)
    t = torch.log(torch.clamp(h, min=1e-300)) - start
    ln_p = c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5))))
    g = c1 + t * (2.0 * c2 + t * (3.0 * c3 + t * (4.0 * c4 + t * 5.0 * c5)))
    slope = 2.0 * c2 + t * (6.0 * c3 + t * (12.0 * c4 + t * 20.0 * c5))
    return thermodynamics(h, ln_p, g, slope, d0 + t * (d1 + t * (d2 + t * d3)))


def chebyshev_sum(coefficients: Tensor, t: Tensor) -> Tensor:
    """Sums of coefficients [..., series, degree] at t [..., node], as [..., series, node].

    The polynomials follow from their recurrence: unlike cos(k arccos t) it has finite derivatives
    at t = +-1, and they serve all series of a row.
    """
    basis = [torch.ones_like(t), t]
    double = 2.0 * t
    for _ in range(coefficients.shape[-1] - 2):
        basis.append(double * basis[-1] - basis[-2])
    return coefficients @ torch.stack(basis[: coefficients.shape[-1]], -2)


POLYTROPE = RowForm("polytrope", ("gamma", "k", "a", "offset"), _polytrope)
ENERGY_POLYTROPE = RowForm("energy polytrope", ("n", "k"), _energy_polytrope)
INCOMPRESSIBLE = RowForm("incompressible", ("eps",), _incompressible)
CONSTANT_SOUND_SPEED = RowForm(
    "constant sound speed", ("cs2", "p_lo", "eps_lo", "h_lo"), _constant_sound_speed
)
COLOR_FLAVOR_LOCKED = RowForm(
    "colour-flavour locked", ("quartic", "quadratic"), _color_flavor_locked
)
SERIES = RowForm("series", (), _series)
TABLE_INTERVAL = RowForm(
    "interval of a table",
    ("ln_h_row", "c0", "c1", "c2", "c3", "c4", "c5", "d0", "d1", "d2", "d3"),
    _table_interval,
)

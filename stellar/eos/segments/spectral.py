"""The spectral expansion of the adiabatic index, as a series segment (Lindblom 2010).

    Gamma(p) = exp(sum_k gamma_k x^k),   x = ln(p/p_0),     d eps/dx = (eps + p)/Gamma

With I = int dx/Gamma from p_0 inwards, eps e^-I = e_0 + int p e^-I dx/Gamma, and
h = h_0 + int p dx/(eps + p) (his eq. 5-8). The integrals are taken on Chebyshev points in x, where
everything is analytic; x(h) is then found by Newton's iteration at the nodes of `SeriesSegment`.

The expansion may begin a little outside p_0, at x < 0: where the equation of state below is denser
at p_0 than e_0, the two are joined where their curves cross.

The same lines serve numpy and torch: the array library is an argument, leading axis the lanes. With
torch the result is differentiable, since the last step of Newton is taken with the derivatives on.
"""

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.constants import DYN_CM2_TO_KM2
from stellar.eos.segments import series

Array = NDArray[np.float64]
Values = Any  # arrays of the library in use, numpy or torch

DEGREE = 64
TOP_PRESSURE = 1e37 * DYN_CM2_TO_KM2  # km^-2, beyond the centre of every star
INDEX_RANGE = (0.1, 20.0)  # where Gamma leaves it, the equation of state ends
_SHORTEST = 0.5  # in x; less is no equation of state for a star
_NEWTON_STEPS = 8


@cache
def _integration() -> Array:
    """values @ matrix: from Lobatto points to the integral over t from -1 at these points."""
    rows = [series.integral_from_start(row) for row in _analysis()]
    return np.asarray(series.evaluate(np.array(rows), series.lobatto_points(DEGREE)))


@cache
def _analysis() -> Array:
    """values @ matrix: from Lobatto points to Chebyshev coefficients."""
    return np.array([series.coefficients(row) for row in np.eye(DEGREE + 1)])


@cache
def _antiderivative() -> Array:
    """coefficients @ matrix: those of the integral over t from -1."""
    return np.array([series.integral_from_start(row) for row in np.eye(DEGREE + 2)])


def _plain(values: Values) -> Array:
    return values if isinstance(values, np.ndarray) else values.detach().cpu().numpy()


def _like(values: Values, constant: Array) -> Values:
    return constant if isinstance(values, np.ndarray) else values.new_tensor(constant)


def _exponent(gammas: Values, x: Values) -> Values:
    """sum_k gamma_k x^k; gammas [lane, order], x [lane, point]."""
    total = gammas[:, -1:] + 0.0 * x
    for order in range(gammas.shape[1] - 2, -1, -1):
        total = total * x + gammas[:, order : order + 1]
    return total


def highest_x(gammas: Array, p0: Array) -> Array:
    """x [lane] where each equation of state ends: at TOP_PRESSURE, or where Gamma leaves its range.

    Raises
    ------
    ArithmeticError
        If one ends before it begins.
    """
    longest = np.log(TOP_PRESSURE / p0)
    grid = np.linspace(0.0, 1.0, 400) * longest[:, None]
    low, high = INDEX_RANGE
    with np.errstate(over="ignore"):
        index = np.exp(_exponent(gammas, grid))
    wrong = ~((index >= low) & (index <= high))
    first = np.where(wrong.any(axis=1), wrong.argmax(axis=1) - 1, grid.shape[1] - 1)
    ends = grid[np.arange(len(grid)), first]
    if np.any(first < 0) or np.any(ends < _SHORTEST):
        lane = int(np.argmin(np.where(first < 0, -1.0, ends)))
        reached = float(index[lane, min(first[lane] + 1, index.shape[1] - 1)])
        raise ArithmeticError(
            f"its adiabatic index, {reached:.4g} close to p0, leaves {low:g} to {high:g} at once"
        )
    return ends


def _energy_density(
    lib: ModuleType, gammas: Values, p0: Values, eps_start: Values, x_start: Array, x_end: Array
) -> tuple[Values, Values, Values]:
    """x, p and eps at the Lobatto points between x_start and x_end, each [lane, point]."""
    half = _like(p0, 0.5 * (x_end - x_start))[:, None]
    x = _like(p0, x_start)[:, None] + half * (1.0 + _like(p0, series.lobatto_points(DEGREE)))
    integrate = _like(p0, _integration())
    softness = lib.exp(-_exponent(gammas, x))  # 1 / Gamma
    decay = lib.exp(-half * (softness @ integrate))
    p = p0[:, None] * lib.exp(x)
    return x, p, (eps_start[:, None] + half * ((p * decay * softness) @ integrate)) / decay


def outward_curve(gammas: Array, p0: float, e0: float, x: float) -> tuple[Array, Array]:
    """p and eps [km^-2] from x < 0 to p0 in ascending order; gammas [order]."""
    start, end = np.zeros(1), np.array([x])
    lane = (gammas[None, :], np.array([p0]), np.array([e0]))
    _, p, eps = _energy_density(np, *lane, start, end)
    return p[0, ::-1], eps[0, ::-1]


def series_rows(
    lib: ModuleType,
    gammas: Values,
    p0: Values,
    e0: Values,
    h_start: Values,
    x_start: Array,
    x_end: Array,
) -> tuple[Values, Values]:
    """Series of the segment of each lane.

    Parameters
    ----------
    lib : numpy or torch
    gammas : [lane, order];  p0, e0 : km^-2, [lane];  h_start : log-enthalpy at x_start, [lane]
    x_start, x_end : where the segment begins and ends, [lane]

    Returns
    -------
    h_hi [lane], and the rows ln P, G, D, delta of `SeriesSegment`, [lane, 4, degree].
    """
    _, _, outward = _energy_density(lib, gammas, p0, e0, np.zeros_like(x_start), x_start)
    x, p, eps = _energy_density(lib, gammas, p0, outward[:, -1], x_start, x_end)
    span = x_end - x_start
    slope = _like(p0, span)[:, None] * p / (eps + p)
    h = h_start[:, None] + 0.5 * (slope @ _like(p0, _integration()))

    h_hi = h[:, -1]
    length = lib.log(h_hi / h_start)[:, None]
    share = _like(p0, 0.5 * (1.0 + series.lobatto_points(DEGREE)))
    nodes = h_start[:, None] * lib.exp(length * share)
    basis, found = _basis_at(_plain(nodes), _plain(h), _plain(slope))
    analysis = _like(p0, _analysis())
    at_nodes = lib.einsum("lnk,lqk->lqn", _like(p0, basis), lib.stack([h, eps], 1) @ analysis)
    x_found = _like(p0, x_start[:, None] + found * span[:, None])
    p_found = p0[:, None] * lib.exp(x_found)
    enthalpy = at_nodes[:, 1] + p_found
    step = (nodes - at_nodes[:, 0]) * enthalpy / p_found
    x = x_found + step  # the last step of Newton, with derivatives
    gamma = lib.exp(_exponent(gammas, x))
    p = p0[:, None] * lib.exp(x)
    eps = at_nodes[:, 1] + step * enthalpy / gamma
    return h_hi, _rows(lib, nodes, p, eps, gamma * p / (eps + p), 0.5 * length, analysis)


def _basis_at(nodes: Array, h: Array, slope: Array) -> tuple[Array, Array]:
    """Chebyshev polynomials [lane, node, degree] where h(x) = nodes, and how far along that is.

    h, slope : log-enthalpy and its derivative by the share, at Lobatto points, [lane, point]
    """
    series_h, series_slope = h @ _analysis(), slope @ _analysis()
    grid = 0.5 * (1.0 + series.lobatto_points(DEGREE))
    degrees = np.arange(DEGREE + 1.0)
    share = np.array([np.interp(n, known, grid) for n, known in zip(nodes, h, strict=True)])
    for _ in range(_NEWTON_STEPS):
        basis = np.cos(np.arccos(2.0 * share - 1.0)[..., None] * degrees)
        miss = nodes - np.einsum("lnk,lk->ln", basis, series_h)
        change = miss / np.einsum("lnk,lk->ln", basis, series_slope)
        share = np.clip(share + change, 0.0, 1.0)
        if np.max(np.abs(change)) < 1e-9:  # quadratic, and one step is still to come
            break
    return np.cos(np.arccos(2.0 * share - 1.0)[..., None] * degrees), share


def _rows(
    lib: ModuleType, h: Values, p: Values, eps: Values, ce2: Values, half: Values, analysis: Values
) -> Values:
    """As `series_segment.from_nodes`: D from the states, G and ln P as its integrals."""
    g = h * (eps + p) / p
    d = g * (h * (1.0 + 1.0 / ce2) + 1.0 - g)
    integrate = _like(p, _antiderivative())
    zero = 0.0 * g[:, :1]
    d_row = lib.concatenate([d @ analysis, zero], 1)
    g_row = half * (d_row @ integrate)
    g_row = lib.concatenate([g_row[:, :1] + g[:, :1], g_row[:, 1:]], 1)
    ln_p = half * (g_row[:, :-1] @ integrate)  # the last coefficient of G is zero
    ln_p = lib.concatenate([ln_p[:, :1] + lib.log(p[:, :1]), ln_p[:, 1:]], 1)
    return lib.stack([ln_p, g_row, lib.concatenate([d_row, zero], 1), 0.0 * ln_p], 1)


def check_smooth(rows: Array) -> None:
    """Refuse a series that has not died out.

    Raises
    ------
    ArithmeticError
        If the last coefficients of D are not small.
    """
    tail = series.relative_tail(rows[2, : DEGREE + 1])
    if not tail < 1e-8:
        raise ArithmeticError(
            f"its adiabatic index varies too wildly for a series of degree {DEGREE}, whose last "
            f"coefficients are {tail:.0e} of the first"
        )

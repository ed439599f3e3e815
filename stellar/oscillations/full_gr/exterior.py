"""Logarithmic derivative of outgoing waves at the surface, as a Taylor series in the frequency.

On the ray of `outgoing_ray` the wave Z = e^{-i omega r_*} g solves (E_0 + omega E_1) g = 0 with
g = 1 at infinity. One factorisation at omega_0 gives the whole series g = sum_j g_j (omega -
omega_0)^j, since E(omega_0) g_j = -E_1 g_{j-1}, and with it that of

    L(omega) = (dZ/dr_*) / Z = (d g)/g(1) - i omega      at the surface.

For real omega the flux of energy is the same at the surface and at infinity,

    Im L = -omega / |g(1)|^2,

which keeps its digits where a wave hardly leaves the star and Im L << |Re L|; about a real omega_0
the imaginary parts of all coefficients are taken from it. Lengths in units of the radius of the
star: omega stands for omega R. The error is judged by the last two Legendre coefficients of g.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import basis
from parode_core.lanes import TILE, padded
from stellar.oscillations.full_gr.outgoing_ray import OutgoingRay, outgoing_ray

ORDER = 3  # of the series
TAIL_MARGIN = 10.0  # by how much the error of L exceeds the last coefficients of g at most
ROUNDING = 1e-13
CHUNK = 4 * TILE  # points worked on together: their matrices fit into a cache


class RayGrid(NamedTuple):
    """Nodes on the ray and their crowding, good from |omega R| = `slowest` times l upwards.

    flux_margin : by how much the error of Im L exceeds the last coefficients of g at most
    """

    slowest: float
    nodes: int
    crowding: float
    flux_margin: float


# Slow waves bend within |1/r| of about omega and shorter than the star: they need more nodes, and
# more of them far out. Each grid keeps the flux to 1e-9 for C < 0.33 down to its slowest wave; the
# last one to 1e-6 at omega R = 0.01.
GRIDS = (
    RayGrid(0.5, 16, 1.0, 0.5),
    RayGrid(0.3, 22, 1.0, 0.5),
    RayGrid(0.07, 30, 0.6, 0.5),
    RayGrid(0.0, 40, 0.45, 10.0),
)


class Outgoing(NamedTuple):
    """Outgoing wave at the surface; all [lane, point].

    log_derivative, slope : L and dL/d omega
    surface : g at the surface of the wave with g = 1 at infinity; no poles
    error : estimated |error of L|, relative;  flux_error : of Im L for real omega, relative
    """

    log_derivative: Tensor
    slope: Tensor
    surface: Tensor
    error: Tensor
    flux_error: Tensor


class WaveSeries(NamedTuple):
    """L(omega) near one frequency each.

    centre : omega_0, complex, [point];  coefficients : of (omega - omega_0)^j, [point, j]
    surface, error, flux_error : as in `Outgoing`, [point]
    """

    centre: Tensor
    coefficients: Tensor
    surface: Tensor
    error: Tensor
    flux_error: Tensor

    def at(self, omega: Tensor) -> tuple[Tensor, Tensor]:
        """L and dL/d omega at omega, [point]."""
        step = omega - self.centre
        value = slope = torch.zeros_like(step)
        for coefficient in self.coefficients.flip(1).unbind(1):
            slope = slope * step + value
            value = value * step + coefficient
        return value, slope


def grid_number(omega: Tensor, l: int) -> Tensor:
    """Index in `GRIDS` of the grid for each omega R, same shape."""
    size = omega.abs() / l
    number = torch.zeros_like(size, dtype=torch.long)
    for grid in GRIDS[:-1]:
        # not (size >= slowest): what is not a number takes the last grid like the slowest waves
        number = number + ~(size >= grid.slowest)
    return number


def outgoing(omega: Tensor, compactness: Tensor, l: int, nodes: int | None = None) -> Outgoing:
    """Logarithmic derivative of the outgoing Zerilli function at the surface.

    Parameters
    ----------
    omega : omega R, complex, [lane, point]; real numbers use the flux for Im L
    compactness : M/R < 1/2, [lane]
    l : degree, at least 2
    nodes : on the ray, for all points; None picks the grid by omega

    Raises
    ------
    ValueError
        If l < 2.
    """
    owner = torch.arange(omega.shape[0], device=omega.device).unsqueeze(1).expand(omega.shape)
    points = omega.reshape(-1).to(torch.complex128)
    if nodes is None:
        series = wave_series(points, owner.reshape(-1), compactness, l, order=1)
    else:
        grid = RayGrid(0.0, nodes, 1.0, GRIDS[-1].flux_margin)
        series = _on_grid(points, owner.reshape(-1), compactness, l, grid, 1)
    value, slope = series.coefficients.unbind(1)
    found = (value, slope, series.surface, series.error, series.flux_error)
    return Outgoing(*(part.reshape(omega.shape) for part in found))


def wave_series(
    omega: Tensor,
    owner: Tensor,
    compactness: Tensor,
    l: int,
    *,
    number: Tensor | None = None,
    order: int = ORDER,
) -> WaveSeries:
    """Series of L about frequencies of many stars.

    Parameters
    ----------
    omega : omega_0 R, complex, [point]
    owner : lane of each point, [point]
    compactness : M/R, [lane]
    number : index in `GRIDS` for each point, [point]; None leaves the choice to `grid_number`
    order : of the series, at most that of the highest derivative wanted
    """
    if number is None:
        number = grid_number(omega, l)
    found = no_series(omega, order)
    for index, grid in enumerate(GRIDS):
        # the one host check: which points share a grid
        points = (number == index).nonzero()[:, 0]
        if points.numel():
            part = _on_grid(omega[points], owner[points], compactness, l, grid, order)
            for whole, piece in zip(found, part, strict=True):
                whole[points] = piece
    return found


def no_series(omega: Tensor, order: int = ORDER) -> WaveSeries:
    """A series of NaN about each frequency, [point]."""
    real = torch.full_like(omega.real, torch.nan)
    coefficients = torch.full_like(omega, torch.nan).unsqueeze(1).repeat(1, order + 1)
    return WaveSeries(omega.clone(), coefficients, coefficients[:, 0].clone(), real, real.clone())


def _on_grid(
    omega: Tensor, owner: Tensor, compactness: Tensor, l: int, grid: RayGrid, order: int
) -> WaveSeries:
    """Series of points that share a grid, in whole tiles: no point sees the number of others."""
    ray = outgoing_ray(compactness, l, grid.nodes, crowding=grid.crowding)
    places = padded(torch.arange(omega.shape[0], device=omega.device))
    parts = [
        _chunk(omega[some], owner[some], ray, grid.flux_margin, order)
        for some in places.split(CHUNK)
    ]
    return WaveSeries(*(torch.cat(part)[: omega.shape[0]] for part in zip(*parts, strict=True)))


def _chunk(
    omega: Tensor, owner: Tensor, ray: OutgoingRay, flux_margin: float, order: int
) -> WaveSeries:
    """Series of some points; the node at infinity, where g = 1, is known."""
    operator = torch.addcmul(ray.constant[owner], omega[:, None, None], ray.slope)
    factors, pivots, _ = torch.linalg.lu_factor_ex(operator[:, :, 1:])
    inner = ray.slope[0, :, 1:].mT
    known = operator[:, :, 0]
    terms = []
    for j in range(order + 1):
        terms.append(torch.linalg.lu_solve(factors, pivots, -known.unsqueeze(2))[:, :, 0])
        known = _rows_times(terms[-1], inner)
        if j == 0:
            known = known + ray.slope[0, :, 0]
    g = torch.stack(terms, dim=1)  # [point, j, node - 1]
    surface, outward = g[:, :, -1], ray.derivative[owner]
    change = (g * outward[:, None, 1:]).sum(dim=2)
    change[:, 0] += outward[:, 0]
    series = _quotient(change, surface)
    series[:, 0] -= 1j * omega
    series[:, 1:2] -= 1j
    real = (omega.imag == 0.0)[:, None]
    series = torch.complex(series.real, torch.where(real, _flux(omega, surface), series.imag))
    tail = _tail(terms[0])
    error = TAIL_MARGIN * tail / surface[:, 0].abs() + ROUNDING
    return WaveSeries(omega, series, surface[:, 0], error, flux_margin * tail + ROUNDING)


def _rows_times(rows: Tensor, matrix: Tensor) -> Tensor:
    """Rows [point, n] times a matrix [n, m], in products of one shape."""
    tiled = rows.unflatten(0, (-1, TILE))
    return torch.bmm(tiled, matrix.expand(tiled.shape[0], -1, -1)).flatten(0, 1)


def _tail(g: Tensor) -> Tensor:
    """Size of the last two Legendre coefficients of g, where it is 1 at infinity, [point]."""
    last = basis(g.shape[1] + 1, "chebyshev-lobatto").to(g.device).coefficients[-2:]
    tail = [last[k, 0] + (g * last[k, 1:]).sum(dim=1) for k in range(2)]
    return tail[0].abs() + tail[1].abs()


def _flux(omega: Tensor, surface: Tensor) -> Tensor:
    """Series of Im L = -omega/|g(1)|^2 for real omega, [point, j]."""
    density = _product(surface, surface.conj()).real
    source = torch.zeros_like(density)
    source[:, 0] = -omega.real
    source[:, 1:2] = -1.0
    return _quotient(source, density)


def _product(left: Tensor, right: Tensor) -> Tensor:
    """Product of two series [point, j], cut at their order."""
    orders = range(left.shape[1])
    return torch.stack(
        [(left[:, : j + 1] * right[:, : j + 1].flip(1)).sum(dim=1) for j in orders], dim=1
    )


def _quotient(left: Tensor, right: Tensor) -> Tensor:
    """Quotient of two series [point, j], cut at their order."""
    terms: list[Tensor] = []
    for j in range(left.shape[1]):
        known = left[:, j]
        for i, term in enumerate(terms):
            known = known - term * right[:, j - i]
        terms.append(known / right[:, 0])
    return torch.stack(terms, dim=1)

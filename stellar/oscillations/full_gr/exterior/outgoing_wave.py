"""Outgoing gravitational waves at the surfaces of many stars, at any frequency.

On the ray of `outgoing_ray` the wave Z = e^{-i omega r_*} g solves (E_0 + omega E_1) g = 0 with
g = 1 at infinity. One factorisation at omega_0 gives the whole series g = sum_j g_j (omega -
omega_0)^j, since E(omega_0) g_j = -E_1 g_{j-1}, and with it L(omega) = (dZ/dr_*)/Z (see
`wave_series`). The last two Legendre coefficients of g tell the error: relative to g at the
surface that of L, relative to g at infinity that of the flux. Lengths in units of the radius of
the star: omega stands for omega R.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import basis
from parode_core.lanes import TILE, padded
from stellar.oscillations.full_gr.exterior.outgoing_ray import OutgoingRay, outgoing_ray
from stellar.oscillations.full_gr.exterior.wave_series import (
    ORDER,
    WaveSeries,
    logarithmic_derivative,
    no_series,
)

TAIL_MARGIN = 10.0  # by how much the error of L exceeds the last coefficients of g at most
ROUNDING = 3e-13
CACHED = 2**17  # matrix entries worked on together on a processor


class RayGrid(NamedTuple):
    """Nodes on the ray, their crowding and its bend, good from |omega R| = `slowest` l upwards.

    flux_margin : by how much the error of Im L exceeds the last coefficients of g at most
    """

    slowest: float
    nodes: int
    crowding: float
    bend: float
    flux_margin: float


# Slow waves bend within |1/r| of about omega and shorter than the star: they need more nodes, and
# more of them far out. Each grid keeps the flux to 1e-9 for C < 0.33 down to its slowest wave, for
# |Im omega| < Re omega; the last one to 1e-7 at omega R = 0.005, to 1e-6 for l = 4.
GRIDS = (
    RayGrid(0.8, 16, 1.05, 0.4, 0.5),
    RayGrid(0.3, 22, 0.9, 0.7, 0.5),
    RayGrid(0.07, 30, 0.7, 0.7, 2.0),
    RayGrid(0.015, 40, 0.4, 1.0, 5.0),
    RayGrid(0.0, 56, 0.25, 1.0, 5.0),
)


def grid_number(omega: Tensor, l: int) -> Tensor:
    """Index in `GRIDS` of the grid for each omega R, same shape."""
    size = omega.abs() / l
    number = torch.zeros_like(size, dtype=torch.long)
    for grid in GRIDS[:-1]:
        # not (size >= slowest): what is not a number takes the last grid like the slowest waves
        number = number + ~(size >= grid.slowest)
    return number


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


def outgoing(omega: Tensor, compactness: Tensor, l: int, nodes: int | None = None) -> Outgoing:
    """Logarithmic derivative of the outgoing Zerilli function at the surface.

    Parameters
    ----------
    omega : omega R, [lane, point]; real numbers use the flux for Im L; NaN where there is none
    compactness : M/R < 1/2, [lane]
    l : degree, at least 2
    nodes : on the ray, for all points; None picks the grid by omega

    Raises
    ------
    ValueError
        If l < 2.
    """
    grids = GRIDS if nodes is None else (RayGrid(0.0, nodes, 1.0, 1.0, GRIDS[-1].flux_margin),)
    place = omega.isfinite().nonzero(as_tuple=True)
    points, owner = omega[place].to(torch.complex128), place[0]
    number = grid_number(points, l) if nodes is None else torch.zeros_like(owner)
    series = Exterior(compactness, l, grids).series(points, owner, number, order=1)
    found = (*series.coefficients.unbind(1), series.surface, series.error, series.flux_error)
    return Outgoing(
        *(part.new_full(omega.shape, torch.nan).index_put(place, part) for part in found)
    )


class Exterior:
    """The space around a batch of stars for one degree; each grid is set up once, when needed."""

    def __init__(self, compactness: Tensor, l: int, grids: tuple[RayGrid, ...] = GRIDS) -> None:
        every = torch.arange(compactness.shape[0], device=compactness.device)
        self._compactness, self._l, self._grids = compactness[padded(every)], l, grids
        self._rays: dict[int, OutgoingRay] = {}

    def series(
        self, omega: Tensor, owner: Tensor, number: Tensor, *, order: int = ORDER
    ) -> WaveSeries:
        """Series of L about frequencies.

        Parameters
        ----------
        omega : omega_0 R, complex, [point]
        owner : lane of each point, [point]
        number : index of the grid for each point, [point]
        order : of the series, at least 1
        """
        found = no_series(omega, order)
        for index in range(len(self._grids)):
            # the one host check: which points share a grid
            points = (number == index).nonzero()[:, 0]
            if points.numel():
                part = self._on_grid(omega[points], owner[points], index, order)
                for whole, piece in zip(found, part, strict=True):
                    whole[points] = piece
        return found

    def _on_grid(self, omega: Tensor, owner: Tensor, index: int, order: int) -> WaveSeries:
        """Series of points that share a grid, in whole tiles: no point sees how many there are."""
        grid, count = self._grids[index], omega.shape[0]
        if index not in self._rays:
            self._rays[index] = outgoing_ray(
                self._compactness, self._l, grid.nodes, crowding=grid.crowding, bend=grid.bend
            )
        places = padded(torch.arange(count, device=omega.device))
        omega, owner = omega[places], owner[places]
        at_once = TILE * max(1, CACHED // (TILE * grid.nodes**2)) if omega.is_cpu else count + TILE
        parts = [
            _solve(there, lanes, self._rays[index], order)
            for there, lanes in zip(omega.split(at_once), owner.split(at_once), strict=True)
        ]
        surface, row, tail = (torch.cat(part) for part in zip(*parts, strict=True))
        found = WaveSeries(
            omega,
            logarithmic_derivative(omega, surface, row),
            surface[:, 0],
            TAIL_MARGIN * tail / surface[:, 0].abs() + ROUNDING,
            grid.flux_margin * tail + ROUNDING,
        )
        return WaveSeries(*(part[:count] for part in found))


def _solve(
    omega: Tensor, owner: Tensor, ray: OutgoingRay, order: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Series of g and of -(1 - 2C) dg/dsigma at the surface [point, j], and the end of g [point].

    The node at infinity, where g = 1, is known.
    """
    operator = torch.addcmul(ray.constant[owner], omega[:, None, None], ray.slope)
    factors, pivots, _ = torch.linalg.lu_factor_ex(operator[:, :, 1:])
    inner = ray.slope[0, :, 1:].mT
    known = operator[:, :, 0]
    terms: list[Tensor] = []
    for j in range(order + 1):
        terms.append(torch.linalg.lu_solve(factors, pivots, -known.unsqueeze(2))[:, :, 0])
        known = _rows_times(terms[-1], inner)
        if j == 0:
            known = known + ray.slope[0, :, 0]
    g = torch.stack(terms, dim=1)  # [point, j, node - 1]
    outward = ray.derivative[owner]
    row = (g * outward[:, None, 1:]).sum(dim=2)
    row[:, 0] += outward[:, 0]
    return g[:, :, -1], row, _tail(terms[0])


def _rows_times(rows: Tensor, matrix: Tensor) -> Tensor:
    """Rows [point, n] times a matrix [n, m], in products of one shape."""
    tiled = rows.unflatten(0, (-1, TILE))
    return torch.bmm(tiled, matrix.expand(tiled.shape[0], -1, -1)).flatten(0, 1)


def _tail(g: Tensor) -> Tensor:
    """Size of the last two Legendre coefficients of g, which is 1 at infinity, [point]."""
    last = basis(g.shape[1] + 1, "chebyshev-lobatto").to(g.device).coefficients[-2:]
    tail = [last[k, 0] + (g * last[k, 1:]).sum(dim=1) for k in range(2)]
    return tail[0].abs() + tail[1].abs()

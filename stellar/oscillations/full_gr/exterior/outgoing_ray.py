"""Outgoing gravitational waves on a bent ray outside the star, as matrices linear in omega.

The Zerilli function Z = e^{-i omega r_*} g, time dependence e^{+i omega t}, is followed in
sigma = 1/r along the curve sigma = u [1 + i b (1 - u)(1 - u/2)] from infinity (u = 0), which it
leaves at 45 degrees for a bend b = 1, to the surface (u = 1). There, with f = 1 - 2 C sigma and
the potential f sigma^2 U (Zerilli 1970; Chandrasekhar 1983, sec. 26),

    (f sigma^2 g')' + 2 i omega g' - U g = 0,
    dZ/dr_* = -e^{-i omega r_*} (f sigma^2 g' + i omega g),
    U = 2 [n^2 (n+1) + 3 n^2 C sigma + 9 n (C sigma)^2 + 9 (C sigma)^3] / (n + 3 C sigma)^2

with ' = d/dsigma and n = (l-1)(l+2)/2. Without gravity an outgoing g is a polynomial of degree l
in sigma, and it is smooth at infinity off the real axis whatever the sign of Im omega: on the real
axis strongly damped waves are lost. Lengths in units of the radius R of the star: omega stands for
omega R, C = M/R. Rows of the equation at every node but the surface, where either g(infinity) = 1
or the matching to the star takes its place.

At low omega g changes near infinity, within |sigma| of the order of omega: u = c t/[1 - (1 - c) t]
with a crowding c < 1 moves the nodes t there. Waves that are damped weakly need less bend.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import basis


class OutgoingRay(NamedTuple):
    """Matrices of the exterior; nodes run from infinity (0) to the surface (-1).

    constant, slope : rows E_0 and E_1 of (E_0 + omega E_1) g = 0, [lane, node - 1, node]; E_1 is
        the same for all lanes and has one. Entries of E_0 in flat space are one at most in each
        row: pivots lose a slow wave's digits otherwise
    derivative : row d of dZ/dr_* = d g - i omega g(1) at the surface, [lane, node]
    """

    constant: Tensor
    slope: Tensor
    derivative: Tensor


def outgoing_ray(
    compactness: Tensor, l: int, nodes: int, *, crowding: float = 1.0, bend: float = 1.0
) -> OutgoingRay:
    """Matrices of the exterior of stars.

    Parameters
    ----------
    compactness : C = M/R < 1/2, [lane]
    l : degree, at least 2
    nodes : Chebyshev-Lobatto nodes on the ray; 20 give 1e-8 in Z'/Z, 24 give 1e-10 for
        |omega R| > 0.5
    crowding, bend : c and b of the module docstring

    Raises
    ------
    ValueError
        If l < 2: a dipole does not radiate gravitational waves.
    """
    if l < 2:
        raise ValueError(f"gravitational waves have a degree l of at least 2, not {l}.")
    grid = basis(nodes, "chebyshev-lobatto").to(compactness.device)
    sigma, speed = _bent_ray(grid.from_left, crowding, bend)
    first = 2.0 * grid.differentiation / speed[:, None]
    rows = _Rows(sigma[:-1], first[:-1], (first @ first)[:-1], torch.ones_like(sigma[:-1]))
    # a star must not feel which others are there
    flat = rows.constant(torch.zeros_like(compactness[:1]), l)[0]
    rows = rows.divided(flat.abs().amax(dim=1))
    outward = (2.0 * compactness - 1.0)[:, None] * first[-1]
    return OutgoingRay(rows.constant(compactness, l), (2j * rows.first)[None], outward)


class _Rows(NamedTuple):
    """Rows of d/dsigma and its square at nodes sigma, and their weight in the equation."""

    sigma: Tensor
    first: Tensor
    second: Tensor
    weight: Tensor

    def divided(self, size: Tensor) -> "_Rows":
        """The same rows over a size of each."""
        by = size[:, None]
        return _Rows(self.sigma, self.first / by, self.second / by, self.weight / size)

    def constant(self, compactness: Tensor, l: int) -> Tensor:
        """E_0, [lane, row, node]."""
        half, sigma = 0.5 * (l - 1) * (l + 2), self.sigma
        depth = compactness[:, None] * sigma  # C / r
        lapse = 1.0 - 2.0 * depth
        potential = half**2 * (half + 1.0) + 3.0 * half**2 * depth + 9.0 * depth**2 * (half + depth)
        potential = 2.0 * potential / (half + 3.0 * depth) ** 2
        steepness = 2.0 * sigma * (lapse - depth)
        constant = (lapse * sigma**2)[:, :, None] * self.second
        constant.addcmul_(steepness[:, :, None], self.first)
        # a row has a node more than there are rows: that of the surface stands last
        constant.diagonal(dim1=1, dim2=2).sub_(self.weight * potential)
        return constant


def _bent_ray(t: Tensor, crowding: float, bend: float) -> tuple[Tensor, Tensor]:
    """sigma(t) and d sigma/dt at the nodes, complex, [node]."""
    squeeze = 1.0 - (1.0 - crowding) * t
    u = crowding * t / squeeze
    sigma = torch.complex(u, bend * u * (1.0 - u) * (1.0 - 0.5 * u))
    slope = torch.complex(torch.ones_like(u), bend * (1.0 - 3.0 * u + 1.5 * u * u))
    return sigma, slope * (crowding / squeeze**2)

"""Where the residual is asked to vanish: points of the unit cube, of the states and the time.

    monte-carlo   uniform random numbers, as published (Veselsky 2025)
    sobol         scrambled Sobol sequence (Owen 1998; Joe & Kuo 2008)
    gauss         tensor grid of Chebyshev-Gauss points (1 + cos(pi (j + 1/2)/n))/2

The seed is part of every call and no global generator is touched: one seed gives the same points
whatever ran before. CPU and CUDA draw different numbers from the same seed.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

PointSet = Callable[[int, int, int, torch.device], Tensor]


def monte_carlo(count: int, dimension: int, seed: int, device: torch.device) -> Tensor:
    """Uniform random points, axis after axis, [point, axis]."""
    generator = torch.Generator(device=device).manual_seed(seed)
    axes = [
        torch.rand(count, generator=generator, dtype=torch.float64, device=device)
        for _ in range(dimension)
    ]
    return torch.stack(axes, dim=1)


def sobol(count: int, dimension: int, seed: int, device: torch.device) -> Tensor:
    """The first points of a Sobol sequence scrambled by the seed, [point, axis]."""
    engine = torch.quasirandom.SobolEngine(dimension, scramble=True, seed=seed)
    return engine.draw(count, dtype=torch.float64).to(device)


def gauss(count: int, dimension: int, seed: int, device: torch.device) -> Tensor:
    """The largest tensor grid of at most `count` points, [point, axis]; the seed plays no part."""
    along = 1
    while (along + 1) ** dimension <= count:
        along += 1
    nodes = chebyshev_gauss(along, device)
    grid = torch.meshgrid(*(nodes for _ in range(dimension)), indexing="ij")
    return torch.stack([axis.reshape(-1) for axis in grid], dim=1)


def chebyshev_gauss(count: int, device: torch.device) -> Tensor:
    """Chebyshev-Gauss points of [0, 1], ascending, [node]."""
    index = torch.arange(count, dtype=torch.float64, device=device)
    return (0.25 * math.pi * (2.0 * index + 1.0) / count).sin() ** 2


POINT_SETS: dict[str, PointSet] = {"monte-carlo": monte_carlo, "sobol": sobol, "gauss": gauss}


def point_set(name: str) -> PointSet:
    """The point set of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in POINT_SETS:
        raise ValueError(f"point set '{name}' is unknown; it is one of {', '.join(POINT_SETS)}.")
    return POINT_SETS[name]

"""The stars of the benchmark: polytropes of Gamma = 2 up to nearly the largest mass.

With K = 100 in units G = c = M_sun = 1 the central rest-mass densities are 5.3e-4 to 3.1e-3, and
the largest mass lies at 3.18e-3. Masses are in units of rho_c^(-1/2); K drops out of them.
"""

from functools import lru_cache

import torch
from torch import Tensor

from parode_core.solvers.newton import Newton, solve
from stellar.stars.collocation.polytropes import POLYTROPES, Polytropes, bulk, one_element

GAMMA = 2.0
LOWEST, HIGHEST = 0.1, 0.48  # central log-enthalpies
SAMPLE = 256  # stars on which errors are measured
_FINE = 40  # nodes of the reference


def stars(count: int) -> Polytropes:
    """Stars evenly spaced in ln h_c; a single one stands in the middle."""
    share = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    h_c = LOWEST * (HIGHEST / LOWEST) ** share
    return Polytropes(torch.full_like(h_c, GAMMA), h_c)


@lru_cache(maxsize=4)
def reference(count: int) -> Tensor:
    """Masses of the stars by collocation on 40 nodes, [lane]."""
    members = stars(count)
    solution = solve(POLYTROPES, members, one_element(_FINE), count, method=Newton(1e-13))
    return bulk(solution, members).mass


def error(masses: Tensor, count: int) -> float:
    """Largest relative error of masses, NaN if one is."""
    return float((masses / reference(count) - 1.0).abs().max())

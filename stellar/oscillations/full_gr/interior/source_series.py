"""What lambda multiplies, H0_1, P_1 and V_1, by fewer numbers an element than there are nodes.

On elements that are short beside the waves of a mode, H0_1 and P_1 are smoother than states: they
hold none of the factors of the equations that vary fast, and the error of a pole is the product of
what is left out of a mode and of its adjoint. Of their Legendre coefficients two thirds are kept
there. Where buoyancy acts they would no longer fit V_1, and there would be poles among the g-modes
that are none: there, and on longer elements, all are kept, by their values at the nodes.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.bases.basis import legendre
from parode_core.lanes import rows_times
from stellar.oscillations.full_gr.interior.equations import BUOYANCY

LEFT_OUT = 3  # one coefficient of so many
LEADING = 4  # coefficients that tell the size of a series, at least
SPREAD = 6  # of its values at nodes that do so
PLENTY = 4  # of them for each function


@dataclass(frozen=True, eq=False)
class SourceSeries:
    """How combinations are written on an element, one behind the other and all alike.

    values : at the nodes by the coefficients, [node, coefficient]
    coefficients : by the values at the nodes, [coefficient, node]
    combinations : how many there are
    few : coefficients of each combination that tell its size, at least
    falling : whether the first coefficients are the largest; all are alike if not, as they are
        values at the nodes
    """

    values: Tensor
    coefficients: Tensor
    combinations: int
    few: int
    falling: bool

    @property
    def size(self) -> int:
        """Coefficients of all combinations."""
        return self.combinations * self.values.shape[1]

    def own(self, combination: int) -> slice:
        """Where the coefficients of a combination stand."""
        each = self.values.shape[1]
        return slice(combination * each, (combination + 1) * each)

    def telling(self, elements: int, columns: int) -> Tensor:
        """Places of coefficients that tell so many functions on so many elements apart."""
        wanted = -(-PLENTY * columns // (elements * self.combinations))
        each = self.values.shape[1]
        few = min(max(self.few, wanted), each)
        stride = 1 if self.falling else each / few
        own = [k * each + int(j * stride) for k in range(self.combinations) for j in range(few)]
        every = torch.arange(elements).unsqueeze(1) * self.size
        return (every + torch.tensor(own)).flatten().to(self.values.device)

    def constant(self) -> Tensor:
        """Coefficients of functions that are one everywhere, [coefficient]."""
        return self.coefficients.sum(dim=1).repeat(self.combinations)

    def by_coefficients(self, whole: Tensor) -> Tensor:
        """Matrices by the coefficients, [..., coefficient], from those by values at nodes.

        whole : [..., combination, node]
        """
        return (rows_times(whole, self.values) if self.falling else whole).flatten(-2)

    def of_values(self, seen: list[Tensor]) -> Tensor:
        """Coefficients of functions, [..., coefficient, column].

        seen : each combination at the nodes, [..., node, column]
        """
        if not self.falling:
            return torch.cat(seen, dim=-2)
        rows = self.coefficients.to(seen[0].dtype)
        return torch.cat([rows @ part for part in seen], dim=-2)


@lru_cache(maxsize=64)
def source_series(basis: Basis, combinations: int, *, short: bool) -> SourceSeries:
    """As it suits elements with these nodes, short beside the waves of modes or not."""
    nodes = basis.size
    if not short or combinations > BUOYANCY:
        unit = torch.eye(nodes, dtype=basis.nodes.dtype, device=basis.nodes.device)
        return SourceSeries(unit, unit, combinations, SPREAD if short else nodes, falling=False)
    kept = nodes - nodes // LEFT_OUT
    values = legendre(basis.nodes, nodes)[:, :kept].contiguous()
    coefficients = basis.coefficients[:kept].contiguous()
    return SourceSeries(values, coefficients, combinations, LEADING, falling=True)

"""The slowest modes of stars from symmetric matrices of their elements, by way of 1/omega^2.

Entries of the matrices are right to rounding, each by itself, and what that does to an eigenvalue
is first-order perturbation theory (Stewart & Sun 1990, ch. IV),

    |d lambda| <= (lambda + sigma) epsilon |z|^T |A + sigma B| |z|,    z^T (A + sigma B) z = 1,

much for a slow mode of a thin crust, whose elements are stiff and hardly strained, and little
where all elements share in its energy.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from parode_core.eigen import ChainedSpectrum, Spectrum, chained_spectrum

STEPS = 8  # blocks of two vectors in the Krylov space of the slowest modes
FOR_EACH = 2  # more of them for each mode
EPSILON = 2.0**-52


@dataclass(frozen=True, eq=False)
class InverseModes:
    """Eigenvalues lambda = omega^2 of A z = lambda B z next to -sigma.

    chained : 1/(lambda + sigma);  shift : sigma, km^-2, [lane]
    sizes : |A + sigma B|, [lane, element, function, function]
    whole : whether these are all eigenvalues there are
    """

    chained: ChainedSpectrum
    shift: Tensor
    sizes: Tensor
    whole: bool

    @cached_property
    def values(self) -> Tensor:
        """lambda in ascending order, km^-2, NaN where there is none, [lane, mode]."""
        mu = self.chained.mu
        there = mu > 0.0
        inverse = 1.0 / torch.where(there, mu, 1.0)
        return torch.where(there, inverse - self.shift.unsqueeze(1), torch.nan)

    @property
    def status(self) -> Tensor:
        """`Status` of each lane, [lane]."""
        return self.chained.status

    @property
    def spectrum(self) -> Spectrum:
        """Without functions."""
        return Spectrum(self.values, self.status)

    def in_order(self, modes: int) -> Tensor:
        """The lowest lambda, [lane, mode]; NaN in a lane of which one may be missing."""
        missing = modes - self.values.shape[1]
        if missing > 0:
            rest = self.values.new_full((self.values.shape[0], missing), torch.nan)
            return torch.cat((self.values, rest), dim=1)
        values = self.values[:, :modes]
        if self.whole:
            return values
        return torch.where(self.chained.none_missing(modes).unsqueeze(1), values, torch.nan)

    def rounding(self, index: Tensor, functions: Tensor) -> Tensor:
        """What rounding may do to lambda of modes by index, [lane, mode]; 0 where there is none.

        functions : of these modes
        """
        moved = functions.abs()
        strained = (moved * (self.sizes @ moved)).sum(dim=(1, 2))
        mu = self.chained.mu.gather(1, index)
        return torch.where(mu > 0.0, EPSILON * strained / torch.where(mu > 0.0, mu, 1.0), 0.0)

    def functions(self, index: Tensor) -> Tensor:
        """z of modes by index [lane, mode], [lane, element, function, mode]."""
        return self.chained.functions(index)


def inverse_modes(a: Tensor, b: Tensor, shift: Tensor, modes: int | None) -> InverseModes:
    """Modes from the matrices of elements (see `join_elements`), the first few or all.

    Parameters
    ----------
    a, b : [lane, element, function, function]
    shift : sigma, with which A + sigma B is positive definite, km^-2, [lane]
    modes : how many are wanted; all if None
    """
    steps = None if modes is None else STEPS + FOR_EACH * modes
    found = chained_spectrum(a, b, shift, steps)
    sizes = (a + shift[:, None, None, None] * b).abs()
    return InverseModes(found, shift, sizes, whole=found.mu.shape[1] == found.chain.rows)

"""The lowest modes of symmetric pencils of elements in a row, each tied to the next by one unknown.

A q = lambda B q, both summed from matrices of elements (see `join_elements`), A + sigma B positive
definite. With its Cholesky factor L, the unknowns inside elements first (static condensation,
Guyan 1965), the symmetric operator

    S = L^-1 B L^-T,    S x = mu x,    lambda = 1/mu - sigma,    q = L^-T x

is applied at a price that grows as the number of elements. The modes next to -sigma are its largest
eigenvalues and lie in a Krylov space of some tens of vectors (see `krylov`); a value taken from it
is off by the square of what the space leaves out of its vector.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.eigen.condensed import Condensed, condensed
from parode_core.eigen.krylov import ROUNDING, krylov_space
from parode_core.eigen.spectrum import finite_lanes, guarded, lane_status, or_identity
from parode_core.status import Status

WIDTH = 2  # vectors of a block
LOOSE = 1e-8  # residual of a pair, over mu, beyond which it counts for nothing
MIXED = 1e-9  # the same, over the distance to the next mu
WORTH = 4  # unknowns for each vector of a Krylov space, below which S itself is taken
JUST_BELOW = 1e-6  # relative distance from an eigenvalue, at which those above it are counted


@dataclass(frozen=True, eq=False)
class ChainedSpectrum:
    """The largest mu of each lane.

    mu : in descending order, zero where there is none, [lane, mode]
    status : `Status` of each lane, [lane]
    chain : S
    vectors : x, [lane, row, mode]
    """

    mu: Tensor
    status: Tensor
    chain: Condensed
    vectors: Tensor

    def functions(self, index: Tensor) -> Tensor:
        """q of modes by index [lane, mode], [lane, element, function, mode].

        They are normalised to q^T (A + sigma B) q = 1, zero where there is no mode. The step of
        iteration gives their digits back to unknowns that hardly any energy belongs to.
        """
        shape = (-1, self.vectors.shape[1], -1)
        mu = self.mu.gather(1, index).unsqueeze(1)
        inverse = torch.where(mu > 0.0, 1.0 / torch.where(mu > 0.0, mu, 1.0), 0.0)
        chosen = self.vectors.gather(2, index.unsqueeze(1).expand(shape))
        return self.chain.functions(self.chain.apply(chosen * inverse))

    def none_missing(self, modes: int) -> Tensor:
        """Whether the first modes, where there are as many, have no other between them, [lane].

        Eigenvalues above a number are counted by the signs of pivots (Sylvester's law of inertia).
        """
        found = (self.mu[:, :modes] > 0.0).sum(dim=1)
        last = self.mu.gather(1, (found - 1).clamp(min=0).unsqueeze(1))[:, 0]
        least = torch.where(found > 0, (1.0 - JUST_BELOW) * last, 1.0)
        return (found > 0) & (self.chain.count_above(least) == found)


def chained_spectrum(a: Tensor, b: Tensor, shift: Tensor, steps: int | None) -> ChainedSpectrum:
    """The largest mu = 1/(lambda + sigma) of symmetric pencils.

    Parameters
    ----------
    a, b : matrices of elements, [lane, element, function, function]; the last function of an
        element and the first of the next are one. Functions that are zero in both move nothing
    shift : sigma, [lane]
    steps : blocks of two vectors in the Krylov space; all eigenvalues are computed if None, or
        where they are few

    Returns
    -------
    The modes that the space holds. A lane that is not finite gets NON_FINITE_INPUT, one whose
    A + sigma B is not positive definite SINGULAR; their mu are zero.

    Raises
    ------
    ValueError
        If the matrices are not two of one shape, or elements have fewer than three functions.
    """
    if a.shape != b.shape or a.ndim != 4 or a.shape[2] != a.shape[3] or a.shape[2] < 3:
        raise ValueError(
            f"elements are two tensors [lane, element, function, function] of one shape with three "
            f"functions at least; got {tuple(a.shape)} and {tuple(b.shape)}."
        )
    finite = finite_lanes(a, b) & shift.isfinite()
    a, b = (torch.where(finite[:, None, None, None], part, 0.0) for part in (a, b))
    chain = condensed(a, b, torch.where(finite, shift, 0.0))
    sound = chain.definite & finite_lanes(chain.moved, chain.ends)
    chain = chain.only(sound)
    q, h, beyond = _projected(chain, steps)
    sound = sound & finite_lanes(h)
    (mu, inner), converged = guarded(torch.linalg.eigh, or_identity(0.5 * (h + h.mT), sound))
    status = lane_status(
        (finite, Status.NON_FINITE_INPUT),
        (sound, Status.SINGULAR),
        (converged, Status.NOT_CONVERGED),
    )
    good = (status == int(Status.OK)).unsqueeze(1) & (mu > 0.0)
    if beyond is not None:
        good = good & _held(mu, (beyond @ inner[:, -WIDTH:]).square().sum(dim=1).sqrt())
    mu = torch.where(good, mu, 0.0)
    order = mu.argsort(dim=1, descending=True, stable=True)
    inner = inner.gather(2, order.unsqueeze(1).expand_as(inner))
    vectors = inner if q is None else q @ inner
    return ChainedSpectrum(mu.gather(1, order), status, chain, vectors)


def _held(mu: Tensor, residual: Tensor) -> Tensor:
    """Which pairs the space holds, [lane, mode].

    A vector is off by the residual over the distance to the next value, a value by their product
    (Davis & Kahan 1970).
    """
    known = (mu > ROUNDING * mu.amax(dim=1, keepdim=True)) & (residual <= LOOSE * mu)
    distance = (mu.unsqueeze(2) - mu.unsqueeze(1)).abs()
    itself = torch.eye(mu.shape[1], dtype=torch.bool, device=mu.device)
    others = known.unsqueeze(1) & ~itself
    nearest = torch.where(others, distance, torch.inf).amin(dim=2)
    return known & (residual <= MIXED * nearest)


def _projected(chain: Condensed, steps: int | None) -> tuple[Tensor | None, Tensor, Tensor | None]:
    """A basis of vectors, S by it, and what is left out (see `krylov_space`); S itself if None."""
    if steps is None or chain.rows <= WORTH * WIDTH * steps:
        unit = torch.eye(chain.rows, dtype=chain.moved.dtype, device=chain.moved.device)
        return None, chain.apply(unit.expand(chain.lanes, -1, -1)), None
    place = torch.arange(chain.rows * WIDTH, dtype=chain.moved.dtype, device=chain.moved.device)
    # numbers without a pattern, in which no mode is missing
    numbers = torch.cos(place * place).unflatten(0, (chain.rows, WIDTH))
    start = chain.apply(numbers.expand(chain.lanes, -1, -1))
    q, h, _, beyond = krylov_space(chain.apply, start, steps)
    return q, h, beyond

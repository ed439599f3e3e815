"""The states of a star in a mode, and the adjoint ones, at a known complex frequency.

A star whose surface radiates, dZ/dr* - beta Z = Y Z with Y = L - beta of the outgoing wave, has the
equations (see `interior.elements` and `interior.joints`)

    M_e(lambda) u_e = P alpha_e,     joints(u, alpha) = 0,     alpha_box = Y Z(u),

in short N(lambda, Y) U = 0, with a solution x, and one y of the transposed equations, where
lambda = omega^2 is that of a mode. All elements but the outermost are eliminated. What is left is
bordered by real vectors b, c near the null vectors,

    | S   b | | x |   | 0 |
    | c^T 0 | | s | = | 1 |,     and so is its transpose for y,

a matrix that is regular however close lambda is to a pole of the response (Govaerts 2000, ch. 3).
Im lambda and Im Y as small as 1e-20 pass through it like derivatives, with all their digits.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.interior.elements import COMPONENTS, InteriorElements
from stellar.oscillations.full_gr.interior.equations import H1, K, V, W
from stellar.oscillations.full_gr.interior.joints import Joints, parameter_columns

OFFSET = 1e-10  # of the scaled matrix, so that no pivot of it vanishes at a mode


class ModeVectors(NamedTuple):
    """States of modes and of their adjoint, with an arbitrary size; lanes are modes.

    states : u, [lane, element, component * node, 1]
    rows : multipliers of the rows M u, [lane, element, component * node, 1]
    joints : multipliers of the joints, [lane, element, 4, 1]
    """

    states: Tensor
    rows: Tensor
    joints: Tensor


def mode_vectors(elements: InteriorElements, lam: Tensor, source: Tensor) -> ModeVectors:
    """Null vectors of the coupled equations.

    Parameters
    ----------
    elements : of stars without elements of no length
    lam : lambda R^2, complex, [lane];  source : Y, complex, [lane]
    """
    # no part of a cached value may be made without derivatives: what is made is detached instead
    matrices = elements.matrices(lam).detach()
    columns = parameter_columns(matrices)
    inner = _Inner(matrices[:, :-1], columns[:, :-1])
    joint = _JointRows(elements, lam, matrices)
    whole = _condensed(elements, inner, joint, source)
    whole[:, joint.count :, : joint.count].narrow(2, joint.count - COMPONENTS, COMPONENTS).sub_(
        columns[:, -1]
    )
    whole[:, joint.count :, joint.count :] = matrices[:, -1]
    right, left = _null_vectors(whole)
    parameters = right[:, : joint.count].unflatten(1, (-1, COMPONENTS))
    multipliers = left[:, : joint.count].unflatten(1, (-1, COMPONENTS))
    states = inner.free @ parameters[:, :-1]
    rows = inner.transposed(-joint.transposed(multipliers)[:, :-1])
    return ModeVectors(
        torch.cat((states, right[:, None, joint.count :]), dim=1),
        torch.cat((rows, left[:, None, joint.count :]), dim=1),
        multipliers,
    )


class _Inner:
    """All elements but the outermost, solved for their parameters.

    free : Y, [lane, element, component * node, parameter]
    """

    def __init__(self, matrices: Tensor, columns: Tensor) -> None:
        self._factors, self._pivots, _ = torch.linalg.lu_factor_ex(matrices)
        self.free = torch.linalg.lu_solve(self._factors, self._pivots, columns)

    def transposed(self, right: Tensor) -> Tensor:
        """Solutions of M^T y = right, [lane, element, component * node, column]."""
        solved = torch.linalg.lu_solve(self._factors, self._pivots, right.conj(), adjoint=True)
        return solved.conj()


class _JointRows:
    """The joints as rows of the states of the element behind and of the one before.

    behind : [lane, element, 4, component * node];  before : of all elements but the last
    count : of rows of a star
    """

    def __init__(self, elements: InteriorElements, lam: Tensor, matrices: Tensor) -> None:
        joints = Joints(elements, lam)
        unit = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=lam.device)
        unit = unit.expand_as(matrices)
        met = joints.met[:, :, None, None]
        self.behind = torch.where(met, joints.left(unit).detach(), 0.0)
        self.before = torch.where(met[:, 1:], -joints.right(unit).detach(), 0.0)
        self.count = COMPONENTS * matrices.shape[1]

    def transposed(self, multipliers: Tensor) -> Tensor:
        """Columns of the states by multipliers of the joints, [lane, element, ..., column]."""
        found = self.behind.mT @ multipliers
        found[:, :-1] += self.before.mT @ multipliers[:, 1:]
        return found


def _condensed(
    elements: InteriorElements, inner: _Inner, joint: _JointRows, source: Tensor
) -> Tensor:
    """Rows of the joints by all parameters and by the states of the outermost element."""
    lanes, count, _, size = joint.behind.shape
    whole = joint.behind.new_zeros(lanes, joint.count + size, joint.count + size)
    rows = whole[:, : joint.count].unflatten(1, (count, COMPONENTS))
    by_parameters = rows[..., : joint.count].unflatten(3, (count, COMPONENTS))
    by_states = rows[..., joint.count :]
    own, before = joint.behind[:, :-1] @ inner.free, joint.before @ inner.free
    for element in range(count - 1):
        by_parameters[:, element, :, element] = own[:, element]
        by_parameters[:, element + 1, :, element] = before[:, element]
    by_states[:, -1] = joint.behind[:, -1]
    # in the place of the joint at the centre
    for row, element in ((H1, 0), (V, 0), (K, -1), (W, -1)):
        by_parameters[:, 0, row, element, row] = 1.0
    by_states[:, 0, K] -= source.unsqueeze(1) * surface_row(elements, size).detach()
    return whole


def surface_row(elements: InteriorElements, size: int) -> Tensor:
    """Z at the surface by the states of the outermost element, [lane, component * node]."""
    surface = elements.surface[:, 0]
    row = surface.new_zeros(surface.shape[0], COMPONENTS, size // COMPONENTS)
    row[:, H1, -1], row[:, K, -1] = surface[:, 0], surface[:, 1]
    return row.flatten(1)


def _null_vectors(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Right and left ones of almost singular matrices, [lane, row, 1] each."""
    scale = 1.0 / matrix.abs().amax(dim=2, keepdim=True)
    scaled = scale * matrix
    nearby = scaled.clone()
    nearby.diagonal(dim1=1, dim2=2).add_(OFFSET)
    factors, pivots, _ = torch.linalg.lu_factor_ex(nearby)
    right = left = torch.ones_like(matrix[:, :, :1])
    for _ in range(3):
        right = _sized(torch.linalg.lu_solve(factors, pivots, right))
        left = _sized(torch.linalg.lu_solve(factors, pivots, left, adjoint=True))
    bordered = torch.zeros_like(torch.nn.functional.pad(matrix, (0, 1, 0, 1)))
    bordered[:, :-1, :-1] = scaled
    bordered[:, :-1, -1:], bordered[:, -1:, :-1] = left.real, right.real.mT
    unit = torch.zeros_like(bordered[:, :, :1])
    unit[:, -1] = 1.0
    factors, pivots, _ = torch.linalg.lu_factor_ex(bordered)
    right = torch.linalg.lu_solve(factors, pivots, unit)
    left = torch.linalg.lu_solve(factors, pivots, unit, adjoint=True).conj()
    return right[:, :-1], scale * left[:, :-1]


def _sized(vectors: Tensor) -> Tensor:
    """Unit vectors whose largest component is real, [lane, row, 1]."""
    place = vectors.abs().argmax(dim=1, keepdim=True)
    turned = vectors / vectors.gather(1, place)
    return turned / turned.abs().square().sum(dim=1, keepdim=True).sqrt()

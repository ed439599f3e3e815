"""Repair (c): linear systems, where F has degree one in y and the scheme becomes exact.

    y' = A(t) y + b(t),   F(y, t) = y - E(t) y - e(t):   E' = -E A,   e' = -E b

The rows of the total derivative vanish for every y at once when the matrix E obeys this equation,
so nothing remains of the box, of its points or of lambda. With E(t_0) = 1, e(t_0) = 0 and F = y +
y_0 the inverse of E is the fundamental matrix Y of

    Y' = A Y,  Y(t_0) = 1;     p' = A p + b,  p(t_0) = 0;     y(t) = Y(t) y_0 + p(t),

collocated here at Chebyshev nodes: one linear solve for all initial values.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from parode_core.regression.outcome import Trajectories
from parode_core.regression.statement import check_statement, check_within
from parode_core.status import Status


@dataclass(frozen=True)
class FundamentalMatrix:
    """Y and p on an interval.

    basis : nodes of the time
    span : t_0 and t_f, [2]
    matrix : Y at the nodes, [node, component, component]
    particular : p at the nodes, [node, component]
    residual : largest entry left over by the linear solve
    status : SINGULAR if the collocation matrix is, else OK
    """

    basis: Basis
    span: Tensor
    matrix: Tensor
    particular: Tensor
    residual: float
    status: Status

    def solve(self, initial: Tensor, times: Tensor) -> Trajectories:
        """Trajectories through initial values.

        initial : y at t_0, [lane, component]
        times : within the interval, [time]

        Raises
        ------
        ValueError, TypeError
            If the shapes are wrong or the times leave the interval.
        """
        check_statement(initial, times)
        check_within(times, self.span[0], self.span[1])
        place = (2.0 * times - self.span[0] - self.span[1]) / (self.span[1] - self.span[0])
        weights = self.basis.interpolation(place)
        matrix = torch.einsum("tn,nij->tij", weights, self.matrix)
        states = (weights @ self.particular).expand(len(initial), -1, -1)
        # component after component, in one order: a lane has the same bits in any batch
        for component in range(initial.shape[1]):
            states = states + matrix[:, :, component] * initial[:, None, component, None]
        finite = torch.isfinite(initial).all(dim=1)
        status = torch.where(finite, int(self.status), int(Status.NON_FINITE_INPUT))
        shape = (-1, len(times))
        missing = (status != int(Status.OK))[:, None]
        return Trajectories(
            values=torch.where(missing.unsqueeze(2), torch.nan, states),
            status=status[:, None].expand(*shape),
            residual=torch.where(missing, torch.nan, self.residual).to(states).expand(*shape),
            iterations=torch.ones_like(status)[:, None].expand(*shape),
        )


def fundamental_matrix(
    matrix: Callable[[Tensor], Tensor],
    inhomogeneity: Callable[[Tensor], Tensor] | None,
    span: Tensor,
    nodes: int = 20,
) -> FundamentalMatrix:
    """Collocate the fundamental matrix of a linear system.

    matrix : A, t [node] -> [node, component, component]
    inhomogeneity : b, t [node] -> [node, component]; None for zero
    span : t_0 and t_f, [2]
    """
    points = basis(nodes).to(span.device)
    length = span[1] - span[0]
    times = span[0] + length * points.from_left
    rates = matrix(times)
    size = rates.shape[1]
    identity = torch.eye(size, dtype=span.dtype, device=span.device)
    operator = torch.einsum("mn,ij->minj", 2.0 / length * points.differentiation, identity)
    index = torch.arange(nodes, device=span.device)
    operator[index, :, index, :] -= rates
    operator[0] = 0.0
    operator[0, :, 0, :] = identity
    right = span.new_zeros(nodes, size, size + 1)
    right[0, :, :size] = identity
    if inhomogeneity is not None:
        right[1:, :, size] = inhomogeneity(times)[1:]
    flat, wanted = operator.reshape(nodes * size, -1), right.reshape(nodes * size, -1)
    found, info = torch.linalg.solve_ex(flat, wanted)
    residual = float((flat @ found - wanted).abs().amax())
    values = found.reshape(nodes, size, size + 1)
    status = Status.OK if int(info) == 0 else Status.SINGULAR
    return FundamentalMatrix(points, span, values[..., :size], values[..., size], residual, status)

"""Stars with some of their elements cut in two: the same polynomials on shorter pieces."""

from functools import lru_cache

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.collocation.elements import AFFINE, GRADED_LEFT, GRADED_RIGHT, mesh
from stellar.oscillations.nodal_star import NodeStar


def cut(star: NodeStar, marked: Tensor) -> NodeStar:
    """The same stars, their marked elements cut in two.

    A star with fewer marks than another gets elements without length behind its surface.

    Parameters
    ----------
    marked : [lane, element]
    """
    parent, part = star.mesh.parts(marked)
    grading = star.mesh.grading.expand(star.lanes, -1).gather(1, parent)
    onto = _weights(star.mesh.basis)[grading, part]
    x_ratio, v_ratio = (
        (onto @ _of(parent, values).unsqueeze(3)).squeeze(3)
        for values in (star.x_ratio, star.v_ratio)
    )
    return NodeStar(
        star.mesh.cut(marked), star.eos, star.segment.gather(1, parent), x_ratio, v_ratio
    )


def _of(parent: Tensor, values: Tensor) -> Tensor:
    """Values [lane, element, node] of these elements."""
    return values.gather(1, parent.unsqueeze(2).expand(-1, -1, values.shape[2]))


@lru_cache(maxsize=16)
def _weights(own: Basis) -> Tensor:
    """From values at the nodes of an element to its parts, [grading, part, new node, node]."""
    return torch.stack(
        [_of_grading(own, grading) for grading in (AFFINE, GRADED_LEFT, GRADED_RIGHT)]
    )


def _of_grading(own: Basis, grading: int) -> Tensor:
    """Those of one kind of element, [part, new node, node]."""
    like = own.from_left
    edges = torch.tensor([0.0, 1.0], dtype=like.dtype, device=like.device)
    one = mesh(edges, own.size, name=own.name, grading=torch.tensor([grading]).to(like.device))
    halves = one.bisected()
    unit = torch.eye(own.size, dtype=like.dtype, device=like.device)
    parts = [
        own.interpolation(_place(grading, *ends))
        for ends in zip(halves.from_start[0], halves.to_end[0], strict=True)
    ]
    return torch.stack((unit, *parts, unit[-1:].expand_as(unit)))


def _place(grading: int, from_start: Tensor, to_end: Tensor) -> Tensor:
    """xi of points of an element of length one."""
    if grading == GRADED_LEFT:
        return (2.0 * from_start.sqrt() - 1.0).clamp(-1.0, 1.0)
    if grading == GRADED_RIGHT:
        return (1.0 - 2.0 * to_end.sqrt()).clamp(-1.0, 1.0)
    return (from_start - to_end).clamp(-1.0, 1.0)

"""Where stars are cut, so that their matter is smooth and resolved on every element.

Elements end at the breaks of the equation of state. They are halved until the energy density is a
polynomial on each, to an accuracy weighted with what the element holds: an error d eps on a length
L of log-enthalpy moves the mass by about

    dM/M ~ (d eps/eps_c) (L/h_c).

Near the surface eps ~ h^n; where n is no integer the outermost element is graded, h ~ tau^2. So it
is where derivatives with respect to the matter are asked for: those by n behave as h^n ln h.

Where the matter is smooth the star itself is not for ever: as a function of s = h_c - h it behaves
as if it had a singularity behind the surface, near s = 1.1 h_c, and the polynomials of an element
converge like rho^-n with the ellipse that passes through there. Elements that would leave too much
out by that rule are cut before anything is solved.
"""

from dataclasses import replace

import torch
from torch import Tensor

from parode_core.collocation.elements import AFFINE, GRADED_RIGHT
from parode_core.solvers.solution import tail
from stellar.eos.nodes.batch import NodeEOS
from stellar.eos.nodes.forms import NodeStates
from stellar.stars.collocation.differentiation import asked
from stellar.stars.collocation.pieces import Pieces, segments, single_mesh

WEIGHT = 10.0  # eps_c over the mean energy density, and the lever of the tides
MOST_HALVINGS = 12
SINGULAR, AMPLITUDE = 1.1, 0.2  # met with polytropes: place of that singularity, size of the rest
PROBE = 1e-7  # where the exponent of the surface is read off, of the outermost segment
_MIX, _SPREAD = 6364136223846793005, 3935559000370003845  # odd multipliers of 64 bits
INTEGER = 1e-5  # distance from an integer below which an exponent counts as one


def resolved_pieces(
    eos: NodeEOS, h_c: Tensor, lanes: Tensor, nodes: int, tolerance: float
) -> Pieces:
    """Elements on which the matter of each star is resolved.

    Parameters
    ----------
    eos : one equation of state a star;  h_c : central log-enthalpies within its range, [lane]
    lanes : the stars that are cut
    nodes : of an element
    tolerance : largest part of the mass that the polynomials may leave out
    """
    derived = asked(eos)
    with torch.no_grad():
        pieces = _graded(segments(eos, h_c, lanes), eos, derived)
        for _ in range(MOST_HALVINGS):
            rough = pieces.stretched(h_c) | (_expected(pieces, h_c, nodes) > tolerance)
            if not bool(rough.any()):
                break
            pieces = pieces.where(~rough).joined(pieces.where(rough).halved(h_c))
        done = pieces.where(torch.zeros_like(pieces.lane, dtype=torch.bool))
        centre = torch.zeros_like(h_c)  # energy density of stars with pieces
        for _ in range(MOST_HALVINGS):
            left, begin = _left_out(pieces, eos, h_c, nodes)
            innermost = pieces.high == h_c[pieces.lane]
            centre[pieces.lane[innermost]] = begin[innermost]
            rough = left > tolerance * centre[pieces.lane]
            done = done.joined(pieces.where(~rough))
            pieces = pieces.where(rough).halved(h_c)
            if pieces.count == 0:
                return done
        return done.joined(pieces)


def _graded(pieces: Pieces, eos: NodeEOS, derived: bool) -> Pieces:
    """The pieces with the outermost ones mapped by their exponent n = d ln eps/d ln h.

    derived : whether derivatives with respect to the matter are asked for
    """
    outermost = torch.nonzero(pieces.segment == 0)[:, 0]
    part = pieces.where(outermost)
    # twice: a row of one node would not be a loop of its own
    h = (PROBE * part.high)[:, None, None].expand(-1, -1, 2)
    states = _evaluate(eos, part, h)
    exponent = (h * (states.eps + states.p) / (states.ce2 * states.eps))[:, 0, 0]
    whole = (exponent - exponent.round()).abs() < INTEGER * (1.0 + exponent)
    whole = whole & ~(derived & (exponent > INTEGER))
    grading = pieces.grading.clone()
    grading[outermost] = torch.where(whole, AFFINE, GRADED_RIGHT)
    return replace(pieces, grading=grading)


def _left_out(pieces: Pieces, eos: NodeEOS, h_c: Tensor, nodes: int) -> tuple[Tensor, Tensor]:
    """Estimated relative error of the mass that each piece leaves, times the central eps, [piece].

    The second is eps at the inner end of each.
    """
    distinct, which = _distinct(pieces, eos)
    mesh = single_mesh(distinct, nodes)
    eps = _evaluate(eos, distinct, distinct.low[:, None, None] + mesh.to_right).eps
    # what counts is the integral: of eps dh/dxi, where a degree k of it gives 1/k
    rate = eps * mesh.speed / (0.5 * nodes * mesh.lengths.unsqueeze(-1))
    left = tail(rate.unsqueeze(-1), mesh, torch.ones_like(distinct.low).unsqueeze(-1))[which]
    length = (pieces.high - pieces.low) / h_c[pieces.lane]
    return left * WEIGHT * length, eps[which, 0, 0]


def _distinct(pieces: Pieces, eos: NodeEOS) -> tuple[Pieces, Tensor]:
    """One piece of every kind, and the kind of each: stars of one matter share most of theirs."""
    group, row = (table[pieces.lane, pieces.segment] for table in (eos.group_of, eos.row_of))
    bits = (part.view(torch.int64) for part in (pieces.low, pieces.high))
    # numbers of 64 bits that agree by chance would need billions of pieces
    key = (group << 2 | pieces.grading) + (row << 20)
    for part in bits:
        key = key * _MIX + part * _SPREAD
    found, which = torch.unique(key, return_inverse=True)
    place = torch.arange(pieces.count, device=key.device).flip(0)
    first = torch.zeros_like(found).scatter(0, which.flip(0), place)
    return pieces.where(first), which


def _expected(pieces: Pieces, h_c: Tensor, nodes: int) -> Tensor:
    """What the star is expected to leave out where its matter is smooth, [piece].

    A graded element sees the singularity through the square root of its map.
    """
    centre = h_c[pieces.lane]
    beyond = (SINGULAR - 1.0) * centre
    graded = pieces.grading == GRADED_RIGHT
    length = pieces.high - pieces.low
    near = torch.where(graded, (length + beyond).sqrt() - length.sqrt(), pieces.low + beyond)
    half = 0.5 * torch.where(graded, length.sqrt(), length)
    ratio = 1.0 + near / half
    return AMPLITUDE * (ratio + (ratio * ratio - 1.0).sqrt()) ** (-nodes)


def _evaluate(eos: NodeEOS, pieces: Pieces, h: Tensor) -> NodeStates:
    """States [piece, 1, node]; every row of nodes is the same in any company."""
    return eos.select(pieces.lane).evaluate(h, pieces.segment[:, None])

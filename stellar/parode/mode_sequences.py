"""Modes along a part of a stable branch: stars are solved until series hold those of all others."""

import math
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace

import numpy as np

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.errors import UsageError
from stellar.oscillations.labels import expected_labels
from stellar.oscillations.mode_sequence import ModeSequence
from stellar.oscillations.mode_stretch import ModeName, ModeStretch, mode_stretch
from stellar.oscillations.order import Order
from stellar.parode.batches import Batch
from stellar.parode.sequence_nodes import NodeStars, Part, parts_between
from stellar.parode.surveys import survey_sequences
from stellar.stars.conversation import answer_all
from stellar.stars.sequence import Branch, Sequence
from stellar.stars.targets import Target

DAMPING = 10.0  # its accuracy is that of frequencies times this, as for the modes of a star


@dataclass(frozen=True)
class Span:
    """The part of a sequence that is wanted: masses in M_sun, to the heaviest if infinite."""

    lightest: float
    heaviest: float = math.inf
    branch: int = 1


def mode_sequences(equations: Many[ColdEOS], orders: Many[Order], span: Span) -> list[ModeSequence]:
    """The modes of a part of a stable branch of every equation of state.

    Parameters
    ----------
    orders : of each equation of state, with n_max; the same but for their families

    Raises
    ------
    UsageError
        If an equation of state has no such stars.
    ArithmeticError
        If its sequence, or a star at a node, cannot be computed.
    """
    batch = Batch(equations)
    found = survey_sequences(equations)
    branches = [
        _branch(sequence, eos, span) for sequence, eos in zip(found, equations, strict=True)
    ]
    ends = _ends(batch, branches, span)
    names = [
        _names(eos, order, high)
        for eos, order, (_, high) in zip(equations, orders, ends, strict=True)
    ]
    nodes = NodeStars(batch, {k: _of_stars(order) for k, order in enumerate(orders)}, inside=False)
    parts = [
        part
        for owner, (eos, between) in enumerate(zip(equations, ends, strict=True))
        for part in parts_between(owner, eos, *between)
    ]
    done = _followed(nodes, parts, orders, names)
    return [
        ModeSequence(
            eos=eos.name,
            branch=branches[owner].number,
            stretches=tuple(stretch for part, stretch in done if part.owner == owner),
            modes=names[owner],
            whole=ends[owner][1] == branches[owner].points[-1].h_c,
            solved=nodes.count(owner),
        )
        for owner, eos in enumerate(equations)
    ]


def _branch(sequence: Sequence, eos: ColdEOS, span: Span) -> Branch:
    if sequence.failure:
        raise ArithmeticError(sequence.failure)
    for branch in sequence.branches:
        if branch.number == span.branch:
            return branch
    raise UsageError(
        f"Branch {span.branch} was asked; {eos.name} has stable branches 1 to "
        f"{len(sequence.branches)}."
    )


def _ends(batch: Batch, branches: Many[Branch], span: Span) -> list[tuple[float, float]]:
    """Central log-enthalpies of the ends; those of the branch where it holds less than asked."""
    ends: dict[tuple[int, int], float] = {}
    asked: dict[tuple[int, int], Target] = {}
    for owner, branch in enumerate(branches):
        least, most = (branch.points[k].mass / MSUN_KM for k in (0, -1))
        if not span.lightest < most or not span.heaviest > least:
            raise UsageError(
                f"{batch.equations[owner].name} has stable stars from {least:.4g} to {most:.6g} "
                f"M_sun on branch {span.branch}; a sequence from {span.lightest:g} M_sun to "
                f"{'max' if math.isinf(span.heaviest) else f'{span.heaviest:g} M_sun'} was asked."
            )
        for side, mass in enumerate((span.lightest, span.heaviest)):
            if least < mass < most:
                asked[owner, side] = Target("masses", mass, None, branch, branch.number)
            else:
                ends[owner, side] = branch.points[-side].h_c
    owners = [owner for owner, _ in asked]
    searches = [target.locate_steps() for target in asked.values()]
    outcomes = answer_all(searches, lambda wanted: batch.answers(wanted, owners))
    for key, h_c in zip(asked, outcomes, strict=True):
        if isinstance(h_c, ArithmeticError):
            raise h_c
        ends[key] = h_c
    return [(ends[owner, 0], ends[owner, 1]) for owner in range(len(branches))]


def _of_stars(order: Order) -> Order:
    """What is asked of stars: one order more of w-modes, for they change their names on the way."""
    request = order.modes
    if request is not None and "w" in request.families:
        request = replace(request, n_max=request.n_max + 1)
    return replace(order, modes=request)


def _followed(
    nodes: NodeStars, parts: list[Part], orders: Many[Order], names: Many[tuple[ModeName, ...]]
) -> list[tuple[Part, ModeStretch]]:
    """All stretches in their order, finer or divided where they leave out too much."""
    done: dict[Part, ModeStretch] = {}
    while open_ := [part for part in parts if part not in done]:
        nodes.solve(open_)
        for part in open_:
            if failure := nodes.failure(part):
                raise ArithmeticError(failure)
            h_c, stars = nodes.solved(part)
            stretch = mode_stretch(part.stretch, h_c, stars)
            finer = part.finer()
            if not finer or _suffices(stretch, orders[part.owner], names[part.owner]):
                done[part] = stretch
            else:
                place = parts.index(part)
                parts[place : place + 1] = finer
    return [(part, done[part]) for part in parts]


def _suffices(done: ModeStretch, order: Order, names: tuple[ModeName, ...]) -> bool:
    """Whether all that is followed is known to the accuracy, and nothing asked for gets lost."""
    if not done.lost.isdisjoint(names):
        return False
    scale, accuracy = np.abs(done.real.coefficients).sum(axis=1), order.accuracy
    interpolated = done.real.left_out <= accuracy * scale
    damped = np.abs(done.imaginary.coefficients).sum(axis=1)
    left = done.imaginary.left_out
    faint = np.isnan(left) | (left <= done.imaginary.noise)
    return bool((interpolated & ((left <= DAMPING * accuracy * damped) | faint)).all())


def _names(eos: ColdEOS, order: Order, highest: float) -> tuple[ModeName, ...]:
    """Degree and label of the modes that an order means in the densest star."""
    request = order.modes
    if request is None:
        return ()
    jumps = sum(transition.h < highest for transition in eos.transitions)
    fluid = tuple(family for family in request.families if family != "radial")
    degrees = [(0, ("radial",))] if "radial" in request.families else []
    degrees += [(degree, fluid) for degree in order.degrees if fluid]
    return tuple(
        (degree, label.label)
        for degree, families in degrees
        for label in expected_labels(families, request.n_max, eos.stratified, jumps)
    )

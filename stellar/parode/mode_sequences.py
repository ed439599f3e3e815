"""Modes along sequences: which stars are solved so that series hold those of all others.

A branch is cut at the breaks of the equation of state at the centre. Each stretch is solved at 13
Chebyshev-Lobatto points, at 25 where that leaves out too much, and divided where that does not
suffice either; all stretches of all equations of state in one batch a round.
"""

import math
from collections.abc import Sequence as Many
from dataclasses import dataclass, field, replace

import numpy as np

from parode_core import Status
from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.errors import UsageError
from stellar.oscillations.chebyshev_series import Stretch
from stellar.oscillations.labels import expected_labels
from stellar.oscillations.mode_sequence import ModeSequence
from stellar.oscillations.mode_stretch import ModeName, ModeStretch, Solved, mode_stretch
from stellar.oscillations.order import Order
from stellar.parode.batches import USABLE, Batch
from stellar.parode.modes import Searches, mode_searches
from stellar.parode.solver import FINER, survey_sequences
from stellar.parode.trials import width_by_star
from stellar.stars.collocation.properties import Wanted as Quantities
from stellar.stars.collocation.solve import Resolution
from stellar.stars.conversation import answer_all
from stellar.stars.sequence import Branch, Sequence
from stellar.stars.targets import Target

COUNTS = (13, 25)  # nodes of a stretch, one attempt after another
DEEPEST = 3  # times that a stretch is divided at most
SHARE = 0.3  # of the accuracy, that the modes of the stars themselves have
ROUNDING = 1e-14  # relative error of a central log-enthalpy that was chosen
DAMPING = 10.0  # its accuracy is that of frequencies times this, as for the modes of a star
SIZES = Quantities(degrees=(), magnetic=False, rotation=False, inertia=False)


@dataclass(frozen=True)
class Span:
    """The part of a sequence that is wanted: masses in M_sun, to the heaviest if infinite."""

    lightest: float
    heaviest: float = math.inf
    branch: int = 1


@dataclass
class _Part:
    """A stretch on its way.

    owner : number of the equation of state;  depth : times it was divided;  attempt : see COUNTS
    """

    owner: int
    stretch: Stretch
    depth: int = 0
    attempt: int = 0
    done: ModeStretch | None = None


@dataclass
class _Known:
    """Solved stars by equation of state and central log-enthalpy: M, R, errors, modes."""

    sizes: dict[tuple[int, float], tuple[float, ...]] = field(default_factory=dict)
    searches: dict[tuple[int, float], Searches] = field(default_factory=dict)


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
    parts = [
        _Part(owner, stretch)
        for owner, (eos, between) in enumerate(zip(equations, ends, strict=True))
        for stretch in _stretches(eos, *between)
    ]
    names = [
        _names(eos, order, high)
        for eos, order, (_, high) in zip(equations, orders, ends, strict=True)
    ]
    known = _Known()
    open_ = list(parts)
    while open_:
        _solve(batch, orders, open_, known)
        for part in open_:
            part.done = _joined(part, known)
        open_ = _next(parts, open_, orders, names)
    return [
        ModeSequence(
            eos=eos.name,
            branch=branches[owner].number,
            stretches=tuple(part.done for part in parts if part.owner == owner and part.done),
            modes=names[owner],
            whole=ends[owner][1] == branches[owner].points[-1].h_c,
            solved=sum(key[0] == owner for key in known.sizes),
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


def _stretches(eos: ColdEOS, low: float, high: float) -> list[Stretch]:
    """Between the breaks of the equation of state that the centres pass."""
    breaks = [h for h in eos.breaks if low < h < high]
    edges = [low, *breaks, high]
    return [
        Stretch(start, stop, onset=start in eos.breaks)
        for start, stop in zip(edges, edges[1:], strict=False)
    ]


def _solve(batch: Batch, orders: Many[Order], parts: Many[_Part], known: _Known) -> None:
    """Solve the stars at the nodes of stretches that are not known yet."""
    keys = list(
        dict.fromkeys(
            (part.owner, h_c)
            for part in parts
            for h_c in _nodes(part)
            if (part.owner, h_c) not in known.sizes
        )
    )
    if not keys:
        return
    accuracy = SHARE * min(order.accuracy for order in orders)
    owners, centres = [owner for owner, _ in keys], [h_c for _, h_c in keys]
    resolution = Resolution.of(FINER * accuracy)
    stars = batch.stars(owners, centres, SIZES, resolution, nodal=True)
    wanted = {lane: _of_stars(orders[owner], accuracy) for lane, owner in enumerate(owners)}
    columns = [
        part[name].tolist() for part in (stars.values, stars.errors) for name in ("mass", "radius")
    ]
    sizes = list(zip(*columns, strict=True))
    widths = {lane: ROUNDING + width_by_star(*size) for lane, size in enumerate(sizes)}
    searches = mode_searches(stars.nodal, wanted, widths)
    for lane, (key, size) in enumerate(zip(keys, sizes, strict=True)):
        status = int(stars.status[lane])
        if status not in USABLE or lane not in searches or not all(map(math.isfinite, size)):
            raise ArithmeticError(
                f"The star of {batch.equations[key[0]].name} with central log-enthalpy "
                f"{key[1]:.9g} could not be computed: {Status(status).message}"
            )
        known.sizes[key], known.searches[key] = size, searches[lane]


def _of_stars(order: Order, accuracy: float) -> Order:
    """What is asked of stars: one order more of w-modes, for they change their names on the way."""
    request = order.modes
    if request is not None and "w" in request.families:
        request = replace(request, n_max=request.n_max + 1)
    return replace(order, accuracy=accuracy, modes=request)


def _nodes(part: _Part) -> list[float]:
    """The central log-enthalpies; the coarser ones are exactly among the finer ones."""
    finest = part.stretch.nodes(COUNTS[-1])
    return finest[:: (COUNTS[-1] - 1) // (COUNTS[part.attempt] - 1)].tolist()


def _joined(part: _Part, known: _Known) -> ModeStretch:
    keys = [(part.owner, h_c) for h_c in _nodes(part)]
    sizes = np.array([known.sizes[key] for key in keys])
    mass_err, radius_err = sizes[:, 2:].max(axis=0).tolist()
    stars = Solved(
        sizes[:, 0], sizes[:, 1], mass_err, radius_err, [known.searches[key] for key in keys]
    )
    return mode_stretch(part.stretch, np.array([h_c for _, h_c in keys]), stars)


def _next(
    parts: list[_Part],
    tried: Many[_Part],
    orders: Many[Order],
    names: Many[tuple[ModeName, ...]],
) -> list[_Part]:
    """What is to be solved next: stretches that leave out too much, finer or divided."""
    open_: list[_Part] = []
    for part in tried:
        done = part.done
        if done is None or _suffices(done, orders[part.owner], names[part.owner]):
            continue
        if part.attempt + 1 < len(COUNTS):
            part.attempt += 1
            open_.append(part)
        elif part.depth < DEEPEST:
            place = parts.index(part)
            halves = [_Part(part.owner, half, part.depth + 1) for half in part.stretch.halves()]
            parts[place : place + 1] = halves
            open_ += halves
    return open_


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

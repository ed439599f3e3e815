"""Stars whose elements are as short as their modes need them.

Stars are solved on elements that suit their backgrounds. Modes ask for more: in dW/dxi the pressure
has the factor (see `full_gr.interior.equations`; D = V + 4 pi X p, xi in [-1, 1] along an element)

    ds/dxi x sqrt(q) / (D c_s^2),

which varies where matter softens, as at neutron drip, and waves want nodes for each of their
turns. An element is cut in two where that factor is no polynomial of the nodes there are, and
where it holds more of the phase of the highest wave asked for than its nodes can show. What an
element of little density does to a frequency is little: its tail counts by the root of its density.

Stars of one number of elements are computed together. Where there are many elements a few more are
cut, those that hold most of a wave, up to one of few numbers: each star on its own account.
"""

import math
from functools import lru_cache, partial
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import basis
from stellar.oscillations.cut_star import cut
from stellar.oscillations.groups import groups, trimmed
from stellar.oscillations.nodal_star import NodeStar
from stellar.parode.trials import SPARING, TrialStars, pencil_sizes

FEWER, FINER = 5, (2, 10, 26)  # nodes below and beyond those of the star, one attempt after another
WHOLE = (0, 8, 20, 40)  # the same beyond what waves need, of stars that are a single element
FEWEST, EXTRA = 14, 2  # nodes of those at least, and at most beyond their own
LAST = 2  # coefficients of an element that tell its tail
PER_NODE = 0.9  # phase that each other node shows
BEYOND = 1.5  # radial orders between f and the phase of a wave, over pi
ROUNDS = 6  # of cuts
MANY, MULTIPLE = 8, 4  # elements from which on their number is a multiple


class Demand(NamedTuple):
    """What a kind of matrices asks of elements.

    tail : of the accuracy asked for, that the last coefficients of an element may reach
    spare : nodes of an element that show no turn of a wave
    coarsest : accuracy that is asked for at least
    """

    tail: float
    spare: int
    coarsest: float = math.inf


COARSEST = 2e-5  # dampings are harder than frequencies: with less many want a second attempt
COLLOCATION = Demand(0.5, 4, COARSEST)  # errors enter by their squares in all
OF_WHOLE = Demand(0.5, 2, COARSEST)  # on a single element: both its ends are those of the star
GALERKIN = Demand(1.0, 6)


class Nodes(NamedTuple):
    """Nodes an element, one attempt after another, and what they ask of elements."""

    sizes: tuple[int, ...]
    demand: Demand


class Part(NamedTuple):
    """Stars of one number of elements, all of which have a length.

    lanes : which stars these are;  sizes : trial functions an element, one attempt after another
    """

    lanes: Tensor
    stars: TrialStars
    sizes: tuple[int, ...]


@lru_cache(maxsize=1)
def pencil_parts(stars: TrialStars, orders: int, accuracy: float) -> list[Part]:
    """The same stars on elements for symmetric pencils, those of one number together.

    Matter of few elements is smooth, and they stay what they are. The last answer is kept: one
    degree after the other asks for it.
    """
    sizes = pencil_sizes(stars)
    if stars.star.mesh.elements > MANY:
        sizes = pencil_sizes(stars, SPARING)
        stars = shortened(stars, orders, accuracy, sizes[0], GALERKIN)
    return [
        Part(lanes, stars.select(lanes).changed(partial(trimmed, group=group)), sizes)
        for group, lanes in groups(stars.star)
    ]


def collocation_nodes(stars: TrialStars, orders: float, *, buoyant: bool) -> Nodes:
    """Where the equations of stars are collocated.

    One element of many nodes costs less than two of fewer, if it shows the turns of the waves.

    Parameters
    ----------
    orders : highest radial order asked for
    buoyant : whether modes are asked for that turn where no sound does
    """
    own = stars.star.mesh.basis.size
    needed = math.ceil(_turns(orders) / PER_NODE) + OF_WHOLE.spare
    needed = max(needed + needed % 2, own if buoyant else FEWEST)
    if stars.star.mesh.elements == 1 and needed <= own + EXTRA:
        return Nodes(tuple(needed + more for more in WHOLE), OF_WHOLE)
    first = min(needed, own - FEWER)
    return Nodes((first, *(own + more for more in FINER)), COLLOCATION)


def shortened(
    stars: TrialStars,
    orders: float,
    accuracy: float,
    nodes: int,
    demand: Demand = COLLOCATION,
) -> TrialStars:
    """The same stars on elements for their modes.

    Parameters
    ----------
    orders : highest radial order asked for
    accuracy : relative, asked for
    nodes : of an element
    demand : of the matrices
    """
    for _ in range(ROUNDS):
        marked = _too_long(stars.star, orders, accuracy, nodes, demand)
        if not bool(marked.any()):  # host check: is there anything to cut
            break
        stars = stars.changed(partial(cut, marked=marked))
    if stars.star.mesh.elements <= MANY:
        return stars
    return stars.changed(partial(cut, marked=_to_a_multiple(stars.star, nodes)))


def _to_a_multiple(star: NodeStar, nodes: int) -> Tensor:
    """Elements whose cuts make their number a multiple, [lane, element]."""
    count = star.live.sum(dim=1, keepdim=True)
    missing = torch.where(count > MANY, -count % MULTIPLE, 0)
    order = _phases(_on(star, nodes))[: star.lanes].argsort(dim=1, descending=True, stable=True)
    return (order.argsort(dim=1) < missing) & star.live


def _too_long(star: NodeStar, orders: float, accuracy: float, nodes: int, demand: Demand) -> Tensor:
    """Elements that modes want shorter, [lane, element]."""
    whole = _on(star, nodes)
    rough = _unresolved(whole) > demand.tail * min(accuracy, demand.coarsest)
    waves = _phases(whole) * _turns(orders)
    return (whole.live & (rough | (waves > _shown(nodes, demand))))[: star.lanes]


def _turns(orders: float) -> float:
    """Phase of the highest wave asked for through a star."""
    return (orders + BEYOND) * math.pi


def _shown(nodes: int, demand: Demand) -> float:
    """Phase that the nodes of an element can show."""
    return PER_NODE * (nodes - demand.spare)


def _on(star: NodeStar, nodes: int) -> NodeStar:
    """The stars on so many nodes an element, in whole tiles."""
    points = basis(nodes, star.mesh.basis.name).to(star.x_ratio.device)
    return star.in_whole_tiles().on(points)


def _unresolved(star: NodeStar) -> Tensor:
    """Last coefficients of what compresses an element, by its density, [lane, element]."""
    at = star.fields
    softness = at.speed * at.r_squared * at.exp_minus_lam.sqrt() / (at.pull * at.cs2)
    # at a surface where matter ends the factor is infinite, and what is regular there is density
    empty = ~softness.isfinite().all(dim=2, keepdim=True)
    seen = torch.where(empty, at.enthalpy, softness)
    size = seen.abs().amax(dim=2)
    last = (seen @ _last_coefficients(star).mT).abs().sum(dim=2)
    density = at.enthalpy.amax(dim=2)
    share = density / density.amax(dim=1, keepdim=True)
    relative = torch.where(size > 0.0, last / torch.where(size > 0.0, size, 1.0), 0.0)
    return relative * torch.where(empty[..., 0], share, share.sqrt())


def _last_coefficients(star: NodeStar) -> Tensor:
    """Rows that give the last Chebyshev coefficients of an element, [coefficient, node]."""
    xi = star.mesh.basis.nodes.clamp(-1.0, 1.0)
    degrees = torch.arange(xi.shape[0], dtype=xi.dtype, device=xi.device)
    return torch.linalg.inv(torch.cos(torch.outer(xi.acos(), degrees)))[-LAST:]


def _phases(star: NodeStar) -> Tensor:
    """Shares of the elements in the time of sound through the star, [lane, element]."""
    at = star.fields
    radius = at.r_squared.sqrt()
    speed = (at.cs2 * at.exp_nu * at.exp_minus_lam).sqrt()
    middle = 0.5 * (speed[..., 1:] + speed[..., :-1])
    times = torch.where(middle > 0.0, radius.diff(dim=2) / middle, 0.0).sum(dim=2)
    times = torch.where(star.live, times, 0.0)
    return times / times.cumsum(dim=1)[:, -1:]

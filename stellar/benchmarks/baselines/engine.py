"""The engine: collocation of all stars at once, by the chord method and by full Newton."""

from torch import Tensor

from parode_core.families import chord
from parode_core.families.atlas import Atlas
from parode_core.families.chord import Chord
from parode_core.solvers import newton
from parode_core.solvers.newton import Newton
from stellar.benchmarks.baselines.method import Method, Solver
from stellar.stars.collocation.polytropes import (
    POLYTROPES,
    Polytropes,
    bulk,
    one_element,
    polytrope_chart,
)

SPACING = (0.1, 0.2)
NODES = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24)


def _tolerance(nodes: int) -> float:
    """Where iterations end: somewhat below what so many nodes leave out."""
    return 10.0 ** -(1.0 + 0.5 * nodes)


def _atlas(nodes: int) -> Atlas:
    return Atlas(POLYTROPES, polytrope_chart(one_element(nodes), SPACING))


def _by_chord(atlas: Atlas, nodes: int, members: Polytropes) -> Tensor:
    lanes, method = members.h_c.shape[0], Chord(_tolerance(nodes))
    return bulk(chord.solve(atlas, members, one_element(nodes), lanes, method=method), members).mass


def _warm(nodes: float) -> Solver:
    atlas = _atlas(int(nodes))
    return lambda members: _by_chord(atlas, int(nodes), members)


def _cold(nodes: float) -> Solver:
    return lambda members: _by_chord(_atlas(int(nodes)), int(nodes), members)


def _newton(nodes: float) -> Solver:
    elements, method = one_element(int(nodes)), Newton(_tolerance(int(nodes)))

    def solve(members: Polytropes) -> Tensor:
        lanes = members.h_c.shape[0]
        return bulk(newton.solve(POLYTROPES, members, elements, lanes, method=method), members).mass

    return solve


WARM = Method("chord, atlas kept", "nodes", NODES, _warm, most=65536, kind="engine")
COLD = Method("chord, atlas built anew", "nodes", NODES, _cold, most=65536, kind="engine")
NEWTON = Method("Newton, batched LU", "nodes", NODES, _newton, most=4096, kind="engine")

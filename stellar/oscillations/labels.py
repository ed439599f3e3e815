"""Names of modes: f, p_n, g_n, i_k from node counts and energies, w_n and wII_n from damping.

Fluid modes. Follow the angle of the pair (W, V), radial and tangential displacement, through the
star: a zero of W counts +1 where the pair turns as in a sound wave and -1 where it turns as in a
gravity wave (Eckart 1960; Scuflaire 1974; Osaki 1975). This signed count rises by one from each
mode to the next higher one, whereas the plain number of zeros of W need not:

    signed count  0   the f-mode
    signed count +n   p_n
    signed count < 0  held up by buoyancy: g-modes, and one i-mode for each density jump

Buoyancy acts in the bulk (N^2 > 0) and at density jumps. The i-mode of a jump is the mode below
f with the largest share of its buoyancy energy there; jumps are numbered from the surface
inwards, the order of `ColdEOS.transitions`, so that a label survives when a heavier star of the
sequence gains a jump at its centre. The modes below f that are left are g_1, g_2, ... downwards.

w-modes. Sorted by Re omega, a root more strongly damped than some root to its right is an
interface mode: wII_1, wII_2, ... from right to left; the rest are w_1, w_2, ... from the left.
"""

from collections.abc import Sequence
from functools import lru_cache
from operator import lt
from typing import NamedTuple

# A jump so small that no mode found puts a tenth of its buoyancy there has no i-mode of its own.
SMALLEST_SHARE = 0.1


class FluidMode(NamedTuple):
    """What a label is made from.

    omega : Re omega, any unit
    nodes : zeros of W in 0 < r < R
    signed_nodes : the same zeros counted with their sense of rotation
    interface_shares : share of the buoyancy energy at each density jump, surface inwards
    """

    omega: float
    nodes: int
    signed_nodes: int
    interface_shares: tuple[float, ...] = ()


class Label(NamedTuple):
    """Name of one mode; `note` says what is unusual about it, empty in the plain case."""

    family: str
    n: int
    label: str
    note: str = ""


def label_name(family: str, n: int) -> str:
    """f, p1, g2, i1, w1, F, H1: the text of a label."""
    if family == "f":
        return "f"
    if family == "radial":
        return "F" if n == 0 else f"H{n}"
    return f"{family}{n}"


def label_fluid(modes: Sequence[FluidMode]) -> list[Label]:
    """Label the fluid modes of one star and one degree.

    The modes may come in any order and may be a part of the spectrum, as long as no g-mode is
    missing between f and the lowest one given where the star has density jumps.

    Returns
    -------
    One label per mode, in the order given.
    """
    ranks = _ranks(modes)
    jump_of = _interface_modes(modes, ranks)
    labels = []
    for index, (mode, rank) in enumerate(zip(modes, ranks, strict=True)):
        if rank >= 0:
            labels.append(_held_by_pressure(rank, mode.nodes, mode.signed_nodes))
            continue
        if index in jump_of:
            family, n = "i", jump_of[index] + 1
        else:
            above = sum(1 for other in jump_of if ranks[other] > rank)
            family, n = "g", -rank - above
        note = _note(mode, rank, family, n)
        labels.append(Label(family, n, label_name(family, n), note))
    return labels


@lru_cache(maxsize=1024)
def _held_by_pressure(rank: int, nodes: int, signed_nodes: int) -> Label:
    """f and p_n; thousands of stars have the same."""
    family = "p" if rank else "f"
    note = _note(FluidMode(0.0, nodes, signed_nodes), rank, family, rank)
    return Label(family, rank, label_name(family, rank), note)


def _ranks(modes: Sequence[FluidMode]) -> list[int]:
    """Place of each mode counted from f: the signed count, if it rises with frequency."""
    order = sorted(range(len(modes)), key=[mode.omega for mode in modes].__getitem__)
    counts = [modes[k].signed_nodes for k in order]
    if all(map(lt, counts, counts[1:])):
        return [mode.signed_nodes for mode in modes]
    # Counts that repeat come from modes in resonance. Their order still tells: count from the
    # place of f that agrees with most of them.
    offsets = [count - place for place, count in enumerate(counts)]
    offset = max(set(offsets), key=lambda value: (offsets.count(value), -abs(value)))
    ranks = [0] * len(modes)
    for place, k in enumerate(order):
        ranks[k] = place + offset
    return ranks


def _interface_modes(modes: Sequence[FluidMode], ranks: Sequence[int]) -> dict[int, int]:
    """Index of mode -> index of the jump it belongs to, the largest shares first."""
    if not ranks or min(ranks) >= 0:
        return {}
    pairs = sorted(
        (
            (share, index, jump)
            for index, (mode, rank) in enumerate(zip(modes, ranks, strict=True))
            if rank < 0
            for jump, share in enumerate(mode.interface_shares)
            if share >= SMALLEST_SHARE
        ),
        reverse=True,
    )
    jump_of: dict[int, int] = {}
    for _, index, jump in pairs:
        if index not in jump_of and jump not in jump_of.values():
            jump_of[index] = jump
    return jump_of


def _note(mode: FluidMode, rank: int, family: str, n: int) -> str:
    if mode.signed_nodes != rank:
        return (
            f"The signed node count is {mode.signed_nodes}; the label follows the order of "
            "frequencies."
        )
    if family == "i":
        share = mode.interface_shares[n - 1]
        if share < 0.5:
            return f"Mixed with g-modes: {share:.0%} of the buoyancy energy is at the jump."
        return ""
    if mode.nodes != n:
        return f"W has {mode.nodes} nodes; the label follows the signed node count."
    return ""


def label_w(omegas: Sequence[complex]) -> list[Label]:
    """Label space-time modes by the damping rule of the module docstring.

    Parameters
    ----------
    omegas : all roots of one star and degree in a strip from Re omega = 0, damping Im > 0

    Returns
    -------
    One label per root, in the order given; the family is `w` for wII too.
    """
    order = sorted(range(len(omegas)), key=lambda k: omegas[k].real)
    ordinary, interface = [], []
    weakest = float("inf")
    for k in reversed(order):
        if omegas[k].imag > weakest:
            interface.append(k)
        else:
            ordinary.append(k)
        weakest = min(weakest, omegas[k].imag)
    labels = [Label("w", 0, "")] * len(omegas)
    for n, k in enumerate(reversed(ordinary), start=1):
        labels[k] = Label("w", n, f"w{n}")
    for n, k in enumerate(interface, start=1):
        labels[k] = Label("w", n, f"wII{n}")
    return labels


def expected_labels(
    families: Sequence[str], n_max: int, stratified: bool, number_of_jumps: int
) -> list[Label]:
    """Rows that a request with `n_max` means, in the order f, p, g, i, w, radial.

    A star has g-modes only if it is stratified, and one i-mode for each density jump inside it;
    for w these are w1..wN: interface modes found among them are extra rows.
    """
    orders = {
        "f": range(1),
        "p": range(1, n_max + 1),
        "g": range(1, n_max + 1) if stratified else range(0),
        "i": range(1, min(n_max, number_of_jumps) + 1),
        "w": range(1, n_max + 1),
        "radial": range(n_max + 1),
    }
    return [
        Label(family, n, label_name(family, n))
        for family, members in orders.items()
        if family in families
        for n in members
    ]

"""How finely the modes of a star are resolved, and how many stars stand in one batch of matrices.

A pencil has as many trial functions an element as the star has nodes. The stars whose modes are
not all found, or not to the accuracy asked for, are solved again with more: each star on its own
account, so that none feels another.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from torch import Tensor

from parode_core.bases import Basis, basis
from parode_core.lanes import TILE
from parode_core.status import Status
from stellar.oscillations.mode import FLUID, Mode, ModeSearch
from stellar.oscillations.nodal_star import NodeStar, node_star
from stellar.oscillations.radial_pencil import COARSER
from stellar.parode.graded_stars import graded
from stellar.stars.collocation.nodal_star import NodalStar

MORE = (0, 12, 32)  # trial functions of a pencil beyond the nodes of the star
SPARING = (-4, *MORE)  # the same of large pencils, which converge fast
ROOM = 2**22  # numbers in the matrices of a batch, 34 MB; a few such are held at once
COPIES = 2  # of symmetric matrices of elements, beyond one
BATCH = 6 * TILE  # stars of a batch
VAGUE = 0.01  # relative error of a damping that may want more trial functions
FAINTEST = 1e-13  # of Re omega: more trial functions do not tell a weaker damping better
SENSITIVITY = 10.0  # of high modes to the errors of their star


@dataclass(frozen=True, eq=False)
class TrialStars:
    """Stars of one layout whose modes are looked for, at most a batch of them.

    star : on their nodes;  coarse : gives `rough`, which not all modes need
    widths : relative errors of frequencies by those of their stars
    """

    star: NodeStar
    coarse: Callable[[], NodeStar]
    widths: tuple[float, ...]

    @cached_property
    def rough(self) -> NodeStar:
        """The stars on fewer nodes, by which errors of pencils are told."""
        return self.coarse()

    def select(self, lanes: Tensor) -> "TrialStars":
        """The stars with these indices."""
        widths = tuple(self.widths[lane] for lane in lanes.tolist())
        return TrialStars(self.star.select(lanes), lambda: self.rough.select(lanes), widths)

    def changed(self, change: Callable[[NodeStar], NodeStar]) -> "TrialStars":
        """The same stars on other elements."""
        return TrialStars(change(self.star), lambda: change(self.rough), self.widths)


def batches(
    lanes: Tensor, star: NodalStar, widths: dict[int, float]
) -> Iterator[tuple[list[int], TrialStars]]:
    """The stars of one layout, in batches of at most `BATCH`, with their places.

    Parameters
    ----------
    lanes : the place of each star, [lane]
    widths : relative errors of frequencies by those of the stars wanted, by place
    """
    chosen = [index for index, place in enumerate(lanes.tolist()) if place in widths]
    points = basis(star.mesh.basis.size - COARSER, star.mesh.basis.name).to(lanes.device)
    for start in range(0, len(chosen), BATCH):
        part = torch.tensor(chosen[start : start + BATCH], device=lanes.device)
        stars = graded(node_star(star.select(part)))
        places = lanes[part].tolist()
        coarse = partial(_on_fewer, stars, points)
        yield places, TrialStars(stars, coarse, tuple(widths[place] for place in places))


def _on_fewer(stars: NodeStar, points: Basis) -> NodeStar:
    own = torch.arange(stars.lanes, device=stars.x_ratio.device)
    return stars.in_whole_tiles().on(points).select(own)


def pencil_sizes(stars: TrialStars, more: tuple[int, ...] = MORE) -> tuple[int, ...]:
    """Trial functions an element of the pencils of some stars, one attempt after another."""
    return tuple(stars.star.mesh.basis.size + extra for extra in more)


def width_by_star(mass: float, radius: float, mass_err: float, radius_err: float) -> float:
    """Relative error of frequencies by those of their star.

    What a crust is off by hardly shows in the radius, but in high modes.
    """
    return SENSITIVITY * (mass_err / mass + radius_err / radius)


def refined(
    stars: TrialStars,
    numbers: Callable[[int], int],
    attempt: Callable[[TrialStars, int], list[ModeSearch]],
    accuracy: float,
    sizes: tuple[int, ...],
) -> list[ModeSearch]:
    """Search the modes of every star, with more trial functions where the first do not suffice.

    Parameters
    ----------
    numbers : in the matrices of a star, by the number of trial functions
    attempt : the searches of some stars with a number of trial functions
    accuracy : relative, that the frequencies shall have
    sizes : numbers of trial functions, of one attempt after another
    """
    found: dict[int, ModeSearch] = {}
    waiting = list(range(stars.star.lanes))
    for size in sizes:
        if not waiting:
            break
        lanes = torch.tensor(waiting, device=stars.star.x_ratio.device)
        for part in lanes.split(max(1, ROOM // numbers(size))):
            searches = attempt(stars.select(part), size)
            for lane, search in zip(part.tolist(), searches, strict=True):
                found[lane] = _better(found.get(lane), search, accuracy)
        # what is faint is looked at once more: it may be resolution that it lacks
        sharp = size == sizes[0]
        waiting = [
            lane
            for lane in waiting
            if not _suffices(found[lane], accuracy) or (sharp and _vague(found[lane]))
        ]
    return [found[lane] for lane in range(stars.star.lanes)]


def _better(before: ModeSearch | None, now: ModeSearch, accuracy: float) -> ModeSearch:
    """The search with more good modes, or with more modes, or with smaller errors.

    A list that was shown to be complete once remains so.
    """
    if before is None:
        return now
    kept = max(now, before, key=lambda search: _merit(search, accuracy))
    shown = before.complete and _labels(before) == _labels(kept)
    return replace(kept, complete=True, message=before.message) if shown else kept


def _merit(search: ModeSearch, accuracy: float) -> tuple[int, int, float]:
    errors = [mode.omega_re_err / abs(mode.omega) for mode in search.modes if mode.omega]
    return well(search, accuracy), len(search.modes), -max(errors, default=0.0)


def _labels(search: ModeSearch) -> set[str]:
    return {mode.label for mode in search.modes}


def well(search: ModeSearch, accuracy: float) -> int:
    """How many modes a search found to a relative accuracy, their damping to ten times that."""
    return sum(_is_known(mode, accuracy) for mode in search.modes)


def _is_known(mode: Mode, accuracy: float) -> bool:
    return _within(mode, accuracy, mode.omega_re_err, mode.omega_im_err)


def _within(mode: Mode, accuracy: float, re_err: float, im_err: float) -> bool:
    # a damping that is not known is one that vanishes as far as one can tell
    known = 0.0 if math.isnan(mode.omega.imag) else abs(mode.omega.imag)
    damping = max(10.0 * accuracy * known, FAINTEST * mode.size)
    return re_err <= accuracy * mode.size and not im_err > damping


def _suffices(search: ModeSearch, accuracy: float) -> bool:
    """Whether nothing is left that more trial functions might mend."""
    done = search.complete or search.exhausted
    return done and all(
        _is_known(mode, accuracy) or not _within(mode, accuracy, mode.outside_err, mode.outside_err)
        for mode in search.modes
    )


def _vague(search: ModeSearch) -> bool:
    """Whether a damping by radiation is hardly known."""
    return any(
        mode.status is Status.BELOW_NOISE_FLOOR or mode.omega_im_err > VAGUE * abs(mode.omega.imag)
        for mode in search.modes
        if mode.family in FLUID and mode.gravity == "full"
    )

"""What modes amount to: energy, luminosity, the frequency of their shape, and their curves."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from parode_core import Status
from parode_core.lanes import several
from stellar.oscillations.cowling_eigenfunctions import cowling_eigenfunctions
from stellar.oscillations.eigenfunctions import Numbers
from stellar.oscillations.full_gr.eigenfunctions import (
    eigenfunctions_inside,
    quasinormal_eigenfunctions,
)
from stellar.oscillations.full_gr.interior.responses import Part
from stellar.oscillations.mode import Curves, Mode, ModeSearch
from stellar.oscillations.nodal_star import NodeStar
from stellar.oscillations.radial_eigenfunctions import RadialModes, radial_eigenfunctions
from stellar.parode.trials import COPIES, ROOM, TrialStars

NO_SHAPE = "Its displacement could not be computed."
MORE_NODES = 4  # of an element than the stars have
WEAK = 1e-6  # Im/Re below which the energy of a mode is all that is to be radiated
BESIDE = 4.0  # how much more the surface moves in the next mode of the same kind, at most
OF_STAR = 30.0  # what an energy is off by with its star, of what the frequency is
ROUNDING = 3e-9  # relative, of an energy

Places = list[tuple[int, int]]  # of modes: number of the star, number in its search
Spectra = Sequence[Part]  # the interiors in full general relativity
Found = Iterator[tuple[list[int], Numbers, Callable[[], dict[str, Tensor]]]]


def looked_into(
    stars: TrialStars,
    l: int,
    searches: list[ModeSearch],
    gravity: str,
    *,
    keep: bool,
    spectra: Spectra = (),
) -> list[ModeSearch]:
    """The same searches with what their modes amount to.

    Parameters
    ----------
    searches : of every star, for one degree;  l : 0 for radial modes
    keep : whether the curves are kept
    spectra : of the interiors in full general relativity, where they are at hand
    """
    places = [
        (star, number)
        for star, search in enumerate(searches)
        for number, mode in enumerate(search.modes)
        if math.isfinite(mode.omega.real) and (keep or mode.family != "w")
    ]
    told = {star: list(search.modes) for star, search in enumerate(searches)}
    if places:
        modes = [told[star][number] for star, number in places]
        for own, numbers, curves in _solved(stars.star, l, places, modes, gravity, spectra):
            lanes = [places[k][0] for k in own]
            drawn = _drawn(stars.star, lanes, curves()) if keep else [None] * len(own)
            rows = zip(own, _rows(numbers), drawn, strict=True)
            for k, row, curve in rows:
                star, number = places[k]
                told[star][number] = _told(told[star][number], row, curve)
    return [
        replace(search, modes=tuple(_checked(mode) for mode in told[star]))
        for star, search in enumerate(searches)
    ]


def _solved(
    star: NodeStar, l: int, places: Places, modes: list[Mode], gravity: str, spectra: Spectra
) -> Found:
    """Some of the modes by number, what they amount to, and how their curves are made."""
    device = star.x_ratio.device
    lane = torch.tensor([one for one, _ in places], device=device)
    size = star.mesh.basis.size + MORE_NODES
    if l == 0:
        yield from _radial(star, lane, [mode.n for mode in modes], size)
    elif gravity == "cowling":
        known = torch.tensor([mode.omega.real for mode in modes], dtype=torch.float64).to(device)
        for own, found in cowling_eigenfunctions(star, l, lane, known, size):
            yield own.tolist(), found.numbers, found.curves
    else:
        omega = torch.tensor([_known(mode.omega) for mode in modes], dtype=torch.complex128)
        omega = omega.to(device)
        solved = (
            eigenfunctions_inside(spectra, l, lane, omega)
            if spectra
            else quasinormal_eigenfunctions(star, l, lane, omega, size)
        )
        for own, found in solved:
            yield own.tolist(), found.numbers, found.curves


def _radial(star: NodeStar, lane: Tensor, order: list[int], size: int) -> Found:
    at_once = max(1, ROOM // (COPIES * star.mesh.elements * size**2))
    most = max(order) + 1
    numbered = torch.tensor(order, device=lane.device)
    for part in torch.arange(star.lanes, device=lane.device).split(at_once):
        own = torch.isin(lane, part).nonzero()[:, 0]
        if own.numel():
            found = radial_eigenfunctions(star.select(several(part)), most, size)
            at = (lane[own] - part[0], numbered[own])
            yield own.tolist(), found.numbers.select(at), partial(_radial_curves, found, at)


def _radial_curves(found: RadialModes, at: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    return {name: part.movedim(3, 1)[at] for name, part in found.curves().items()}


def _known(omega: complex) -> complex:
    """A damping that is not known does not matter inside of the star."""
    return omega if math.isfinite(omega.imag) else complex(omega.real, 0.0)


def _rows(numbers: Numbers) -> list[tuple[float, ...]]:
    columns = (
        numbers.energy, numbers.luminosity, numbers.omega.real, numbers.excess,
        numbers.shaped, *numbers.surface,
    )  # fmt: skip
    return list(zip(*(part.tolist() for part in columns), strict=True))


def _told(mode: Mode, row: tuple[float, ...], curves: Curves | None) -> Mode:
    if mode.family == "w":
        return mode._replace(curves=curves)
    energy, luminosity, stationary, excess, *shape = row
    off = energy_off(mode, *shape)
    if mode.omega.imag >= WEAK * mode.omega.real:
        lost = off + abs(excess)
    else:
        # what the damping takes away; a weak wave at the surface is what others leave of each other
        luminosity = 2.0 * energy * mode.omega.imag
        lost = off + mode.omega_im_err / abs(mode.omega.imag) if mode.omega.imag else 0.0
    return mode._replace(
        energy=energy,
        energy_err=off * abs(energy),
        energy_by_star=OF_STAR * shape[-1],
        luminosity=luminosity,
        luminosity_err=lost * abs(luminosity),
        stationary=stationary,
        curves=curves,
    )


def energy_off(mode: Mode, shaped: float, mixed: float, apart: float, hidden: float) -> float:
    """Relative error of an energy at unit amplitude: twice that of how far the surface moves.

    shaped, mixed, apart, hidden : of `Numbers` and its `Surface`
    """
    if not (mode.size and mode.apart):  # nothing is known of what stands still or is two modes
        return math.inf
    known = math.hypot(mode.omega_re_err, mode.omega_im_err if mode.l == 0 else 0.0) / mode.size
    if mode.l == 0:
        # omega^2 of the pencil is off by the square of what its shape is off by
        shaped = math.sqrt(mode.residual * mode.apart)
    off = BESIDE * shaped / mode.apart + mixed / max(mode.apart, apart)
    return 2.0 * off + OF_STAR * hidden * known + ROUNDING


def _checked(mode: Mode) -> Mode:
    """A mode that should have an energy and has none says so."""
    numbers = (mode.energy, mode.stationary)
    if mode.family == "w" or mode.status is not Status.OK or all(map(math.isfinite, numbers)):
        return mode
    message = f"{mode.message} {NO_SHAPE}".strip()
    return mode._replace(status=Status.ACCURACY_NOT_REACHED, message=message)


def _drawn(star: NodeStar, lanes: list[int], curves: dict[str, Tensor]) -> list[Curves]:
    """Curves [mode, element, node] as arrays from the centre to the surface."""
    whole = curves["radius"].shape[1] == star.mesh.elements
    drawn = []
    for number, lane in enumerate(lanes):
        live = star.live[lane] if whole else slice(None)
        drawn.append(
            {name: part[number][live].flatten().cpu().numpy() for name, part in curves.items()}
        )
    return drawn

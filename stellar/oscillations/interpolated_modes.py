"""The spectra of stars between those of a stretch of a sequence whose spectra are known.

A star has one only if both its neighbours have all of its modes, under the same names and with the
same nodes, if no search missed a mode, and if each number is told to the accuracy asked for: labels
change where modes come close to each other, and what happens there is not interpolated.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from parode_core import Status
from stellar.oscillations.curve_numbers import Between, CurveNumbers, curve_numbers
from stellar.oscillations.mode import Mode, ModeSearch, radial_mode
from stellar.oscillations.mode_stretch import ModeStretch, Solved

WELL = (Status.OK, Status.BELOW_NOISE_FLOOR)

Spectrum = dict[int, ModeSearch]  # by degree; 0 is the radial one


def interpolated_spectra(
    stretch: ModeStretch, solved: Solved, stars: Between, accuracy: float
) -> list[Spectrum | None]:
    """The spectra of stars on a stretch; None for a star that is not told to the accuracy.

    Parameters
    ----------
    solved : the stars that the stretch goes through, their modes with energies
    accuracy : relative, of frequencies

    Returns
    -------
    Searches by degree. The residual of a mode is the largest of the stars that its curve goes
    through; its message says that it is interpolated.
    """
    last = stretch.h_c.size - 2
    gap = np.clip(np.searchsorted(stretch.h_c, stars.h_c) - 1, 0, last)
    nodes = np.stack([solved.mass, solved.radius])
    numbers = [
        curve_numbers(stretch, curve, nodes, stars, accuracy) for curve in range(len(stretch.modes))
    ]
    found: list[Spectrum | None] = [None] * stars.h_c.size
    for number in np.unique(gap).tolist():
        around = _same_on_both_sides(stretch, solved, number)
        if around is None:
            continue
        told = gap == number
        for search, curves in around.values():
            for mode, curve in zip(search.modes, curves, strict=True):
                faint = math.isnan(mode.omega.imag)  # so that there is no damping to be told
                told &= numbers[curve].known & (faint | numbers[curve].damped)
        for star in np.flatnonzero(told).tolist():
            found[star] = {
                degree: _search(stretch, search, [(k, numbers[k]) for k in curves], star)
                for degree, (search, curves) in around.items()
            }
    return found


def _same_on_both_sides(
    stretch: ModeStretch, solved: Solved, gap: int
) -> dict[int, tuple[ModeSearch, list[int]]] | None:
    """By degree the search of one neighbour and the curves of its modes; None if they differ."""
    around = {}
    for degree, left in solved.searches[gap].items():
        right = solved.searches[gap + 1][degree]
        named = {mode.label: mode for mode in right.modes}
        proven = left.complete and right.complete and left.message == right.message
        if not proven or named.keys() != {mode.label for mode in left.modes}:
            return None
        curves = [_curve(stretch, gap, mode, named[mode.label]) for mode in left.modes]
        if -1 in curves:
            return None
        around[degree] = left, curves
    return around


def _curve(stretch: ModeStretch, gap: int, left: Mode, right: Mode) -> int:
    """The curve of a mode that is the same in two neighbouring stars, -1 for none."""
    same = (left.nodes, left.status, left.message) == (right.nodes, right.status, right.message)
    if not same or left.status not in WELL:
        return -1
    for curve, modes in enumerate(stretch.modes):
        if modes[gap] is left and modes[gap + 1] is right:
            return curve
    return -1


def _search(
    stretch: ModeStretch, search: ModeSearch, curves: Sequence[tuple[int, CurveNumbers]], star: int
) -> ModeSearch:
    """The search of a star that has the modes of its neighbour, with numbers of its own."""
    modes = []
    for mode, (curve, numbers) in zip(search.modes, curves, strict=True):
        own = _mode(mode, numbers, star)
        said = f"Interpolated along the sequence through {stretch.h_c.size} stars."
        residual = max(each.residual for each in stretch.modes[curve])
        message = f"{own.message} {said}".strip()
        modes.append(own._replace(residual=residual, message=message))
    return replace(search, modes=tuple(modes))


def _mode(mode: Mode, numbers: CurveNumbers, star: int) -> Mode:
    """A mode with the numbers of another star."""
    at = {name: float(column[star]) for name, column in numbers._asdict().items()}
    if mode.l == 0:
        own = radial_mode(
            mode.n, at["frequency"], at["frequency_err"], residual=mode.residual, nodes=mode.nodes
        )
        return own._replace(
            energy=at["energy"],
            energy_err=at["energy_err"],
            luminosity=0.0,
            luminosity_err=0.0,
            stationary=at["stationary"],
        )
    faint = math.isnan(mode.omega.imag)
    return mode._replace(
        omega=complex(at["frequency"], math.nan if faint else at["damping"]),
        omega_re_err=at["frequency_err"],
        omega_im_err=math.nan if faint else at["damping_err"],
        energy=at["energy"],
        energy_err=at["energy_err"],
        luminosity=math.nan if faint else at["luminosity"],
        luminosity_err=math.nan if faint else at["luminosity_err"],
        stationary=at["stationary"],
    )

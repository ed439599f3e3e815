"""Propagation diagram: where in a star its modes travel as sound or by buoyancy.

Buoyancy and Lamb frequencies against r/R; a mode is a level line, strong where its waves travel.
The shaded cavities are those of the lowest degree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stellar.plots.canvas import COLOURS, panels
from stellar.plots.cavities import Cavities
from stellar.plots.margin import label_curves

_SIZE = (7.6, 5.2)
_DEGREE_COLOURS = {1: COLOURS[3], 2: COLOURS[0], 3: COLOURS[1], 4: COLOURS[2]}
_LOWEST_HZ, _HIGHEST_HZ = 20.0, 3e4  # shown at least up to here, and from here where modes allow
_ROOM = 1.6  # factor between the outermost mode and the frame


@dataclass(frozen=True)
class ModeLine:
    """One mode of the star."""

    l: int
    label: str
    frequency_hz: float


def figure(star: str, shown: Cavities, modes: Sequence[ModeLine] = ()) -> Any:
    """The figure; InputError without matplotlib.

    star : what to call the star;  modes : drawn as level lines
    """
    drawn, (axis,) = panels(1, 1, _SIZE)
    frequencies = [mode.frequency_hz for mode in modes if mode.frequency_hz > 0.0]
    bottom = min([_LOWEST_HZ, *(frequency / _ROOM for frequency in frequencies)])
    top = max([_HIGHEST_HZ, *(frequency * _ROOM for frequency in frequencies)])
    axis.set(xlim=(0.0, 1.0), ylim=(bottom, top), yscale="log")
    axis.set(xlabel="$r/R$", ylabel="frequency seen from infinity [Hz]", title=star)
    _shade(axis, shown, bottom, top)
    _draw_characteristic(axis, shown)
    for mode in modes:
        _draw_mode(axis, shown, mode)
    several = len({mode.l for mode in modes}) > 1
    label_curves(
        axis,
        [
            (
                f"{mode.label}, l={mode.l}" if several else mode.label,
                mode.frequency_hz or np.nan,
                _DEGREE_COLOURS[mode.l],
            )
            for mode in modes
        ],
    )
    drawn.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    return drawn


def _shade(axis: Any, shown: Cavities, bottom: float, top: float) -> None:
    lowest = min(shown.lamb)
    lamb, buoyancy = shown.lamb[lowest], np.maximum(shown.buoyancy, 0.0)
    upper = np.clip(np.maximum(lamb, buoyancy), bottom, top)
    lower = np.clip(np.minimum(lamb, buoyancy), bottom, top)
    style = {"linewidth": 0, "zorder": 0}
    label = f"sound travels, l = {lowest}"
    axis.fill_between(shown.place, upper, top, color=COLOURS[5], alpha=0.22, label=label, **style)
    if np.any(lower > bottom):
        label = f"buoyancy waves travel, l = {lowest}"
        axis.fill_between(
            shown.place, bottom, lower, color=COLOURS[4], alpha=0.3, label=label, **style
        )


def _draw_characteristic(axis: Any, shown: Cavities) -> None:
    for l, lamb in shown.lamb.items():
        label = rf"$S_{l}/2\pi$"
        axis.plot(shown.place, lamb, color=_DEGREE_COLOURS[l], linewidth=1.3, label=label)
    for sign, style, label in ((1.0, "-", r"$N/2\pi$"), (-1.0, ":", r"$|N|/2\pi$, unstable")):
        values = np.where(sign * shown.buoyancy > 0.0, np.abs(shown.buoyancy), np.nan)
        if np.any(np.isfinite(values)):
            axis.plot(shown.place, values, color="0.1", linestyle=style, linewidth=1.5, label=label)
    for number, place in enumerate(shown.jumps):
        label = None if number else "jump of density"
        axis.axvline(place, color="0.55", linestyle="-.", linewidth=0.9, label=label)


def _draw_mode(axis: Any, shown: Cavities, mode: ModeLine) -> None:
    colour = _DEGREE_COLOURS[mode.l]
    axis.axhline(mode.frequency_hz, color=colour, linewidth=0.8, linestyle=(0, (1, 2)), alpha=0.8)
    level = np.where(shown.travels(mode.frequency_hz, mode.l), mode.frequency_hz, np.nan)
    axis.plot(shown.place, level, color=colour, linewidth=2.2, alpha=0.8, solid_capstyle="butt")

"""Eigenfunctions of modes along the radius: displacement, compression, metric.

Amplitudes are those of the result file, where the radial displacement of the surface is R. The
imaginary part is dotted where it can be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.plots.canvas import COLOURS, panels
from stellar.results.results import Table

Array = NDArray[np.float64]

MOST_MODES = len(COLOURS)
_PANEL_SIZE = (4.6, 3.6)
_SEEN = 5e-3  # imaginary part over the largest value of a panel that is worth a line
_PANELS = (
    (
        "displacement / R",
        (
            ("radial_displacement", r"$\xi_r$", "-"),
            ("tangential_displacement", r"$\xi_\perp$", "--"),
        ),
    ),
    (r"compression $\Delta n/n$", (("density_change", r"$\Delta n/n$", "-"),)),
    (
        "metric",
        (
            ("metric_h0", r"$r^l H_0$", "-"),
            ("metric_h1", r"$r^l H_1$", (0, (5, 1.5, 1, 1.5))),
            ("metric_k", r"$r^l K$", "--"),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """One mode: what to call it, and its columns of the table `eigenfunctions`."""

    title: str
    columns: Table


def figure(modes: Sequence[Shown]) -> Any:
    """The figure of some modes of a star; InputError without matplotlib."""
    present = [
        (title, [curve for curve in curves if any(f"{curve[0]}_re" in m.columns for m in modes)])
        for title, curves in _PANELS
    ]
    present = [(title, curves) for title, curves in present if curves]
    drawn, axes = panels(1, len(present), _PANEL_SIZE)
    for axis, (title, curves) in zip(axes, present, strict=True):
        for number, mode in enumerate(modes):
            _draw_mode(axis, mode.columns, curves, COLOURS[number])
        axis.axhline(0.0, color="0.5", linewidth=0.8, zorder=0)
        axis.set(xlim=(0.0, 1.0), xlabel="$r/R$", ylabel=title)
        if len(curves) > 1:
            for _, symbol, style in curves:
                axis.plot([], [], color="0.2", linestyle=style, label=symbol)
            axis.legend(frameon=False, fontsize=9)
    _draw_key(drawn, modes, len(present))
    return drawn


def _draw_mode(
    axis: Any, columns: Table, curves: Sequence[tuple[str, str, Any]], colour: str
) -> None:
    place = columns["radius_km"] / columns["radius_km"][-1]
    for name, _, style in curves:
        if f"{name}_re" not in columns:
            continue
        real = columns[f"{name}_re"]
        axis.plot(place, real, color=colour, linestyle=style, linewidth=1.4)
        imaginary = columns.get(f"{name}_im", np.zeros_like(real))
        if np.abs(imaginary).max() > _SEEN * np.abs(real).max():
            axis.plot(place, imaginary, color=colour, linestyle=":", linewidth=1.2)


def _draw_key(drawn: Any, modes: Sequence[Shown], width: int) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=COLOURS[number], label=mode.title) for number, mode in enumerate(modes)
    ]
    drawn.legend(
        handles=handles, loc="outside upper center", ncols=2 if width > 2 else 1, frameon=False
    )

"""Frequencies and damping times of modes along mass, compactness or mean density.

One column of panels a family: frequency above, damping time below. Rows that failed stand as
crosses at the foot of the panel, where the mode was asked for; rows with a warning are hollow.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stellar.plots.canvas import COLOURS, FAILED_COLOUR, draw_key, panels
from stellar.plots.mode_curves import ModeRows
from stellar.plots.mode_panel import DEGREE_STYLES, MOST_COLOURS, Quantity, draw_panel
from stellar.plots.names import short_name

HZ_PER_KHZ, S_PER_MS = 1e3, 1e-3
_PANELS = (("f",), ("p",), ("g", "i"), ("w",), ("radial",))
_PANEL_SIZE = (4.1, 3.1)
_TICKS = 6


def figure(rows: ModeRows) -> Any:
    """The figure of some modes; InputError without matplotlib."""
    columns = [own for own in _PANELS if any(kind.family in own for kind in rows.kinds)]
    undamped = not np.any(np.isfinite(rows.damping_time))
    height = 1 if undamped else 2
    drawn, axes = panels(height, len(columns), _PANEL_SIZE)
    for column, families in enumerate(columns):
        kinds = [number for number, kind in enumerate(rows.kinds) if kind.family in families]
        axes[column].set_title(_title(rows, kinds), fontsize=11)
        draw_panel(axes[column], rows, kinds, _frequency(rows, kinds))
        if not undamped:
            draw_panel(axes[len(columns) + column], rows, kinds, _damping(rows, kinds))
    _share_abscissa(axes, len(columns), rows.along.symbol)
    _draw_key(drawn, rows)
    return drawn


def _title(rows: ModeRows, kinds: Sequence[int]) -> str:
    """The label where there is one, else the families; and what gravity is left out."""
    labels = {rows.kinds[number].label for number in kinds}
    families = sorted({rows.kinds[number].family for number in kinds})
    if families == ["radial"]:
        return "radial modes"
    fixed = all(rows.kinds[number].gravity == "cowling" for number in kinds)
    approximation = ", Cowling" if fixed else ""
    if len(labels) == 1:
        return f"{labels.pop()}-mode{approximation}"
    return f"{'- and '.join(families)}-modes{approximation}"


def _frequency(rows: ModeRows, kinds: Sequence[int]) -> Quantity:
    """In kHz, or in Hz where all modes of a panel are slow."""
    own = rows.frequency[np.isin(rows.kind, kinds) & np.isfinite(rows.frequency)]
    if own.max(initial=0.0) < HZ_PER_KHZ:
        return Quantity("frequency [Hz]", rows.frequency, rows.frequency_err)
    return Quantity("frequency [kHz]", rows.frequency / HZ_PER_KHZ, rows.frequency_err / HZ_PER_KHZ)


def _damping(rows: ModeRows, kinds: Sequence[int]) -> Quantity:
    """In s, or in the unit that w-modes have."""
    own = rows.damping_time[np.isin(rows.kind, kinds) & np.isfinite(rows.damping_time)]
    if own.size and own.max() < S_PER_MS:
        micro = S_PER_MS**2
        values, errors = rows.damping_time / micro, rows.damping_time_err / micro
        return Quantity(r"damping time [$\mu$s]", values, errors, True)
    return Quantity("damping time [s]", rows.damping_time, rows.damping_time_err, True)


def _share_abscissa(axes: Sequence[Any], columns: int, symbol: str) -> None:
    """The same limits everywhere, so that columns can be compared; the symbol at the foot."""
    from matplotlib.ticker import MaxNLocator

    limits = [axis.get_xlim() for axis in axes if axis.has_data()]
    if limits:
        low, high = min(low for low, _ in limits), max(high for _, high in limits)
        for axis in axes:
            axis.set_xlim(low, high)
            axis.xaxis.set_major_locator(MaxNLocator(_TICKS))
    for axis in axes[-columns:]:
        axis.set_xlabel(symbol)


def _draw_key(drawn: Any, rows: ModeRows) -> None:
    from matplotlib.lines import Line2D

    handles = []
    many = len(rows.names) > MOST_COLOURS
    if many:
        label = f"{len(rows.names)} equations of state"
        handles.append(Line2D([], [], color="0.5", linewidth=0.6, label=label))
        handles.append(Line2D([], [], color="0.2", linewidth=1.7, label="median"))
    else:
        for number, name in enumerate(rows.names):
            handles.append(Line2D([], [], color=COLOURS[number], label=short_name(name)))
    degrees = sorted({kind.l for kind in rows.kinds if kind.family != "radial"})
    if len(degrees) > 1:
        handles += [
            Line2D([], [], color="0.2", linestyle=DEGREE_STYLES.get(l, "-."), label=f"l = {l}")
            for l in degrees
        ]
    flagged = int(np.count_nonzero(~rows.well & np.isfinite(rows.frequency)))
    failed = int(np.count_nonzero(~rows.well)) - flagged
    if flagged and not many:
        style = {"marker": "o", "markersize": 4, "color": "0.3", "markerfacecolor": "white"}
        handles.append(Line2D([], [], linestyle="none", label=f"{flagged} flagged", **style))
    if failed:
        style = {"marker": "x", "markersize": 5, "color": FAILED_COLOUR}
        homeless = int(np.count_nonzero(~rows.well & ~np.isfinite(rows.x)))
        label = f"{failed} failed" + (f", {homeless} of unknown abscissa" if homeless else "")
        handles.append(Line2D([], [], linestyle="none", label=label, **style))
    draw_key(drawn, handles)

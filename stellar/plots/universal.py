"""Rows of a result beside universal relations: a panel a relation, its residuals below.

The ordinate is multiplied by what makes it a function of the abscissa alone, so that the relation
is a line. The band in the residuals is the scatter that the authors claim.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.plots.axes import mathematics, plain_numbers
from stellar.plots.canvas import COLOURS, draw_key, panels
from stellar.plots.names import short_name
from stellar.results.columns import columns_of
from stellar.results.results import Results
from stellar.stars.relations.fitted import Fitted
from stellar.stars.relations.residuals import Residuals

Array = NDArray[np.float64]

_ACROSS = 4
_PANEL_SIZE = (3.9, 2.6)
_HEIGHTS = (2.2, 1.0)  # of a panel and its residuals
_POINTS = 200  # of a line
_WIDE = 20.0  # a quantity that varies by more is drawn on a logarithmic axis
_MARGIN = 0.03  # of the line beyond the points


@dataclass(frozen=True)
class Panel:
    """One relation and the rows beside it.

    eos : name of each row;  x, y, residuals : [row];  residuals are relative
    line_x, line_y : the relation;  claimed : largest residual claimed, None where none is known
    source : where the relation is from
    """

    title: str
    x_symbol: str
    y_symbol: str
    eos: NDArray[np.str_]
    x: Array
    y: Array
    residuals: Array
    line_x: Array
    line_y: Array
    claimed: float | None = None
    source: str = ""


def of_relation(results: Results, found: Residuals) -> Panel:
    """A published relation; `found` must have rows."""
    relation = found.relation
    columns = {name: results.stars[name][found.star_id] for name in relation.abscissa.needs}
    x = relation.abscissa.of(columns)
    line_x = _line(x)
    at = relation.abscissa.at(line_x)
    table = "stars" if relation.mode is None else "modes"
    unit = columns_of(table)[relation.ordinate].unit
    symbol = columns_of(table)[relation.ordinate].symbol
    return Panel(
        relation.name,
        relation.abscissa.symbol,
        relation.scaled or f"${symbol}$" + (f" [{unit}]" if unit else ""),
        found.eos,
        x,
        relation.reduced(found.values, columns),
        found.residuals,
        line_x,
        np.where(relation.within_span(at), relation.reduced(relation.predict(at), at), np.nan),
        relation.claimed_scatter,
        _short(relation.citation),
    )


def of_fit(found: Fitted) -> Panel:
    """A fit to the rows themselves; `found` must have a solution."""
    line_x = _line(found.x)
    return Panel(
        found.form.name,
        found.form.abscissa.symbol,
        found.form.reduced_symbol,
        found.eos,
        found.x,
        found.y,
        found.residuals,
        line_x,
        found.curve(line_x),
        source="fit to these rows",
    )


def _short(citation: str) -> str:
    """Authors and year."""
    found = re.match(r".*?\b\d{4}\b", citation)
    return found.group() if found else citation


def _line(x: Array) -> Array:
    low, high = float(np.min(x)), float(np.max(x))
    if low > 0.0 and high > _WIDE * low:
        beyond = (high / low) ** _MARGIN
        return np.geomspace(low / beyond, high * beyond, _POINTS)
    margin = _MARGIN * (high - low) or _MARGIN * abs(high)
    return np.linspace(low - margin if low > margin else low, high + margin, _POINTS)


def figure(shown: Sequence[Panel]) -> Any:
    """The figure of some relations; InputError without matplotlib."""
    across = min(_ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    width, height = _PANEL_SIZE
    size = (width, height * sum(_HEIGHTS) / _HEIGHTS[0] / 2.0)
    drawn, axes = panels(2 * down, across, size, heights=_HEIGHTS * down)
    names = list(dict.fromkeys(name for panel in shown for name in panel.eos.tolist()))
    for place in range(down * across):
        row, column = divmod(place, across)
        above, below = (axes[(2 * row + half) * across + column] for half in (0, 1))
        if place < len(shown):
            _draw_panel(above, below, shown[place], names)
        else:
            above.axis("off")
            below.axis("off")
    _draw_key(drawn, names)
    return drawn


def _draw_panel(above: Any, below: Any, panel: Panel, names: list[str]) -> None:
    for axis, values in ((above, panel.y), (below, 100.0 * panel.residuals)):
        _draw_points(axis, panel, values, names)
    above.plot(panel.line_x, panel.line_y, color="0.15", linewidth=1.2, zorder=3)
    below.axhline(0.0, color="0.15", linewidth=1.2)
    if panel.claimed is not None:
        percent = 100.0 * panel.claimed
        below.axhspan(-percent, percent, color="0.6", alpha=0.25, linewidth=0)
    for axis in (above, below):
        limits = (panel.line_x[0], panel.line_x[-1])
        if _wide(panel.line_x):
            axis.set_xscale("log")
            plain_numbers(axis.xaxis, *limits)
        axis.set_xlim(limits)
    above.set_ylim(_limits(panel))
    if _wide(panel.y):
        above.set_yscale("log")
        plain_numbers(above.yaxis, *above.get_ylim())
    above.set_title(f"{panel.title}\n{panel.source}", fontsize=9)
    above.set_ylabel(mathematics(panel.y_symbol))
    above.tick_params(labelbottom=False)
    below.set_ylabel("residual [%]", fontsize=9)
    below.set_xlabel(mathematics(panel.x_symbol))


def _draw_points(axis: Any, panel: Panel, values: Array, names: list[str]) -> None:
    style = {"linestyle": "none", "markeredgewidth": 0, "rasterized": True}
    if len(names) > len(COLOURS):
        faint = float(np.clip(300.0 / max(len(values), 1), 0.08, 0.8))
        axis.plot(panel.x, values, marker=".", markersize=4, color=COLOURS[0], alpha=faint, **style)
        return
    for number, name in enumerate(names):
        own = panel.eos == name
        axis.plot(
            panel.x[own],
            values[own],
            marker="osD^vPX"[number],
            markersize=4.5,
            color=COLOURS[number],
            **style,
        )


def _limits(panel: Panel) -> tuple[float, float]:
    """Limits that hold the points, and the line as far as it stays near: it may have a pole."""
    low, high = float(np.min(panel.y)), float(np.max(panel.y))
    if _wide(panel.y):
        beyond = (high / low) ** _MARGIN
        return low / beyond, high * beyond
    room = (high - low) or abs(high)
    near = panel.line_y[(panel.line_y > low - room) & (panel.line_y < high + room)]
    low, high = min(low, near.min(initial=low)), max(high, near.max(initial=high))
    return low - _MARGIN * room, high + _MARGIN * room


def _wide(values: Array) -> bool:
    low, high = float(np.min(values)), float(np.max(values))
    return low > 0.0 and high > _WIDE * low


def _draw_key(drawn: Any, names: list[str]) -> None:
    from matplotlib.lines import Line2D

    if len(names) > len(COLOURS):
        label = f"rows of {len(names)} equations of state"
        handles = [Line2D([], [], linestyle="none", marker="o", color=COLOURS[0], label=label)]
    else:
        handles = [
            Line2D(
                *([], []),
                linestyle="none",
                marker="osD^vPX"[number],
                color=COLOURS[number],
                label=short_name(name),
            )
            for number, name in enumerate(names)
        ]
    handles.append(Line2D([], [], color="0.15", label="relation or fit"))
    draw_key(drawn, handles)

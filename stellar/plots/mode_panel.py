"""One panel of a spectrum: curves of modes, flagged and failed rows, errors, labels.

A few equations of state are told apart by colour, labels by the marker; of many, every curve is
drawn thinly in the colour of its label, with the running median on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.plots.axes import plain_numbers
from stellar.plots.canvas import COLOURS, FAILED_COLOUR
from stellar.plots.margin import label_curves
from stellar.plots.mode_curves import Kind, ModeRows

Array = NDArray[np.float64]

MOST_COLOURS = len(COLOURS)  # equations of state that can be told apart
DEGREE_STYLES = {0: "-", 1: (0, (5, 1.5, 1, 1.5, 1, 1.5)), 2: "-", 3: "--", 4: ":"}
_MARKERS = "osD^vPX<>"  # of the labels of a panel
_BINS = 10  # of the median
_MOST_LABELS = 10  # curves of a panel that get a label each
_MOST_COUNTS = 12  # places that tell how many rows failed there
_FRACTION_SEEN = 0.006  # of the height of a panel: shorter error bars hide behind their points


@dataclass(frozen=True)
class Quantity:
    """What a panel draws: values and estimated errors of every row, and the name of the axis."""

    name: str
    values: Array
    errors: Array
    logarithmic: bool = False


def draw_panel(axis: Any, rows: ModeRows, kinds: Sequence[int], shown: Quantity) -> None:
    """Draw the modes of some kinds, by their numbers in `rows.kinds`."""
    mine = np.isin(rows.kind, kinds)
    if not np.any(np.isfinite(shown.values[mine])):
        word = "undamped" if shown.logarithmic else "no mode was found"
        axis.text(0.5, 0.5, word, ha="center", va="center", transform=axis.transAxes)
    if shown.logarithmic:
        axis.set_yscale("log")
    axis.set_ylabel(shown.name)
    many = len(rows.names) > MOST_COLOURS
    for order, number in enumerate(kinds):
        curves = rows.of_kind(number)
        colour = COLOURS[order % len(COLOURS)]
        if many:
            _draw_thinly(axis, rows, curves, shown, colour, _style(rows.kinds[number]))
        else:
            marker = _MARKERS[order % len(_MARKERS)]
            _draw_curves(axis, rows, curves, shown, _style(rows.kinds[number]), marker)
    axis.margins(y=0.08)
    axis.autoscale_view()
    if shown.logarithmic:
        plain_numbers(axis.yaxis, *axis.get_ylim())
    _draw_errors(axis, rows, mine, shown)
    _draw_failures(axis, rows, mine, shown)
    _draw_labels(axis, rows, kinds, shown, many=many)


def _style(kind: Kind) -> Any:
    return DEGREE_STYLES.get(kind.l, "-.")


def _draw_curves(
    axis: Any,
    rows: ModeRows,
    curves: Sequence[NDArray[np.intp]],
    shown: Quantity,
    style: Any,
    marker: str,
) -> None:
    for curve in curves:
        colour = COLOURS[rows.eos[curve[0]]]
        axis.plot(rows.x[curve], shown.values[curve], linestyle=style, color=colour, linewidth=1.2)
        for well, face in ((True, colour), (False, "white")):
            here = curve[rows.well[curve] == well]
            axis.plot(
                rows.x[here],
                shown.values[here],
                linestyle="none",
                marker=marker,
                markersize=3.5,
                color=colour,
                markerfacecolor=face,
                zorder=3,
            )


def _draw_thinly(
    axis: Any,
    rows: ModeRows,
    curves: Sequence[NDArray[np.intp]],
    shown: Quantity,
    colour: str,
    style: Any,
) -> None:
    from matplotlib.collections import LineCollection

    faint = float(np.clip(30.0 / max(len(curves), 1), 0.04, 0.5))
    lines = [np.stack([rows.x[curve], shown.values[curve]], axis=1) for curve in curves]
    thin = LineCollection(lines, colors=colour, linewidths=0.6, alpha=faint, rasterized=True)
    axis.add_collection(thin)
    every = np.concatenate(curves) if curves else np.zeros(0, dtype=np.intp)
    x, y = rows.x[every], shown.values[every]
    axis.plot(
        x, y, ".", markersize=2.0, color=colour, alpha=faint, markeredgewidth=0, rasterized=True
    )
    centre, median = running_median(x, y)
    axis.plot(centre, median, color="white", linewidth=3.0, zorder=4)
    axis.plot(centre, median, color=colour, linestyle=style, linewidth=1.7, zorder=5)


def running_median(x: Array, y: Array) -> tuple[Array, Array]:
    """Medians of y over parts of equal number along x, at the medians of x.

    Values of x that are few, as the masses of a grid, keep a part each.
    """
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    places = np.unique(np.round(x, 9))
    if len(places) > 4 * _BINS:
        places = np.unique(np.quantile(x, (np.arange(_BINS) + 0.5) / _BINS))
    parts = np.searchsorted(0.5 * (places[1:] + places[:-1]), x)
    filled = np.unique(parts)
    return (
        np.array([np.median(x[parts == part]) for part in filled]),
        np.array([np.median(y[parts == part]) for part in filled]),
    )


def _draw_errors(axis: Any, rows: ModeRows, mine: NDArray[np.bool_], shown: Quantity) -> None:
    """Error bars of the rows whose errors can be seen at the size of the panel."""
    low, high = axis.get_ylim()
    with np.errstate(divide="ignore", invalid="ignore"):
        length = (
            np.log1p(shown.errors / shown.values) / np.log(high / low)
            if shown.logarithmic
            else shown.errors / (high - low)
        )
    seen = np.flatnonzero(mine & np.isfinite(rows.x) & (length > _FRACTION_SEEN))
    if seen.size:
        axis.errorbar(
            rows.x[seen],
            shown.values[seen],
            yerr=shown.errors[seen],
            fmt="none",
            ecolor="0.35",
            elinewidth=0.8,
            capsize=2.0,
            zorder=2,
        )
        axis.set_ylim(low, high)


def _draw_failures(axis: Any, rows: ModeRows, mine: NDArray[np.bool_], shown: Quantity) -> None:
    lost = rows.x[mine & ~rows.well & ~np.isfinite(shown.values) & np.isfinite(rows.x)]
    if lost.size:
        places, counts = np.unique(lost, return_counts=True)
        axis.plot(
            places,
            np.full(len(places), 0.025),
            linestyle="none",
            marker="x",
            markersize=5,
            color=FAILED_COLOUR,
            transform=axis.get_xaxis_transform(),
            zorder=6,
        )
        if len(places) <= _MOST_COUNTS < len(lost):
            for place, count in zip(places, counts, strict=True):
                _count_failures(axis, place, count)


def _count_failures(axis: Any, place: float, count: int) -> None:
    axis.annotate(
        f"{count}",
        (place, 0.025),
        xytext=(0, 5),
        textcoords="offset points",
        xycoords=axis.get_xaxis_transform(),
        ha="center",
        fontsize=7,
        color=FAILED_COLOUR,
    )


def _draw_labels(
    axis: Any, rows: ModeRows, kinds: Sequence[int], shown: Quantity, *, many: bool
) -> None:
    """Where the panel holds more than one label: each curve's, or those of medians of curves."""
    if len(kinds) == 1:
        return
    several = len({rows.kinds[number].l for number in kinds}) > 1
    single = len({rows.kinds[number].label for number in kinds}) == 1
    curves = {
        number: [c for c in rows.of_kind(number) if np.any(np.isfinite(shown.values[c]))]
        for number in kinds
    }
    each = not many and sum(map(len, curves.values())) <= _MOST_LABELS
    labels = []
    for order, number in enumerate(kinds):
        kind = rows.kinds[number]
        text = f"{kind.label}, l={kind.l}" if several else kind.label
        text = f"l={kind.l}" if single else text
        ends = [_last(shown.values[curve]) for curve in curves[number]]
        if each:
            colours = [COLOURS[rows.eos[curve[0]]] for curve in curves[number]]
            labels += [(text, end, own) for end, own in zip(ends, colours, strict=True)]
        else:
            colour = COLOURS[order % len(COLOURS)] if many else "0.2"
            labels.append((text, float(np.median(ends)) if ends else np.nan, colour))
    label_curves(axis, labels)


def _last(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if finite.size else np.nan

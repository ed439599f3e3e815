"""Labels of curves in the right margin of a panel, moved apart where they would overlap."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

_GAP = 0.07  # of the height of a panel
_OUTSIDE = 1.015


def spread(heights: Sequence[float], gap: float) -> NDArray[np.float64]:
    """Heights moved apart to at least `gap` in their order, as little as least squares can.

    Without the gaps below a height its order is all that is asked, an isotonic regression.
    """
    order = np.argsort(heights, kind="stable")
    below = gap * np.arange(len(order))
    placed = np.empty(len(order))
    placed[order] = isotonic_regression(np.asarray(heights, dtype=float)[order] - below).x + below
    return placed


def label_curves(axis: Any, labels: Sequence[tuple[str, float, str]]) -> None:
    """Write labels in the right margin; call it when the limits of the panel are final.

    labels : text, height in data units, colour; a height that is NaN is left out
    """
    shown = [label for label in labels if np.isfinite(label[1])]
    if not shown:
        return
    scale = np.log if axis.get_yscale() == "log" else np.asarray
    low, high = (float(scale(limit)) for limit in axis.get_ylim())
    wanted = [(float(scale(height)) - low) / (high - low) for _, height, _ in shown]
    for (text, _, colour), height in zip(shown, spread(wanted, _GAP), strict=True):
        axis.text(
            _OUTSIDE, height, text, color=colour, va="center", fontsize=9, transform=axis.transAxes
        )

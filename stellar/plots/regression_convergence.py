"""Error against number of unknowns: the published form and its repairs.

A band spans the seeds of a method with random points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from stellar.plots.canvas import COLOURS, panels

_MARKERS = "osD^vP"


@dataclass(frozen=True)
class Series:
    """One method from coarse to fine.

    title : as shown
    unknowns : number of coefficients of each size
    errors : relative L2 errors of each size, one a seed; NaN where there is no result
    """

    title: str
    unknowns: list[int]
    errors: list[list[float]]


def figure(methods: Sequence[Series]) -> Any:
    """The figure; InputError without matplotlib."""
    drawn, (axis,) = panels(1, 1)
    drawn.set_size_inches(7.2, 5.2)
    for number, method in enumerate(methods):
        colour, marker = COLOURS[number % len(COLOURS)], _MARKERS[number % len(_MARKERS)]
        found = [
            (unknowns, [error for error in errors if math.isfinite(error)])
            for unknowns, errors in zip(method.unknowns, method.errors, strict=True)
        ]
        found = [(unknowns, errors) for unknowns, errors in found if errors]
        places = [unknowns for unknowns, _ in found]
        axis.plot(
            places,
            [median(errors) for _, errors in found],
            color=colour,
            marker=marker,
            markersize=4.5,
            linewidth=1.4,
            label=method.title,
        )
        low, high = [min(e) for _, e in found], [max(e) for _, e in found]
        if low != high:
            axis.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
    axis.set(xscale="log", yscale="log", ylim=(1e-15, 10.0))
    axis.set_xlabel("number of unknowns")
    axis.set_ylabel("relative $L_2$ error, $t\\in[0, 2]$")
    drawn.legend(frameon=False, fontsize=9, loc="outside upper center", ncols=3)
    return drawn

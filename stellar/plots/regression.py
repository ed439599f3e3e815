"""The published example beside its repairs: trajectories, errors along t, and level sets of H.

Bands span the seeds of the published form; the line in them is the median.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.plots.canvas import COLOURS, panels

Array = NDArray[np.float64]
_SMALLEST = 1e-16  # drawn instead of an error of zero on a logarithmic axis


@dataclass(frozen=True)
class Curve:
    """One method.

    title : as shown
    values : y of every seed, [seed, time]
    """

    title: str
    values: Array


@dataclass(frozen=True)
class LevelSets:
    """First integral on the box of the regression.

    times, states : coordinates, [time] and [state]
    integral : H, [state, time]
    trajectories : level sets through several initial values, [lane, time]
    """

    times: Array
    states: Array
    integral: Array
    trajectories: Array


@dataclass(frozen=True)
class Experiment:
    """What the figure shows.

    times : [time]
    reference : y of an independent solver, [time]
    published, repaired : methods
    level_sets : the first integral
    """

    times: Array
    reference: Array
    published: Sequence[Curve]
    repaired: Sequence[Curve]
    level_sets: LevelSets


def figure(shown: Experiment) -> Any:
    """The figure; InputError without matplotlib."""
    drawn, (solution, published, levels, repaired) = panels(2, 2)
    _draw_solution(solution, shown)
    for number, curve in enumerate(shown.published):
        _draw_error(published, shown, curve, COLOURS[number])
    for number, curve in enumerate(shown.repaired):
        _draw_error(repaired, shown, curve, COLOURS[number + 2])
    _finish(
        published,
        f"published form: error, band over {len(shown.published[0].values)} seeds",
        1e-9,
        30.0,
        2,
    )
    _finish(repaired, "repaired forms: error", _SMALLEST, 1e-7, 1)
    _draw_levels(levels, shown.level_sets)
    return drawn


def _draw_solution(axis: Any, shown: Experiment) -> None:
    axis.plot(shown.times, shown.reference, color="0.25", linewidth=1.6, label="reference")
    for number, curve in enumerate(shown.published):
        axis.plot(
            shown.times[::5],
            curve.values[0][::5],
            linestyle="none",
            marker="o^sD"[number],
            markersize=4,
            markerfacecolor="none",
            color=COLOURS[number],
            label=curve.title,
        )
    axis.set(xlabel="$t$", ylabel="$y$", title="solution (seed 0)")
    axis.legend(frameon=False, fontsize=9)


def _draw_error(axis: Any, shown: Experiment, curve: Curve, colour: str) -> None:
    error = np.maximum(np.abs(curve.values - shown.reference), _SMALLEST)[:, 1:]
    times = shown.times[1:]
    axis.plot(times, np.median(error, axis=0), color=colour, linewidth=1.3, label=curve.title)
    if len(error) > 1:
        axis.fill_between(
            times, error.min(axis=0), error.max(axis=0), color=colour, alpha=0.2, linewidth=0
        )


def _finish(axis: Any, title: str, low: float, high: float, columns: int) -> None:
    axis.set(yscale="log", ylim=(low, high), title=title, xlabel="$t$")
    axis.set_ylabel("$|y - y_\\mathrm{ref}|$")
    axis.legend(frameon=False, fontsize=9, loc="upper right", ncols=columns)


def _draw_levels(axis: Any, sets: LevelSets) -> None:
    # H varies by decades over the box; its rank has the same level sets and shows them evenly
    rank = sets.integral.ravel().argsort().argsort().reshape(sets.integral.shape)
    axis.contourf(sets.times, sets.states, rank, levels=24, cmap="cividis")
    for number, trajectory in enumerate(sets.trajectories):
        label = "level sets $H(y,t)=H(y_0,0)$" if number == 0 else None
        axis.plot(sets.times, trajectory, color="white", linewidth=1.1, label=label)
    axis.grid(visible=False)
    axis.set(xlabel="$t$", ylabel="$y$", title="first integral $H$ (rank), and trajectories")
    axis.legend(frameon=False, fontsize=9, labelcolor="white", loc="lower right")

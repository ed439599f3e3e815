"""What the figure of the published example shows, computed."""

from collections.abc import Callable

import torch

from parode_core.regression import first_integral, published
from parode_core.regression.methods import METHODS
from parode_core.regression.parode import ParODE
from parode_core.regression.published import CUBIC, END
from parode_core.regression.rows import Box
from stellar.cli.parode_runs import reference
from stellar.plots.regression import Curve, Experiment, LevelSets

_SEEDS = 7
_SIZES = ((5, "total"), (10, "total"), (15, "total"), (10, "partial"))
_POINTS = 20_000  # K
_REPAIRS = ("first-integral", "flow-map", "trajectory")
_LANES, _STATES, _TIMES = 9, 81, 101
_INTEGRAL_SIZE = 20


def curves(progress: Callable[[str], None]) -> Experiment:
    """Trajectories of every form, and the first integral."""
    forms = []
    for size, form in _SIZES:
        progress(f"published form, {size} x {size}, {form} derivative, {_SEEDS} seeds")
        forms.append(_published(size, form))
    progress("repaired forms")
    repaired = [_repaired(name) for name in _REPAIRS]
    truth = reference(CUBIC, END).numpy()
    return Experiment(published.times(END).numpy(), truth, forms, repaired, _level_sets())


def _published(size: int, form: str) -> Curve:
    scheme = ParODE(CUBIC.right_hand_side, sizes=(size, size), point_count=_POINTS, form=form)
    times = published.times(END)
    runs = [scheme.solve(CUBIC.start(), times, seed).values[0, :, 0] for seed in range(_SEEDS)]
    title = f"{size}x{size}" if form == "total" else f"{size}x{size}, dF/dt = f"
    return Curve(title, torch.stack(runs).numpy())


def _repaired(name: str) -> Curve:
    method = METHODS[name]
    return Curve(method.title, method.solve(method.best, END, 0).values[:, :, 0].numpy())


def _level_sets() -> LevelSets:
    half_width = ParODE(CUBIC.right_hand_side).half_width
    corners = [[CUBIC.initial - half_width, 0.0], [CUBIC.initial + half_width, END]]
    box = Box(*torch.tensor(corners, dtype=torch.float64))
    low, high = corners[0][0], corners[1][0]
    sizes = (_INTEGRAL_SIZE, _INTEGRAL_SIZE)
    integral = first_integral(CUBIC.right_hand_side, box, sizes)
    times = torch.linspace(0.0, END, _TIMES, dtype=torch.float64)
    states = torch.linspace(low, high, _STATES, dtype=torch.float64)
    starts = torch.linspace(low, high, _LANES + 2, dtype=torch.float64)[1:-1]
    found = integral.solve(starts[:, None], times).values[:, :, 0]
    return LevelSets(
        times.numpy(), states.numpy(), integral.value(states, times).numpy(), found.numpy()
    )

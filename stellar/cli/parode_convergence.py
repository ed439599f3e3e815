"""Error against number of unknowns: what is measured, and how it is shown."""

from collections.abc import Callable
from typing import Any

from parode_core.regression.methods import METHODS, POINTS
from parode_core.regression.published import END
from stellar.cli.parode_runs import REFERENCE, Measured, method_sample
from stellar.plots.regression_convergence import Series


def content(seeds: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Everything that the command says, as plain values."""
    entries = []
    for name, method in METHODS.items():
        progress(method.title)
        entries += [_entry(method_sample(name, size, END, seeds)) for size in method.sizes]
    return {
        "end": END,
        "reference": REFERENCE,
        "seeds": seeds,
        "points": POINTS,
        "runs": entries,
    }


def _entry(measured: Measured) -> dict[str, Any]:
    runs = measured.runs
    return {
        "method": measured.method,
        "title": measured.title,
        "problem": measured.problem,
        "size": measured.size,
        "unknowns": measured.unknowns,
        "error": runs.median,
        "errors": runs.errors,
        "iterations": runs.iterations,
        "statuses": [status.name for status in runs.statuses],
    }


def lines(measured: dict[str, Any]) -> list[str]:
    """The table for people."""
    shown = [
        f"t in [0, {measured['end']:g}], 201 times; relative L2 error against "
        f"{measured['reference']}",
        f"published form: M = N, K = {measured['points']}, {measured['seeds']} seeds, median",
        "",
        f"{'method':<38}{'unknowns':>9}{'error':>11}{'lowest':>11}{'highest':>11}  status",
    ]
    before = ""
    for run in measured["runs"]:
        title = run["title"] if run["title"] != before else ""
        before = run["title"]
        low, high = min(run["errors"]), max(run["errors"])
        spread = f"{low:>11.2e}{high:>11.2e}" if len(run["errors"]) > 1 else " " * 22
        outcome = ", ".join(
            f"{name} {run['statuses'].count(name)}x" if len(run["statuses"]) > 1 else name
            for name in dict.fromkeys(run["statuses"])
        )
        shown.append(f"{title:<38}{run['unknowns']:>9}{run['error']:>11.2e}{spread}  {outcome}")
    return shown


def series(measured: dict[str, Any]) -> list[Series]:
    """The runs as curves, one a method."""
    curves: dict[str, Series] = {}
    for run in measured["runs"]:
        curve = curves.setdefault(run["title"], Series(run["title"], [], []))
        curve.unknowns.append(run["unknowns"])
        curve.errors.append(run["errors"])
    return list(curves.values())

"""`stellar bench regression`: what is measured as plain values, and the table of it."""

from collections.abc import Callable
from typing import Any

from stellar.benchmarks.regression import TITLES, measure
from stellar.cli.bench_records import plain


def content(seeds: int, repeats: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Everything the command says; what was not measured is null."""
    costs = plain(measure(seeds, repeats, progress))
    return {
        "repeats": repeats,
        "seeds": seeds,
        "threads": 1,
        "seconds": "processor time of the process",
        "titles": TITLES,
        "costs": costs,
    }


def lines(measured: dict[str, Any]) -> list[str]:
    """The table for people."""
    shown = [
        "One trajectory at 201 times in [0, 2], one thread: milliseconds of processor time, "
        f"smallest of {measured['repeats']}, at equal measured error",
        f"published form: median error over {measured['seeds']} seeds",
    ]
    for target in dict.fromkeys(cost["target"] for cost in measured["costs"]):
        shown += ["", f"relative L2 error <= {target:g}"]
        shown.append(
            f"  {'method':<38}{'size':>7}{'error':>10}{'ms':>9}{'spread':>8}{'scipy/it':>10}"
        )
        for cost in measured["costs"]:
            if cost["target"] == target:
                shown.append(_row(measured["titles"][cost["method"]], cost))
    return shown


def _row(title: str, cost: dict[str, Any]) -> str:
    error = "-" if cost["error"] is None else f"{cost['error']:.1e}"
    if cost["size"] is None:
        return f"  {title:<38}{'none':>7}{error:>10}   not reached"
    spread = cost["most"] / cost["median"]
    return (
        f"  {title:<38}{cost['size']:>7g}{error:>10}{cost['least']:>9.3g}{spread:>8.2f}"
        f"{cost['over_scipy']:>10.3g}"
    )

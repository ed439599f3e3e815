"""`stellar bench core`: what is measured as plain values, and the tables of it."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from stellar.benchmarks.core import MEASURED_MEMORY, METHODS, TARGETS, measure, memory


def content(lanes: Sequence[int], repeats: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Everything the command says."""
    costs = list(measure(lanes, TARGETS, repeats, progress))
    middle = TARGETS[len(TARGETS) // 2]
    settings = {cost.method: cost.setting for cost in costs if cost.target == middle}
    peaks = {}
    for name in MEASURED_MEMORY:
        if name in settings:
            progress(f"memory of {METHODS[name].title}")
            peaks[name] = memory(name, settings[name], lanes)
    return {
        "repeats": repeats,
        "threads": 1,
        "seconds": "processor time of the process",
        "lanes": sorted(lanes),
        "titles": {name: method.title for name, method in METHODS.items()},
        "not_installed": [name for name, method in METHODS.items() if not method.installed],
        "costs": [dataclasses.asdict(cost) for cost in costs],
        "peak_mib": {"target": middle, **peaks},
    }


def lines(measured: dict[str, Any]) -> list[str]:
    """The tables for people."""
    lanes = measured["lanes"]
    shown = [
        "Stars of Gamma = 2, one thread: microseconds of processor time a star, smallest of "
        f"{measured['repeats']}, at equal measured error"
    ]
    for target in dict.fromkeys(cost["target"] for cost in measured["costs"]):
        costs = [cost for cost in measured["costs"] if cost["target"] == target]
        shown += ["", f"relative mass error <= {target:g}", _heading("us a star", lanes)]
        shown += _rows(measured, costs, lambda cost: f"{cost['least']:.3g}")
        shown += [_heading("times faster than scipy", lanes)]
        shown += _rows(measured, costs, lambda cost: f"{cost['over_scipy']:.3g}")
    spread = max(cost["most"] / cost["median"] for cost in measured["costs"])
    shown += ["", f"largest over median of the repetitions: at most {spread:.2f}"]
    target = measured["peak_mib"]["target"]
    shown += ["", f"largest memory of a process, MiB, error <= {target:g}"]
    for name, values in measured["peak_mib"].items():
        if name != "target":
            entries = "".join(f"{value:>9.0f}" for value in values[1:])
            shown.append(f"  {measured['titles'][name]:<46}{entries}   ({values[0]:.0f} before)")
    for name in measured["not_installed"]:
        shown.append(f"{measured['titles'][name]}: not installed")
    return shown


def _heading(what: str, lanes: Sequence[int]) -> str:
    return f"  {what:<34}{'error':>12}" + "".join(f"{count:>9}" for count in lanes)


def _rows(
    measured: dict[str, Any], costs: list[dict[str, Any]], show: Callable[[dict], str]
) -> list[str]:
    rows = []
    for name in dict.fromkeys(cost["method"] for cost in costs):
        own = {cost["lanes"]: cost for cost in costs if cost["method"] == name}
        first = next(iter(own.values()))
        title = f"{measured['titles'][name]}, {METHODS[name].setting} {first['setting']:g}"
        entries = (show(own[count]) if count in own else "" for count in measured["lanes"])
        cells = "".join(f"{entry:>9}" for entry in entries)
        rows.append(f"  {title:<36}{first['error']:>10.1e}{cells}")
    return rows

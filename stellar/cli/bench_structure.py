"""`stellar bench structure`: what is measured as plain values, and the tables of it."""

from collections.abc import Callable, Sequence
from typing import Any

from stellar.benchmarks.star_samples import KINDS
from stellar.benchmarks.structure import METHODS, TARGETS, measure
from stellar.cli.bench_records import chosen, plain

_SYMBOLS = {
    "mass": "M",
    "radius": "R",
    "baryon_mass": "M_b",
    "moment_of_inertia": "I",
    "lambda2": "Lambda",
}


def content(
    kinds: str, lanes: Sequence[int], repeats: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Everything the command says; what was not measured is null."""
    own = chosen(kinds, "--kinds", tuple(KINDS))
    costs = plain(measure(own, lanes, repeats, progress))
    return {
        "repeats": repeats,
        "threads": 1,
        "seconds": "processor time of the process",
        "targets": TARGETS,
        "lanes": sorted(lanes),
        "kinds": {kind: KINDS[kind].title for kind in own},
        "titles": {name: method.title for name, method in METHODS.items()},
        "not_installed": [name for name, method in METHODS.items() if not method.installed],
        "costs": costs,
    }


def lines(measured: dict[str, Any]) -> list[str]:
    """The tables for people."""
    targets = ", ".join(f"{_SYMBOLS[name]} {value:g}" for name, value in TARGETS.items())
    shown = [
        "M, R, M_b, I and Lambda_2 of stars, one thread, processor time, smallest of "
        f"{measured['repeats']}",
        f"largest relative errors allowed: {targets}",
    ]
    for kind, title in measured["kinds"].items():
        costs = [cost for cost in measured["costs"] if cost["kind"] == kind]
        shown += ["", title]
        shown += _table("stars a second", measured, costs, "rate")
        shown += _table("times faster than scipy", measured, costs, "over_scipy")
        shown += _errors(measured, costs)
        missed = set(measured["titles"]) - {cost["method"] for cost in costs}
        for name in METHODS:
            if name in missed and METHODS[name].installed and kind in METHODS[name].kinds:
                shown.append(f"  {measured['titles'][name]}: no setting meets the targets")
    shown += [""] + [f"{measured['titles'][n]}: not installed" for n in measured["not_installed"]]
    fewer = [cost for cost in measured["costs"] if cost["timed"] < cost["lanes"]]
    if fewer:
        shown.append("* timed on fewer stars, among which the cost of a star does not change")
    return shown


def _table(
    what: str, measured: dict[str, Any], costs: Sequence[dict[str, Any]], column: str
) -> list[str]:
    lanes = measured["lanes"]
    rows = [f"  {what:<42}" + "".join(f"{count:>10}" for count in lanes)]
    for name in dict.fromkeys(cost["method"] for cost in costs):
        own = {cost["lanes"]: cost for cost in costs if cost["method"] == name}
        title = f"{measured['titles'][name]}, {METHODS[name].setting} "
        title += f"{next(iter(own.values()))['setting']:g}"
        rows.append(f"  {title:<42}" + "".join(_cell(own[count], column) for count in lanes))
    return rows


def _cell(cost: dict[str, Any], column: str) -> str:
    value = "-" if cost[column] is None else f"{cost[column]:.3g}"
    return f"{value + ('*' if cost['timed'] < cost['lanes'] else ''):>10}"


def _errors(measured: dict[str, Any], costs: Sequence[dict[str, Any]]) -> list[str]:
    """Largest relative errors of each method."""
    shown = [f"  {'largest relative error':<42}" + "".join(f"{_SYMBOLS[n]:>10}" for n in TARGETS)]
    for name in dict.fromkeys(cost["method"] for cost in costs):
        errors = next(cost["errors"] for cost in costs if cost["method"] == name)
        cells = (f"{errors[n]:.1e}" if n in errors else "-" for n in TARGETS)
        shown.append(f"  {measured['titles'][name]:<42}" + "".join(f"{c:>10}" for c in cells))
    return shown

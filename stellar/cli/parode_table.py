"""The published table beside its rerun: what is measured, and how it is shown."""

from collections.abc import Callable
from typing import Any

from parode_core.regression.published import CITATION, CUBIC, END, TABLE, PublishedRow
from parode_core.status import Status
from stellar.cli.parode_runs import (
    REFERENCE,
    Measured,
    Sample,
    classes_agree,
    repairs,
    row_sample,
)

_FORM_POINTS = 20_000  # K of the form of the text, whose error does not depend on it


def content(
    numbers: list[int], end: float, seeds: int, block: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Everything that the command says, as plain values.

    numbers : rows of the table
    end : end of the time
    block : points summed in one product
    """
    chosen = [TABLE[number - 1] for number in numbers]
    rows = []
    for row in chosen:
        progress(f"row {row.number}: {_size(row)}, K = {row.point_count}, {seeds} seeds")
        rows.append(_row(row, row_sample(row, end, seeds, block)))
    shapes = list({row.sizes: row for row in chosen}.values())
    progress("classes, form of the text, repairs")
    return {
        "problem": CUBIC.name,
        "initial": CUBIC.initial,
        "end": end,
        "published_end": END,
        "source": CITATION,
        "reference": REFERENCE,
        "seeds": seeds,
        "block": block,
        "rows": rows,
        "classes": [{"size": _size(row), "identical": classes_agree(row, end)} for row in shapes],
        "partial_form": [_partial(row, end, block) for row in shapes],
        "repairs": [_repair(measured) for measured in repairs(end)],
    }


def _row(row: PublishedRow, runs: Sample) -> dict[str, Any]:
    low, high = runs.scatter
    return {
        "row": row.number,
        "size": _size(row),
        "points": row.point_count,
        "published": {"iterations": row.iterations, "error": row.error},
        "iterations": runs.iterations,
        "errors": runs.errors,
        "converged": sum(status is Status.OK for status in runs.statuses),
        "without_result": len(runs.errors) - len(runs.finite),
        "median": runs.median,
        "range": [min(runs.finite, default=float("nan")), max(runs.finite, default=float("nan"))],
        "scatter": [low, high],
        "error_within_scatter": runs.holds(row.error),
        "seeds_with_published_iterations": runs.iterations.count(row.iterations),
    }


def _partial(row: PublishedRow, end: float, block: int) -> dict[str, Any]:
    small = PublishedRow(
        row.number, row.sizes, min(row.point_count, _FORM_POINTS), row.iterations, row.error
    )
    runs = row_sample(small, end, 1, block, form="partial")
    return {
        "size": _size(row),
        "points": small.point_count,
        "iterations": runs.iterations[0],
        "error": runs.errors[0],
    }


def _repair(measured: Measured) -> dict[str, Any]:
    return {
        "method": measured.method,
        "title": measured.title,
        "problem": measured.problem,
        "unknowns": measured.unknowns,
        "iterations": measured.runs.iterations[0],
        "status": measured.runs.statuses[0].name,
        "error": measured.runs.errors[0],
    }


def lines(measured: dict[str, Any]) -> list[str]:
    """The table for people."""
    shown = [
        f"{measured['problem']}, y(0) = {measured['initial']:g}, t in [0, {measured['end']:g}], "
        f"201 times; relative L2 error",
        f"published: {measured['source']}",
        f"here: {measured['seeds']} seeds; reference {measured['reference']}",
    ]
    if measured["end"] != measured["published_end"]:
        shown.append(
            f"The published errors belong to t in [0, {measured['published_end']:g}] and are "
            "shown for comparison only."
        )
    shown += ["", _HEAD, *(_row_line(row) for row in measured["rows"]), "", *_NOTES, ""]
    for pair in measured["classes"]:
        same = "the same matrix, bit for bit" if pair["identical"] else "DIFFERENT matrices"
        shown.append(f"ParODE and ParODE2, {pair['size']}: {same}")
    for run in measured["partial_form"]:
        shown.append(
            f"dF/dt = f as in the text, {run['size']}, K = {run['points']}: error "
            f"{run['error']:.3g} after {run['iterations']} iterations"
        )
    shown += ["", f"{'repair':<38}{'unknowns':>9}{'error':>10}  problem"]
    shown += [
        f"{run['title']:<38}{run['unknowns']:>9}{run['error']:>10.1e}  {run['problem']}"
        for run in measured["repairs"]
    ]
    return shown


_HEAD = (
    f"{'row':>3}  {'M x N':<6}{'K':>7} | {'published':>13} | {'iterations':>10}{'median':>9}"
    f"{'lowest':>9}{'highest':>9} | {'in the scatter':<23} | same iterations"
)
_NOTES = (
    "in the scatter: whether the published error lies in the 95 % prediction interval of one more",
    "seed, which stands in parentheses.",
    "same iterations: seeds that took as many as published; 200 is the limit, not convergence.",
)


def _row_line(row: dict[str, Any]) -> str:
    published, iterations = row["published"], row["iterations"]
    fewest, most = min(iterations), max(iterations)
    steps = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    verdict = {True: "yes", False: "no", None: "?"}[row["error_within_scatter"]]
    low, high = row["range"]
    least, largest = row["scatter"]
    missing = f", {row['without_result']} without result" if row["without_result"] else ""
    return (
        f"{row['row']:>3}  {row['size']:<6}{row['points']:>7} | {published['iterations']:>3}"
        f"{published['error']:>10.3g} | {steps:>10}{row['median']:>9.1e}{low:>9.1e}{high:>9.1e}"
        f" | {verdict:<3} ({least:.1e}, {largest:.1e})"
        f" | {row['seeds_with_published_iterations']} of {len(iterations)}{missing}"
    )


def _size(row: PublishedRow) -> str:
    return f"{row.sizes[0]}x{row.sizes[1]}"

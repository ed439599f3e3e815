"""`stellar bench modes`: what is measured as plain values, and the tables of it."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from stellar.benchmarks.baselines.shooting_one_by_one import DISPLACED
from stellar.benchmarks.modes import KINDS, METHODS, SPECTRA, measure
from stellar.benchmarks.star_samples import KINDS as MATTER
from stellar.campaign.devices import CPU, torch_device
from stellar.cli.bench_records import chosen, plain

AWAY = ", by a clock on the wall of the engine"


def content(
    kinds: str,
    spectra: str,
    lanes: Sequence[int],
    repeats: int,
    device: str,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Everything the command says; what was not measured is null."""
    place = torch_device(device)
    own_kinds = chosen(kinds, "--kinds", KINDS)
    own_spectra = chosen(spectra, "--spectra", tuple(SPECTRA))
    costs = plain(measure(own_kinds, own_spectra, lanes, repeats, progress, place))
    return {
        "repeats": repeats,
        "threads": 1,
        "device": place,
        "seconds": "processor time of the process" + AWAY * (place != CPU),
        "lanes": sorted(lanes),
        "kinds": {kind: MATTER[kind].title for kind in own_kinds},
        "spectra": {name: SPECTRA[name].title for name in own_spectra},
        "targets": {name: [_finite(x) for x in SPECTRA[name].targets] for name in own_spectra},
        "seeds_off": DISPLACED,
        "titles": dict(METHODS),
        "costs": costs,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def lines(measured: dict[str, Any]) -> list[str]:
    """The tables for people."""
    shown = [
        f"Modes of stars and the stars themselves, one thread, smallest of {measured['repeats']}; "
        "shooting and building sequences timed once",
        f"Engine on {measured['device']}; {measured['seconds']}",
        "x: times faster, a mode to a mode, than shooting all modes of a star at once, and than "
        "shooting them 1 by 1",
        f"from seeds {measured['seeds_off']:.0%} off. Modes that count are those asked for: a wII "
        "found and proven beside w1 does not.",
    ]
    for kind, title in measured["kinds"].items():
        for name, spectrum in measured["spectra"].items():
            real, imaginary = measured["targets"][name]
            damped = "" if imaginary is None else f", Im {imaginary:g}"
            shown += ["", f"{title}: {spectrum} (largest relative error: Re {real:g}{damped})"]
            costs = [
                cost
                for cost in measured["costs"]
                if cost["kind"] == kind and cost["spectrum"] == name
            ]
            shown += _table(costs, measured["titles"])
    if any(cost["timed"] < cost["lanes"] for cost in measured["costs"]):
        shown += ["", "* timed on fewer stars"]
    return shown


def _table(costs: Sequence[dict[str, Any]], titles: dict[str, str]) -> list[str]:
    if not costs:
        return ["  no setting meets the targets"]
    rows = [
        f"  {'':<40}{'setting':>9}{'stars':>7}{'modes':>7}{'ms/star':>11}{'ms/mode':>11}"
        f"{'x at once':>11}{'x 1 by 1':>10}{'Re error':>10}{'Im error':>10}"
    ]
    for cost in costs:
        each = 1e3 * cost["seconds"]
        stars = f"{cost['lanes']}{'*' if cost['timed'] < cost['lanes'] else ''}"
        rows.append(
            f"  {titles[cost['method']]:<40}{cost['setting']:>9g}{stars:>7}{cost['modes']:>7.3g}"
            f"{each:>11.4g}{each / cost['modes']:>11.4g}"
            f"{_ratio(cost['over_all_at_once']):>11}{_ratio(cost['over_one_by_one']):>10}"
            f"{cost['re_error']:>10.1e}{cost['im_error']:>10.1e}"
        )
    return rows


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"

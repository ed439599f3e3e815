"""`stellar bench`: what things cost, as ratios against baselines measured in the same run."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import click

from stellar.errors import UsageError

_SCHEMA_VERSION = 1
_LARGEST = 65536


@click.group()
def bench() -> None:
    """Costs, as ratios against baselines measured in the same run."""


@bench.command()
@click.option("--lanes", default="1,16,256,4096,65536", show_default=True, help="Numbers of stars.")
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def core(lanes: str, repeats: int, as_json: bool) -> None:
    """Stars by the engine, against Newton, Runge-Kutta codes and scipy, at equal measured error."""
    from stellar.cli.bench_core import content, lines

    measured = content(_counts(lanes), repeats, _progress)
    _write("core", measured, lines, as_json)


@bench.command()
@click.option("--lanes", default="1,16,256,4096,65536", show_default=True, help="Numbers of stars.")
@click.option(
    "--kinds",
    default="gamma,pp,table,functional",
    show_default=True,
    help="Kinds of matter.",
)
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def structure(lanes: str, kinds: str, repeats: int, as_json: bool) -> None:
    """Masses, radii, inertia and tides of stars, against scipy and lalsuite, at equal error."""
    from stellar.cli import bench_structure

    measured = bench_structure.content(kinds, _counts(lanes), repeats, _progress)
    _write("structure", measured, bench_structure.lines, as_json)


@bench.command()
@click.option("--lanes", default="1,16,256", show_default=True, help="Numbers of stars.")
@click.option("--kinds", default="gamma,pp,functional", show_default=True, help="Kinds of matter.")
@click.option("--spectra", default="cowling,full,w", show_default=True, help="Which modes.")
@click.option("--repeats", default=1, show_default=True, type=click.IntRange(1, 100))
@click.option("--device", default="cpu", show_default=True, help="Of the engine: cpu, cuda[:N].")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def modes(lanes: str, kinds: str, spectra: str, repeats: int, device: str, as_json: bool) -> None:
    """Modes of stars, also along sequences, against two forms of shooting them, at equal error."""
    from stellar.cli.bench_modes import content, lines

    measured = content(kinds, spectra, _counts(lanes), repeats, device, _progress)
    _write("modes", measured, lines, as_json)


@bench.command()
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 100))
@click.option("--seeds", default=9, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def regression(repeats: int, seeds: int, as_json: bool) -> None:
    """The published scheme, against its repairs and scipy, at equal measured error."""
    from stellar.cli.bench_regression import content, lines

    _write("regression", content(seeds, repeats, _progress), lines, as_json)


@bench.command()
@click.option("--lanes", default=4096, show_default=True, type=click.IntRange(32, 65536))
@click.option("--nodes", default=16, show_default=True, type=click.IntRange(2, 256))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def eos(lanes: int, nodes: int, repeats: int, device: str, as_json: bool) -> None:
    """Node tensors of many equations of state, against a loop of scipy interpolators."""
    import torch

    from stellar.benchmarks.node_tensors import measure

    costs = list(measure(lanes, nodes, repeats, device))
    if as_json:
        content = {
            "schema": "stellar-bench-eos",
            "version": _SCHEMA_VERSION,
            "lanes": lanes,
            "nodes": nodes,
            "repeats": repeats,
            "device": device,
            "threads": torch.get_num_threads(),
            "costs": [dataclasses.asdict(cost) for cost in costs],
        }
        click.echo(json.dumps(content, indent=2))
        return
    click.echo(f"{lanes} equations of state in one call, {nodes} nodes an element, {device}")
    click.echo(
        f"{'family':<12}{'elements':>9}{'ns/node':>10}{'scipy loop':>12}{'ratio':>8}  spread"
    )
    for cost in costs:
        low, high = cost.spread
        click.echo(
            f"{cost.family:<12}{cost.elements:>9}{cost.tensor_ns:>10.1f}{cost.loop_ns:>12.1f}"
            f"{cost.ratio:>8.2f}  {low:.2f} to {high:.2f}"
        )


def _counts(text: str) -> list[int]:
    """Numbers of stars from a list with commas."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= _LARGEST for part in parts):
        raise UsageError(
            f"--lanes '{text}' is not a list of whole numbers from 1 to {_LARGEST}: write them "
            "with commas, as 1,256,4096."
        )
    return sorted({int(part) for part in parts})


def _progress(text: str) -> None:
    click.echo(text, err=True)


def _write(
    name: str,
    measured: dict[str, Any],
    lines: Callable[[dict[str, Any]], list[str]],
    as_json: bool,
) -> None:
    if as_json:
        named = {"schema": f"stellar-bench-{name}", "version": _SCHEMA_VERSION, **measured}
        click.echo(json.dumps(named, indent=2))
        return
    for line in lines(measured):
        click.echo(line)

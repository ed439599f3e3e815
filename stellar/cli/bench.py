"""`stellar bench eos`: what things cost, as ratios against a baseline measured in the same run."""

import dataclasses
import json

import click

_SCHEMA_VERSION = 1


@click.group()
def bench() -> None:
    """Costs, as ratios against baselines measured in the same run."""


@bench.command()
@click.option("--lanes", default=4096, show_default=True, type=click.IntRange(32, 65536))
@click.option("--nodes", default=16, show_default=True, type=click.IntRange(2, 256))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def eos(lanes: int, nodes: int, repeats: int, device: str, as_json: bool) -> None:
    """Node tensors of many equations of state, against a loop of scipy interpolators."""
    import torch

    from stellar.eos.node_cost import measure

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

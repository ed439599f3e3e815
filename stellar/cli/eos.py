"""`stellar eos`: the equations of state, their stars and tables, and where they come from."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import click

from stellar.cli.eos_check import check
from stellar.cli.eos_convert import convert
from stellar.cli.eos_stars import stars
from stellar.eos.catalogue.description import (
    SAMPLED,
    catalogue_entries,
    crust_entries,
    describe,
    family_entries,
    sample,
)
from stellar.eos.catalogue.lookup import resolve

_SCHEMA_VERSION = 1
_WIDTH = 96


@click.group()
def eos() -> None:
    """List, show, check, convert and build equations of state."""


eos.add_command(check)
eos.add_command(convert)
eos.add_command(stars)


@eos.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def list_(as_json: bool) -> None:
    """Names, families and published rows that --eos accepts."""
    entries, crusts, families = catalogue_entries(), crust_entries(), family_entries()
    if as_json:
        _echo_json(
            {
                "schema": "stellar-eos-list",
                "equations_of_state": entries,
                "crusts": crusts,
                "families": families,
            }
        )
        return
    click.echo("Equations of state by name (g-modes: composition known, stratified)")
    rows = [("name", "aliases", "M_max [Msun]", "R_1.4 [km]", "g-modes", "description")]
    rows += [
        (
            entry["name"],
            ", ".join(entry["aliases"]),
            _number(entry["m_max_msun"], ".4f"),
            _number(entry["r_14_km"], ".3f"),
            "yes" if entry["g_modes"] else "no",
            entry["description"],
        )
        for entry in entries
    ]
    _echo_table(rows)
    _echo_citations(entries)
    default = crusts[0]["name"]
    click.echo(f"\nCrusts of those with composition: crust=NAME (default {default}) or crust=none")
    _echo_citations(crusts)
    click.echo("\nParametric families (gamma1=1.1x or gamma1=2.2 stratifies a compressible one)")
    _echo_table(
        [("syntax", "example", "description")]
        + [(f["syntax"], f["example"], f["description"]) for f in families]
    )
    for family in families:
        _echo_wrapped(f"{family['name']}: {family['citation']}")
    for family in families:
        if family["rows"]:
            also = [f"{alias} for {row}" for alias, row in family["aliases"].items()]
            click.echo(f"\nRows of {family['name']} (also {', '.join(also)}):")
            _echo_wrapped(", ".join(family["rows"]))


@eos.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.option(
    "--points",
    type=click.IntRange(2, 1_000_000),
    help="Instead: CSV of this many states, evenly spread in ln h.",
)
def show(name: str, as_json: bool, points: int | None) -> None:
    """Segments, transitions, range and provenance of one equation of state."""
    resolved = resolve(name)
    if points is not None:
        _show_states(resolved, points, as_json)
        return
    description = describe(resolved)
    if as_json:
        _echo_json({"schema": "stellar-eos", **description})
        return
    click.echo(f"{description['name']}  (specification: {description['spec']})")
    click.echo(
        "composition known, stratified: g-modes"
        if resolved.stratified and resolved.composition
        else "stratified by gamma1: g-modes"
        if resolved.stratified
        else "barotropic: no g-modes"
    )
    click.echo(f"defined up to h = {_number(description['h_max'], '.6g', 'any value')}")
    click.echo(f"causal up to h = {_number(description['h_causal'], '.6g', 'its end')}\n")
    keys = ("kind", "h_lo", "h_hi", "n_lo_fm3", "n_hi_fm3", "eps_lo_g_cm3", "eps_hi_g_cm3")
    head = ("segment", "h from", "to", "n [fm-3] from", "to", "eps [g/cm3] from", "to")
    rows = [
        tuple(s[k] if k == "kind" else _number(s[k], ".5g") for k in keys)
        for s in description["segments"]
    ]
    _echo_table([head, *rows])
    for jump in description["transitions"]:
        click.echo(
            f"\n{jump['kind']} at h = {jump['h']:.6g}, p = {jump['p_dyn_cm2']:.5g} dyn/cm^2: eps "
            f"from {jump['eps_below_g_cm3']:.5g} to {jump['eps_above_g_cm3']:.5g} g/cm^3 "
            f"({100.0 * jump['relative_jump']:+.2f} %)"
        )
    click.echo("")
    for key, text in description["provenance"].items():
        _echo_wrapped(f"{key}: {text}")


@eos.command()
@click.argument("names", nargs=-1)
@click.option(
    "-o",
    "--output",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory to write to; default the installed eos_tables.",
)
def build(names: tuple[str, ...], directory: Path | None) -> None:
    """Generate the tables NAMES (default all) and their checksums from the functionals."""
    from stellar.eos.catalogue.build import build as build_tables

    for path in build_tables(names, directory):
        click.echo(str(path))


def _show_states(resolved, points: int, as_json: bool) -> None:
    columns = sample(resolved, points)
    if as_json:
        plain = {
            name: [value if math.isfinite(value) else None for value in values.tolist()]
            for name, values in columns.items()
        }
        _echo_json({"schema": "stellar-eos-states", "units": SAMPLED, "columns": plain})
        return
    click.echo(",".join(columns))
    for row in zip(*columns.values(), strict=True):
        click.echo(",".join("" if math.isnan(value) else f"{value:.12g}" for value in row))


def _echo_json(content: dict) -> None:
    click.echo(json.dumps({"version": _SCHEMA_VERSION, **content}, indent=2, allow_nan=False))


def _echo_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(("  " + "  ".join(cells)).rstrip())


def _echo_citations(entries: list[dict]) -> None:
    """Each source once, behind the names of all that rest on it."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        names.setdefault(entry["citation"], []).append(entry["name"])
    for citation, owners in names.items():
        _echo_wrapped(f"{', '.join(owners)}: {citation}")


def _echo_wrapped(text: str) -> None:
    click.echo(click.wrap_text(text, _WIDTH, initial_indent="  ", subsequent_indent="    "))


def _number(value: float | None, form: str, absent: str = "-") -> str:
    return absent if value is None else format(value, form)

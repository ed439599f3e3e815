"""`stellar relations`: universal relations, and how far the rows of a result file lie from them."""

import csv
import io
import json
import math
from typing import Any

import click

from stellar.cli.fit_report import fit_csv, fit_object, fit_text
from stellar.cli.grid import TextColumn, lines_of
from stellar.cli.relation_choice import chosen_forms, chosen_relations
from stellar.errors import InputError, UsageError
from stellar.results.reader import open_results
from stellar.stars.relations.fitted import fitted
from stellar.stars.relations.relation import Relation
from stellar.stars.relations.residuals import Residuals, residuals

_SCHEMA, _SCHEMA_VERSION = "stellar-relations", 1
_ABSENT = "-"


@click.command()
@click.argument("file", metavar="[RESULT.h5]", required=False)
@click.option(
    "--relation",
    "names",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Only these; with --fit the names of fits.",
)
@click.option("--fit", is_flag=True, help="Fit such relations to the rows of the file instead.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Form of standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
def relations(
    file: str | None, names: tuple[str, ...], fit: bool, format_: str, as_json: bool
) -> int:
    """How far the rows of a result file lie from published universal relations.

    Without a file: the relations, their formulas and their sources. With --fit: least squares of
    the rows, coefficients with standard errors, and what is left over.
    """
    form = "json" if as_json else format_
    if fit:
        return _fit(file, names, form)
    chosen = chosen_relations(names)
    if file is None:
        rows = [_described(relation) for relation in chosen]
        click.echo(
            {"table": _list_text, "csv": _csv_text, "json": _json_text}[form](rows), nl=False
        )
        return 0
    results = open_results(file)
    found = [residuals(results, relation) for relation in chosen]
    if all(each.missing for each in found):
        raise InputError(f"{file} fits none of these relations: {found[0].missing}.")
    if form == "table":
        click.echo(_report_text(file, found), nl=False)
    else:
        rows = [_described(each.relation) | _measured(each) for each in found]
        click.echo(_csv_text(rows) if form == "csv" else _json_text(rows, file), nl=False)
    return 0


def _fit(file: str | None, names: tuple[str, ...], form: str) -> int:
    if file is None:
        raise UsageError("--fit needs a result file, as in stellar relations RESULT.h5 --fit.")
    results = open_results(file)
    found = [fitted(results, each) for each in chosen_forms(names)]
    if all(each.missing for each in found):
        raise InputError(f"{file} can fit none of these forms: {found[0].missing}.")
    if form == "table":
        click.echo(fit_text(file, found), nl=False)
    elif form == "csv":
        click.echo(fit_csv(found), nl=False)
    else:
        content = {"schema": _SCHEMA, "version": _SCHEMA_VERSION, "file": file}
        content["fits"] = [fit_object(each) for each in found]
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        click.echo(text)
    return 0


def _described(relation: Relation) -> dict[str, Any]:
    span = relation.abscissa.span or (None, None)
    return {
        "relation": relation.name,
        "formula": relation.formula,
        "citation": relation.citation,
        "ordinate": relation.ordinate,
        "abscissa": relation.abscissa.symbol,
        "lowest_abscissa": span[0],
        "highest_abscissa": span[1],
        "claimed_scatter": relation.claimed_scatter,
        "remark": relation.remark,
    }


def _measured(found: Residuals) -> dict[str, Any]:
    worst = found.worst
    row: dict[str, Any] = {
        "rows_used": found.used,
        "rows_failed": found.failed,
        "rows_out_of_range": found.outside,
        "median_residual": _number(found.median),
        "largest_residual": _number(found.largest),
    }
    names = ("star_id", "eos", "mass_msun", "value", "prediction")
    columns = (found.star_id, found.eos, found.mass_msun, found.values, found.predictions)
    for name, column in zip(names, columns, strict=True):
        row[f"worst_{name}"] = None if worst is None else column[worst].item()
    return row | {"missing": found.missing}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _json_text(rows: list[dict[str, Any]], file: str | None = None) -> str:
    content = {"schema": _SCHEMA, "version": _SCHEMA_VERSION, "file": file, "relations": rows}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _csv_text(rows: list[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _list_text(rows: list[dict[str, Any]]) -> str:
    spans = [
        f"{row['lowest_abscissa']:.4g} to {row['highest_abscissa']:.4g}"
        if row["lowest_abscissa"] is not None
        else _ABSENT
        for row in rows
    ]
    columns = [
        TextColumn("relation", [row["relation"] for row in rows]),
        TextColumn("formula", [row["formula"] for row in rows]),
        TextColumn("abscissa", [row["abscissa"] for row in rows]),
        TextColumn("range", spans),
        TextColumn("scatter", [_percent(row["claimed_scatter"]) for row in rows]),
    ]
    sources = _by_text([(row["citation"], row["relation"]) for row in rows])
    return "\n".join([*lines_of(columns), "", *sources]) + "\n"


def _report_text(file: str, found: list[Residuals]) -> str:
    usable = [each for each in found if not each.missing]
    columns = [
        TextColumn("relation", [each.relation.name for each in usable]),
        TextColumn("rows", [str(each.used) for each in usable], decimal=True),
        TextColumn("failed", [str(each.failed) for each in usable], decimal=True),
        TextColumn("outside", [str(each.outside) for each in usable], decimal=True),
        TextColumn("median", [_percent(each.median) for each in usable], decimal=True),
        TextColumn("largest", [_percent(each.largest) for each in usable], decimal=True),
        TextColumn("claimed", [_percent(each.relation.claimed_scatter) for each in usable]),
        TextColumn("farthest row", [_farthest(each) for each in usable]),
    ]
    lines = [f"Residuals |value/prediction - 1| of {file}", *lines_of(columns), ""]
    lines += ["outside: well rows outside the range of the fit, not used, like those that failed"]
    lines += ["claimed: largest residual claimed by the authors, - where none is known"]
    lines += _by_text([(each.relation.citation, each.relation.name) for each in usable])
    remarks = [(each.relation.remark, each.relation.name) for each in usable]
    lines += _by_text([pair for pair in remarks if pair[0]])
    absent = _by_text([(each.missing, each.relation.name) for each in found if each.missing])
    if absent:
        lines += ["", "Not compared", *absent]
    return "\n".join(lines) + "\n"


def _by_text(pairs: list[tuple[str, str]]) -> list[str]:
    """One line for each different text, after the names of the relations that share it."""
    names: dict[str, list[str]] = {}
    for text, name in pairs:
        names.setdefault(text, []).append(name)
    return [f"  {', '.join(sharing)}: {text}" for text, sharing in names.items()]


def _percent(fraction: float | None) -> str:
    return _ABSENT if fraction is None or math.isnan(fraction) else f"{100.0 * fraction:.2f} %"


def _farthest(found: Residuals) -> str:
    worst = found.worst
    if worst is None:
        return _ABSENT
    star, eos, mass = found.star_id[worst], found.eos[worst], found.mass_msun[worst]
    return f"star {star}, {eos}, {mass:.4g} M_sun"

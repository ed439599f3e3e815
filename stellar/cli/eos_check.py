"""`stellar eos check`: every defect of a table with its line, and what its stars are like."""

import json

import click

from stellar.cli.eos_tables import file_or_name, table_options, table_spec
from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.description import causal_limit
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.findings import Finding
from stellar.eos.user_tables.matter_checks import matter_findings
from stellar.eos.user_tables.user_table import examined, is_table_spec
from stellar.errors import InputError
from stellar.shooting.background import solve_background
from stellar.stars.survey import survey

_SCHEMA_VERSION = 1
_SURVEY_RTOL, _MAXIMUM_RTOL = 1e-5, 1e-8  # the heaviest star is told to four decimals
_LIGHTEST_MSUN = 1.2  # a neutron star that an equation of state has to carry


@click.command()
@click.argument("name", metavar="PATH|NAME")
@table_options
@click.option("--g-modes", is_flag=True, help="Ask also that matter is stratified.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def check(name: str, given: dict, g_modes: bool, as_json: bool) -> int:
    """Check a table or a catalogue entry: E_ codes refuse it (exit 3), W_ codes are warnings."""
    spec = table_spec(file_or_name(name), given)
    if is_table_spec(spec):
        table = examined(spec)
        eos, findings = table.eos, list(table.findings)
        facts = {"format": table.spec.format, "rows": len(table.raw) if table.raw else None}
    else:
        eos = resolve(spec)
        findings, facts = matter_findings(eos), {"format": None, "rows": None}
    if eos is not None:
        if g_modes and not eos.stratified:
            findings.append(Finding("E_NO_COMPOSITION", _no_composition(eos)))
        more, stars = _stars(eos)
        findings += more
        facts |= stars
        facts["composition_origin"] = dict(eos.provenance).get("composition_origin")
        facts |= {"stratified": eos.stratified, "specification": eos.spec}
    errors = sum(finding.is_error for finding in findings)
    if as_json:
        _echo_json(name, facts, findings, errors)
        return InputError.exit_code if errors else 0
    _echo_text(name, facts, findings)
    if errors:
        raise InputError(f"{name} has {_count(errors, 'error')}; the lines above say where.")
    return 0


def _stars(eos: ColdEOS) -> tuple[list[Finding], dict]:
    """E_RANGE, and the heaviest star."""
    try:
        sequence = survey(
            eos,
            lambda h_c: solve_background(eos, h_c, _SURVEY_RTOL),
            lambda h_c: solve_background(eos, h_c, _MAXIMUM_RTOL),
        )
    except ArithmeticError as failure:
        return [Finding("E_RANGE", f"its stars cannot be computed ({failure}).")], {}
    heaviest = sequence.heaviest
    if heaviest is None:
        return [Finding("E_RANGE", "it has no stable neutron stars at all.")], {}
    mass = heaviest.mass / MSUN_KM
    facts: dict[str, float | bool] = {
        "heaviest_msun": mass,
        "heaviest_radius_km": heaviest.radius,
        "maximum_reached": sequence.maximum is not None,
    }
    limit = causal_limit(eos)
    if limit < heaviest.h_c:
        facts["acausal_inside_stars"] = True
    if mass < _LIGHTEST_MSUN:
        end = "" if sequence.maximum else ", where the table ends"
        what = f"its stars reach {mass:.4f} M_sun only{end}; {_LIGHTEST_MSUN} is the least."
        return [Finding("E_RANGE", what)], facts
    return [], facts


def _no_composition(eos: ColdEOS) -> str:
    reason = dict(eos.provenance).get("composition_origin", "none")
    return (
        f"matter is not stratified (composition: {reason}); g-modes need a column delta, or smooth "
        "columns n, Y_e, Y_mu, mu_e, or a CompOSE table in (n, Y_q)."
    )


def _echo_json(name: str, facts: dict, findings: list[Finding], errors: int) -> None:
    content = {
        "version": _SCHEMA_VERSION,
        "schema": "stellar-eos-check",
        "name": name,
        "ok": errors == 0,
        **facts,
        "findings": [
            {
                "code": finding.code,
                "severity": "error" if finding.is_error else "warning",
                "line": finding.line,
                "message": finding.sentence,
            }
            for finding in findings
        ],
    }
    click.echo(json.dumps(content, indent=2, allow_nan=False))


def _echo_text(name: str, facts: dict, findings: list[Finding]) -> None:
    about = f" (format {facts['format']}, {facts['rows']} rows)" if facts["format"] else ""
    click.echo(f"{name}{about}")
    for finding in findings:
        click.echo(f"  {finding}")
    if facts.get("heaviest_msun"):
        word = "maximum mass" if facts["maximum_reached"] else "heaviest star, at its end,"
        click.echo(
            f"  {word} {facts['heaviest_msun']:.4f} M_sun, R = {facts['heaviest_radius_km']:.3f} km"
        )
    if facts.get("acausal_inside_stars"):
        click.echo("  the heaviest stars hold acausal matter")
    if "stratified" in facts:
        origin = facts["composition_origin"]
        about = f" ({origin})" if origin and origin != "none" else ""
        click.echo(f"  {'stratified' if facts['stratified'] else 'barotropic'}{about}")
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    click.echo(f"  {_count(errors, 'error')}, {_count(warnings, 'warning')}")


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

"""`stellar eos stars`: M_max, R_1.4 and Lambda_1.4 computed anew, beside an independent result."""

import json
import math

import click

from stellar.eos.catalogue.expected_stars import ExpectedStars, expected_stars, tolerance
from stellar.eos.catalogue.lookup import resolve
from stellar.shooting.landmarks import Landmarks, landmarks

_SCHEMA_VERSION = 1
_WIDTHS = (24, 8, 10, 9, 10, 9, 10)


@click.command()
@click.argument("names", nargs=-1, metavar="[SPEC]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def stars(names: tuple[str, ...], as_json: bool) -> None:
    """M_max, R_1.4 and Lambda_1.4 of SPEC beside the numbers of an independent computation.

    Without SPEC: everything for which there are such numbers (a second or two each).
    """
    expected = expected_stars()
    equations = [resolve(name) for name in names or expected]
    if as_json:
        rows = [_entry(eos.spec, landmarks(eos), expected.get(eos.spec)) for eos in equations]
        content = {"schema": "stellar-eos-stars", "version": _SCHEMA_VERSION, "stars": rows}
        click.echo(json.dumps(content, indent=2, allow_nan=False))
        return
    head = ("", "M_max", "expected", "R_1.4", "expected", "Lambda", "expected")
    click.echo(_line((*head, "")))
    for eos in equations:
        click.echo(_line(_cells(eos.spec, landmarks(eos), expected.get(eos.spec))))
    click.echo(
        "M_max in solar masses, R_1.4 in km; agrees: within 0.005 M_sun, 0.02 km and 1 % of Lambda "
        "(0.2 % for pp: and gpp:)"
    )


def agrees(spec: str, found: Landmarks, stated: ExpectedStars) -> bool:
    """Whether all stated numbers are met within their tolerances."""
    allowed = tolerance(spec)
    met = [abs(found.m_max_msun - stated.m_max_msun) <= allowed.m_max_msun]
    if stated.r_14_km is not None:
        met.append(abs(found.r_14_km - stated.r_14_km) <= allowed.r_14_km)
    if stated.lambda_14 is not None:
        met.append(abs(found.lambda_14 / stated.lambda_14 - 1.0) <= allowed.lambda_14)
    return all(met)


def _entry(spec: str, found: Landmarks, stated: ExpectedStars | None) -> dict:
    return {
        "spec": spec,
        "m_max_msun": _finite(found.m_max_msun),
        "r_14_km": _finite(found.r_14_km),
        "lambda_14": _finite(found.lambda_14),
        "expected": vars(stated) if stated else None,
        "agrees": agrees(spec, found, stated) if stated else None,
    }


def _cells(spec: str, found: Landmarks, stated: ExpectedStars | None) -> tuple[str, ...]:
    verdict = "" if stated is None else "agrees" if agrees(spec, found, stated) else "differs"
    m_max, r_14, lambda_14 = (
        (stated.m_max_msun, stated.r_14_km, stated.lambda_14) if stated else (None, None, None)
    )
    return (
        spec,
        _number(found.m_max_msun, ".4f"),
        _number(m_max, ".4f"),
        _number(found.r_14_km, ".3f"),
        _number(r_14, ".3f"),
        _number(found.lambda_14, ".1f"),
        _number(lambda_14, ".1f"),
        verdict,
    )


def _line(cells: tuple[str, ...]) -> str:
    first, *numbers, last = cells
    aligned = (cell.rjust(width) for cell, width in zip(numbers, _WIDTHS[1:], strict=True))
    return f"{first.ljust(_WIDTHS[0])}{''.join(aligned)}  {last}".rstrip()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or not math.isfinite(value) else format(value, form)

"""Fits to the rows of a result as text, CSV and plain values for JSON."""

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from stellar.cli.grid import TextColumn, lines_of
from stellar.stars.relations.fitted import Fitted

_ABSENT = "-"
_CSV_FIELDS = (
    "fit",
    "formula",
    "power",
    "coefficient",
    "standard_error",
    "eos_jackknife_error",
    "published",
    "rows_used",
    "rows_failed",
    "eos_count",
    "lowest_abscissa",
    "highest_abscissa",
    "scatter",
    "median_residual",
    "largest_residual",
)


def fit_object(found: Fitted) -> dict[str, Any]:
    """One fit as values that JSON can hold."""
    worst = found.worst
    values = {
        "fit": found.form.name,
        "formula": found.form.formula,
        "ordinate": found.form.reduced_symbol,
        "abscissa": found.form.abscissa.symbol,
        "rows_used": found.used,
        "rows_failed": found.failed,
        "eos_count": found.eos_count,
        "lowest_abscissa": float(found.x.min()) if found.used else None,
        "highest_abscissa": float(found.x.max()) if found.used else None,
        "scatter": _number(found.solution.scatter) if found.solution else None,
        "median_residual": _number(found.median),
        "largest_residual": _number(found.largest),
        "worst_star_id": None if worst is None else found.star_id[worst].item(),
        "worst_eos": None if worst is None else found.eos[worst].item(),
        "worst_mass_msun": None if worst is None else found.mass_msun[worst].item(),
    }
    return values | {"coefficients": _coefficients(found), "missing": found.missing}


def _coefficients(found: Fitted) -> list[dict[str, Any]]:
    solution = found.solution
    if solution is None:
        return []
    published: Sequence[float | None] = found.form.published or [None] * len(solution.coefficients)
    return [
        {
            "power": power,
            "coefficient": value,
            "standard_error": _number(error),
            "eos_jackknife_error": _number(group_error),
            "published": literature,
        }
        for power, (value, error, group_error, literature) in enumerate(
            zip(
                solution.coefficients.tolist(),
                solution.standard_errors.tolist(),
                solution.group_errors.tolist(),
                published,
                strict=True,
            )
        )
    ]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def fit_csv(found: Sequence[Fitted]) -> str:
    """One line a coefficient."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _CSV_FIELDS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for each in found:
        fit = fit_object(each)
        writer.writerows(fit | coefficient for coefficient in fit["coefficients"])
    return stream.getvalue()


def fit_text(file: str, found: Sequence[Fitted]) -> str:
    """Two tables, of coefficients and of residuals, and why other forms were not fitted."""
    usable = [fit_object(each) for each in found if each.solution]
    rows = [fit | coefficient for fit in usable for coefficient in fit["coefficients"]]
    coefficients = [
        TextColumn("fit", [row["fit"] if row["power"] == 0 else "" for row in rows]),
        TextColumn("", [f"a{row['power']}" for row in rows]),
        TextColumn("coefficient", [_digits(row["coefficient"]) for row in rows]),
        TextColumn("std error", [_error(row["standard_error"]) for row in rows]),
        TextColumn("EOS error", [_error(row["eos_jackknife_error"]) for row in rows]),
        TextColumn("published", [_digits(row["published"]) for row in rows]),
    ]
    quality = [
        TextColumn("fit", [fit["fit"] for fit in usable]),
        TextColumn("rows", [str(fit["rows_used"]) for fit in usable], decimal=True),
        TextColumn("failed", [str(fit["rows_failed"]) for fit in usable], decimal=True),
        TextColumn("EOS", [str(fit["eos_count"]) for fit in usable], decimal=True),
        TextColumn("median", [_percent(fit["median_residual"]) for fit in usable], decimal=True),
        TextColumn("largest", [_percent(fit["largest_residual"]) for fit in usable], decimal=True),
        TextColumn("range", [_span(fit) for fit in usable]),
        TextColumn("farthest row", [_farthest(fit) for fit in usable]),
    ]
    lines = [f"Least squares of the rows of {file}", *lines_of(coefficients), ""]
    lines += ["std error: from the scatter of the rows, taken as independent of each other"]
    lines += ["EOS error: leaving out one equation of state after another, - below three of them"]
    lines += ["", "Residuals |value/fit - 1|", *lines_of(quality), ""]
    lines += [f"  {fit['fit']}: {fit['formula']}" for fit in usable]
    lines += ["  with m = M/(1.4 M_sun), r = R/(10 km), eta = sqrt(M^3/I), G = c = 1"]
    absent: dict[str, list[str]] = {each.missing: [] for each in found if each.missing}
    for each in found:
        if each.missing:
            absent[each.missing].append(each.form.name)
    if absent:
        lines += ["", "Not fitted"]
        lines += [f"  {', '.join(names)}: {reason}" for reason, names in absent.items()]
    return "\n".join(lines) + "\n"


def _digits(value: float | None) -> str:
    return _ABSENT if value is None else f"{value: .6g}"


def _error(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.1e}"


def _percent(fraction: float | None) -> str:
    return _ABSENT if fraction is None else f"{100.0 * fraction:.3f} %"


def _span(fit: dict[str, Any]) -> str:
    return f"{fit['lowest_abscissa']:.4g} <= {fit['abscissa']} <= {fit['highest_abscissa']:.4g}"


def _farthest(fit: dict[str, Any]) -> str:
    return f"star {fit['worst_star_id']}, {fit['worst_eos']}, {fit['worst_mass_msun']:.4g} M_sun"

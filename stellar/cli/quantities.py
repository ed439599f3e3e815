"""Columns of quantities for people: short headings, readable units, justified digits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from stellar.cli.grid import TextColumn
from stellar.cli.numbers import ABSENT, compact
from stellar.results.columns import columns_of, error_name

# Quantities of a star in the order in which they are given room, with short headings.
STAR_HEADINGS = {
    "spin_hz": "spin",
    "mass_msun": "M",
    "radius_km": "R",
    "lambda2": "Lambda",
    "baryon_mass_msun": "M_b",
    "compactness": "M/R",
    "moment_of_inertia_g_cm2": "I",
    "central_energy_density_g_cm3": "eps_c",
    "central_density_g_cm3": "rho_c",
    "k2": "k2",
    "redshift": "z",
    "central_pressure_dyn_cm2": "p_c",
    "binding_energy_msun": "E_b",
    "mean_density_g_cm3": "mean rho",
    "k3": "k3",
    "lambda3": "Lambda3",
    "k4": "k4",
    "lambda4": "Lambda4",
    "k2_magnetic_static": "k2 stat",
    "k2_magnetic_irrotational": "k2 irr",
    "i_bar": "I/M^3",
    "q_bar": "QM/J^2",
    "quadrupole_over_mr2": "Q/MR^2",
    "eccentricity_squared": "e^2",
    "xi0_over_r": "xi0/R",
    "xi2_over_r": "xi2/R",
    "delta_mass_over_m": "dM/M",
    "delta_baryon_mass_over_mb": "dM_b/M_b",
    "delta_mass_over_m_fixed_mb": "dM/M at M_b",
    "xi0_over_r_fixed_mb": "xi0/R at M_b",
    "mass_spinning_msun": "M spinning",
    "equatorial_radius_km": "R_eq",
    "polar_radius_km": "R_pol",
    "eccentricity": "e",
    "angular_momentum_cgs": "J",
}
# What a command is asked for, given room before the rest.
FIRST_SHOWN = {
    "love": (
        "mass_msun",
        "compactness",
        "k2",
        "lambda2",
        "k3",
        "lambda3",
        "k4",
        "lambda4",
        "k2_magnetic_static",
        "k2_magnetic_irrotational",
        "radius_km",
    ),
    "rotation": (
        "mass_msun",
        "spin_hz",
        "mass_spinning_msun",
        "equatorial_radius_km",
        "polar_radius_km",
        "eccentricity",
        "angular_momentum_cgs",
        "radius_km",
        "moment_of_inertia_g_cm2",
        "quadrupole_over_mr2",
        "q_bar",
        "eccentricity_squared",
        "xi0_over_r",
        "xi2_over_r",
        "delta_mass_over_m",
    ),
}
MODE_NAMES = ("frequency_hz", "damping_time_s")
_READABLE_UNITS = {"dyn cm-2": "dyn/cm2", "g cm-3": "g/cm3"}

Row = Mapping[str, Any]


def star_identity(rows: Sequence[Row]) -> list[TextColumn]:
    """Number and equation of state of the star of each row."""
    return [
        TextColumn("star", [str(row["star_id"]) for row in rows]),
        TextColumn("eos", [_short_name(row["eos"]) for row in rows]),
    ]


def _short_name(eos: str) -> str:
    """A table is shown by the name of its file; files and JSON keep the whole specification."""
    if not eos.startswith("table:"):
        return eos
    return PurePath(eos.removeprefix("table:").partition(",")[0]).name


def star_quantities(stars: Sequence[Row], names: Iterable[str]) -> list[TextColumn]:
    """A column for each of these quantities; all must be there."""
    return [_quantity(stars, name, STAR_HEADINGS[name], "stars") for name in names]


def mode_quantities(modes: Sequence[Row], frequency: str, tau: str) -> list[TextColumn]:
    """Frequency and, if any of these modes is damped, damping time, under these headings."""
    columns = [_quantity(modes, "frequency_hz", frequency, "modes")]
    damping = _quantity(modes, "damping_time_s", tau, "modes")
    return columns + ([damping] if any(cell != ABSENT for cell in damping.cells) else [])


def masses(rows: Sequence[Row]) -> TextColumn:
    """The gravitational mass of each row, without its error."""
    bare = [{"mass_msun": row.get("mass_msun")} for row in rows]
    return _quantity(bare, "mass_msun", "M", "stars")


def relative_error(row: Row, names: Iterable[str], table: str) -> float:
    """The largest estimated relative error among these quantities; NaN if there is none."""
    largest = math.nan
    for name in names:
        value, error = row.get(name), row.get(error_name(name, table))
        if value and error is not None and math.isfinite(error / value):
            largest = max(abs(error / value), largest if largest == largest else 0.0)
    return largest


def error_column(errors: Iterable[float]) -> TextColumn:
    """Relative errors, one digit each."""
    return TextColumn("error", [ABSENT if math.isnan(e) else f"{e:.0e}" for e in errors])


def _quantity(rows: Sequence[Row], name: str, heading: str, table: str) -> TextColumn:
    error = error_name(name, table)
    # A mass is mostly what was asked for: 1.4 says that better than 1.4000000.
    strip = name == "mass_msun"
    cells = [compact(row.get(name), row.get(error), strip=strip) for row in rows]
    unit = columns_of(table)[name].unit
    unit = _READABLE_UNITS.get(unit, unit)
    cells = _equal_decimals(cells) if strip else cells
    return TextColumn(f"{heading} [{unit}]" if unit else heading, cells, decimal=True)


def _equal_decimals(cells: list[str]) -> list[str]:
    """Bare numbers filled with zeros to equal decimals, so that 2 stands as 2.0 below 1.9."""
    bare = [cell.replace(".", "").isdigit() for cell in cells]
    parts = [cell.partition(".") for cell in cells]
    most = max(
        (len(part[2]) for part, number in zip(parts, bare, strict=True) if number), default=0
    )
    return [
        f"{part[0]}.{part[2]:0<{most}}" if number and most else cell
        for cell, part, number in zip(cells, parts, bare, strict=True)
    ]

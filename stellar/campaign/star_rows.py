"""From solved stars, in km and G = c = 1, to columns of the table of stars.

All stars of a tile at once: bookkeeping must stay small beside a solver that takes a fraction of a
millisecond a star. Only operations that round the same way for one star and for many are used: no
powers.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parode_core import Status
from stellar.constants import (
    C_KM_S,
    DYN_CM2_TO_KM2,
    G_CM3_TO_KM2,
    MOMENT_OF_INERTIA_G_CM2_PER_KM3,
    MSUN_KM,
)
from stellar.oscillations.order import SolvedStar
from stellar.results.columns import columns_of
from stellar.results.rows import as_column
from stellar.stars.spinning import coefficients_warning, mass_shedding_hz, spin_warning, spinning
from stellar.stars.star import Star
from stellar.stars.targets import SEQUENCE_SELECTORS

# the column that holds what was asked, shown even where the star could not be computed
ASKED_COLUMN = {
    "masses": "mass_msun",
    "baryon_masses": "baryon_mass_msun",
    "compactness": "compactness",
    "central_pressures": "central_pressure_dyn_cm2",
    "central_densities": "central_density_g_cm3",
    "central_energy_densities": "central_energy_density_g_cm3",
}
# column at a given spin: name in `spinning` and unit in geometric km
_SPIN_COLUMNS = {
    "angular_momentum_cgs": ("angular_momentum", 1.0 / (MOMENT_OF_INERTIA_G_CM2_PER_KM3 * C_KM_S)),
    "mass_spinning_msun": ("mass", MSUN_KM),
    "equatorial_radius_km": ("equatorial_radius", 1.0),
    "polar_radius_km": ("polar_radius", 1.0),
    "eccentricity": ("eccentricity", 1.0),
}
_CHECKED = ("mass_msun", "radius_km", "lambda2", "lambda3", "lambda4")

Floats = NDArray[np.float64]
Estimates = dict[str, tuple[Floats, Floats]]  # values and errors, [star]
Rows = dict[str, Any]  # columns, as lists or arrays


def star_columns(
    names: Sequence[str],
    solved: Sequence[SolvedStar],
    accuracy: float,
    spins: Sequence[float] = (),
) -> dict[str, NDArray]:
    """The rows of stars: one each, or one a spin; a failed star has only what identifies it.

    Parameters
    ----------
    names : of the equation of state of each star
    accuracy : relative; rows that miss it are flagged
    spins : spin frequencies, Hz
    """
    rows = _star_rows(names, solved)
    if spins:
        rows = _at_spins(rows, solved, spins)
    _flag_inaccurate(rows, accuracy)
    silent = zip(rows["message"], rows["status"], strict=True)
    rows["message"] = [text or Status(status).message for text, status in silent]
    rows["star_id"] = np.arange(len(rows["message"]))
    if not len(rows["star_id"]):
        return {}
    known = columns_of("stars")
    return {name: as_column(known[name], rows[name]) for name in known if name in rows}


def _star_rows(names: Sequence[str], solved: Sequence[SolvedStar]) -> Rows:
    rows: Rows = {
        "eos": list(names),
        "status": np.array([int(one.status) for one in solved], dtype=np.int64),
        "message": [one.message for one in solved],
    }
    places = [place for place, one in enumerate(solved) if one.star is not None]
    stars = [one.star for one in solved if one.star is not None]
    if stars:
        rows["stable"] = np.zeros(len(solved), dtype=bool)
        rows["stable"][places] = [star.stable for star in stars]
        for name, (values, errors) in _quantities(stars).items():
            rows[name] = _spread(values, places, len(solved))
            rows[f"{name}_err"] = _spread(errors, places, len(solved))
        for place, star in zip(places, stars, strict=True):
            if star.rotation:
                _add_sentence(rows, place, coefficients_warning(star.rotation))
    for place, one in enumerate(solved):
        if one.star is None:
            # the `max` of an equation of state without stars is 0, which nobody asked for
            asked = ASKED_COLUMN[one.target.selector]
            rows.setdefault(asked, np.full(len(solved), math.nan))[place] = (
                one.target.value or math.nan
            )
    if solved and solved[0].target.selector in SEQUENCE_SELECTORS:
        rows["branch"] = [one.target.branch_number or -1 for one in solved]
    return rows


def _spread(values: Floats, places: Sequence[int], count: int) -> Floats:
    """Values at their places, NaN elsewhere."""
    column = np.full(count, math.nan)
    column[places] = values
    return column


def _add_sentence(rows: Rows, place: int, sentence: str) -> None:
    rows["message"][place] = f"{rows['message'][place]} {sentence}".strip()


def _at_spins(rows: Rows, solved: Sequence[SolvedStar], spins: Sequence[float]) -> Rows:
    """Every row once for each spin, with what the star has at that spin."""
    repeated: Rows = {
        name: [value for value in values for _ in spins]
        if isinstance(values, list)
        else np.repeat(values, len(spins))
        for name, values in rows.items()
    }
    count = len(repeated["message"])
    repeated["spin_hz"] = np.tile(np.array(spins, dtype=float), len(solved))
    repeated["spin_hz_err"] = np.zeros(count)
    for place in range(count):
        star, spin_hz = solved[place // len(spins)].star, spins[place % len(spins)]
        if star is None:
            continue
        if spin_hz > mass_shedding_hz(star):
            repeated["status"][place] = int(Status.INVALID_PARAMETERS)
            _add_sentence(
                repeated,
                place,
                f"A spin of {spin_hz:g} Hz lies beyond the mass-shedding estimate, "
                f"{mass_shedding_hz(star):.0f} Hz: there is no such star.",
            )
            continue
        found = spinning(star, spin_hz)
        for column, (name, unit) in _SPIN_COLUMNS.items():
            for suffix, value in (("", found[name].value), ("_err", found[name].error)):
                values = repeated.setdefault(f"{column}{suffix}", np.full(count, math.nan))
                values[place] = value / unit
        _add_sentence(repeated, place, spin_warning(star, spin_hz))
    return repeated


def _flag_inaccurate(rows: Rows, accuracy: float) -> None:
    """Flag well rows whose relative error exceeds what was asked, naming the first quantity."""
    for name in _CHECKED:
        if name not in rows or f"{name}_err" not in rows:
            continue
        values, errors = rows[name], rows[f"{name}_err"]
        missed = ~(errors <= accuracy * np.abs(values)) & (values != 0.0)
        for place in np.flatnonzero(missed & (rows["status"] == int(Status.OK))).tolist():
            rows["status"][place] = int(Status.ACCURACY_NOT_REACHED)
            _add_sentence(
                rows,
                place,
                f"{name} is known to {errors[place] / abs(values[place]):.1e} (relative); "
                f"{accuracy:.0e} was asked.",
            )


def _quantities(stars: Sequence[Star]) -> Estimates:
    return {
        **_size(stars),
        **_centre(stars),
        **_named([star.tides for star in stars]),
        **_inertia(stars),
        **_named([star.rotation for star in stars]),
    }


def _named(estimates: Sequence[Mapping]) -> Estimates:
    """Estimates that all stars have under the same names."""
    pairs = {name: np.array([own[name] for own in estimates]) for name in estimates[0]}
    return {name: (both[:, 0], both[:, 1]) for name, both in pairs.items()}


def _each(stars: Sequence[Star], name: str) -> Floats:
    return np.array([getattr(star, name) for star in stars])


def _in_unit(values: Floats, errors: Floats, unit: float) -> tuple[Floats, Floats]:
    return values / unit, errors / unit


def _size(stars: Sequence[Star]) -> Estimates:
    mass, radius, baryon_mass, mass_err, radius_err, baryon_mass_err = (
        _each(stars, name)
        for name in ("mass", "radius", "baryon_mass", "mass_err", "radius_err", "baryon_mass_err")
    )
    compactness = mass / radius
    relative_mass, relative_radius = mass_err / mass, radius_err / radius
    compactness_err = compactness * (relative_mass + relative_radius)
    lapse = np.sqrt(1.0 - 2.0 * compactness)
    density = 3.0 * mass / (4.0 * math.pi * (radius * radius * radius))
    density_err = density * (relative_mass + 3.0 * relative_radius)
    return {
        "mass_msun": _in_unit(mass, mass_err, MSUN_KM),
        "radius_km": (radius, radius_err),
        "baryon_mass_msun": _in_unit(baryon_mass, baryon_mass_err, MSUN_KM),
        "binding_energy_msun": _in_unit(baryon_mass - mass, baryon_mass_err + mass_err, MSUN_KM),
        "compactness": (compactness, compactness_err),
        "redshift": (1.0 / lapse - 1.0, compactness_err / (lapse * lapse * lapse)),
        "mean_density_g_cm3": _in_unit(density, density_err, G_CM3_TO_KM2),
    }


def _centre(stars: Sequence[Star]) -> Estimates:
    # along the sequence p' = eps + p and (eps + p)' = (eps + p)(1 + 1/cs2), with ' = d/dh
    pressure, energy, rest, cs2, h_c_err = (
        _each(stars, name)
        for name in (
            "central_pressure",
            "central_energy_density",
            "central_density",
            "central_cs2",
            "h_c_err",
        )
    )
    enthalpy, stiff = energy + pressure, 1.0 / cs2
    return {
        "central_pressure_dyn_cm2": _in_unit(pressure, enthalpy * h_c_err, DYN_CM2_TO_KM2),
        "central_energy_density_g_cm3": _in_unit(energy, enthalpy * stiff * h_c_err, G_CM3_TO_KM2),
        "central_density_g_cm3": _in_unit(rest, rest * stiff * h_c_err, G_CM3_TO_KM2),
    }


def _inertia(stars: Sequence[Star]) -> Estimates:
    inertia, error, mass, mass_err = (
        _each(stars, name)
        for name in ("moment_of_inertia", "moment_of_inertia_err", "mass", "mass_err")
    )
    i_bar = inertia / (mass * mass * mass)
    relative = error / inertia + 3.0 * mass_err / mass
    return {
        "moment_of_inertia_g_cm2": _in_unit(inertia, error, 1.0 / MOMENT_OF_INERTIA_G_CM2_PER_KM3),
        "i_bar": (i_bar, i_bar * relative),
    }

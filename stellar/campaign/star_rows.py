"""From solved stars, in km and G = c = 1, to rows of the table of stars."""

import math
from collections.abc import Sequence

from parode_core import Status
from stellar.campaign.rows import Row
from stellar.constants import (
    C_KM_S,
    DYN_CM2_TO_KM2,
    G_CM3_TO_KM2,
    MOMENT_OF_INERTIA_G_CM2_PER_KM3,
    MSUN_KM,
)
from stellar.eos.base import ColdEOS
from stellar.eos.ensembles import RejectedEOS
from stellar.oscillations.order import SolvedStar
from stellar.stars.spinning import coefficients_warning, mass_shedding_hz, spin_warning, spinning
from stellar.stars.star import Estimate, Star
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


def star_rows(
    eos: ColdEOS | RejectedEOS, solved: SolvedStar, first_id: int, spins: Sequence[float] = ()
) -> list[Row]:
    """The rows of one star: one, or one a spin; a failed star has only what identifies it.

    Parameters
    ----------
    first_id : number of the first of these rows
    spins : spin frequencies, Hz
    """
    row = _star_row(eos, solved)
    rows = [_spin_row(row, solved.star, spin) for spin in spins] if spins else [row]
    return [{"star_id": first_id + number} | row for number, row in enumerate(rows)]


def _star_row(eos: ColdEOS | RejectedEOS, solved: SolvedStar) -> Row:
    target, star = solved.target, solved.star
    row: Row = {"eos": eos.name, "status": solved.status, "message": solved.message}
    if star is None:
        # the `max` of an equation of state without stars is 0, which nobody asked for
        row[ASKED_COLUMN[target.selector]] = target.value or math.nan
    else:
        row |= {"stable": star.stable} | _columns(_quantities(star))
        if star.rotation:
            row["message"] = _joined(row, coefficients_warning(star.rotation))
    if target.selector in SEQUENCE_SELECTORS:
        row["branch"] = target.branch_number or -1
    return row


def _spin_row(row: Row, star: Star | None, spin_hz: float) -> Row:
    row = row | {"spin_hz": spin_hz, "spin_hz_err": 0.0}
    if star is None:
        return row
    if spin_hz > mass_shedding_hz(star):
        message = (
            f"A spin of {spin_hz:g} Hz lies beyond the mass-shedding estimate, "
            f"{mass_shedding_hz(star):.0f} Hz: there is no such star."
        )
        return row | {"status": Status.INVALID_PARAMETERS, "message": _joined(row, message)}
    found = spinning(star, spin_hz)
    values = {column: _in_unit(found[name], unit) for column, (name, unit) in _SPIN_COLUMNS.items()}
    return row | _columns(values) | {"message": _joined(row, spin_warning(star, spin_hz))}


def _joined(row: Row, sentence: str) -> str:
    return f"{row['message']} {sentence}".strip()


def _columns(values: dict[str, Estimate]) -> Row:
    row: Row = {}
    for name, (value, error) in values.items():
        row[name], row[f"{name}_err"] = value, error
    return row


def _in_unit(estimate: Estimate, unit: float) -> Estimate:
    return Estimate(estimate.value / unit, estimate.error / unit)


def _quantities(star: Star) -> dict[str, Estimate]:
    return {
        **_size(star),
        **_centre(star),
        **star.tides,
        **_inertia(star),
        **star.rotation,
    }


def _size(star: Star) -> dict[str, Estimate]:
    compactness = star.compactness
    relative_mass, relative_radius = star.mass_err / star.mass, star.radius_err / star.radius
    compactness_err = compactness * (relative_mass + relative_radius)
    lapse = math.sqrt(1.0 - 2.0 * compactness)
    density = 3.0 * star.mass / (4.0 * math.pi * star.radius**3)
    binding = Estimate(star.baryon_mass - star.mass, star.baryon_mass_err + star.mass_err)
    mean = Estimate(density, density * (relative_mass + 3.0 * relative_radius))
    return {
        "mass_msun": _in_unit(Estimate(star.mass, star.mass_err), MSUN_KM),
        "radius_km": Estimate(star.radius, star.radius_err),
        "baryon_mass_msun": _in_unit(Estimate(star.baryon_mass, star.baryon_mass_err), MSUN_KM),
        "binding_energy_msun": _in_unit(binding, MSUN_KM),
        "compactness": Estimate(compactness, compactness_err),
        "redshift": Estimate(1.0 / lapse - 1.0, compactness_err / lapse**3),
        "mean_density_g_cm3": _in_unit(mean, G_CM3_TO_KM2),
    }


def _centre(star: Star) -> dict[str, Estimate]:
    # along the sequence p' = eps + p and (eps + p)' = (eps + p)(1 + 1/cs2), with ' = d/dh
    enthalpy = star.central_energy_density + star.central_pressure
    stiff = 1.0 / star.central_cs2
    pressure = Estimate(star.central_pressure, enthalpy * star.h_c_err)
    energy = Estimate(star.central_energy_density, enthalpy * stiff * star.h_c_err)
    rest = Estimate(star.central_density, star.central_density * stiff * star.h_c_err)
    return {
        "central_pressure_dyn_cm2": _in_unit(pressure, DYN_CM2_TO_KM2),
        "central_energy_density_g_cm3": _in_unit(energy, G_CM3_TO_KM2),
        "central_density_g_cm3": _in_unit(rest, G_CM3_TO_KM2),
    }


def _inertia(star: Star) -> dict[str, Estimate]:
    inertia, error = star.moment_of_inertia, star.moment_of_inertia_err
    i_bar = inertia / star.mass**3
    relative = error / inertia + 3.0 * star.mass_err / star.mass
    return {
        "moment_of_inertia_g_cm2": Estimate(
            inertia * MOMENT_OF_INERTIA_G_CM2_PER_KM3, error * MOMENT_OF_INERTIA_G_CM2_PER_KM3
        ),
        "i_bar": Estimate(i_bar, i_bar * relative),
    }

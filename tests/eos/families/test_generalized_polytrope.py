"""O'Boyle et al. (2020): smooth pieces, the corrected misprint, expected stars."""

import csv
import math
from pathlib import Path

import pytest
from reference_star import maximum_mass, radius_and_lambda

from stellar.constants import G_CM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.errors import InputError

REFERENCE = Path(__file__).parents[1] / "reference" / "oboyle2020_stars.csv"
STARS = {
    row.pop("row"): {name: float(value) for name, value in row.items()}
    for row in csv.DictReader(
        line for line in REFERENCE.read_text().splitlines() if not line.startswith("#")
    )
}
EVERYDAY = ("SLY4", "H4")
ROWS = [row if row in EVERYDAY else pytest.param(row, marks=pytest.mark.slow) for row in STARS]
# Table III of the paper: log10 rho_0, printed with rounded digits
LOG_RHO_0 = {"APR": 14.04, "H4": 13.499, "SLY4": 13.98, "MPA1": 14.088, "WFF1": 14.133}


@pytest.mark.parametrize("row", STARS)
def test_speed_of_sound_is_continuous_at_every_division(row):
    eos = resolve(f"gpp:{row}")
    for outer, inner in zip(eos.segments, eos.segments[1:], strict=False):
        outside, inside = outer.evaluate(outer.h_hi), inner.evaluate(inner.h_lo)
        assert inside.cs2_equilibrium == pytest.approx(outside.cs2_equilibrium, rel=1e-11)
        assert inside.p == pytest.approx(outside.p, rel=1e-11)
        assert inside.eps == pytest.approx(outside.eps, rel=1e-11)


@pytest.mark.parametrize("row", LOG_RHO_0)
def test_crust_meets_the_core_at_the_printed_density(row):
    eos = resolve(f"gpp:{row}")
    rho_0 = eos.rest_mass_density_in(eos.segments[5], eos.segments[5].h_lo) / G_CM3_TO_KM2
    # K_1 is printed with three decimals of its logarithm, over Gamma_1 - Gamma_crust >= 1.1
    assert math.log10(rho_0) == pytest.approx(LOG_RHO_0[row], abs=0.008)


def test_pressure_rises_through_the_whole_crust():
    # with the second division as printed, 1.826e6 g/cm^3, it would become negative
    eos = resolve("gpp:SLY4")
    pressures = [segment.evaluate(segment.h_lo).p for segment in eos.segments]
    assert pressures == sorted(pressures)
    second = eos.rest_mass_density_in(eos.segments[2], eos.segments[2].h_lo)
    assert second / G_CM3_TO_KM2 == pytest.approx(1.826e8, rel=1e-9)


@pytest.mark.parametrize("row", ROWS)
def test_stars_agree_with_an_independent_solution(row):
    eos, expected = resolve(f"gpp:{row}"), STARS[row]
    mass, radius = maximum_mass(eos)
    assert mass == pytest.approx(expected["m_max_msun"], abs=3e-4)
    assert radius == pytest.approx(expected["r_max_km"], abs=6e-3)
    radius, deformability = radius_and_lambda(eos)
    assert radius == pytest.approx(expected["r_14_km"], abs=2e-3)
    assert deformability == pytest.approx(expected["lambda_14"], rel=1e-3)


def test_explicit_parameters_give_the_published_row():
    by_name = resolve("gpp:SLY4")
    by_numbers = resolve("gpp:log_k1=-31.350,g1=3.045,g2=2.884,g3=2.773")
    assert by_numbers.segments == by_name.segments


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("gpp:log_k1=-31.35,g1=1.2,g2=2.9,g3=2.8", "stiffer than its crust"),
        ("gpp:log_k1=-40,g1=2.5,g2=2.9,g3=2.8", "crust and core would meet at"),
    ],
)
def test_core_that_does_not_fit_the_crust_is_refused(spec, reason):
    with pytest.raises(InputError, match=reason):
        resolve(spec)

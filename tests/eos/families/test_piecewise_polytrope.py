"""Read et al. (2009): published constants kept, dividing densities recomputed."""

import csv
import math
from pathlib import Path

import pytest
from scipy.optimize import brentq

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, MSUN_KM
from stellar.eos.catalogue.lookup import resolve
from stellar.shooting.background import solve_background

REFERENCE = Path(__file__).parents[1] / "reference" / "read2009_stars.csv"
STARS = {
    row["row"]: (float(row["m_max_msun"]), float(row["r_max_km"]))
    for row in csv.DictReader(
        line for line in REFERENCE.read_text().splitlines() if not line.startswith("#")
    )
}
EVERYDAY = ("SLy", "AP4", "MS1", "ALF2", "PS", "GS1")
ROWS = [row if row in EVERYDAY else pytest.param(row, marks=pytest.mark.slow) for row in STARS]


def rest_mass_density(eos, segment, h):
    state = segment.evaluate(h)
    return float(state.eps + state.p) * math.exp(-h) / G_CM3_TO_KM2


@pytest.mark.parametrize("row", STARS)
def test_core_divisions_and_first_pressure_are_the_published_ones(row):
    eos = resolve(f"pp:{row}")
    first, second, third = eos.segments[-3:]
    assert math.log10(rest_mass_density(eos, second, second.h_lo)) == pytest.approx(14.7, abs=1e-12)
    assert math.log10(rest_mass_density(eos, third, third.h_lo)) == pytest.approx(15.0, abs=1e-12)
    log_p1 = math.log10(first.evaluate(first.h_hi).p / DYN_CM2_TO_KM2)
    assert log_p1 == pytest.approx(round(log_p1, 3), abs=1e-12)  # printed with three decimals


def test_crust_divisions_stay_within_rounding_of_the_printed_ones():
    # Table II of the paper. Its K_i have six digits, and a density goes with the power 1/0.3 to
    # 1/0.7 of their ratio.
    eos = resolve("pp:SLy")
    divisions = [rest_mass_density(eos, s, s.h_lo) for s in eos.segments[1:4]]
    assert divisions == pytest.approx([2.44034e7, 3.78358e11, 2.62780e12], rel=3e-4)


def test_crust_meets_the_core_below_nuclear_density_in_every_row():
    for row in STARS:
        eos = resolve(f"pp:{row}")
        assert list(eos.breaks) == sorted(eos.breaks)
        assert 2e12 < rest_mass_density(eos, eos.segments[4], eos.segments[4].h_lo) < 2.8e14


@pytest.mark.parametrize("row", ROWS)
def test_maximum_mass_agrees_with_an_independent_solution(row):
    eos = resolve(f"pp:{row}")

    def slope(h_c):
        return solve_background(eos, h_c, 1e-8).mass_slope

    h_hi = next(h for h in (0.1 * i for i in range(2, 20)) if slope(h) < 0.0)
    star = solve_background(eos, brentq(slope, h_hi - 0.1, h_hi, xtol=1e-5), 1e-8)
    m_max, r_max = STARS[row]
    assert star.mass / MSUN_KM == pytest.approx(m_max, rel=2e-4)
    assert star.radius == pytest.approx(r_max, abs=5e-3)

"""Extrema of the mass, stable branches and stars chosen by a property."""

import math

import pytest

from parode_core import Status
from stellar.constants import G_CM3_TO_KM2, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.segments.polytropes import ConstantDensity, RestMassPolytrope
from stellar.shooting.background import solve_background
from stellar.stars.equilibrium import Point
from stellar.stars.survey import survey
from stellar.stars.targets import centre_target, sequence_targets


def surveyed(eos):
    return survey(
        eos, lambda h: solve_background(eos, h, 1e-7), lambda h: solve_background(eos, h, 1e-11)
    )


@pytest.fixture(scope="module")
def polytrope():
    return resolve("polytrope:gamma=2,K=100")


@pytest.fixture(scope="module")
def sequence(polytrope):
    return surveyed(polytrope)


def test_maximum_mass_of_the_gamma_2_polytrope_is_the_published_one(sequence):
    # Cook, Shapiro & Teukolsky 1994, table 1: n = 1, Mbar_max = 0.164 in units K^(1/2)
    assert sequence.maximum.mass / MSUN_KM / math.sqrt(100.0) == pytest.approx(0.164, abs=5e-4)


def test_maximum_is_a_root_of_the_slope_and_no_neighbour_is_heavier(polytrope, sequence):
    top = sequence.maximum
    assert abs(top.mass_slope) < 1e-9 * top.mass
    for side in (-1, 1):
        assert solve_background(polytrope, top.h_c * (1 + 0.01 * side), 1e-11).mass < top.mass


def test_maximum_mass_scales_with_the_polytropic_constant(sequence):
    other = surveyed(ColdEOS("k=50", (RestMassPolytrope(2.0, 50 * MSUN_KM**2),), ""))
    ratio = other.maximum.mass / sequence.maximum.mass
    assert ratio == pytest.approx(math.sqrt(0.5), rel=1e-8)


def test_star_of_a_mass_has_that_mass(polytrope, sequence):
    (target,) = sequence_targets(polytrope, sequence, "masses", (1.4,))
    h_c = target.locate(lambda h: solve_background(polytrope, h, 1e-11))
    assert solve_background(polytrope, h_c, 1e-11).mass == pytest.approx(1.4 * MSUN_KM, rel=1e-12)


def test_maximum_asked_exactly_is_the_maximum_star(polytrope, sequence):
    maximum = sequence.maximum.mass / MSUN_KM
    (target,) = sequence_targets(polytrope, sequence, "masses", (maximum,))
    assert target.h_c == sequence.maximum.h_c


def test_mass_above_the_maximum_is_a_failed_target_that_names_it(polytrope, sequence):
    (target,) = sequence_targets(polytrope, sequence, "masses", (1.7,))
    assert target.status is Status.ABOVE_MAXIMUM_MASS
    assert "1.63728" in target.message
    assert "1.7 M_sun was asked" in target.message


def test_incompressible_star_reaches_the_compactness_of_schwarzschild(sequence):
    eos = ColdEOS("incompressible", (ConstantDensity(1e15 * G_CM3_TO_KM2),), "")
    found = surveyed(eos)
    assert found.maximum is None
    (target,) = sequence_targets(eos, found, "compactness", (0.3,))
    star = solve_background(eos, target.locate(lambda h: solve_background(eos, h, 1e-12)), 1e-12)
    lapse = math.sqrt(1 - 2 * 0.3)
    assert math.exp(star.h_c) == pytest.approx(2 * lapse / (3 * lapse - 1), rel=1e-10)


def test_central_density_selects_the_benchmark_star(polytrope):
    target = centre_target(polytrope, "central_densities", 7.905060453455e14)
    star = solve_background(polytrope, target.h_c, 1e-12)
    assert star.mass / MSUN_KM == pytest.approx(1.40015972951671, rel=1e-11)
    assert star.radius == pytest.approx(14.1543724291801, rel=1e-11)


@pytest.mark.parametrize(
    ("selector", "value"), [("central_pressures", 1e35), ("central_energy_densities", 1e15)]
)
def test_centre_selectors_invert_the_equation_of_state(polytrope, selector, value):
    target = centre_target(polytrope, selector, value)
    (row,) = (resolve(polytrope.spec).evaluate(target.h_c),)
    from stellar.constants import DYN_CM2_TO_KM2

    held = row.p / DYN_CM2_TO_KM2 if selector == "central_pressures" else row.eps / G_CM3_TO_KM2
    assert held == pytest.approx(value, rel=1e-12)


def cubic_sequence(turning_radius):
    """A made-up M(h) with a maximum at h = 0.3 and a minimum at 0.6; R as asked."""

    def solve(h):
        mass = 1.0 + 10.0 * (h**3 / 3.0 - 0.45 * h**2 + 0.18 * h)
        slope = 10.0 * (h - 0.3) * (h - 0.6)
        radius_slope = (turning_radius(h + 1e-6) - turning_radius(h - 1e-6)) / 2e-6
        return Point(h, mass, turning_radius(h), mass, slope, radius_slope)

    return solve


def endless_eos():
    return ColdEOS("made up", (RestMassPolytrope(2.0, 100.0, h_hi=1.0),), "")


def test_twin_branch_is_found_where_the_curve_turns_clockwise_at_the_minimum():
    made_up = cubic_sequence(lambda h: 15.0 - 5.0 * h)
    found = survey(endless_eos(), made_up, made_up)
    assert [branch.number for branch in found.branches] == [1, 2]
    assert found.branches[0].points[-1].h_c == pytest.approx(0.3, abs=1e-10)
    assert found.branches[1].points[0].h_c == pytest.approx(0.6, abs=1e-6)


def test_rising_mass_beyond_a_counter_clockwise_minimum_is_not_stable():
    spiral = cubic_sequence(lambda h: 15.0 - 5.0 * h if h < 0.45 else 10.5 + 5.0 * h)
    found = survey(endless_eos(), spiral, spiral)
    assert len(found.branches) == 1


def test_value_held_by_two_branches_gives_two_targets():
    eos = endless_eos()
    made_up = cubic_sequence(lambda h: 15.0 - 5.0 * h)
    found = survey(eos, made_up, made_up)
    shared = (found.branches[0].points[-1].mass + found.branches[1].points[0].mass) / 2 / MSUN_KM
    targets = sequence_targets(eos, found, "masses", (shared,))
    assert [target.branch_number for target in targets] == [1, 2]


def test_turn_is_that_at_the_extremum_however_the_radius_runs_beside_it():
    # R grows over the neighbouring points but falls at the maximum itself, as it does between
    # white dwarfs and neutron stars, where it changes fiftyfold within a step of the survey
    spiral = cubic_sequence(lambda h: 10.0 + 5.0 * h - 0.1 * math.tanh((h - 0.3) / 0.01))
    found = survey(endless_eos(), spiral, spiral)
    assert len(found.branches) == 1


def test_maximum_at_the_onset_of_a_strong_transition_is_the_star_of_the_bare_base():
    base = resolve("pp:SLy")
    hybrid = resolve("css:base=pp:SLy,rho_t=1e15,deps=1.5,cs2=0.33")
    (onset,) = (t.h for t in hybrid.transitions if t.h > 0.1)
    found = surveyed(hybrid)
    heaviest = solve_background(base, onset, 1e-11)
    assert found.maximum.mass == pytest.approx(heaviest.mass, rel=1e-9)
    assert len(found.branches) == 1

"""Modes as functions of the mass, against stars solved directly, published values and shooting."""

import numpy as np
import pytest

import stellar
from parode_core import Status
from stellar.constants import G_CM3_TO_KM2, MSUN_KM
from stellar.errors import InputError, UsageError

BU0 = "polytrope:gamma=2,K=100"
BU0_DENSITY = "7.905060453455e14"
READ = "pp:SLy"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"


def direct(eos, masses, **options):
    return stellar.modes(eos, masses, solver="parode", **options).modes


def compared(sequence, table, masses):
    """Of every mode: its column, the numbers of the sequence, and the rows of direct solves."""
    found = sequence.at(masses)
    for column, (degree, label) in enumerate(found.modes):
        rows = (table["label"] == label) & (table["l"] == degree)
        yield column, found, {name: table[name][rows] for name in table}


@pytest.fixture(scope="module")
def smooth():
    return stellar.mode_sequence(
        BU0, "1.2:max", families="f,p,radial", n_max=2, l=(2, 3), accuracy=1e-9
    )


def assert_covered(sequence, masses, within, **options):
    table = direct(sequence.eos, masses, **options)
    for column, found, rows in compared(sequence, table, masses):
        frequency, own = rows["frequency_hz"], found.frequency_hz[:, column]
        assert not found.status[:, column].any()
        known = found.frequency_err_hz[:, column] + rows["frequency_err_hz"]
        assert (np.abs(own - frequency) <= known).all(), found.modes[column]
        if found.modes[column][1][0] in "fp":
            assert own == pytest.approx(frequency, rel=within), found.modes[column]
        time, damped = found.damping_time_s[:, column], rows["damping_time_s"]
        known = found.damping_time_err_s[:, column] + rows["damping_time_err_s"]
        if found.modes[column][0] > 0 and options.get("gravity") != "cowling":
            assert (np.abs(time - damped) <= known).all(), found.modes[column]


def test_polytropes_between_the_nodes_are_those_solved_directly(smooth):
    masses = [1.2345, 1.3777, 1.5111, 1.6303]
    options = {"families": "f,p,radial", "n_max": 2, "l": (2, 3), "accuracy": 1e-9}
    assert_covered(smooth, masses, 1e-9, **options)


def test_a_smooth_branch_costs_25_stars_at_most(smooth):
    assert smooth.solved <= 25
    assert len(smooth.stretches) == 1


def test_benchmark_star_is_the_published_one(smooth):
    # Font et al. 2002; digits by a spectral code
    star = stellar.structure(BU0, central_densities=BU0_DENSITY, accuracy=1e-10).stars
    mass = float(star["mass_msun"][0])
    found = smooth.at(mass)
    m_omega = found.omega[0] * mass * MSUN_KM
    assert m_omega[found.column("f")].real == pytest.approx(0.0683887025293, rel=1e-9)
    assert m_omega[found.column("f")].imag == pytest.approx(2.35106679e-5, rel=1e-7)
    assert m_omega[found.column("p1")].real == pytest.approx(0.160638773786, rel=1e-9)
    assert m_omega[found.column("p2", 2)].imag == pytest.approx(1.61428377e-7, rel=1e-6)
    assert m_omega[found.column("f", 3)].imag == pytest.approx(2.321975e-7, rel=1e-6)
    khz = found.frequency_hz[0, [found.column(name, 0) for name in ("F", "H1", "H2")]] / 1e3
    assert khz.tolist() == pytest.approx([1.442, 3.954, 5.915], abs=1.5e-3)
    centre = float(star["central_energy_density_g_cm3"][0]) * G_CM3_TO_KM2
    assert centre == pytest.approx(smooth_energy_density(found.h_c[0]), rel=1e-8)


def smooth_energy_density(h_c):
    """eps of p = K rho^2 with h = ln(1 + 2 K rho), K = 100 M_sun^2."""
    rho = np.expm1(h_c) / (200.0 * MSUN_KM**2)
    return rho + 100.0 * MSUN_KM**2 * rho**2


def test_fundamental_radial_mode_vanishes_with_the_slope_of_the_mass(smooth):
    # Bardeen, Thorne & Meltzer 1966
    found = smooth.at([0.999 * smooth.heaviest, smooth.heaviest])
    column = found.column("F", 0)
    assert found.frequency_hz[0, column] > 50.0
    size = np.abs(found.omega[1, column]) * found.radius_km[1]
    error = (found.re_error + found.im_error)[1, column] * found.radius_km[1]
    assert size <= error < 1e-3


def test_masses_outside_have_a_status_and_no_numbers(smooth):
    found = smooth.at([1.0, 1.3, 1.7, np.nan])
    assert found.status[:, 0].tolist() == [
        Status.DEPENDS_ON_FAILED_STAR,
        Status.OK,
        Status.ABOVE_MAXIMUM_MASS,
        Status.NON_FINITE_INPUT,
    ]
    assert np.isnan(found.omega.real).all(axis=1).tolist() == [True, False, True, True]
    assert "1.63728" in found.message[2]
    assert found.message[1] == ""


def test_a_core_that_grows_above_a_break_is_followed():
    # the break of pp:SLy at 1.44e15 g/cm^3 lies at the centre of the star of 1.5668 M_sun
    sequence = stellar.mode_sequence(READ, "1.5:1.7", families="f,p", n_max=1)
    assert len(sequence.stretches) == 2
    assert sequence.stretches[1].stretch.onset
    masses = [1.53, 1.5665, 1.5675, 1.6]
    assert_covered(sequence, masses, 1e-8, families="f,p", n_max=1, accuracy=1e-8)


def test_functional_agrees_with_direct_solves_and_with_shooting():
    sequence = stellar.mode_sequence("sly", "1.35:1.45", families="f,p", n_max=1, accuracy=1e-9)
    masses = [1.3613, 1.4272]
    assert_covered(sequence, masses, 1e-9, families="f,p", n_max=1, accuracy=1e-9)
    # by integration of the equations of Lindblom & Detweiler 1985
    found = sequence.at(1.4)
    assert found.frequency_hz[0] == pytest.approx([1931.425, 6346.325], abs=1e-3)
    assert found.damping_time_s[0, 0] == pytest.approx(0.1927092, rel=1e-6)


def test_buoyancy_on_a_fixed_metric_is_followed():
    options = {"families": "g", "n_max": 2, "gravity": "cowling"}
    sequence = stellar.mode_sequence(LAYERED, "0.9:1.2", **options)
    assert_covered(sequence, [0.95, 1.17], 1e-6, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"masses": "1.4"}, "two masses"),
        ({"masses": "1.8:max"}, "1.63728"),
        ({"branch": 2}, "Branch 2"),
        ({"eos": "sly,apr"}, "one equation of state"),
    ],
)
def test_sequences_that_cannot_be_are_refused(options, words):
    with pytest.raises(UsageError, match=words):
        stellar.mode_sequence(**({"eos": BU0} | options))


def test_families_that_no_star_has_are_refused():
    with pytest.raises(InputError, match="g-modes"):
        stellar.mode_sequence(BU0, families="g")

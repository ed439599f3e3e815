"""Rows of stars: one a star, or one a spin, each with its unit, its error and its outcome."""

import pytest

from parode_core import Status
from stellar.campaign.config import RunConfig
from stellar.campaign.run import compute, plan
from stellar.constants import C_SI, G_SI, MSUN_G
from stellar.results.columns import columns_of
from stellar.stars.quantities import ROTATION_NAMES, tidal_names

BU0 = ("polytrope:gamma=2,K=100",)
CENTRE = ("central_densities", "7.905060453455e14")
STRUCTURE = [
    "star_id",
    "eos",
    "mass_msun",
    "radius_km",
    "baryon_mass_msun",
    "binding_energy_msun",
    "central_pressure_dyn_cm2",
    "central_energy_density_g_cm3",
    "central_density_g_cm3",
    "compactness",
    "redshift",
    "stable",
    "moment_of_inertia_g_cm2",
    "i_bar",
    "mean_density_g_cm3",
    "status",
    "message",
]
AT_SPIN = [
    "angular_momentum_cgs",
    "mass_spinning_msun",
    "equatorial_radius_km",
    "polar_radius_km",
    "eccentricity",
]


def rows_of(command, **options):
    config = RunConfig(command, BU0, *CENTRE, **options)
    return compute(plan(config)).rows("stars")


def without_errors(row):
    known = columns_of("stars")
    return {name for name in row if known[name].error_of is None}


@pytest.mark.parametrize(
    ("command", "options", "own"),
    [
        ("structure", {}, ("k2", "lambda2")),
        ("love", {"l": (2, 3, 4)}, tidal_names((2, 3, 4), magnetic=True)),
        ("love", {"l": (3,)}, ("k3", "lambda3")),
        ("love", {"l": (4, 2)}, tidal_names((2, 4), magnetic=True)),
        ("rotation", {}, ("k2", "lambda2", *ROTATION_NAMES)),
        (
            "rotation",
            {"spin_hz": "100"},
            ("k2", "lambda2", *ROTATION_NAMES, "spin_hz", *AT_SPIN),
        ),
    ],
)
def test_a_command_fills_its_columns_and_no_others(command, options, own):
    (row,) = rows_of(command, **options)
    assert without_errors(row) == {*STRUCTURE, *own}
    known = columns_of("stars")
    for name in without_errors(row):
        assert (f"{name}_err" in row) == (known[name].dtype == "f8"), name


def test_units_at_the_edge_are_cgs():
    (row,) = rows_of("rotation", spin_hz="100")
    mass_cm = row["mass_msun"] * MSUN_G * G_SI * 1e3 / (C_SI * 1e2) ** 2
    i_bar = row["moment_of_inertia_g_cm2"] * G_SI * 1e3 / (C_SI * 1e2) ** 2 / mass_cm**3
    assert i_bar == pytest.approx(14.482431386, abs=5.1e-9)
    assert row["i_bar"] == pytest.approx(14.482431386, abs=5.1e-9)
    omega = 2.0 * 3.141592653589793 * 100.0
    momentum = row["moment_of_inertia_g_cm2"] * omega
    assert row["angular_momentum_cgs"] == pytest.approx(momentum, rel=1e-12)


def test_each_spin_has_a_row_and_one_beyond_mass_shedding_fails_alone():
    slow, fast, torn = rows_of("rotation", spin_hz="100,600,1000")
    assert [row["star_id"] for row in (slow, fast, torn)] == [0, 1, 2]
    assert [row["spin_hz"] for row in (slow, fast, torn)] == [100.0, 600.0, 1000.0]
    assert (slow["status"], slow["message"]) == (Status.OK, "")
    assert fast["status"] == Status.OK
    assert "mass-shedding estimate" in fast["message"]
    assert torn["status"] == Status.INVALID_PARAMETERS
    assert "there is no such star" in torn["message"]
    assert torn["q_bar"] == slow["q_bar"]
    # the mass of rotation grows with the square of the spin
    rest = slow["mass_msun"]
    ratio = (fast["mass_spinning_msun"] - rest) / (slow["mass_spinning_msun"] - rest)
    assert ratio == pytest.approx(36.0, rel=1e-8)


def test_profiles_belong_to_every_row_of_their_star():
    config = RunConfig("rotation", BU0, *CENTRE, spin_hz="100,200", profiles=True)
    results = compute(plan(config))
    assert set(results.profiles) == {0, 1}


@pytest.fixture(scope="module")
def too_heavy_and_heaviest():
    config = RunConfig("rotation", BU0, "masses", "3.0,max", spin_hz="100,200")
    return compute(plan(config)).rows("stars")


def test_a_star_that_cannot_exist_fails_once_a_spin(too_heavy_and_heaviest):
    rows = too_heavy_and_heaviest[:2]
    assert [row["status"] for row in rows] == [Status.ABOVE_MAXIMUM_MASS] * 2
    assert [row["spin_hz"] for row in rows] == [100.0, 200.0]
    assert [row["mass_msun"] for row in rows] == [3.0, 3.0]


def test_the_maximum_mass_star_says_which_coefficient_diverges(too_heavy_and_heaviest):
    row = too_heavy_and_heaviest[2]
    assert row["status"] == Status.OK
    assert row["xi0_over_r_fixed_mb_err"] > abs(row["xi0_over_r_fixed_mb"])
    assert "xi0_over_r_fixed_mb is undetermined" in row["message"]
    for name in set(ROTATION_NAMES) - {"xi0_over_r_fixed_mb", "delta_baryon_mass_over_mb_fixed_mb"}:
        assert row[f"{name}_err"] < 1e-6 * abs(row[name]), name

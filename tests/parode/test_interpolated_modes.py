"""Modes interpolated along sequences, against the same stars searched one by one."""

import numpy as np
import pytest

import stellar

GAMMA_LAW = "polytrope:gamma=2,K=100"
SAID = "Interpolated along the sequence through"


def interpolated(table):
    return np.array([SAID in message for message in table["message"]])


def some(eos, masses, chosen, **options):
    """Rows of a run over many masses and those of the chosen stars alone, in the same order."""
    many = stellar.modes(eos, masses, solver="parode", **options)
    own = many.stars["mass_msun"][chosen]
    alone = stellar.modes(eos, own, solver="parode", interpolate=False, **options)
    rows = np.concatenate([np.flatnonzero(many.modes["star_id"] == star) for star in chosen])
    return many, {name: column[rows] for name, column in many.modes.items()}, alone.modes


def assert_told(rows, direct, frequency=1e-8, amplitude=1e-5):
    """Within the errors told, and those small."""
    assert rows["label"].tolist() == direct["label"].tolist()
    assert rows["nodes"].tolist() == direct["nodes"].tolist()
    assert rows["complete"].all()
    for name, error in (
        ("frequency_hz", "frequency_err_hz"),
        ("damping_time_s", "damping_time_err_s"),
        ("mode_energy_erg", "mode_energy_err_erg"),
        ("gw_luminosity_erg_s", "gw_luminosity_err_erg_s"),
    ):
        assert (name in rows) == (name in direct)
        if name not in direct:
            continue
        there = np.isfinite(direct[name])
        assert (np.isfinite(rows[name]) == there).all()
        apart = np.abs(rows[name] - direct[name])[there]
        assert (apart <= (rows[error] + direct[error])[there]).all(), name
    assert rows["frequency_hz"] == pytest.approx(direct["frequency_hz"], rel=frequency)
    for name in ("mode_energy_erg", "gw_luminosity_erg_s", "frequency_rayleigh_hz"):
        if name in direct:
            wanted = np.asarray(direct[name], dtype=float)
            assert rows[name] == pytest.approx(wanted, rel=amplitude, nan_ok=True), name


def test_rows_of_a_crowd_are_those_of_its_stars_alone():
    chosen = [3, 77, 150, 298]
    many, rows, direct = some(GAMMA_LAW, "1.0:1.6/300", chosen, families="f,p", n_max=2, l=(2, 3))
    assert interpolated(many.modes).all()
    assert_told(rows, direct)
    assert (rows["frequency_err_hz"] <= 1e-6 * rows["frequency_hz"]).all()


def test_the_stars_themselves_are_solved_directly():
    masses, options = "1.0:1.6/80", {"families": "f", "solver": "parode"}
    many = stellar.modes(GAMMA_LAW, masses, **options)
    plain = stellar.modes(GAMMA_LAW, masses, interpolate=False, **options)
    assert interpolated(many.modes).all()
    assert not interpolated(plain.modes).any()
    for name, column in many.stars.items():
        assert np.array_equal(column, plain.stars[name]), name


def test_dipoles_on_a_fixed_metric_and_radial_modes_are_interpolated():
    chosen = [5, 60]
    options = {"families": "f,p,radial", "n_max": 2, "l": (1,), "gravity": "cowling"}
    many, rows, direct = some(GAMMA_LAW, "1.0:1.6/80", chosen, **options)
    assert interpolated(many.modes).all()
    assert_told(rows, direct)


def test_what_a_sequence_cannot_tell_is_searched_for():
    # omega^2 of F passes through zero at the maximum of the mass
    options = {"families": "f,radial", "n_max": 1, "solver": "parode"}
    many = stellar.modes(GAMMA_LAW, "1.0:max/100", **options).modes
    alone = stellar.modes(GAMMA_LAW, "max", interpolate=False, **options).modes
    said, last = interpolated(many), many["star_id"] == 99
    assert said[many["label"] == "f"].all()
    assert said[(many["label"] == "F") & ~last].all()
    assert not said[(many["label"] == "F") & last].any()
    for name in ("frequency_hz", "frequency_err_hz", "mode_energy_erg", "residual", "message"):
        own = many[name][last & (many["label"] == "F")]
        assert own.tolist() == alone[name][alone["label"] == "F"].tolist(), name


@pytest.mark.parametrize(
    "options",
    [
        {"masses": "1.0:1.6/60"},
        {"masses": "1.0:1.6/80", "eigenfunctions": True},
        {"masses": "1.0:1.6/80", "band": "1000:2000"},
        {"central_densities": "6e14:9e14/80"},
    ],
)
def test_few_stars_bands_shapes_and_chosen_centres_are_searched_one_by_one(options):
    found = stellar.modes(GAMMA_LAW, families="f", accuracy=1e-4, solver="parode", **options)
    assert not interpolated(found.modes).any()


def test_space_time_modes_are_searched_for_beside_interpolated_ones():
    options = {"families": "f,w", "n_max": 1, "accuracy": 1e-5}
    many, rows, direct = some(GAMMA_LAW, "1.0:1.6/70", [40], **options)
    waves = many.modes["family"] == "w"
    assert (interpolated(many.modes) == ~waves).all()
    own = rows["family"] == "w"
    for name in ("label", "status", "message"):
        assert rows[name][own].tolist() == direct[name][own].tolist(), name
    for name in ("frequency_hz", "damping_time_s"):
        assert rows[name][own] == pytest.approx(direct[name][own], rel=1e-9), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("eos", "masses", "families"),
    [("sly", "1.0:2.0/400", "f,p,g"), ("pp:SLy", "1.0:2.0/400", "f,p,radial")],
)
def test_functionals_and_piecewise_polytropes_are_told_within_their_errors(eos, masses, families):
    chosen = list(range(7, 400, 26))
    many, rows, direct = some(eos, masses, chosen, families=families, n_max=1)
    assert interpolated(many.modes).mean() > 0.8
    assert_told(rows, direct, frequency=1e-6)

"""Modes of both solvers through the public functions: pencils and poles against shooting.

The two share the table of the equation of state and no equation of a star or a mode. A subset runs
every day; ten equations of state of the catalogue at three masses, by one command:

    pytest -m slow tests/parode/test_mode_agreement.py
"""

import numpy as np
import pytest

import stellar

POLYTROPE = "polytrope:gamma=2,K=100"
LAYERED = "polytrope:gamma=2,K=100,gamma1=1.1x"
HYBRID = "css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1"
CATALOGUE = (
    "sly4",
    "bsk24",
    "bsk26",
    "apr",
    "gm1",
    "dd2",
    "pp:APR4",
    "pp:H4",
    "mit:B=60",
    HYBRID,
)
FREQUENCY, DAMPING, WAVE = 1e-7, 1e-4, 1e-6  # agreement, relative


def both(spec, **options):
    """The tables of modes of the batched solver and of shooting."""
    return tuple(
        stellar.modes(spec, solver=solver, **options).modes for solver in ("parode", "shooting")
    )


def assert_agree(found, expected):
    """The same rows, the same numbers, and differences within the errors."""
    own, others = (
        {_key(table, k): k for k in range(len(table["l"]))} for table in (found, expected)
    )
    # strongly damped waves are looked for in a larger region than by shooting
    assert all(label.startswith("wII") for _, _, label in set(own) - set(others))
    for name, other in others.items():
        row = own[name]
        assert found["status"][row] == expected["status"][other], name
        assert found["nodes"][row] == expected["nodes"][other], name
        size = np.abs(omega(expected, other))
        gap = np.abs(omega(found, row) - omega(expected, other))
        allowed = WAVE if found["family"][row] == "w" else FREQUENCY
        assert gap <= allowed * size, name
        error = found["frequency_err_hz"][row] + expected["frequency_err_hz"][other]
        assert abs(found["frequency_hz"][row] - expected["frequency_hz"][other]) <= error, name
        time, reference = found["damping_time_s"][row], expected["damping_time_s"][other]
        assert np.isnan(time) == np.isnan(reference), name
        if not np.isnan(time):
            error = found["damping_time_err_s"][row] + expected["damping_time_err_s"][other]
            assert abs(time - reference) <= max(DAMPING * reference, error), name


def _key(table, row):
    return table["star_id"][row], table["l"][row], table["label"][row]


def omega(table, row):
    return complex(table["omega_re_per_s"][row], table["omega_im_per_s"][row])


def test_radial_modes_of_stable_and_unstable_stars_agree():
    # the second star is beyond the maximum of the mass
    options = {"central_densities": "8e14,6e15", "families": "radial", "n_max": 2}
    assert_agree(*both(POLYTROPE, accuracy=1e-4, **options))


@pytest.mark.parametrize(
    ("spec", "options"),
    [
        (LAYERED, {"l": (2,)}),
        ("pp:SLy", {"l": (1,)}),
        pytest.param(HYBRID, {"l": (1, 2, 3)}, marks=pytest.mark.slow),
        pytest.param("sly4", {"l": (2, 3, 4)}, marks=pytest.mark.slow),
    ],
)
def test_modes_on_a_fixed_metric_agree(spec, options):
    star = {"central_densities": "8e14", "gravity": "cowling", "n_max": 1}
    assert_agree(*both(spec, accuracy=1e-5, **star, **options))


def test_fluid_modes_agree_in_frequency_and_damping():
    star = {"central_densities": "8e14", "families": "f,p", "n_max": 1}
    assert_agree(*both(POLYTROPE, accuracy=1e-5, **star))


@pytest.mark.slow
def test_space_time_modes_agree():
    star = {"central_densities": "8e14", "families": "w", "n_max": 2, "l": (2, 3)}
    assert_agree(*both(POLYTROPE, **star))


@pytest.mark.slow
@pytest.mark.parametrize("mass", ["1.2", "1.4", "1.6"])
@pytest.mark.parametrize("spec", CATALOGUE)
def test_modes_of_the_catalogue_agree(spec, mass):
    assert_agree(*both(spec, masses=mass, n_max=2, accuracy=1e-6))

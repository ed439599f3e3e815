"""The errors that the shooting solver states cover what is truly wrong."""

from dataclasses import replace

import numpy as np
import pytest
from rotating_stars import BU0_H_C, benchmark_star

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.from_rows import equation_of_state
from stellar.eos.user_tables.resample import resampled
from stellar.oscillations.order import Order
from stellar.shooting.background import solve_background
from stellar.shooting.frame_dragging import moment_of_inertia
from stellar.shooting.magnetic_tides import magnetic_love
from stellar.shooting.properties import describe
from stellar.shooting.slow_rotation import rotation_coefficients, slow_rotation
from stellar.shooting.solver import tolerance
from stellar.shooting.tides import tidal_love
from stellar.stars.quantities import ROTATION_NAMES, tidal_names
from stellar.stars.targets import Target

EVERYTHING = {"tides": (2, 3, 4), "magnetic_tides": True, "rotation": True}
TARGET = Target("central_densities", 7.905e14, BU0_H_C)


def truth():
    """The same numbers at the finest tolerance."""
    star = benchmark_star(1e-13)
    found = rotation_coefficients(star, slow_rotation(star, 1e-13))
    for degree in (2, 3, 4):
        found[f"k{degree}"], found[f"lambda{degree}"] = tidal_love(star, degree, 1e-13)
    for flow in ("static", "irrotational"):
        found[f"k2_magnetic_{flow}"] = magnetic_love(star, flow, 1e-13)
    return found | {"moment_of_inertia": moment_of_inertia(star, 1e-13)}


@pytest.mark.parametrize("accuracy", [1e-3, 1e-5, 1e-7])
def test_errors_cover_the_difference_to_the_finest_tolerance(accuracy):
    order = Order(accuracy, **EVERYTHING)
    star = describe(benchmark_star(tolerance(accuracy)), TARGET, order)
    exact = truth()
    stated = {**star.tides, **star.rotation}
    stated["moment_of_inertia"] = (star.moment_of_inertia, star.moment_of_inertia_err)
    for name, (value, error) in stated.items():
        assert abs(value - exact[name]) <= error, name
        assert error <= accuracy * abs(value), name


def test_errors_cover_what_steps_over_the_rows_of_a_table_leave():
    rows = 240
    table = equation_of_state(resampled(resolve("fps"), rows), "fps", np.zeros(rows), None, ())
    for h_c in (0.14, 0.22, 0.24):
        star = describe(solve_background(table, h_c, 1e-10), replace(TARGET, h_c=h_c), Order(1e-6))
        value, error = star.tides["lambda2"]
        exact = tidal_love(solve_background(table, h_c, 1e-13), 2, 1e-13)[1]
        assert abs(value - exact) <= error


def test_an_order_gets_what_it_asks_for_and_nothing_else():
    plain = describe(benchmark_star(1e-9), TARGET, Order(1e-5))
    assert set(plain.tides) == {"k2", "lambda2"}
    assert not plain.rotation
    whole = describe(benchmark_star(1e-9), TARGET, Order(1e-5, **EVERYTHING))
    assert set(whole.tides) == set(tidal_names((2, 3, 4), magnetic=True))
    assert set(whole.rotation) == set(ROTATION_NAMES)
    # a quantity does not depend on what else is asked
    assert whole.tides["lambda2"] == plain.tides["lambda2"]

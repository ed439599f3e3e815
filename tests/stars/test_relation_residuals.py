"""The residual report: which rows are compared, which are not and why, and what comes out."""

import math

import numpy as np
import pytest
from relation_samples import BU0, REALISTIC, mode_row, realistic_results, star_row

from parode_core import Status
from stellar.results.results import Results
from stellar.stars.relations.registry import RELATIONS, relation_named
from stellar.stars.relations.residuals import residuals

CONFIG = 'command = "structure"\n'
FAILED = {"status": Status.ABOVE_MAXIMUM_MASS, "message": "too heavy"}
F_MODE = (2, "f", 1825.582543, 0.2503709156, 0.06779725554, 2.360733124e-5)


def stars_only(*rows):
    return Results.from_rows(CONFIG, list(rows))


def test_i_love_q_report_of_realistic_stars_is_within_one_per_cent():
    results = realistic_results()
    for name in ("i-love", "i-q", "q-love"):
        found = residuals(results, relation_named(name))
        assert (found.used, found.failed, found.outside) == (len(REALISTIC), 0, 0)
        assert found.median <= found.largest < 0.01


def test_largest_residual_names_its_row():
    results = stars_only(star_row(0, REALISTIC[0]), star_row(1, BU0), star_row(2, REALISTIC[2]))
    found = residuals(results, relation_named("i-q"))
    assert found.worst == 1
    assert found.eos[found.worst] == BU0[0]
    assert found.star_id.tolist() == [0, 1, 2]
    assert found.largest == abs(found.residuals[1]) > 0.02
    assert found.median == np.median(np.abs(found.residuals)) < 0.002


def test_rows_that_failed_are_counted_and_not_used():
    failed = {"star_id": 1, "eos": "pp:SLy", "mass_msun": 2.5, "stable": False, **FAILED}
    found = residuals(stars_only(star_row(0, REALISTIC[0]), failed), relation_named("i-love"))
    assert (found.used, found.failed) == (1, 1)
    assert found.star_id.tolist() == [0]
    assert math.isfinite(found.largest)


def test_rows_outside_the_span_are_counted_and_not_used():
    light = star_row(1, REALISTIC[0], lambda2=3e4)
    found = residuals(stars_only(star_row(0, REALISTIC[0]), light), relation_named("i-love"))
    assert (found.used, found.outside) == (1, 1)
    found = residuals(stars_only(star_row(0, REALISTIC[0], lambda2=3e4)), relation_named("i-love"))
    assert (found.used, found.outside, found.worst, found.missing) == (0, 1, None, "")
    assert math.isnan(found.median)
    assert math.isnan(found.largest)


def test_modes_are_joined_to_their_stars():
    results = realistic_results()
    found = residuals(results, relation_named("f-love-2"))
    assert found.used == 7
    assert found.mass_msun.tolist() == [1.2, 1.4, 1.8, 1.4, 1.8, 1.4, 1.8]
    assert found.largest < 2e-3
    assert residuals(results, relation_named("f-love-4")).used == 3
    assert residuals(results, relation_named("w1-compactness")).largest < 0.15


def test_modes_come_in_any_order_of_stars():
    stars = [star_row(0, BU0), star_row(1, REALISTIC[1])]
    modes = [mode_row(0, 1, F_MODE), mode_row(1, 0, F_MODE)]
    found = residuals(Results.from_rows(CONFIG, stars, modes), relation_named("f-density"))
    assert found.eos.tolist() == ["pp:SLy", BU0[0]]
    # 0.78 + 1.635 sqrt(m/r^3) kHz is 1.960 for SLy at 1.2 solar masses, 1.751 for BU0
    assert found.predictions == pytest.approx([1960.3, 1751.0], abs=0.1)


def test_modes_in_the_cowling_approximation_are_not_compared():
    cowling = {"gravity": "cowling", "damping_time_s": None, "m_omega_im": None}
    modes = [mode_row(0, 0, F_MODE, **cowling)]
    results = Results.from_rows(CONFIG, [star_row(0, REALISTIC[1])], modes)
    found = residuals(results, relation_named("f-love-2"))
    assert found.used == 0
    assert found.missing == (
        "there is no f-mode of l = 2 in full general relativity, which "
        "`stellar modes --l 2 --families f` writes"
    )


def test_failed_modes_and_modes_of_failed_stars_are_counted():
    stars = [star_row(0, REALISTIC[1]), star_row(1, REALISTIC[2]), star_row(2, BU0, **FAILED)]
    modes = [
        mode_row(0, 0, F_MODE),
        mode_row(1, 1, F_MODE, status=Status.NOT_CONVERGED, message="did not converge"),
        mode_row(2, 2, F_MODE),
    ]
    found = residuals(Results.from_rows(CONFIG, stars, modes), relation_named("f-love-2"))
    assert (found.used, found.failed) == (1, 2)
    assert found.star_id.tolist() == [0]


def test_missing_columns_are_named_with_the_command_that_writes_them():
    row = star_row(0, REALISTIC[0])
    for name in ("i_bar", "q_bar", "lambda3"):
        del row[name]
    results = stars_only(row)
    assert residuals(results, relation_named("i-love")).missing == (
        "there is no column i_bar, which `stellar structure` writes"
    )
    assert residuals(results, relation_named("i-q")).missing == (
        "there are no columns q_bar and i_bar, which `stellar rotation` and "
        "`stellar structure` write"
    )
    assert "`stellar love` writes" in residuals(results, relation_named("love-3")).missing
    assert residuals(results, relation_named("love-4")).missing == ""


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=RELATIONS)
def test_a_result_without_rows_is_told_so(relation):
    assert residuals(stars_only(), relation).missing == "there are no stars"


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=RELATIONS)
def test_every_relation_can_be_compared(relation):
    found = residuals(realistic_results(), relation)
    assert found.missing == ""
    assert found.used > 0
    assert found.largest < 0.2

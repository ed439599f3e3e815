"""`stellar bench modes` measures modes by the engine and by shooting on the same stars."""

import json

import pytest

from stellar.benchmarks.modes import SPECTRA, deviation


def test_methods_are_measured_at_equal_error(stellar):
    outcome = stellar(
        "bench", "modes", "--kinds", "gamma", "--spectra", "full", "--lanes", "1,2",
        "--repeats", "1", "--json",
    )  # fmt: skip
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-modes"
    assert content["threads"] == 1
    costs = content["costs"]
    assert [cost["method"] for cost in costs] == [
        "shooting",
        "engine",
        "engine",
        "sequence",
        "series",
    ]
    real, imaginary = SPECTRA["full"].targets
    for cost in costs:
        assert cost["modes"] == 5
        assert cost["re_error"] <= real
        assert cost["im_error"] <= imaginary
    shot = costs[0]["seconds"]
    for cost in costs:
        assert cost["over_shooting"] == pytest.approx(shot / cost["seconds"])


def test_a_missing_mode_is_no_small_error():
    truth = [{(2, "f"): 0.1 + 1e-5j, (2, "p1"): 0.2 + 1e-6j}]
    near = {(2, "f"): 0.1 * (1 + 1e-6) + 1.1e-5j, (2, "p1"): 0.2 + 1e-6j}
    assert deviation([near], truth) == pytest.approx((1e-6, 0.1))
    assert deviation([{(2, "f"): 0.1 + 1e-5j}], truth) == (float("inf"), float("inf"))


@pytest.mark.parametrize(
    ("option", "word"), [("--kinds", "jelly"), ("--spectra", "xylophone"), ("--lanes", "0")]
)
def test_what_is_not_measured_is_refused(option, word, stellar):
    outcome = stellar("bench", "modes", option, word)
    assert outcome.code == 2
    assert word in outcome.err

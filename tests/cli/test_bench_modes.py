"""`stellar bench modes` measures modes by the engine and by shooting on the same stars."""

import json

import pytest

from stellar.benchmarks.modes import POINTS, SPECTRA


def test_methods_are_measured_at_equal_error(stellar):
    outcome = stellar(
        "bench", "modes", "--kinds", "gamma", "--spectra", "w", "--lanes", "1,2",
        "--repeats", "1", "--json",
    )  # fmt: skip
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-modes"
    assert content["threads"] == 1
    costs = content["costs"]
    assert [cost["method"] for cost in costs] == [
        "shooting",
        "one_by_one",
        "engine",
        "engine",
        "sequence",
        "sequence",
        "series",
    ]
    assert [cost["lanes"] for cost in costs[2:]] == [1, 2, *POINTS, POINTS[-1]]
    real, imaginary = SPECTRA["w"].targets
    for cost in costs:
        assert cost["modes"] == 1  # w1: the wII found beside it does not count
        assert cost["re_error"] <= real
        assert cost["im_error"] <= imaginary
        assert cost["over_all_at_once"] == pytest.approx(costs[0]["seconds"] / cost["seconds"])
        assert cost["over_one_by_one"] == pytest.approx(costs[1]["seconds"] / cost["seconds"])
    assert content["seeds_off"] == 0.01


@pytest.mark.parametrize(
    ("option", "word"), [("--kinds", "jelly"), ("--spectra", "xylophone"), ("--lanes", "0")]
)
def test_what_is_not_measured_is_refused(option, word, stellar):
    outcome = stellar("bench", "modes", option, word)
    assert outcome.code == 2
    assert word in outcome.err

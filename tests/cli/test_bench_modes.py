"""`stellar bench modes` measures modes by the engine and by shooting on the same stars."""

import json

import pytest

from stellar.benchmarks.modes import POINTS, SPECTRA
from stellar.cli.bench_modes import lines


def test_methods_are_measured_at_equal_error(stellar):
    outcome = stellar(
        "bench", "modes", "--kinds", "gamma", "--spectra", "w", "--lanes", "1,2",
        "--repeats", "1", "--json",
    )  # fmt: skip
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-modes"
    assert content["threads"] == 1
    assert content["device"] == "cpu"
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


def test_ratio_to_a_baseline_that_met_no_target_is_a_dash():
    cost = {
        "kind": "gamma", "spectrum": "w", "method": "engine", "setting": 1e-5, "re_error": 1e-9,
        "im_error": 1e-9, "lanes": 256, "timed": 16, "modes": 1, "seconds": 0.25,
        "over_all_at_once": 20.0, "over_one_by_one": None,
    }  # fmt: skip
    shown = lines(
        {
            "repeats": 1,
            "device": "cpu",
            "seconds": "processor time of the process",
            "seeds_off": 0.01,
            "kinds": {"gamma": "Gamma law"},
            "spectra": {"w": "w1"},
            "targets": {"w": [1e-6, 1e-6]},
            "titles": {"engine": "engine"},
            "costs": [cost],
        }
    )
    (row,) = [line.split() for line in shown if line.startswith("  engine")]
    assert row == ["engine", "1e-05", "256*", "1", "250", "250", "20", "-", "1.0e-09", "1.0e-09"]


@pytest.mark.parametrize(
    ("option", "word"), [("--kinds", "jelly"), ("--spectra", "xylophone"), ("--lanes", "0")]
)
def test_what_is_not_measured_is_refused(option, word, stellar):
    outcome = stellar("bench", "modes", option, word)
    assert outcome.code == 2
    assert word in outcome.err

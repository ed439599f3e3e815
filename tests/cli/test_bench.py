"""`stellar bench` measures what things cost and their baselines in one run."""

import json

import pytest

SMALL = ("--lanes", "32", "--nodes", "4", "--repeats", "1")


def test_costs_are_measured_for_every_kind_of_equation_of_state(stellar):
    outcome = stellar("bench", "eos", *SMALL, "--json")
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-eos"
    assert [cost["family"] for cost in content["costs"]] == ["pp", "gpp", "css on pp", "table"]
    for cost in content["costs"]:
        assert cost["tensor_ns"] > 0.0
        assert cost["loop_ns"] > 0.0
        low, high = cost["spread"]
        assert low <= cost["ratio"] <= high


def test_table_names_its_columns(stellar):
    outcome = stellar("bench", "eos", *SMALL)
    assert outcome.code == 0
    assert "ns/node" in outcome.out
    assert "ratio" in outcome.out


@pytest.mark.parametrize("what", [("eos", *SMALL), ("modes",)], ids=["eos", "modes"])
@pytest.mark.parametrize("device", ["abacus", "cuda:99"])
def test_device_that_is_not_there_is_refused_with_a_sentence(what, device, stellar):
    outcome = stellar("bench", *what, "--device", device)
    assert outcome.code == 2
    assert device in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.slow
def test_engine_is_measured_beside_its_baselines(stellar):
    outcome = stellar("bench", "core", "--lanes", "1,16", "--repeats", "1", "--json")
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-core"
    assert content["lanes"] == [1, 16]
    for cost in content["costs"]:
        assert cost["error"] <= cost["target"]
        assert 0.0 < cost["least"] <= cost["median"] <= cost["most"]
    measured = {cost["method"] for cost in content["costs"]}
    assert {"chord", "chord-cold", "newton", "runge-kutta-8", "scipy"} <= measured
    assert measured.isdisjoint(content["not_installed"])
    assert len(content["peak_mib"]["chord"]) == 3


@pytest.mark.slow
def test_published_scheme_is_measured_beside_its_repairs(stellar):
    outcome = stellar("bench", "regression", "--seeds", "1", "--repeats", "1", "--json")
    assert outcome.code == 0
    content = json.loads(outcome.out)
    reached = {c["method"] for c in content["costs"] if c["target"] == 1e-9 and c["size"]}
    assert {"first-integral", "flow-map", "trajectory", "fundamental-matrix", "scipy"} <= reached
    assert "published" not in reached


@pytest.mark.parametrize("lanes", ["0", "1,two", "70000", ""])
def test_numbers_of_stars_are_checked(stellar, lanes):
    outcome = stellar("bench", "core", "--lanes", lanes)
    assert outcome.code == 2
    assert "65536" in outcome.err

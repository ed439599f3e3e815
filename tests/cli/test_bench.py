"""`stellar bench eos` measures node tensors and their baseline in one run."""

import json

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


def test_device_that_is_not_there_is_refused_with_a_sentence(stellar):
    outcome = stellar("bench", "eos", *SMALL, "--device", "abacus")
    assert outcome.code == 2
    assert "abacus" in outcome.err
    assert outcome.err.count("\n") == 1

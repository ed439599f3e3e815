"""`stellar bench structure` measures stars by every method on the same matter, at equal error."""

import json

import pytest

from stellar.benchmarks.baselines.scipy_stars import SCIPY_STARS
from stellar.benchmarks.baselines.star_engine import ENGINE
from stellar.benchmarks.star_samples import KINDS, sample
from stellar.benchmarks.structure import METHODS, TARGETS


def test_methods_are_measured_at_equal_error(stellar):
    outcome = stellar(
        "bench", "structure", "--kinds", "gamma", "--lanes", "1,4", "--repeats", "1", "--json"
    )
    assert outcome.code == 0
    content = json.loads(outcome.out)
    assert content["schema"] == "stellar-bench-structure"
    assert content["lanes"] == [1, 4]
    measured = {cost["method"] for cost in content["costs"]}
    assert {"engine", "scipy"} <= measured
    assert measured | set(content["not_installed"]) == set(METHODS)
    for cost in content["costs"]:
        assert all(error <= TARGETS[name] for name, error in cost["errors"].items())
        assert 0.0 < cost["least"] <= cost["median"] <= cost["most"]
        assert cost["rate"] == pytest.approx(cost["timed"] / cost["least"])
        assert cost["timed"] <= cost["lanes"]
    ratios = [cost["over_scipy"] for cost in content["costs"] if cost["method"] == "scipy"]
    assert ratios == [1.0, 1.0]


@pytest.mark.parametrize("kind", KINDS)
def test_scipy_and_the_engine_build_the_same_stars(kind):
    stars = sample(kind, 2)
    found, expected = ENGINE.solver(1e-9)(stars), SCIPY_STARS.solver(1e-11)(stars)
    for name, value in found.items():
        rel = 1e-6 if name == "lambda2" else 1e-9
        assert value.tolist() == pytest.approx(expected[name].tolist(), rel=rel), name


def test_kinds_of_matter_are_checked(stellar):
    outcome = stellar("bench", "structure", "--kinds", "gamma,jelly")
    assert outcome.code == 2
    assert "jelly" in outcome.err
    assert "functional" in outcome.err

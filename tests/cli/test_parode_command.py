"""`stellar parode`: the rerun says what was measured, as a table, as JSON and as pictures."""

import json

import pytest

from stellar.cli.parode_runs import Sample
from stellar.cli.parode_table import lines


def test_table_shows_published_numbers_beside_measured_ones(stellar):
    outcome = stellar("parode", "table2", "--rows", "1", "--seeds", "2", "--json")
    assert outcome.code == 0
    assert "row 1" in outcome.err
    content = json.loads(outcome.out)
    assert (content["schema"], content["version"]) == ("stellar-parode-table2", 1)
    (row,) = content["rows"]
    assert row["published"] == {"iterations": 200, "error": 0.428}
    assert len(row["errors"]) == content["seeds"] == 2
    assert all(0.08 < error < 0.16 for error in row["errors"])
    assert content["classes"] == [{"size": "5x5", "identical": True}]
    assert content["partial_form"][0]["error"] == pytest.approx(0.107, rel=0.05)
    assert len(content["repairs"]) == 4
    for repair in content["repairs"]:
        assert repair["error"] < 1e-9
        assert repair["status"] == "OK"
    text = "\n".join(lines(content))
    assert "0.428" in text
    assert "the same matrix, bit for bit" in text
    assert "backward flow map" in text


def test_interval_of_the_text_says_that_the_published_errors_belong_elsewhere(stellar):
    outcome = stellar("parode", "table2", "--rows", "1", "--seeds", "2", "--until", "0.1")
    assert outcome.code == 0
    assert "t in [0, 0.1]" in outcome.out
    assert "belong to t in [0, 2]" in outcome.out


def test_convergence_lists_every_method_from_coarse_to_fine_and_draws_it(stellar, tmp_path):
    pytest.importorskip("matplotlib")
    target = tmp_path / "convergence.png"
    outcome = stellar("parode", "convergence", "--seeds", "1", "--json", "-o", target)
    assert outcome.code == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    runs = json.loads(outcome.out)["runs"]
    best = {}
    for run in runs:
        if run["error"] is not None:
            best[run["method"]] = min(run["error"], best.get(run["method"], 1.0))
    assert best.pop("published") > 1e-7
    assert set(best) == {"first-integral", "flow-map", "trajectory", "fundamental-matrix"}
    assert all(error < 1e-9 for error in best.values())
    good = [run for run in runs if (run["error"] or 1.0) < 1e-4]
    fewest = {
        method: min(run["unknowns"] for run in good if run["method"] == method)
        for method in ("published", "trajectory")
    }
    assert fewest["published"] > 10 * fewest["trajectory"]


def test_figure_is_drawn_once_and_kept(stellar, tmp_path):
    pytest.importorskip("matplotlib")
    target = tmp_path / "figure1.png"
    outcome = stellar("parode", "figure1", "-o", target)
    assert (outcome.code, outcome.out.strip()) == (0, str(target))
    assert target.read_bytes().startswith(b"\x89PNG")
    assert stellar("parode", "figure1", "-o", target).code == 5
    assert stellar("parode", "figure1", "-o", tmp_path / "figure1.gif").code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rows", "6"), "rows are 1, 2, 3, 4, 5"),
        (("--rows", ""), "is no row"),
        (("--seeds", "1"), "2<=x<=1000"),
        (("--until", "3"), "'2', '0.1'"),
        (("--block", "1"), "64<=x"),
    ],
)
def test_wrong_options_of_the_table_are_refused_in_words(stellar, arguments, words):
    outcome = stellar("parode", "table2", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.out == ""


def test_scatter_is_the_prediction_interval_of_one_more_run():
    # logarithms 0, 1, 2: mean 1, s = 1, t(0.975, 2) = 4.302653, times sqrt(4/3)
    e = 2.718281828459045
    runs = Sample([1.0, e, e * e, float("nan")], [1] * 4, [])
    low, high = runs.scatter
    assert high / e == pytest.approx(e ** (4.302653 * (4 / 3) ** 0.5), rel=1e-5)
    assert low * high == pytest.approx(e * e)
    assert runs.holds(e) is True
    assert runs.holds(1e4) is False
    assert Sample([0.1, float("nan")], [1, 1], []).holds(0.1) is None

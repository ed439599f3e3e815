"""`stellar relations`: the report in three forms, the list, and what it refuses."""

import csv
import io
import json

import pytest
from relation_samples import REALISTIC, realistic_results, star_row

from stellar.results.results import Results


@pytest.fixture
def path(tmp_path):
    return realistic_results().save(tmp_path / "realistic.h5")


@pytest.fixture
def masses_only(tmp_path):
    row = {key: star_row(0, REALISTIC[0])[key] for key in ("star_id", "eos", "status")}
    row |= {"mass_msun": 1.4, "radius_km": 12.0}
    return Results.from_rows('command = "structure"\n', [row]).save(tmp_path / "masses.h5")


def test_table_tells_rows_residuals_claims_and_sources(stellar, path):
    outcome = stellar("relations", path)
    assert outcome.code == 0
    assert outcome.err == ""
    i_love = next(line for line in outcome.out.splitlines() if line.startswith("i-love "))
    name, rows, failed, outside, median, _, largest, _, claimed = i_love.split()[:9]
    assert (rows, failed, outside, claimed) == ("11", "0", "0", "1.00")
    assert 0.0 <= float(median) <= float(largest) < 1.0
    assert "pp:H4, 1.8 M_sun" in i_love
    assert "Yagi & Yunes 2017" in outcome.out
    assert "frequencies 1 % high" in outcome.out
    assert "Not compared" not in outcome.out


def test_json_holds_every_relation_with_its_worst_row(stellar, path):
    content = json.loads(stellar("relations", path, "--json").out)
    assert content["schema"] == "stellar-relations"
    by_name = {row["relation"]: row for row in content["relations"]}
    row = by_name["i-love"]
    assert row["rows_used"] == 11
    assert row["claimed_scatter"] == 0.01
    assert row["worst_star_id"] == 9
    residual = row["worst_value"] / row["worst_prediction"] - 1.0
    assert abs(residual) == pytest.approx(row["largest_residual"], rel=1e-12)
    assert row["median_residual"] <= row["largest_residual"] < 0.01
    assert by_name["f-love-2"]["largest_residual"] < 2e-3


def test_csv_has_one_line_a_relation(stellar, path):
    asked = ("--relation", "f-love-2,i-love", "--relation", "i-q", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(stellar("relations", path, *asked).out)))
    assert [row["relation"] for row in rows] == ["f-love-2", "i-love", "i-q"]
    assert float(rows[1]["largest_residual"]) < 0.01


def test_without_a_file_the_relations_are_listed(stellar):
    outcome = stellar("relations")
    assert outcome.code == 0
    assert "M Re omega = quartic in ln Lambda_3" in outcome.out
    assert "Andersson & Kokkotas 1998" in outcome.out
    listed = json.loads(stellar("relations", "--json", "--relation", "love-3").out)["relations"]
    assert [row["highest_abscissa"] for row in listed] == [3000.0]


def test_what_a_file_lacks_is_one_sentence(stellar, path, masses_only):
    outcome = stellar("relations", masses_only)
    assert outcome.code == 3
    assert "`stellar structure` writes" in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_relations_without_rows_are_told_beside_those_with(stellar, tmp_path):
    rows = [star_row(number, star) for number, star in enumerate(REALISTIC)]
    stars = Results.from_rows('command = "structure"\n', rows).save(tmp_path / "stars.h5")
    outcome = stellar("relations", stars)
    assert outcome.code == 0
    _, absent = outcome.out.split("Not compared\n")
    assert "f-love-2, f-inertia, f-damping-inertia, f-density, f-damping: there is no f" in absent


def test_unknown_relations_and_files_are_refused(stellar, path):
    outcome = stellar("relations", path, "--relation", "i-loev")
    assert outcome.code == 2
    assert "i-love" in outcome.err
    assert stellar("relations", "nothing.h5").code == 3


def test_fits_tell_coefficients_errors_and_published_values(stellar, path):
    outcome = stellar("relations", path, "--fit")
    assert outcome.code == 0
    slope = next(line.split() for line in outcome.out.splitlines() if line.split()[:1] == ["a1"])
    density = json.loads(
        stellar("relations", path, "--fit", "--relation", "f-density-2", "--json").out
    )["fits"][0]
    a1 = density["coefficients"][1]
    assert float(slope[1]) == pytest.approx(a1["coefficient"], rel=1e-5)
    assert float(slope[4]) == a1["published"] == 1.635
    assert a1["standard_error"] > 0.0
    assert density["rows_used"] == 7
    assert density["median_residual"] <= density["largest_residual"] < 0.1
    assert "f-love-4: 5 coefficients ask for more rows than 3" in outcome.out


def test_fits_as_csv_have_one_line_a_coefficient(stellar, path):
    asked = ("--fit", "--relation", "f-love-2,f-damping-2", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(stellar("relations", path, *asked).out)))
    assert [(row["fit"], row["power"]) for row in rows] == [
        *(("f-love-2", str(power)) for power in range(5)),
        ("f-damping-2", "0"),
        ("f-damping-2", "1"),
    ]
    assert float(rows[0]["coefficient"]) == pytest.approx(0.182, abs=0.01)


def test_fits_without_rows_a_file_or_a_name_are_refused(stellar, path, masses_only):
    outcome = stellar("relations", masses_only, "--fit")
    assert outcome.code == 3
    assert "can fit none of these forms" in outcome.err
    assert stellar("relations", "--fit").code == 2
    outcome = stellar("relations", path, "--fit", "--relation", "i-q")
    assert outcome.code == 2
    assert "f-love-3" in outcome.err


def test_forms_without_rows_are_told_beside_those_with(stellar, tmp_path):
    rows = [star_row(number, star) for number, star in enumerate(REALISTIC)]
    stars = Results.from_rows('command = "structure"\n', rows).save(tmp_path / "stars.h5")
    outcome = stellar("relations", stars, "--fit")
    assert outcome.code == 0
    fitted, absent = outcome.out.split("Not fitted\n")
    assert "i-love-2013" in fitted
    assert "f-density-3, f-damping-cubic-3, f-love-3, f-inertia-3: there is no f-mode" in absent

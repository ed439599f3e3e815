"""JSON, CSV and ECSV: the same numbers, in the form the contract promises."""

import csv
import io
import json
import math

from astropy.table import QTable
from sample_results import sample_results

from stellar.results.export import to_csv, to_ecsv, to_json, to_text


def test_json_has_the_keys_of_the_schema_and_all_rows():
    results = sample_results()
    told = json.loads(to_json(results))
    assert list(told) == ["schema", "version", "config", "stars", "modes"]
    assert (told["schema"], told["version"]) == ("stellar-results", 1)
    assert told["config"] == results.config
    assert [len(told["stars"]), len(told["modes"])] == [3, 7]
    assert list(told["modes"][0]) == list(results.modes)


def test_json_shows_what_does_not_exist_as_null():
    stars, modes = (json.loads(to_json(sample_results()))[table] for table in ("stars", "modes"))
    assert stars[1]["radius_km"] is None
    assert modes[2]["damping_time_s"] is None  # a radial mode
    assert modes[3]["nodes"] is None  # never counted
    assert modes[2]["nodes"] == 0
    assert modes[3]["complete"] is False


def test_json_numbers_read_back_to_the_same_bits():
    results = sample_results()
    rows = json.loads(to_json(results))["modes"]
    frequencies = results.modes["frequency_hz"].tolist()
    for row, frequency in zip(rows, frequencies, strict=True):
        assert row["frequency_hz"] == frequency or math.isnan(frequency)


def test_csv_numbers_read_back_to_the_same_bits():
    results = sample_results()
    rows = list(csv.DictReader(io.StringIO(to_csv(results, "stars"))))
    assert list(rows[0]) == list(results.stars)
    assert float(rows[0]["radius_km"]) == results.stars["radius_km"][0]
    assert rows[1]["radius_km"] == ""
    assert rows[1]["message"] == results.stars["message"][1]
    assert rows[2]["eos"] == "Größe"


def test_ecsv_keeps_units_for_astropy():
    results = sample_results()
    table = QTable.read(io.BytesIO(to_ecsv(results, "stars").encode()), format="ascii.ecsv")
    assert table["radius_km"].unit.to_string() == "km"
    assert table["radius_km"][0].value == results.stars["radius_km"][0]
    assert list(table.colnames) == list(results.stars)


def test_one_table_formats_show_modes_unless_told_otherwise():
    results = sample_results()
    assert to_text(results, "csv") == to_csv(results, "modes")
    assert to_text(results, "csv", "stars") == to_csv(results, "stars")

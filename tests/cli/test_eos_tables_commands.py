"""`stellar eos check` and `convert`, and tables as --eos: codes, exit codes, sentences."""

import json

import h5py
import numpy as np
import pytest

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.formats.registry import FORMATS
from stellar.eos.user_tables.resample import resampled


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sly.dat"
    path.write_bytes(FORMATS["lal2"].write(resampled(resolve("sly4"), 90))[""])
    return path


def test_check_of_a_good_table_tells_its_stars_and_warnings(stellar, table):
    outcome = stellar("eos", "check", table)
    assert outcome.code == 0
    assert "format lal2, 90 rows" in outcome.out
    assert "W_PLATEAU: line " in outcome.out
    assert "maximum mass 2.0503 M_sun" in outcome.out
    assert "no errors" in outcome.out


def test_check_lists_every_defect_with_its_line_and_exits_with_3(stellar, table):
    lines = table.read_text().splitlines()
    lines[30], lines[50] = "nan 1e-12", "-1e-20 word"
    table.write_text("\n".join(lines))
    outcome = stellar("eos", "check", table, "--eos-format", "lal2")
    assert outcome.code == 3
    assert "E_NONFINITE: line 31: 'nan'" in outcome.out
    assert "E_SYNTAX: line 51: 'word'" in outcome.out
    assert outcome.err.startswith("stellar: ")
    assert "2 errors" in outcome.err


def test_check_as_json_is_one_object_even_with_errors(stellar, table):
    good = json.loads(stellar("eos", "check", table, "--json").out)
    assert good["ok"]
    assert good["heaviest_msun"] == pytest.approx(2.0503, abs=1e-3)
    assert good["stratified"] is False
    table.write_text("1 2\n2 x\n")
    outcome = stellar("eos", "check", table, "--json", "--eos-format", "lal2")
    content = json.loads(outcome.out)
    assert outcome.code == 3
    assert not content["ok"]
    assert content["findings"][0]["line"] == 2
    assert content["findings"][0]["severity"] == "error"


def test_check_for_g_modes_says_what_is_missing(stellar, table):
    outcome = stellar("eos", "check", table, "--g-modes")
    assert outcome.code == 3
    assert "E_NO_COMPOSITION" in outcome.out
    assert stellar("eos", "check", "sly4", "--g-modes").code == 0


def test_check_of_a_table_that_ends_too_early_is_out_of_range(stellar, tmp_path):
    raw = resampled(resolve("sly4"), 400)
    path = tmp_path / "short.csv"
    short = raw.keep(np.flatnonzero(raw.columns["n"] < 0.33))
    path.write_bytes(FORMATS["csv"].write(short)[""])
    outcome = stellar("eos", "check", path)
    assert outcome.code == 3
    assert "E_RANGE: its stars reach 0." in outcome.out


def test_check_of_a_built_in_warns_where_it_is_acausal(stellar):
    outcome = stellar("eos", "check", "sly4")
    assert outcome.code == 0
    assert "W_ACAUSAL" in outcome.out


@pytest.mark.parametrize("name", ["csv", "lal2", "rns", "lorene", "compose", "h5"])
def test_convert_and_back_keeps_nine_digits(stellar, tmp_path, name):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert stellar("eos", "convert", "sly4", first, "--to", "csv", "--rows", "100").code == 0
    between = tmp_path / "between"
    outcome = stellar("eos", "convert", first, between, "--to", name)
    assert outcome.code == 0
    assert str(between) in outcome.out
    spec = f"table:{between}"
    assert stellar("eos", "convert", spec, second, "--to", "csv").code == 0
    tables = []
    for path in (first, second):
        head, *body = path.read_text().splitlines()
        names = [item.partition("[")[0] for item in head.split(",")]
        tables.append({n: [row.split(",")[i] for row in body] for i, n in enumerate(names)})
    for key in ("P", "eps"):
        np.testing.assert_allclose(
            np.array(tables[0][key], float), np.array(tables[1][key], float), rtol=1e-9
        )


def test_convert_keeps_what_exists_and_refuses_what_it_cannot_write(stellar, tmp_path, table):
    target = tmp_path / "out.csv"
    target.write_text("precious")
    outcome = stellar("eos", "convert", table, target, "--to", "csv")
    assert (outcome.code, target.read_text()) == (5, "precious")
    assert "--overwrite" in outcome.err
    assert stellar("eos", "convert", table, target, "--to", "csv", "--overwrite").code == 0
    outcome = stellar("eos", "convert", table, tmp_path / "x.rns", "--to", "rns")
    assert outcome.code == 3
    assert "no column n" in outcome.err
    outcome = stellar("eos", "convert", "constant-density:eps=1e15", "x.csv", "--to", "csv")
    assert outcome.code == 3
    assert stellar("eos", "convert", "sly4", "x.csv", "--to", "xlsx").code == 2


def test_convert_with_a_crust_puts_rows_below(stellar, tmp_path):
    raw = resampled(resolve("sly4"), 200)
    core = tmp_path / "core.csv"
    core.write_bytes(FORMATS["csv"].write(raw.keep(np.flatnonzero(raw.columns["n"] > 0.0777)))[""])
    whole = tmp_path / "whole.csv"
    outcome = stellar("eos", "convert", core, whole, "--to", "csv", "--crust", "sly")
    assert outcome.code == 0
    assert "W_CRUST" in outcome.err
    assert len(whole.read_text().splitlines()) > len(core.read_text().splitlines()) + 100


def test_table_is_taken_by_structure_and_kept_in_the_result(stellar, tmp_path, table):
    result = tmp_path / "run.h5"
    outcome = stellar("structure", "--eos", "./sly.dat", "--masses", "1.4", "--json", "-o", result)
    assert outcome.code == 0
    star = json.loads(outcome.out)["stars"][0]
    assert star["lambda2"] == pytest.approx(298.313, rel=2e-5)
    with h5py.File(result) as file:
        assert str(table) in json.dumps({k: str(v) for k, v in _texts(file).items()})


def _texts(file):
    found = dict(file.attrs)
    file.visititems(lambda name, item: found.update({name + k: v for k, v in item.attrs.items()}))
    return found


def test_columns_of_a_text_are_an_option(stellar, tmp_path):
    raw = resampled(resolve("sly4"), 90)
    path = tmp_path / "sly.txt"
    np.savetxt(path, np.array([raw.columns["eps"], raw.columns["P"]]).T, fmt="%.12e")
    arguments = ("structure", "--eos", path, "--masses", "1.4", "--json")
    assert stellar(*arguments).code == 3
    outcome = stellar(*arguments, "--columns", "eps[MeV/fm3],P[MeV/fm3]")
    assert outcome.code == 0
    assert json.loads(outcome.out)["stars"][0]["lambda2"] == pytest.approx(298.313, rel=2e-5)


def test_option_for_tables_is_refused_for_a_built_in(stellar):
    outcome = stellar("structure", "--eos", "sly", "--masses", "1.4", "--eos-format", "lal2")
    assert outcome.code == 2
    assert "--eos-format is for tables" in outcome.err


def test_g_modes_of_a_table_without_composition_are_an_error_in_words(stellar, table):
    outcome = stellar("modes", "--eos", table, "--masses", "1.4", "--families", "g")
    assert outcome.code == 3
    assert "E_NO_COMPOSITION" in outcome.err

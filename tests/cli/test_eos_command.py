"""`stellar eos`: what it prints and where."""

import csv
import io
import json

import pytest


def test_list_names_every_entry_and_all_rows(stellar):
    outcome = stellar("eos", "list")
    assert (outcome.code, outcome.err) == (0, "")
    for word in (
        "sly4",
        "dh2001",
        "2.0503",
        "ddme2",
        "Lalazissis",
        "bsk21-fit",
        "ge-ap4",
        "polytrope:gamma=2,K=100",
        "BGN1H1",
        "ALF4",
    ):
        assert word in outcome.out


def test_list_as_json_has_34_rows_and_the_citations(stellar):
    listing = json.loads(stellar("eos", "list", "--json").out)
    families = {family["name"]: family for family in listing["families"]}
    assert len(families["pp"]["rows"]) == 34
    assert families["pp"]["aliases"] == {"APR4": "AP4"}
    assert "1.2 < gamma <= 10" in families["polytrope"]["parameters"]["gamma"]["allowed"]
    assert all(e["citation"] for e in (*listing["families"], *listing["equations_of_state"]))


def test_list_tells_which_have_g_modes_and_where_each_stands(stellar):
    listing = json.loads(stellar("eos", "list", "--json").out)
    entries = {entry["name"]: entry for entry in listing["equations_of_state"]}
    assert len(entries) == 29
    assert sum(entry["g_modes"] for entry in entries.values()) == 15
    assert all((entry["file"] is not None) == entry["g_modes"] for entry in entries.values())
    assert all(entry["m_max_msun"] > 1.6 for entry in entries.values())
    assert [crust["name"] for crust in listing["crusts"]] == ["sly", "bsk24"]


def test_g_modes_of_a_fit_are_refused_with_the_name_of_one_that_has_them(stellar):
    outcome = stellar("modes", "--eos", "apr", "--masses", "1.4", "--families", "g")
    assert (outcome.code, outcome.out) == (3, "")
    assert "E_NO_COMPOSITION" in outcome.err
    assert "composition, such as sly" in outcome.err


def test_show_tells_of_the_layer_between_a_soft_crust_and_a_stiff_core(stellar):
    outcome = stellar("eos", "show", "nl3")
    assert "a layer with c_e = 1" in " ".join(outcome.out.split())


def test_show_resolves_the_alias_and_reports_the_jump(stellar):
    outcome = stellar("eos", "show", "SLy")
    assert outcome.code == 0
    assert outcome.out.startswith("sly4")
    assert "join at h = " in outcome.out
    assert "Chabanat" in outcome.out


def test_show_as_json_is_strict_even_for_an_unbounded_equation_of_state(stellar):
    shown = json.loads(stellar("eos", "show", "pp:SLy", "--json").out)
    assert shown["h_max"] is None
    assert shown["h_causal"] == pytest.approx(0.787, abs=1e-3)
    assert len(shown["segments"]) == 7
    assert shown["stratified"] is False


def test_show_points_prints_states_as_csv(stellar):
    rows = list(csv.DictReader(io.StringIO(stellar("eos", "show", "sly", "--points", "50").out)))
    assert len(rows) == 50
    assert rows[0]["y_e"] == ""
    assert float(rows[-1]["n_fm3"]) == pytest.approx(1.3, rel=1e-10)
    assert float(rows[-1]["delta"]) == pytest.approx(0.016106676, abs=1e-6)


def test_build_writes_where_it_is_told(stellar, tmp_path):
    outcome = stellar("eos", "build", "sly", "-o", ".")
    assert outcome.code == 0
    assert outcome.out.split() == ["sly4.h5"]
    assert (tmp_path / "MANIFEST.toml").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["show"], 2, "NAME"),
        (["show", "slyy"], 3, "Did you mean sly"),
        (["show", "sly", "--points", "1"], 2, "--points"),
        (["build", "apr"], 3, "choose from sly4"),
        (["build", "-o", "missing/folder"], 5, "cannot be written"),
        (["lst"], 2, "lst"),
    ],
)
def test_wrong_use_ends_with_its_exit_code_and_one_sentence(stellar, arguments, code, sentence):
    outcome = stellar("eos", *arguments)
    assert outcome.code == code
    assert outcome.out == ""
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err


def test_check_reads_a_file_whose_name_says_nothing_of_a_table(stellar):
    stellar("eos", "convert", "sly", "mine", "--to", "rns")
    outcome = stellar("eos", "check", "mine")
    assert outcome.code == 0
    assert "rns" in outcome.out

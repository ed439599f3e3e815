"""Runs over ensembles: a rejected draw fails its own rows and nothing else."""

import math

import pytest

import stellar
from parode_core import Status
from stellar.errors import InputError

TEXT = "log_p1,g1,g2,g3\n34.384,3.005,2.988,2.851\n34.384,-1,2.988,2.851\n34.269,2.83,3.445,3.348\n"


@pytest.fixture
def draws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draws.csv").write_text(TEXT)
    return "pp:@draws.csv"


def test_rejected_draw_fails_its_own_rows_with_the_reason(draws):
    results = stellar.structure(draws, central_densities="1e15,1.2e15", accuracy=1e-3)
    assert results.stars["eos"].tolist() == [
        f"{draws}#{draw}" for draw in (1, 2, 3) for _ in range(2)
    ]
    assert results.stars["status"].tolist() == [0, 0, 15, 15, 0, 0]
    assert Status(15) is Status.INVALID_PARAMETERS
    assert all("draws.csv, line 3" in text for text in results.stars["message"][2:4])
    assert results.stars["central_density_g_cm3"].tolist()[2:4] == [1e15, 1.2e15]


def test_neighbours_are_the_stars_they_are_without_the_rejected_draw(draws):
    together = stellar.structure(draws, central_densities="1e15", accuracy=1e-3)
    alone = stellar.structure("pp:AP4", central_densities="1e15", accuracy=1e-3)
    assert together.stars["mass_msun"][2] == alone.stars["mass_msun"][0]


def test_modes_of_a_rejected_draw_are_failed_rows_too(draws):
    results = stellar.modes(
        f"{draws}#2", central_densities="1e15", families="f", gravity="cowling", accuracy=1e-3
    )
    assert results.modes["label"].tolist() == ["f"]
    assert results.modes["status"].tolist() == [Status.DEPENDS_ON_FAILED_STAR]
    assert "line 3" in results.modes["message"][0]


def test_maximum_mass_of_a_rejected_draw_is_unknown(draws):
    results = stellar.structure(f"{draws}#2", masses="1.4,max", accuracy=1e-3)
    assert results.stars["mass_msun"][0] == 1.4
    assert math.isnan(results.stars["mass_msun"][1])


def test_results_keep_parameters_and_reasons_of_all_draws(draws, tmp_path):
    results = stellar.structure(draws, central_densities="1e15", accuracy=1e-3)
    results.save(tmp_path / "stars.h5")
    records = stellar.open(tmp_path / "stars.h5").eos
    assert records[f"{draws}#1"].spec == "pp:log_p1=34.384,g1=3.005,g2=2.988,g3=2.851"
    assert "1 < g1" in records[f"{draws}#2"].provenance["rejected"]


def test_family_no_draw_can_have_is_told_in_one_sentence(draws):
    with pytest.raises(InputError) as problem:
        stellar.modes(f"{draws}#1", central_densities="1e15", families="g")
    assert str(problem.value).count("no g-modes") == 1

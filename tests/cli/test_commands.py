"""The commands do what the README says, and a run can be repeated from its file."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import stellar as package

LINE = (
    "modes",
    "--eos",
    "polytrope:gamma=2,K=100",
    "--central-densities",
    "7.905060453455e14",
    "--gravity",
    "cowling",
    "--families",
    "f,p,radial",
    "--n-max",
    "1",
)


def test_json_is_one_object_of_the_published_schema(stellar):
    outcome = stellar(*LINE, "--json", "-q")
    assert outcome.code == 0
    answer = json.loads(outcome.out)
    assert (answer["schema"], answer["version"]) == ("stellar-results", 1)
    assert answer["stars"][0]["mass_msun"] == pytest.approx(1.40015972951671, rel=1e-9)
    assert [mode["label"] for mode in answer["modes"]] == ["F", "H1", "f", "p1"]
    by_label = {mode["label"]: mode["frequency_hz"] for mode in answer["modes"]}
    assert by_label["f"] == pytest.approx(1882.90, rel=1e-5)
    assert by_label["F"] == pytest.approx(1442.513, rel=1e-6)


def test_every_number_has_an_error_estimate(stellar):
    answer = json.loads(stellar(*LINE, "--json", "-q").out)
    for star in answer["stars"]:
        for name in ("mass_msun", "radius_km", "baryon_mass_msun", "k2", "lambda2", "compactness"):
            assert 0.0 < star[f"{name}_err"] < 1e-6 * star[name]
    for mode in answer["modes"]:
        assert 0.0 < mode["frequency_err_hz"] < 1e-6 * mode["frequency_hz"]


def test_run_repeats_a_file_exactly(stellar):
    assert stellar(*LINE, "-o", "first.h5", "-q").code == 0
    assert stellar("run", "first.h5", "-o", "second.h5", "-q").code == 0
    assert package.open("first.h5").same_data(package.open("second.h5"))


def test_number_of_processes_does_not_change_a_bit(stellar):
    line = ("structure", "--eos", "pp:SLy", "--masses", "1.2,1.6,max", "-q")
    stellar(*line, "-o", "one.h5")
    stellar(*line, "-o", "two.h5", "--jobs", "2")
    assert package.open("one.h5").same_data(package.open("two.h5"))


def test_python_and_command_line_give_the_same_numbers(stellar):
    stellar("structure", "--eos", "pp:SLy", "--masses", "1.4", "-o", "star.h5", "-q")
    ours = package.structure("pp:SLy", masses=1.4)
    stored = package.open("star.h5")
    for name, values in ours.stars.items():
        assert np.array_equal(values, stored.stars[name]), name


def test_config_file_gives_defaults_that_options_override(stellar):
    Path("run.toml").write_text(
        'eos = ["pp:SLy"]\nselector = "masses"\nvalues = "1.2"\naccuracy = 1e-5\n'
    )
    outcome = stellar("structure", "--config", "run.toml", "--masses", "1.3", "--json", "-q")
    answer = json.loads(outcome.out)
    assert answer["stars"][0]["mass_msun"] == pytest.approx(1.3, rel=1e-9)
    assert answer["config"]["accuracy"] == 1e-5


def test_dry_run_prints_a_recipe_that_runs(stellar):
    outcome = stellar(*LINE, "--dry-run")
    assert outcome.code == 0
    Path("recipe.toml").write_text(outcome.out)
    assert json.loads(stellar("run", "recipe.toml", "--json", "-q").out)["modes"]


def test_profiles_are_stored_and_end_at_the_surface(stellar):
    stellar("structure", "--eos", "pp:SLy", "--masses", "1.4", "--profiles", "-o", "p.h5", "-q")
    results = package.open("p.h5")
    profile = results.profiles[0]
    assert profile["radius_km"][-1] == pytest.approx(results.stars["radius_km"][0], rel=1e-8)
    assert profile["enclosed_mass_msun"][-1] == pytest.approx(1.4, rel=1e-8)
    pressure = profile["pressure_dyn_cm2"]  # equal to rounding on the two sides of a break
    assert np.all(np.diff(pressure) <= 1e-12 * pressure[:-1])


def test_unstable_star_is_shown_as_one(stellar):
    line = ("--eos", "energy-polytrope:n=1,K=100", "--central-energy-densities", "1e16")
    outcome = stellar("modes", *line, "--families", "radial", "--n-max", "1", "--json", "-q")
    answer = json.loads(outcome.out)
    assert outcome.code == 0
    assert answer["stars"][0]["stable"] is False
    fundamental = answer["modes"][0]
    assert fundamental["label"] == "F"
    assert fundamental["frequency_hz"] == 0.0
    assert fundamental["omega_re_per_s"] == 0.0
    assert fundamental["omega_im_per_s"] < 0.0
    assert fundamental["damping_time_s"] is None
    assert fundamental["status"] == 0


def test_doctor_finds_this_installation_well(stellar):
    outcome = stellar("doctor")
    assert outcome.code == 0
    assert "FAILED" not in outcome.out


@pytest.mark.parametrize("line", [["--help"], ["--version"]])
def test_help_does_not_import_the_heavy_libraries(line):
    code = (
        "import sys\nfrom stellar.cli import main\n"
        f"try:\n    main({line!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'scipy', 'numpy', 'astropy', 'h5py'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_interrupted_run_exits_with_the_signal_code(tmp_path):
    target = tmp_path / "out.h5"
    line = [sys.executable, "-m", "stellar", "structure", "--eos", "pp:SLy"]
    line += ["--masses", "1.0:max/9000", "--solver", "shooting", "-o", str(target)]
    process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True)
    # whatever the machine: at work, and far from the end
    assert "stars: " in next(said for said in process.stderr if "stars: " in said)
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5.partial"]  # for --resume


def test_result_file_keeps_the_table_of_a_tabulated_equation_of_state(stellar):
    stellar("structure", "--eos", "sly", "--central-densities", "1e15", "-o", "s.h5", "-q")
    table = package.open("s.h5").eos["sly4"].table
    # segments meet at equal pressure, to rounding
    assert np.all(np.diff(np.log(table["pressure_dyn_cm2"])) > -1e-12)
    assert np.all(np.diff(np.log(table["density_g_cm3"])) > -1e-12)
    assert table["h"][0] == pytest.approx(6.7027e-05, rel=1e-4)

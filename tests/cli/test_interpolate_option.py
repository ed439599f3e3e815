"""The option that lets modes be interpolated, from the command line to the result and back."""

import json

import pytest

from stellar.results.reader import open_results

STARS = ("--eos", "polytrope:gamma=2,K=100", "--masses", "1.0:1.3/70", "--families", "f")


@pytest.mark.parametrize(("option", "said"), [((), True), (("--no-interpolate",), False)])
def test_rows_say_whether_they_are_interpolated(stellar, option, said):
    outcome = stellar("modes", *STARS, "--solver", "parode", *option, "--json")
    assert outcome.code == 0
    rows = json.loads(outcome.out)["modes"]
    assert len(rows) == 70
    assert all(row["message"].startswith("Interpolated") is said for row in rows)


def test_a_result_that_was_not_interpolated_is_not_when_run_again(stellar, tmp_path):
    line = ("--solver", "parode", "--no-interpolate", "-q")
    assert stellar("modes", *STARS, *line, "-o", "a.h5").code == 0
    assert stellar("run", "a.h5", "-q", "-o", "b.h5").code == 0
    one, two = (open_results(tmp_path / name) for name in ("a.h5", "b.h5"))
    assert one.same_data(two)
    assert "interpolate = false" in two.config_toml
    assert not any(two.modes["message"])

"""`--resume`, `-v`, `-q`: what a user who was interrupted sees, and the exit codes."""

from pathlib import Path

import pytest

import stellar as package
from stellar.campaign.config import RunConfig
from stellar.campaign.plan import plan
from stellar.campaign.run import Target, Watch, compute_to_file
from stellar.results import provenance

LINE = (
    *("structure", "--eos", "polytrope:gamma=2,K=100", "--solver", "shooting"),
    *("--central-densities", "6e14:9e14/3", "--accuracy", "1e-3"),
)
CONFIG = RunConfig(
    "structure",
    ("polytrope:gamma=2,K=100",),
    "central_densities",
    "6e14:9e14/3",
    solver="shooting",
    accuracy=1e-3,
)


@pytest.fixture
def interrupted(stellar, monkeypatch):
    """The command line, in a folder with a run that was interrupted after one star of three."""
    monkeypatch.setattr(provenance, "_commit", lambda: "unknown")

    def stop(stage, done, total):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_to_file(plan(CONFIG), Target(Path("a.h5")), watch=Watch(stop))
    return stellar


def test_an_interrupted_run_is_finished_with_resume(interrupted):
    refused = interrupted(*LINE, "-o", "a.h5")
    assert refused.code == 5
    assert "--resume" in refused.err
    outcome = interrupted(*LINE, "-o", "a.h5", "--resume", "-v")
    assert outcome.code == 0
    assert "1 of 3 tiles are there" in outcome.err
    assert "solved by shooting" in outcome.err
    assert "Tile 3 of 3: 1 rows of stars" in outcome.err
    assert "stars: 3 well, 0 failed; written to a.h5" in outcome.err
    assert len(outcome.out.splitlines()) > 3
    assert package.open("a.h5").row_count("stars") == 3
    again = interrupted(*LINE, "-o", "a.h5", "--resume")
    assert again.code == 0
    assert "complete already" in again.err
    assert again.out == outcome.out


def test_another_run_is_not_taken_for_the_interrupted_one(interrupted):
    outcome = interrupted(*LINE[:-1], "1e-4", "-o", "a.h5", "--resume")
    assert outcome.code == 3
    assert "accuracy = 0.001" in outcome.err
    assert outcome.err.count("\n") <= 2
    assert outcome.out == ""


def test_damage_is_named_and_overwriting_is_a_way_out(interrupted):
    data = bytearray(Path("a.h5.partial").read_bytes())
    data[30] ^= 255
    Path("a.h5.partial").write_bytes(data)
    outcome = interrupted(*LINE, "-o", "a.h5", "--resume")
    assert outcome.code == 3
    assert "a.h5.partial is damaged" in outcome.err
    assert interrupted(*LINE, "-o", "a.h5", "--overwrite").code == 0
    assert not Path("a.h5.partial").exists()


def test_resume_needs_an_output_and_quiet_excludes_verbose(stellar):
    outcome = stellar(*LINE, "--resume")
    assert outcome.code == 2
    assert "--output" in outcome.err
    assert stellar(*LINE, "-q", "-v").code == 2


def test_an_existing_result_of_another_run_is_not_resumed(stellar):
    assert stellar(*LINE, "-o", "a.h5", "-q").code == 0
    outcome = stellar(*LINE[:-1], "1e-4", "-o", "a.h5", "--resume")
    assert outcome.code == 5
    assert "another configuration" in outcome.err


def test_failed_rows_are_counted_by_their_reasons(stellar):
    outcome = stellar(
        *("structure", "--eos", "polytrope:gamma=2,K=100", "--solver", "shooting"),
        *("--masses", "1.4,3,4", "--accuracy", "1e-3", "-o", "a.h5"),
    )
    assert outcome.code == 4
    assert "1 well, 2 failed (2 above maximum mass)" in outcome.err


def test_quiet_says_nothing(stellar):
    assert stellar(*LINE, "-o", "a.h5", "-q").err == ""

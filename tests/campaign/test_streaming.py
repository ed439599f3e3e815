"""Runs into a file: the rows of a run in memory, whatever interrupts them, none lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import pytest

from parode_core import Status
from stellar.campaign import run as campaign_run
from stellar.campaign.config import RunConfig
from stellar.campaign.executors import WorkerDiedError
from stellar.campaign.plan import plan
from stellar.campaign.run import Target, Watch, compute, compute_to_file
from stellar.campaign.tiles import Part, Tile
from stellar.errors import InputError, OutputError
from stellar.results import provenance
from stellar.results.journal import Journal, partial_path
from stellar.results.pieces import gathered
from stellar.results.reader import open_results

# one star a tile
LINE = ("structure", ("polytrope:gamma=2,K=100",), "central_densities", "6e14:9e14/4")
TILES = 4
CONFIG = RunConfig(*LINE, solver="shooting", accuracy=1e-3)

KILLED = """
import os, signal, sys
from pathlib import Path
from parode_core import Status
from stellar.campaign import run as campaign_run
from stellar.campaign.config import RunConfig
from stellar.campaign.executors import WorkerDiedError
from stellar.campaign.run import Target, compute_to_file, plan
from stellar.results import {module}, journal, provenance
provenance._commit = lambda: "unknown"
calls, good = 0, {module}.{call}
def deadly(*arguments, **options):
    global calls
    calls += 1
    if calls == {number}:
        {last_words}
        os.kill(os.getpid(), signal.SIGKILL)
    return good(*arguments, **options)
{module}.{call} = deadly
config = RunConfig(*{line!r}, solver="shooting", accuracy=1e-3)
compute_to_file(plan(config), Target(Path({path!r})))
"""
DEATH = "The worker process of this row died."
HALF = "good(arguments[0], arguments[1][: len(arguments[1]) // 2])"


@pytest.fixture(autouse=True)
def one_commit(monkeypatch):
    """The tree these tests run from may change its commit while they run."""
    monkeypatch.setattr(provenance, "_commit", lambda: "unknown")


@pytest.fixture(scope="module")
def whole():
    return compute(plan(CONFIG))


def killed(path, call, number, last_words="pass"):
    """Run until the `number`-th call of a function and die there without a word."""
    module, name = call
    program = KILLED.format(
        module=module, call=name, number=number, last_words=last_words, line=LINE, path=str(path)
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_file_holds_what_the_run_in_memory_gives_and_nothing_else_is_left(tmp_path, whole):
    statuses = compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5"))
    assert open_results(tmp_path / "a.h5").same_data(whole)
    assert statuses["stars"] == {0: TILES}
    assert [item.name for item in tmp_path.iterdir()] == ["a.h5"]


@pytest.mark.parametrize(
    ("call", "number", "last_words", "finished"),
    [
        (("journal", "write_all"), 3, "pass", 1),  # the first call writes the head
        (("journal", "write_all"), 4, HALF, 2),
        (("assembly", "seal_of"), 1, "pass", TILES),
    ],
)
def test_killed_anywhere_and_resumed_it_is_the_uninterrupted_run(
    tmp_path, whole, call, number, last_words, finished
):
    path = tmp_path / "a.h5"
    killed(path, call, number, last_words)
    assert not path.exists()
    told, progress = [], []
    watch = Watch(lambda *numbers: progress.append(numbers), told.append)
    compute_to_file(plan(CONFIG), Target(path, resume=True), watch=watch)
    assert open_results(path).same_data(whole)
    assert progress == [("stars", done, TILES) for done in range(finished, TILES + 1)]
    assert any(f"{finished} of {TILES} tiles are there" in sentence for sentence in told)
    assert any("unfinished" in sentence for sentence in told) is (last_words == HALF)
    assert not partial_path(path).exists()


def test_resumed_datasets_have_the_same_bytes(tmp_path):
    killed(tmp_path / "a.h5", ("journal", "write_all"), 4)
    compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", resume=True))
    compute_to_file(plan(CONFIG), Target(tmp_path / "b.h5"))
    with h5py.File(tmp_path / "a.h5") as one, h5py.File(tmp_path / "b.h5") as other:
        for name, dataset in one["stars"].items():
            assert dataset[()].tobytes() == other["stars"][name][()].tobytes(), name


def interrupted(path, config=CONFIG):
    """A run that ends after its second tile as Ctrl-C would end it."""

    def stop(stage, done, total):
        if done == 2:
            raise KeyboardInterrupt

    told = []
    with pytest.raises(KeyboardInterrupt):
        compute_to_file(plan(config), Target(path), watch=Watch(stop, told.append))
    return told


def test_an_interrupted_run_says_what_is_kept(tmp_path, whole):
    (sentence,) = interrupted(tmp_path / "a.h5")
    assert "a.h5.partial" in sentence
    assert "--resume" in sentence
    with pytest.raises(OutputError, match="--resume or begin anew with --overwrite"):
        compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5"))
    compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", overwrite=True))
    assert open_results(tmp_path / "a.h5").same_data(whole)


def test_a_full_disk_keeps_what_is_finished(tmp_path, whole, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", full)
        patch.setattr(os, "replace", full)
        with pytest.raises(OutputError, match="No space left on device.*--resume"):
            compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5"))
    assert [item.name for item in tmp_path.iterdir()] == ["a.h5.partial"]
    compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", resume=True))
    assert open_results(tmp_path / "a.h5").same_data(whole)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (RunConfig(*LINE, solver="shooting", accuracy=1e-4), r"accuracy = 0\.001, here .*0\.0001"),
        (RunConfig("structure", *LINE[1:3], "6e14", solver="shooting", accuracy=1e-3), "values"),
    ],
)
def test_a_run_of_another_configuration_is_not_resumed(tmp_path, changed, named):
    interrupted(tmp_path / "a.h5")
    before = partial_path(tmp_path / "a.h5").read_bytes()
    with pytest.raises(InputError, match=f"another run.*{named}"):
        compute_to_file(plan(changed), Target(tmp_path / "a.h5", resume=True))
    assert partial_path(tmp_path / "a.h5").read_bytes() == before


def test_a_run_of_another_version_is_not_resumed(tmp_path, monkeypatch):
    interrupted(tmp_path / "a.h5")
    monkeypatch.setattr(provenance, "__version__", "9.9")
    with pytest.raises(InputError, match=r"stellar_version is .*, here 9\.9"):
        compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", resume=True))


def test_a_run_whose_draws_have_changed_is_not_resumed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("gamma,K\n2,100\n2,101\n2,102\n")
    config = RunConfig(
        "structure",
        ("polytrope:@d.csv",),
        "central_densities",
        "7e14",
        solver="shooting",
        accuracy=1e-3,
    )
    interrupted(Path("a.h5"), config)
    Path("d.csv").write_text("gamma,K\n2,100\n2,101\n2,103\n")
    with pytest.raises(InputError, match="has changed"):
        compute_to_file(plan(config), Target(Path("a.h5"), resume=True))


def test_a_damaged_part_is_refused(tmp_path):
    interrupted(tmp_path / "a.h5")
    path = partial_path(tmp_path / "a.h5")
    data = bytearray(path.read_bytes())
    data[data.index(b"stellar-partial tile") + 300] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="is damaged"):
        compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", resume=True))


def test_with_nothing_to_resume_the_run_begins(tmp_path, whole):
    told = []
    watch = Watch(tell=told.append)
    compute_to_file(plan(CONFIG), Target(tmp_path / "a.h5", resume=True), watch=watch)
    assert "nothing to resume" in told[0]
    assert open_results(tmp_path / "a.h5").same_data(whole)


def test_a_journal_without_tiles_is_not_left_behind(tmp_path):
    journal = Journal.begin(tmp_path / "a.h5", {"jobs": 1}, overwrite=False)
    journal.close()
    assert not list(tmp_path.iterdir())


def test_a_star_that_ends_its_process_loses_its_own_row_alone(tmp_path, whole, monkeypatch):
    """A tile whose process dies is halved until what does it stands alone."""
    (spec,) = LINE[1]
    part = Part(plan(CONFIG).members[0], 0, None, TILES)
    asked = []

    def deadly(function, tile):
        asked.append([(part.start, part.stop) for part in tile.parts])
        ((start, stop),) = asked[-1]
        fatal = start <= 2 < (TILES if stop is None else stop)
        return WorkerDiedError(DEATH) if fatal else function(tile)

    monkeypatch.setattr(campaign_run, "run_alone", deadly)
    piece = campaign_run._rescued(Tile(CONFIG, (part,)), DEATH)
    results = gathered(CONFIG.to_toml(), [piece])
    assert asked == [[(0, 2)], [(2, None)], [(2, 3)], [(3, None)]]
    assert results.stars["status"].tolist() == [0, 0, Status.COMPUTATION_FAILED, 0]
    assert results.stars["message"][2] == DEATH
    sound = [0, 1, 3]
    for name in ("mass_msun", "radius_km", "lambda2", "central_density_g_cm3"):
        assert (results.stars[name][sound] == whole.stars[name][sound]).all()
    assert (
        results.stars["central_density_g_cm3"][2]
        == whole.stars["central_density_g_cm3"][2]
        == pytest.approx(8e14)
    )
    assert list(results.eos) == [spec]

"""The table file, its checksum and its rebuild; damaged and hostile files."""

import shutil
from importlib.resources import files

import h5py
import numpy as np
import pytest
from astropy import units

from stellar.eos import data
from stellar.eos.catalogue.build import build
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.data import MANIFEST, manifest, read_data
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.tables.hdf5 import read_table, write_table
from stellar.eos.tables.table import COLUMNS, cold_eos
from stellar.errors import InputError, OutputError


@pytest.fixture(scope="module")
def content():
    return read_data("sly4.h5")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of eos_tables that the program takes for the installed one."""
    copy = tmp_path / "eos_tables"
    shutil.copytree(str(files("eos_tables")), copy)
    monkeypatch.setattr(data, "files", lambda package: tmp_path / package)
    manifest.cache_clear()
    yield copy
    manifest.cache_clear()


@pytest.fixture
def damaged(content, tmp_path):
    """Write the file anew after a change: damaged(lambda h5file: ...) -> bytes."""

    def change(function):
        path = tmp_path / "damaged.h5"
        path.write_bytes(content)
        with h5py.File(path, "r+") as file:
            function(file)
        return path.read_bytes()

    return change


def test_every_file_of_the_manifest_is_there_with_its_checksum():
    assert {*manifest(), MANIFEST, "__init__.py"} >= {
        path.name
        for path in files("eos_tables").iterdir()
        if path.is_file() and not path.name.startswith(".")
    }
    assert all(read_data(name) for name in manifest())


def test_manifest_states_the_names_that_the_catalogue_resolves():
    for functional in FUNCTIONALS.values():
        entry = manifest()[functional.file_name]
        assert entry.eos == functional.name
        assert entry.aliases == functional.aliases


def test_changed_file_is_refused_with_the_way_to_rebuild_it(folder):
    # The library can loop for ever over damaged bytes: the checksum must stop them before it.
    path = folder / "sly4.h5"
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    with pytest.raises(InputError, match=r"has the sha256 .*`stellar eos build sly4`"):
        read_data("sly4.h5")


def test_missing_file_and_manifest_are_refused(folder):
    (folder / "sly4.h5").unlink()
    with pytest.raises(InputError, match="missing; rebuild it with `stellar eos build sly4`"):
        read_data("sly4.h5")
    with pytest.raises(InputError, match="does not list"):
        read_data("../secret")
    (folder / MANIFEST).write_text("[[file]\n")
    manifest.cache_clear()
    with pytest.raises(InputError, match="malformed"):
        manifest()
    (folder / MANIFEST).unlink()
    with pytest.raises(InputError, match="no readable"):
        manifest()


def test_rebuild_gives_the_stored_numbers_and_the_same_bytes_every_time(tmp_path, content):
    (first,) = build(["sly"], tmp_path)
    again = first.read_bytes()
    assert write_table(FUNCTIONALS["sly4"].compute()) == again
    stored, rebuilt = read_table(content, "stored"), read_table(again, "rebuilt")
    assert stored.attributes == rebuilt.attributes
    # bytes may differ from machine to machine in the last digits of exp and pow; numbers may not
    for name in COLUMNS:
        np.testing.assert_allclose(
            rebuilt.column(name), stored.column(name), rtol=1e-12, atol=1e-14
        )


def test_build_writes_the_checksum_beside_the_file_and_keeps_other_blocks(folder):
    data_before = dict(manifest())
    build((), folder)
    manifest.cache_clear()
    assert manifest().keys() == data_before.keys()
    assert manifest()["read2009.json"] == data_before["read2009.json"]
    assert read_data("sly4.h5")
    assert not list(folder.glob("*.partial"))


def test_build_refuses_unknown_names_and_unwritable_places(tmp_path):
    with pytest.raises(InputError, match="choose from sly4"):
        build(["apr"], tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        build((), tmp_path / "missing")


def test_units_are_those_of_astropy_and_the_file_is_small(content, tmp_path):
    assert len(content) < 150_000
    path = tmp_path / "sly4.h5"
    path.write_bytes(content)
    with h5py.File(path) as file:
        for name, dataset in file["columns"].items():
            if name != "segment":
                units.Unit(dataset.attrs["units"])
                assert dataset.attrs["description"]
        assert file["transitions/eps_above"].shape == (1,)


def test_file_read_back_is_the_same_matter(content):
    computed = cold_eos(FUNCTIONALS["sly4"].compute(), "sly4", "all")
    stored = resolve("sly4")
    assert stored.breaks == pytest.approx(computed.breaks, rel=1e-13)
    for h in (1e-3, 0.015, 0.028, 0.2, 0.8):
        assert stored.evaluate(h) == pytest.approx(computed.evaluate(h), rel=1e-12)
    about = dict(stored.provenance)
    assert {"citation", "generator", "parameters", "constants", "table_sha256"} <= about.keys()


def _replace(name, values):
    def change(file):
        del file["columns"][name]
        file["columns"][name] = values

    return change


def _external_link(file):
    del file["columns"]["P"]
    file["columns"]["P"] = h5py.ExternalLink("/etc/hostname", "/x")


def _external_storage(file):
    del file["columns"]["P"]
    file["columns"].create_dataset("P", (8,), "f8", external=[("/etc/hostname", 0, 64)])


def _virtual(file):
    del file["columns"]["P"]
    layout = h5py.VirtualLayout(shape=(8,), dtype="f8")
    layout[:] = h5py.VirtualSource("missing.h5", "x", shape=(8,))
    file["columns"].create_virtual_dataset("P", layout)


def _soft_link(file):
    del file["columns"]["P"]
    file["columns"]["P"] = h5py.SoftLink("/columns/eps")


def _attribute(key, value):
    def change(file):
        file.attrs[key] = value

    return change


def _scale(name, factor):
    def change(file):
        file["columns"][name][5:7] *= factor

    return change


HOSTILE = {
    "external link": (_external_link, "no plain column P"),
    "external storage": (_external_storage, "no plain column P"),
    "virtual dataset": (_virtual, "no plain column P"),
    "soft link": (_soft_link, "no plain column P"),
    "single precision": (_replace("P", np.ones(8, "f4")), "no plain column P"),
    "matrix": (_replace("P", np.ones((8, 8))), "no plain column P"),
    "too many rows": (_replace("P", np.ones(20_001)), "no plain column P"),
    "unequal length": (_replace("P", np.ones(8)), "unequal length"),
    "missing column": (lambda file: file["columns"].pop("n"), "no plain column n"),
    "missing group": (lambda file: file.pop("columns"), "no plain column|not a readable"),
    "not a number": (_scale("eps", np.nan), "value <= 0|too few"),
    "negative": (_scale("eps", -1.0), "value <= 0"),
    "not increasing": (_scale("P", 1e-3), "does not increase"),
    "other format": (_attribute("format", "lal"), "not a stellar-eos-table"),
    "future version": (_attribute("format_version", 99), "version 99"),
    "number for a text": (_attribute("name", 3.0), "attribute name"),
    "broken description": (_attribute("segments", "[{"), "not a readable"),
    "wrong number of segments": (_attribute("segments", "[]"), "order"),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_hostile_file_is_refused_without_following_it(damaged, fault):
    change, sentence = HOSTILE[fault]
    with pytest.raises(InputError, match=sentence):
        read_table(damaged(change), "table")


@pytest.mark.parametrize(("column", "sentence"), [("eps", "first law"), ("h", "Chebyshev")])
def test_inconsistent_numbers_are_refused_when_the_matter_is_built(damaged, column, sentence):
    table = read_table(damaged(_scale(column, 1.0 + 1e-6)), "table")
    with pytest.raises(InputError, match=sentence):
        cold_eos(table, "sly4", "all")


def test_truncated_and_random_bytes_end_in_a_sentence(content):
    rng = np.random.default_rng(5)
    for length in (0, 1, 100, 5000, len(content) // 2):
        with pytest.raises(InputError):
            read_table(content[:length], "table")
    with pytest.raises(InputError):
        read_table(rng.bytes(5000), "table")

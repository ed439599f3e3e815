"""Result files: bit-exact, readable by other programs, whole or absent."""

import errno
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from astropy import units
from sample_results import CONFIG, sample_results, star_rows

from stellar.errors import OutputError
from stellar.results.atomic import check_target
from stellar.results.reader import open_results
from stellar.results.results import Results


@pytest.fixture
def saved(tmp_path):
    results = sample_results()
    return results, results.save(tmp_path / "sample.h5")


def test_a_file_gives_back_every_bit_that_was_saved(saved):
    results, path = saved
    read = open_results(path)
    assert read.same_data(results)
    assert read.provenance == results.provenance
    assert read.constants == results.constants
    for name, values in results.modes.items():
        if values.dtype.kind == "f":
            np.testing.assert_array_equal(read.modes[name].view("i8"), values.view("i8"))


@pytest.mark.parametrize("value", [5e-324, -0.0, 1.7976931348623157e308, 0.1 + 0.2])
def test_extreme_numbers_survive(tmp_path, value):
    rows = [row | {"redshift": value, "redshift_err": value} for row in star_rows()]
    path = Results.from_rows(CONFIG, rows).save(tmp_path / "a.h5")
    assert open_results(path).stars["redshift"].tobytes() == np.full(3, value).tobytes()


def test_one_row_and_no_modes_make_a_file(tmp_path):
    results = Results.from_rows(CONFIG, star_rows()[:1])
    assert open_results(results.save(tmp_path / "a.h5")).same_data(results)


def test_h5py_alone_finds_values_units_and_origin(saved):
    results, path = saved
    with h5py.File(path) as file:
        radius = file["stars/radius_km"]
        assert radius[0] == results.stars["radius_km"][0]
        assert units.Unit(radius.attrs["units"]) == units.km
        assert {"description", "symbol"} <= set(radius.attrs)
        assert file["stars/message"].asstr()[1] == results.stars["message"][1]
        assert file["stars/eos"].asstr()[2] == "Größe"
        assert radius.fletcher32
        assert file.attrs["format"] == "stellar-results"
        assert file.attrs["stars_failed"] == 1
        assert file.attrs["config"] == CONFIG
        assert file["constants"].attrs["c [m s^-1]"] == 299792458.0
        assert file["eos/sly4"].attrs["citation"] == "Douchin & Haensel 2001"


def test_status_is_stored_as_an_enumeration(saved):
    _, path = saved
    with h5py.File(path) as file:
        members = h5py.check_enum_dtype(file["modes/status"].dtype)
        assert members["OK"] == 0
        assert members["MODE_NOT_FOUND"] == file["modes/status"][6]


@pytest.mark.parametrize("table", ["stars", "modes"])
def test_xarray_opens_the_tables_with_their_row_numbers_as_coordinates(saved, table):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    results, path = saved
    with xarray.open_dataset(path, engine="h5netcdf", group=table) as dataset:
        opened = dataset.load()
    assert list(opened.coords) == [{"stars": "star_id", "modes": "mode_id"}[table]]
    for name, values in results.table(table).items():
        np.testing.assert_array_equal(opened[name].to_numpy(), values)
    assert opened["mass_msun"].attrs["units"] == "Msun"


def test_xarray_opens_the_whole_tree(saved):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    _, path = saved
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert {"stars", "modes", "eos", "profiles"} <= set(tree.children)


@pytest.mark.parametrize("order", [("stellar", "astropy.table"), ("astropy.table", "stellar")])
def test_astropy_knows_the_format_whichever_package_comes_first(saved, order):
    _, path = saved
    program = f"""
import {order[0]}, {order[1]}
from astropy.table import QTable
modes = QTable.read({str(path)!r}, format="stellar")
stars = QTable.read({str(path)!r}, format="stellar", table="stars")
print(modes["frequency_hz"][0].to_value("kHz"), stars["radius_km"].unit, len(stars))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["1.9344412", "km", "3"], done.stderr


def test_importing_stellar_imports_neither_astropy_nor_numpy():
    program = "import sys, stellar; print({'astropy', 'numpy', 'h5py', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_quantities_carry_units_and_descriptions():
    table = sample_results().to_qtable("stars")
    assert table["mass_msun"].unit == units.Msun
    assert table["radius_km"][0].to_value("m") == pytest.approx(11706.4321, rel=1e-15)
    assert table["radius_km"].info.description


def test_an_existing_file_is_refused_before_anything_happens(saved):
    results, path = saved
    before = path.read_bytes()
    for attempt in (check_target, results.save):
        with pytest.raises(OutputError, match="--overwrite"):
            attempt(path)
    assert path.read_bytes() == before
    assert check_target(path, overwrite=True) == path


def test_overwriting_replaces_the_whole_file(saved):
    _, path = saved
    other = Results.from_rows(CONFIG, star_rows()[:1])
    other.save(path, overwrite=True)
    assert open_results(path).same_data(other)
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_targets_that_cannot_be_written_are_refused(saved, monkeypatch):
    _, path = saved
    link = path.with_name("link.h5")
    link.symlink_to(path)
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    for target, reason in [
        (path.parent, "is a directory"),
        (path.parent / "nowhere" / "a.h5", "no directory"),
        (link, "symbolic link"),
        (pipe, "regular file"),
    ]:
        with pytest.raises(OutputError, match=reason):
            check_target(target, overwrite=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="not writable"):
        check_target(path.with_name("new.h5"))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_error_of_the_disk_leaves_the_old_file_and_nothing_else(saved, monkeypatch, call):
    results, path = saved
    before = path.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OutputError, match="No space left on device"):
        results.save(path, overwrite=True)
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("limit", [0, 1, 4096, 50_000])
def test_a_disk_that_fills_up_while_writing_ends_in_one_sentence(saved, limit):
    resource = pytest.importorskip("resource")
    assert resource
    _, path = saved
    before = path.read_bytes()
    assert limit < len(before)
    program = f"""
import resource, signal
from stellar.errors import OutputError
from stellar.results.reader import open_results
results = open_results({str(path)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    results.save({str(path)!r}, overwrite=True)
except OutputError as error:
    print(error, error.exit_code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "File too large. 5" in done.stdout
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_file_that_appears_while_writing_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.h5"
    link = os.link

    def someone_is_faster(source, target):
        path.write_text("theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", someone_is_faster)
    with pytest.raises(OutputError, match="exists"):
        sample_results().save(path)
    assert path.read_text() == "theirs"
    assert [item.name for item in tmp_path.iterdir()] == ["a.h5"]


def test_a_file_system_without_hard_links_is_written_all_the_same(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", unsupported)
    path = sample_results().save(tmp_path / "a.h5")
    assert open_results(path).same_data(sample_results())
    assert [item.name for item in tmp_path.iterdir()] == ["a.h5"]


def test_text_that_hdf5_cannot_hold_is_refused(tmp_path):
    rows = [row | {"message": "a\0b"} for row in star_rows()]
    with pytest.raises(ValueError, match="NUL"):
        Results.from_rows(CONFIG, rows).save(tmp_path / "a.h5")
    assert not list(tmp_path.iterdir())

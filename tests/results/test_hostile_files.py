"""Files that nobody vouches for: damaged, forged, foreign or too new. Never wrong data."""

import random
from contextlib import contextmanager

import h5py
import numpy as np
import pytest
from sample_results import sample_results

from stellar.errors import InputError
from stellar.results.reader import open_results
from stellar.seal import sealed

MUTATIONS = 300


@pytest.fixture
def path(tmp_path):
    return sample_results().save(tmp_path / "sample.h5")


@contextmanager
def forged(path):
    """The file open for changes, and sealed anew afterwards as a forger would."""
    with h5py.File(path, "r+") as file:
        yield file
    path.write_bytes(sealed(path.read_bytes()))


def refusal(path):
    with pytest.raises(InputError) as caught:
        open_results(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def mutate(data, draw):
    """One of: a flipped bit, a random byte, a zeroed block, a block of noise, a truncation."""
    damaged = bytearray(data)
    start = draw.randrange(len(data))
    length = min(draw.choice([1, 8, 64, 512]), len(data) - start)
    kind = draw.randrange(5)
    if kind == 0:
        damaged[start] ^= 1 << draw.randrange(8)
    elif kind == 1:
        damaged[start] = draw.randrange(256)
    elif kind == 2:
        damaged[start : start + length] = bytes(length)
    elif kind == 3:
        damaged[start : start + length] = draw.randbytes(length)
    else:
        del damaged[start:]
    return bytes(damaged)


def test_damaged_files_are_refused(path):
    draw = random.Random(1)  # noqa: S311  reproducible damage
    original = path.read_bytes()
    for _ in range(MUTATIONS):
        damaged = mutate(original, draw)
        if damaged != original:
            path.write_bytes(damaged)
            refusal(path)


def test_every_truncation_is_refused(path):
    data = path.read_bytes()
    for length in [0, 1, 7, 8, 100, *range(1000, len(data), len(data) // 40), len(data) - 1]:
        path.write_bytes(data[:length])
        refusal(path)


def test_a_file_that_another_program_changed_is_refused(path):
    with h5py.File(path, "r+") as file:
        file.attrs["note"] = "mine"
    assert "altered" in refusal(path)


def test_changed_numbers_are_noticed_even_under_a_new_seal(path):
    with forged(path) as file:
        file["modes/frequency_hz"][0] += 1e-9
    assert "checksum" in refusal(path)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("format", "bilby", "'format'"),
        ("version", 2, "upgrade"),
        ("version", 0, "version is 0"),
        ("version", "one", "not a number"),
        ("config", 'command = "structure"', "checksum"),
        ("created", "2020-01-01T00:00:00+00:00", "checksum"),
        ("device", 5.0, "not a text"),
        ("modes_well", 9, "miscount"),
        ("stowaway", "x", "checksum"),
    ],
)
def test_forged_attributes_are_refused(path, key, value, sentence):
    with forged(path) as file:
        file.attrs[key] = value
    assert sentence in refusal(path)


def test_forged_constants_are_refused(path):
    with forged(path) as file:
        file["constants"].attrs["c [m s^-1]"] = 3e8
    assert "checksum" in refusal(path)


def external_link(file, secret):
    file["stars/redshift"] = h5py.ExternalLink(str(secret), "/stars/radius_km")


def soft_link(file, secret):
    file["stars/redshift"] = h5py.SoftLink("/stars/radius_km")


def group_behind_a_link(file, secret):
    del file["modes"]
    file["modes"] = h5py.ExternalLink(str(secret), "/modes")


def external_storage(file, secret):
    file.create_dataset("stars/redshift", (3,), "f8", external=[(str(secret), 0, 24)])


def virtual_dataset(file, secret):
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(str(secret), "stars/radius_km", (3,))
    file.create_virtual_dataset("stars/redshift", layout)


def foreign_group(file, secret):
    file.create_group("payload")


def foreign_dataset_at_the_top(file, secret):
    file["stars_too"] = np.zeros(3)


def group_in_place_of_a_column(file, secret):
    file.create_group("stars/redshift")


def unknown_column(file, secret):
    file["stars/redshift_of_mars"] = np.zeros(3)


def bomb(file, secret):
    file.create_dataset("stars/redshift", (2**40,), "f8", chunks=(2**20,))


def text_bomb(file, secret):
    column = h5py.string_dtype("utf-8", 2**20)
    file.create_dataset("profiles/0/nu", (2**20,), column, chunks=(1,))


def two_dimensional(file, secret):
    file["stars/redshift"] = np.zeros((3, 3))


def replace_radius(file, values):
    del file["stars/radius_km"]
    file["stars/radius_km"] = values
    file["stars/radius_km"].attrs["units"] = "km"


def single_precision(file, secret):
    replace_radius(file, np.zeros(3, "f4"))


def complex_numbers(file, secret):
    replace_radius(file, np.zeros(3, "c16"))


def text_for_a_number(file, secret):
    replace_radius(file, ["1", "2", "3"])


def object_references(file, secret):
    replace_radius(file, np.array([file.ref] * 3, dtype=h5py.ref_dtype))


def short_column(file, secret):
    replace_radius(file, np.zeros(2))


def another_unit(file, secret):
    file["stars/radius_km"].attrs["units"] = "m"


def column_lost(file, secret):
    del file["stars/radius_km"]


def status_lost(file, secret):
    del file["modes/status"]


def table_lost(file, secret):
    del file["stars"]


def invalid_utf8(file, secret):
    column = file["stars/message"]
    column[0] = b"\xff\xfe"


def group_in_itself(file, secret):
    file["eos/loop"] = file["eos"]


FORGERIES = [
    external_link,
    soft_link,
    group_behind_a_link,
    external_storage,
    virtual_dataset,
    foreign_group,
    foreign_dataset_at_the_top,
    group_in_place_of_a_column,
    unknown_column,
    bomb,
    text_bomb,
    two_dimensional,
    single_precision,
    complex_numbers,
    text_for_a_number,
    object_references,
    short_column,
    another_unit,
    column_lost,
    status_lost,
    table_lost,
    invalid_utf8,
    group_in_itself,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_forged_objects_are_refused(path, tmp_path, forge):
    secret = sample_results().save(tmp_path / "secret.h5")
    with forged(path) as file:
        forge(file, secret)
    refusal(path)


@pytest.mark.parametrize("forge", [external_link, external_storage, virtual_dataset])
def test_no_byte_of_another_file_is_asked_for(path, tmp_path, forge):
    """The reason given is the link itself, found before anything behind it was opened."""
    with forged(path) as file:
        forge(file, tmp_path / "secret.h5")
    sentence = refusal(path)
    assert "link" in sentence or "another file" in sentence


def test_what_is_no_result_file_is_refused_by_name(tmp_path):
    missing = tmp_path / "none.h5"
    text = tmp_path / "text.h5"
    text.write_text("frequency 1900\n")
    empty = tmp_path / "empty.h5"
    empty.write_bytes(b"")
    foreign = tmp_path / "foreign.h5"
    with h5py.File(foreign, "w") as file:
        file["x"] = 1.0
    disguised = tmp_path / "disguised.h5"
    disguised.write_bytes(sealed(foreign.read_bytes()))
    folder = tmp_path / "folder.h5"
    folder.mkdir()
    for path, reason in [
        (missing, "no file"),
        (text, "not an HDF5 file"),
        (empty, "not an HDF5 file"),
        (foreign, "not from stellar"),
        (disguised, "'format'"),
        (folder, "regular file"),
    ]:
        assert reason in refusal(path)

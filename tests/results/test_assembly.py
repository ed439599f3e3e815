"""Result files assembled from pieces: the same as one written at once, whole or absent."""

import os
import subprocess
import sys
from itertools import pairwise

import h5py
import numpy as np
import pytest
from sample_results import CONFIG, sample_results, star_rows

from stellar.errors import OutputError
from stellar.results.assembly import assemble
from stellar.results.image import CHUNK_ROWS, Heading
from stellar.results.pieces import Outline, Piece, gathered, numbered, packed, unpacked
from stellar.results.reader import open_results
from stellar.results.results import EosRecord
from stellar.results.rows import columns_from_rows


def sample_pieces():
    """The sample result, a star a piece; some pieces lack columns that others have."""
    whole = sample_results()
    stars, modes = whole.rows("stars"), whole.rows("modes")
    pieces = []
    for star in stars:
        own = [row for row in modes if row["star_id"] == star["star_id"]]
        first = own[0]["mode_id"] if own else 0
        renumbered = [row | {"star_id": 0, "mode_id": k} for k, row in enumerate(own)]
        pieces.append(
            Piece(
                columns_from_rows("stars", [star | {"star_id": 0}]),
                columns_from_rows("modes", renumbered),
                {0: whole.profiles[0]} if star["star_id"] == 0 else {},
                {
                    k - first: dict(t)
                    for k, t in whole.eigenfunctions.items()
                    if any(row["mode_id"] == k for row in own)
                },
                tuple(whole.eos.values()) if star["star_id"] == 0 else (),
            )
        )
    return pieces


def heading():
    whole = sample_results()
    return Heading(CONFIG, whole.provenance, whole.constants)


def many_stars(count):
    """A piece with that many stars."""
    rows = [row | {"star_id": k} for k, row in zip(range(count), star_rows() * count, strict=False)]
    return Piece(columns_from_rows("stars", rows))


def test_pieces_together_are_the_result_they_were_cut_from(tmp_path):
    assemble(heading(), sample_pieces(), tmp_path / "a.h5")
    assert open_results(tmp_path / "a.h5").same_data(sample_results())
    assert gathered(CONFIG, sample_pieces()).same_data(sample_results())


def test_an_assembled_file_has_the_datasets_of_one_written_at_once(tmp_path):
    assemble(heading(), sample_pieces(), tmp_path / "a.h5")
    sample_results().save(tmp_path / "b.h5")
    found = []
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name) as file:
            objects = {}
            file.visititems(
                lambda path, item, into=objects: into.update(
                    {path: (type(item), sorted(item.attrs), getattr(item, "dtype", None))}
                )
            )
            found.append(objects)
    assert found[0] == found[1]


def test_a_piece_survives_as_bytes():
    for piece in sample_pieces():
        again = unpacked(packed(piece))
        for table in ("stars", "modes"):
            assert again.table(table).keys() == piece.table(table).keys()
            for name, values in piece.table(table).items():
                assert again.table(table)[name].dtype.kind == values.dtype.kind
                np.testing.assert_array_equal(again.table(table)[name], values)
        assert [vars(a)["provenance"] for a in again.eos] == [r.provenance for r in piece.eos]
        assert again.profiles.keys() == piece.profiles.keys()
        assert again.eigenfunctions.keys() == piece.eigenfunctions.keys()


@pytest.mark.parametrize("sizes", [[CHUNK_ROWS], [5, CHUNK_ROWS, CHUNK_ROWS - 3, 1], [7] * 5])
def test_rows_stand_in_order_however_pieces_and_chunks_meet(tmp_path, sizes):
    pieces = [many_stars(size) for size in sizes]
    outline = assemble(heading(), pieces, tmp_path / "a.h5")
    assert outline.row_count("stars") == sum(sizes)
    with h5py.File(tmp_path / "a.h5") as file:
        ids = file["stars/star_id"][()]
        names = file["stars/eos"][()]
    np.testing.assert_array_equal(ids, np.arange(sum(sizes)))
    expected = [name for p in numbered(pieces) for name in p.stars["eos"].tolist()]
    assert [name.decode() for name in names] == expected
    assert open_results(tmp_path / "a.h5").counts("stars").failed == sum(
        piece.statuses("stars")[4] for piece in pieces
    ) or outline.statuses["stars"][0] < sum(sizes)


def test_counts_by_status_are_in_the_attributes_and_add_up(tmp_path):
    outline = assemble(heading(), sample_pieces(), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        told = dict(item.rsplit(" ", 1) for item in file.attrs["modes_by_status"].split(", "))
        counts = {name: int(count) for name, count in told.items()}
        assert sum(counts.values()) == outline.row_count("modes") == file["modes/status"].size
        assert counts["OK"] == file.attrs["modes_well"]


def test_pieces_that_break_the_laws_of_results_make_no_file(tmp_path):
    good = many_stars(3)
    bad = Piece({**good.stars, "message": np.array(["", "", ""])})
    with pytest.raises(ValueError, match="without a message"):
        assemble(heading(), [bad], tmp_path / "a.h5")
    assert not list(tmp_path.iterdir())


def test_draws_of_an_ensemble_share_one_group_and_come_back_as_they_were(tmp_path):
    shared = {"citation": "Read et al. 2009", "draws_sha256": "ab" * 32}
    records = [
        EosRecord(
            f"pp:@d.csv#{k}",
            f"pp:g1={k}",
            shared | {"draws": f"d.csv, line {k + 1}", "maximum_mass_msun": f"{2.0 + k / 7:.9g}"},
            ensemble="pp:@d.csv",
        )
        for k in range(1, 200)
    ]
    rejected = EosRecord("pp:@d.csv#200", "pp:g1=0", {"rejected": "no"}, ensemble="pp:@d.csv")
    odd = EosRecord("pp:@d.csv#201", "pp:g1=1", {"maximum_mass_msun": "2"}, ensemble="pp:@d.csv")
    lost = EosRecord("pp:@d.csv#202", "pp:g1=2", {"draws": "?"}, {"h": [0.1]}, "pp:@d.csv")
    piece = Piece(many_stars(2).stars, eos=(*records, rejected, odd, lost))
    assemble(heading(), [piece], tmp_path / "a.h5")
    again = open_results(tmp_path / "a.h5")
    for record in piece.eos:
        found = again.eos[record.name]
        assert (found.spec, dict(found.provenance), found.ensemble) == (
            record.spec,
            dict(record.provenance),
            record.ensemble,
        )
    assert len(again.eos) == len(piece.eos)
    with h5py.File(tmp_path / "a.h5") as file:
        assert len(file["eos"]) < 6
        assert file["eos/pp:@d.csv/spec"].asstr()[3] == "pp:g1=4"
        assert file["eos/pp:@d.csv"].attrs["citation"] == "Read et al. 2009"


def test_the_same_pieces_make_the_same_bytes(tmp_path):
    same = heading()
    for name in ("a.h5", "b.h5"):
        assemble(same, sample_pieces(), tmp_path / name)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.h5", "b.h5"))
    assert first == second


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.99999])
def test_a_disk_that_fills_up_ends_in_one_sentence_and_leaves_nothing(tmp_path, share):
    assemble(Heading(CONFIG, {}, {}), sample_pieces(), tmp_path / "sample.h5")
    size = os.path.getsize(tmp_path / "sample.h5")
    with open(tmp_path / "pieces", "wb") as stream:
        for piece in sample_pieces():
            data = packed(piece)
            stream.write(len(data).to_bytes(8, "little") + data)
    program = f"""
import resource, signal
from stellar.errors import OutputError
from stellar.results.assembly import assemble
from stellar.results.image import Heading
from stellar.results.pieces import unpacked
data, pieces = open({str(tmp_path / "pieces")!r}, "rb").read(), []
while data:
    length = int.from_bytes(data[:8], "little")
    pieces.append(unpacked(data[8:8 + length]))
    data = data[8 + length:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({int(share * size)}, {int(share * size)}))
try:
    assemble(Heading({CONFIG!r}, {{}}, {{}}), pieces, {str(tmp_path / "a.h5")!r})
except OutputError as error:
    print(error, error.exit_code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "File too large. 5" in done.stdout
    assert sorted(item.name for item in tmp_path.iterdir()) == ["pieces", "sample.h5"]


def test_an_existing_file_is_kept(tmp_path):
    (tmp_path / "a.h5").write_text("theirs")
    with pytest.raises(OutputError, match="--overwrite"):
        assemble(heading(), sample_pieces(), tmp_path / "a.h5")
    assert (tmp_path / "a.h5").read_text() == "theirs"


def test_widths_are_those_of_the_longest_text_in_bytes():
    outline = Outline.of(sample_pieces())
    assert outline.widths["stars"]["eos"] == len("Größe".encode())
    names = list(outline.widths["stars"])
    assert all(names.index(a) < names.index(b) for a, b in pairwise(["star_id", "eos", "status"]))

"""`stellar plot` on result files: a picture appears, or one sentence says why there is none."""

import numpy as np
import pytest
from relation_samples import REALISTIC, realistic_results, star_row

from stellar.results.results import Results

pytest.importorskip("matplotlib")

CONFIG = 'command = "modes"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def path(folder):
    return realistic_results().save(folder / "realistic.h5")


@pytest.fixture(scope="module")
def stars_only(folder):
    rows = [star_row(number, star) for number, star in enumerate(REALISTIC[:3])]
    return Results.from_rows(CONFIG, rows).save(folder / "stars.h5")


@pytest.fixture(scope="module")
def empty(folder):
    return Results.from_rows(CONFIG, []).save(folder / "empty.h5")


@pytest.fixture(scope="module")
def with_eigenfunctions(folder):
    whole = realistic_results()
    place = np.linspace(0.0, 1.0, 20)
    flow = {"radius_km": 11.8 * place, "radial_displacement_re": place}
    return Results.from_rows(
        CONFIG, whole.rows("stars"), whole.rows("modes"), eigenfunctions={0: flow, 1: flow}
    ).save(folder / "eigen.h5")


@pytest.mark.parametrize(
    "arguments",
    [
        ("spectrum", "--families", "f", "-o", "picture.png"),
        ("spectrum", "--against", "mean-density", "--l", "2", "-o", "picture.pdf"),
        ("universal", "--relation", "i-love,f-love-3", "-o", "picture.png"),
        ("universal", "--fit", "--relation", "f-density-2", "-o", "picture.svg"),
    ],
    ids=" ".join,
)
def test_a_picture_is_written_and_kept(stellar, path, tmp_path, arguments):
    outcome = stellar("plot", arguments[0], path, *arguments[1:])
    assert (outcome.code, outcome.out.strip(), outcome.err) == (0, arguments[-1], "")
    target = tmp_path / arguments[-1]
    starts = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml"}
    assert target.read_bytes().startswith(starts[target.suffix])
    assert stellar("plot", arguments[0], path, *arguments[1:]).code == 5


@pytest.mark.parametrize("asked", [("--mode", "f,1", "--star", "1"), ("--mode", "0")])
def test_eigenfunctions_are_found_by_label_or_number(stellar, with_eigenfunctions, tmp_path, asked):
    outcome = stellar("plot", "eigenfunction", with_eigenfunctions, *asked)
    assert (outcome.code, outcome.out.strip()) == (0, "eigenfunction.png")
    assert (tmp_path / "eigenfunction.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("spectrum", "{stars}"), 3, "holds no modes: `stellar modes"),
        (("spectrum", "{empty}"), 3, "holds no modes: `stellar modes"),
        (("spectrum", "{path}", "--families", "g"), 3, "it has families f, p, w of l = 2, 3, 4"),
        (("spectrum", "{path}", "--families", "q"), 2, "the family 'q' is unknown"),
        (("spectrum", "{path}", "--l", "two"), 2, "'two' is not a degree"),
        (("spectrum", "{path}", "--against", "colour"), 2, "'colour' is not one of"),
        (("spectrum", "{path}", "--against", "compactness"), 3, "no column compactness of stars"),
        (("spectrum", "{path}", "-o", "x.gif"), 2, "must end in one of"),
        (("spectrum", "nothing.h5"), 3, "There is no file nothing.h5"),
        (("spectrum", "{text}"), 3, "it is not an HDF5 file"),
        (("universal", "{empty}"), 3, "there are no stars"),
        (("universal", "{stars}", "--relation", "f-love-2"), 3, "there is no f-mode of l = 2"),
        (("universal", "{path}", "--relation", "i-loev"), 2, "there is no relation 'i-loev'"),
        (("universal", "{path}", "--fit", "--relation", "i-q"), 2, "there is no fit 'i-q'"),
        (("eigenfunction", "{path}"), 3, "has no mode f with l = 2 of star 0; it has none"),
        (("eigenfunction", "{path}", "--star", "1"), 3, "`stellar modes --eigenfunctions"),
        (("eigenfunction", "{path}", "--star", "99"), 3, "has stars 0 to 10, not 99"),
        (("eigenfunction", "{path}", "--mode", "99"), 3, "has modes 0 to 16, not 99"),
        (("eigenfunction", "{path}", "--mode", ","), 2, "names 0 modes"),
        (("eigenfunction", "{stars}"), 3, "holds no modes"),
        (("propagation", "nonsense"), 3, "nonsense"),
        (("propagation", "pp:SLy", "--l", "7"), 2, "outside 1 to 4"),
        (("propagation", "pp:SLy", "--modes", "{stars}"), 3, "holds no modes"),
        (("propagation", "pp:SLy", "--mass", "1.3", "--modes", "{path}"), 3, "only stars of 1.2, "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_drawn_is_one_sentence(
    stellar, path, stars_only, empty, tmp_path, arguments, code, words
):
    text = tmp_path / "text.h5"
    text.write_text("no result")
    places = {"path": path, "stars": stars_only, "empty": empty, "text": text}
    outcome = stellar("plot", *(part.format(**places) for part in arguments))
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err
    assert outcome.err.count("\n") == 1
    assert list(tmp_path.glob("*.png")) == []


@pytest.mark.slow
def test_cavities_of_a_star_with_its_modes(stellar, path, tmp_path):
    arguments = ("pp:SLy", "--mass", "1.4", "--modes", path)
    assert stellar("plot", "propagation", *arguments).code == 0
    assert (tmp_path / "propagation.png").read_bytes().startswith(b"\x89PNG")
    outcome = stellar("plot", "propagation", "pp:SLy", "--mass", "2.9", "--overwrite")
    assert outcome.code == 3
    assert "There is no such star" in outcome.err

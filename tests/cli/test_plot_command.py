"""`stellar plot eos`: a file appears, and nothing else is touched."""

import pytest

pytest.importorskip("matplotlib")


def test_plot_writes_the_picture_and_keeps_an_existing_one(stellar, tmp_path):
    target = tmp_path / "picture.png"
    outcome = stellar("plot", "eos", "pp:SLy", "-o", target)
    assert (outcome.code, outcome.out.strip()) == (0, str(target))
    assert target.read_bytes().startswith(b"\x89PNG")
    outcome = stellar("plot", "eos", "pp:SLy", "-o", target)
    assert outcome.code == 5
    assert stellar("plot", "eos", "nonsense", "-o", tmp_path / "x.png").code == 3
    assert stellar("plot", "eos", "sly4", "-o", tmp_path / "x.gif").code == 2
    assert not (tmp_path / "x.png").exists()

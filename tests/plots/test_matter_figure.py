"""The picture of equations of state: what is in it, and what is said where it cannot be drawn."""

import builtins

import numpy as np
import pytest

from stellar.eos.catalogue.lookup import resolve
from stellar.errors import InputError
from stellar.plots.canvas import file_type, rendered
from stellar.plots.matter import brunt_vaisala, figure
from stellar.plots.registry import EOS_FIGURES

pytest.importorskip("matplotlib")


def test_every_registered_figure_is_drawn_for_matter_with_and_without_composition():
    for draw in EOS_FIGURES.values():
        picture = rendered(draw([resolve("sly4"), resolve("polytrope:gamma=2,K=100")]), "png")
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 20_000


def test_panels_without_content_say_so():
    texts = {text.get_text() for axis in figure([resolve("pp:SLy")]).axes for text in axis.texts}
    assert "not stratified" in texts


def test_buoyancy_frequency_in_a_canonical_star_has_its_published_size():
    # N/2pi at infinity: 44 Hz at r/R = 0.50, 96 at 0.67, 199 at 0.77; zero in the crust
    place, frequency = brunt_vaisala(resolve("sly4"))
    for at, expected in ((0.5, 44.0), (0.67, 96.0), (0.77, 199.0)):
        assert np.interp(at, place, frequency) == pytest.approx(expected, rel=0.03)
    assert np.all(frequency[place > 0.95] == 0.0)


def test_unknown_file_type_and_missing_matplotlib_are_said_in_words(monkeypatch, tmp_path):
    from stellar.errors import UsageError

    with pytest.raises(UsageError, match=r"\.png, \.pdf, \.svg"):
        file_type(tmp_path / "picture.gif")
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"stellar-modes\[plot\]"):
        figure([resolve("sly4")])

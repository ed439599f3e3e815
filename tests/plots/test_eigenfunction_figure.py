"""Eigenfunctions as pictures: what a file holds is drawn as it is, and nothing else."""

import numpy as np
import pytest

from stellar.plots.canvas import COLOURS, rendered
from stellar.plots.eigenfunction import Shown, figure

pytest.importorskip("matplotlib")

RADIUS_KM = 12.0
PLACE = np.linspace(0.0, 1.0, 40)


def kelvin(l=2):
    """The f-mode of an incompressible star: a potential flow, xi = grad (r^l Y_lm)."""
    return {
        "radius_km": RADIUS_KM * PLACE,
        "radial_displacement_re": PLACE ** (l - 1),
        "tangential_displacement_re": PLACE ** (l - 1) / l,
    }


def curves(axis, colour):
    return [line for line in axis.get_lines() if line.get_color() == colour]


def test_displacements_are_drawn_against_the_relative_radius():
    drawn = figure([Shown("f", kelvin())])
    (axis,) = drawn.axes
    radial, tangential = curves(axis, COLOURS[0])
    np.testing.assert_allclose(radial.get_xdata(), PLACE, rtol=1e-15)
    np.testing.assert_array_equal(radial.get_ydata(), PLACE)
    np.testing.assert_array_equal(tangential.get_ydata(), 0.5 * PLACE)


def test_only_what_is_there_gets_a_panel():
    metric = kelvin() | {"metric_h0_re": PLACE**2, "metric_k_re": -(PLACE**2)}
    names = [axis.get_ylabel() for axis in figure([Shown("f", metric)]).axes]
    assert names == ["displacement / R", "metric"]
    texts = [text.get_text() for text in figure([Shown("f", metric)]).axes[1].get_legend().texts]
    assert texts == ["$r^l H_0$", "$r^l K$"]


def test_imaginary_parts_are_dotted_where_they_can_be_seen():
    seen = kelvin() | {"radial_displacement_im": 0.3 * PLACE}
    hidden = kelvin() | {"radial_displacement_im": 1e-4 * PLACE}
    dotted = {
        name: [
            line
            for line in figure([Shown("w1", columns)]).axes[0].get_lines()
            if line.get_linestyle() == ":"
        ]
        for name, columns in (("seen", seen), ("hidden", hidden))
    }
    assert dotted["hidden"] == []
    (line,) = dotted["seen"]
    np.testing.assert_array_equal(line.get_ydata(), 0.3 * PLACE)


def test_several_modes_are_told_apart_in_the_key():
    drawn = figure([Shown("f of a star", kelvin()), Shown("p1 of it", kelvin(3))])
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == ["f of a star", "p1 of it"]
    assert len(curves(drawn.axes[0], COLOURS[1])) == 2
    assert rendered(drawn, "pdf").startswith(b"%PDF")

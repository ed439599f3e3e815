"""Curves of modes against functions that are known, series against what they leave out."""

import numpy as np
import pytest

from stellar.oscillations.chebyshev_series import Series, Stretch
from stellar.oscillations.mode import Mode
from stellar.oscillations.mode_curves import Sighting, curves


def named(label):
    return Mode(2, label[0], 0, label, "full", complex(1.0), 0.0)


def stars(*functions, names, count=13):
    x = Stretch(-1.0, 1.0, onset=False).nodes(count)
    return [
        [
            Sighting(named(name(t)), function(t), (0.0, 0.0))
            for function, name in zip(functions, names, strict=True)
        ]
        for t in x
    ]


def first(t):
    return complex(1.0 + 0.3 * t)


def second(t):
    return complex(1.05 - 0.3 * t)


def test_modes_that_cross_stay_on_their_curves_while_labels_change_hands():
    low = "g1", "i1"
    joined = curves(
        stars(
            first,
            second,
            names=(
                lambda t: low[first(t).real > second(t).real],
                lambda t: low[first(t).real < second(t).real],
            ),
        ),
        damped=False,
    )
    assert len(joined) == 2
    for curve in joined:
        slope = np.diff(curve.values().real)
        assert (slope > 0.0).all() or (slope < 0.0).all()
        assert curve.labels.count("") == 1
        assert {label for label in curve.labels if label} == {"g1", "i1"}


def test_one_star_with_another_label_is_a_slip():
    places = iter(["f"] * 5 + ["p1"] + ["f"] * 7)
    (curve,) = curves(stars(first, names=(lambda _: next(places),)), damped=False)
    assert set(curve.labels) == {"f"}


def test_a_mode_that_is_not_there_in_some_star_has_no_curve():
    found = stars(first, second, names=(lambda _: "f", lambda _: "p1"))
    found[6] = found[6][:1]
    (curve,) = curves(found, damped=False)
    assert set(curve.labels) == {"f"}
    assert np.allclose(np.diff(curve.values().real, 2)[5:6], 0.0, atol=0.05)


def test_a_damping_that_is_not_known_does_not_hide_a_mode():
    found = stars(first, second, names=(lambda _: "f", lambda _: "p1"))
    lost = Sighting(named("f"), complex(found[4][0].values.real, np.nan), (0.0, np.nan))
    found[4] = [lost, found[4][1]]
    joined = curves(found, damped=False)
    assert [set(curve.labels) for curve in joined] == [{"f"}, {"p1"}]


def test_damping_tells_space_time_modes_apart():
    near, far = (lambda t: 1.0 + 0.2j + 0.1 * t), (lambda t: 1.0 + 0.9j - 0.1 * t)
    joined = curves(stars(near, far, names=(lambda _: "w1", lambda _: "wII1")), damped=True)
    assert sorted(curve.values().imag[0].round(1).item() for curve in joined) == [0.2, 0.9]


@pytest.mark.parametrize("count", [13, 25])
@pytest.mark.parametrize("pole", [1.2, 1.5, 3.0])
def test_error_of_a_series_covers_what_it_leaves_out(count, pole):
    stretch = Stretch(0.1, 0.5, onset=False)
    h_c = stretch.nodes(count)
    x = (h_c - 0.3) / 0.2
    series = Series.of(np.stack([1.0 / (pole - x), np.exp(pole * x)]), np.full(2, 1e-15))
    fine = np.linspace(-1.0, 1.0, 501)
    wrong = np.abs(series.at(fine) - [1.0 / (pole - fine), np.exp(pole * fine)]).max(axis=1)
    rounding = 1e-13 * np.abs(series.at(fine)).max(axis=1)
    assert (wrong <= series.errors + rounding).all()
    assert (series.errors <= 1e3 * wrong + rounding).all()


def test_what_grows_like_a_core_above_a_break_converges_geometrically():
    stretch = Stretch(0.2, 0.6, onset=True)
    values = (stretch.nodes(13) - 0.2) ** 1.5 + np.cos(stretch.nodes(13))
    series = Series.of(values[None, :], np.zeros(1))
    x = np.linspace(-1.0, 1.0, 301)
    h_c = stretch.h_c(x)
    assert series.at(x)[0] == pytest.approx((h_c - 0.2) ** 1.5 + np.cos(h_c), abs=1e-12)


def test_what_is_left_out_of_rough_functions_is_seen_at_the_points_between():
    kinks = np.linspace(-1.0, 1.0, 60)
    weights = np.random.default_rng(4).normal(size=kinks.size)

    def function(x):
        return np.exp(x) + 1e-3 * (weights * np.abs(x[:, None] - kinks) ** 3).sum(axis=1)

    dense = np.linspace(-1.0, 1.0, 2001)
    for count in (13, 25, 49):
        nodes = Stretch(-1.0, 1.0, onset=False).nodes(count)
        values = function(nodes)[None]
        smooth, rough = (Series.of(values, np.zeros(1), rough=flag) for flag in (False, True))
        off = np.abs(rough.at(dense)[0] - function(dense)).max()
        assert off <= rough.errors[0] <= 300.0 * off
    # the last coefficients alone do not tell it
    assert off > smooth.errors[0]


def test_halves_stay_as_rough_as_the_whole():
    whole = Stretch(0.1, 0.5, onset=True, rough=True)
    assert [(half.onset, half.rough) for half in whole.halves()] == [(True, True), (False, True)]


def test_slope_of_a_series_is_its_derivative():
    x = Stretch(-1.0, 1.0, onset=False).nodes(25)
    slope = Series.of(np.sin(2.0 * x)[None, :], np.zeros(1)).slope()
    assert slope.at(x)[0] == pytest.approx(2.0 * np.cos(2.0 * x), abs=1e-11)


def test_halves_join_at_the_middle_and_only_the_first_begins_at_a_break():
    low, high = Stretch(0.1, 0.5, onset=True).halves()
    assert (low.start, low.stop, high.stop) == (0.1, high.start, 0.5)
    assert (low.onset, high.onset) == (True, False)

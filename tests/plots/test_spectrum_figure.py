"""The picture of a spectrum shows every row: well, flagged or failed, of one or of many stars."""

import numpy as np
import pytest
from mode_samples import MASSES, failed, frequency, mode, results, spectra, star

from parode_core import Status
from stellar.errors import InputError
from stellar.plots.canvas import COLOURS, FAILED_COLOUR, rendered
from stellar.plots.mode_curves import mode_rows
from stellar.plots.mode_panel import running_median
from stellar.plots.spectrum import figure

pytest.importorskip("matplotlib")


def lines(axis, **properties):
    """Lines of a panel with some properties."""
    return [
        line
        for line in axis.get_lines()
        if all(getattr(line, f"get_{name}")() == value for name, value in properties.items())
    ]


def test_a_curve_holds_the_frequencies_of_its_equation_of_state_in_khz():
    stars, modes = spectra(3)
    drawn = figure(mode_rows(results(stars, modes)))
    for axis, label in zip(drawn.axes[:2], ("f", "p1"), strict=True):
        for number in range(3):
            (curve,) = lines(axis, color=COLOURS[number], linestyle="-")
            assert curve.get_xdata() == pytest.approx(MASSES)
            expected = [frequency(number, mass, label) / 1e3 for mass in MASSES]
            assert curve.get_ydata() == pytest.approx(expected)


def test_rows_out_of_order_are_drawn_along_the_abscissa():
    stars = [star(0, "a", 1.6), star(1, "a", 1.0), star(2, "a", 1.3)]
    modes = [mode(k, k, "a", stars[k]["mass_msun"], "f", 2000.0 - 100.0 * k) for k in range(3)]
    (curve,) = lines(
        figure(mode_rows(results(stars, modes))).axes[0], color=COLOURS[0], linestyle="-"
    )
    assert curve.get_xdata().tolist() == [1.0, 1.3, 1.6]
    assert curve.get_ydata().tolist() == [1.9, 1.8, 2.0]


def test_a_failed_row_is_a_cross_at_the_foot_and_a_gap_in_the_curve():
    stars, modes = spectra(1, ("f",))
    modes[1] = failed(1, 1, "eos0", MASSES[1], "f")
    drawn = figure(mode_rows(results(stars, modes)))
    for axis in drawn.axes:
        (cross,) = lines(axis, marker="x", color=FAILED_COLOUR)
        assert cross.get_xdata().tolist() == [MASSES[1]]
    (curve,) = lines(drawn.axes[0], color=COLOURS[0], linestyle="-")
    assert np.isnan(curve.get_ydata()).tolist() == [False, True, False, False]
    assert "1 failed" in [text.get_text() for text in drawn.legends[0].get_texts()]


def test_a_failed_star_without_the_abscissa_is_counted_in_the_key():
    stars, modes = spectra(1, ("f",))
    lost = {"radius_km": np.nan, "compactness": np.nan, "stable": False, "message": "too heavy"}
    stars[3] |= lost | {"status": Status.ABOVE_MAXIMUM_MASS}
    modes[3] = failed(3, 3, "eos0", MASSES[3], "f")
    drawn = figure(mode_rows(results(stars, modes), "compactness"))
    texts = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert "1 failed, 1 of unknown abscissa" in texts


def test_a_flagged_row_with_a_value_is_hollow():
    stars, modes = spectra(1, ("f",))
    modes[2] |= {"status": Status.ACCURACY_NOT_REACHED, "message": "coarse"}
    drawn = figure(mode_rows(results(stars, modes)))
    (hollow,) = lines(drawn.axes[0], marker="o", markerfacecolor="white")
    assert hollow.get_xdata().tolist() == [MASSES[2]]
    assert "1 flagged" in [text.get_text() for text in drawn.legends[0].get_texts()]


def test_only_errors_that_can_be_seen_get_a_bar():
    stars, modes = spectra(1, ("f",))
    modes[1] |= {"frequency_err_hz": 50.0}
    axis = figure(mode_rows(results(stars, modes))).axes[0]
    (bars,) = [collection for collection in axis.collections if len(collection.get_segments())]
    ((low, high),) = bars.get_segments()
    assert high[1] - low[1] == pytest.approx(0.1)  # twice 50 Hz, in kHz


def test_twin_stars_of_one_mass_are_not_joined():
    stars = [star(k, "a", mass, branch=1 + k // 2) for k, mass in enumerate((1.4, 1.6, 1.4, 1.6))]
    modes = [mode(k, k, "a", stars[k]["mass_msun"], "f", 1800.0 + 200.0 * k) for k in range(4)]
    curves = lines(
        figure(mode_rows(results(stars, modes))).axes[0], linestyle="-", color=COLOURS[0]
    )
    assert [curve.get_ydata().tolist() for curve in curves] == [[1.8, 2.0], [2.2, 2.4]]


def test_many_equations_of_state_are_thin_lines_with_their_median():
    stars, modes = spectra(60, ("f",))
    axis = figure(mode_rows(results(stars, modes))).axes[0]
    assert len(axis.collections[0].get_segments()) == 60
    (median,) = lines(axis, color=COLOURS[0], linestyle="-")
    expected = [np.median([frequency(k, mass, "f") for k in range(60)]) / 1e3 for mass in MASSES]
    assert median.get_ydata() == pytest.approx(expected)


def test_a_running_median_of_scattered_abscissae_follows_a_line():
    x = np.random.default_rng(7).uniform(1.0, 2.0, 4000)
    centre, median = running_median(x, 3.0 * x + 1.0)
    assert len(centre) >= 8
    np.testing.assert_allclose(median, 3.0 * centre + 1.0, rtol=1e-12)


def test_undamped_modes_need_no_second_row():
    stars, modes = spectra(1, ("f",))
    cowling = {"gravity": "cowling", "damping_time_s": None, "damping_time_err_s": None}
    assert len(figure(mode_rows(results(stars, [row | cowling for row in modes]))).axes) == 1


def test_slow_modes_are_in_hz_and_short_damping_in_microseconds():
    stars = [star(0, "a", 1.4)]
    modes = [
        mode(0, 0, "a", 1.4, "g1", 150.0),
        mode(1, 0, "a", 1.4, "w1", 9000.0, damping_time_s=2.5e-5),
    ]
    drawn = figure(mode_rows(results(stars, modes)))
    names = [axis.get_ylabel() for axis in drawn.axes]
    assert names == [
        "frequency [Hz]",
        "frequency [kHz]",
        "damping time [s]",
        r"damping time [$\mu$s]",
    ]


def test_degrees_and_families_choose_rows():
    stars, modes = spectra(1)
    modes[0] |= {"l": 3}
    rows = mode_rows(results(stars, modes), degrees=[2], families=["f"])
    assert [(kind.label, kind.l) for kind in rows.kinds] == [("f", 2)]
    assert len(rows.x) == len(MASSES) - 1


def test_what_a_result_lacks_is_said_with_the_remedy():
    stars, modes = spectra(1)
    with pytest.raises(InputError, match=r"`stellar modes \.\.\. -o FILE\.h5`"):
        mode_rows(results(stars, []))
    with pytest.raises(InputError, match="families f, p of l = 2"):
        mode_rows(results(stars, modes), families=["w"])
    bare = [{key: row[key] for key in row if key != "compactness"} for row in stars]
    with pytest.raises(InputError, match="no column compactness of stars; `--against mass`"):
        mode_rows(results(bare, modes), "compactness")


@pytest.mark.parametrize("along", ["mass", "compactness", "mean-density"])
def test_every_abscissa_gives_a_picture(along):
    stars, modes = spectra(2)
    assert rendered(figure(mode_rows(results(stars, modes), along)), "png").startswith(b"\x89PNG")


def test_each_curve_has_its_label_also_beside_stars_that_failed():
    stars, modes = spectra(2)
    lost = {"branch": -1, "stable": False, "message": "too heavy"}
    for number, row in enumerate(stars):
        row |= {"branch": 1}
        if row["mass_msun"] == MASSES[-1]:
            row |= lost | {"status": Status.ABOVE_MAXIMUM_MASS}
            for k in (2 * number, 2 * number + 1):
                modes[k] = failed(k, number, row["eos"], MASSES[-1], modes[k]["label"])
    for row in modes:
        row["family"] = "p"  # one panel
    axis = figure(mode_rows(results(stars, modes))).axes[0]
    labels = [(text.get_text(), text.get_color()) for text in axis.texts]
    assert sorted(labels) == sorted((name, COLOURS[k]) for name in ("f", "p1") for k in range(2))


def test_a_panel_says_that_gravity_was_left_out():
    stars, modes = spectra(1, ("f",))
    cowling = {"gravity": "cowling", "damping_time_s": None, "damping_time_err_s": None}
    drawn = figure(mode_rows(results(stars, [row | cowling for row in modes])))
    assert [axis.get_title() for axis in drawn.axes] == ["f-mode, Cowling"]


@pytest.mark.parametrize("count", [1, 30])
def test_a_result_in_which_everything_failed_is_drawn_as_such(count):
    stars, modes = spectra(count, ("f",))
    modes = [
        failed(k, row["star_id"], row["eos"], row["mass_msun"], "f") for k, row in enumerate(modes)
    ]
    drawn = figure(mode_rows(results(stars, modes)))
    (axis,) = drawn.axes
    assert [text.get_text() for text in axis.texts][:1] == ["no mode was found"]
    (cross,) = lines(axis, marker="x", color=FAILED_COLOUR)
    assert cross.get_xdata().tolist() == list(MASSES)
    assert rendered(drawn, "png").startswith(b"\x89PNG")

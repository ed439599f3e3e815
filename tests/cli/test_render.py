"""The printed tables: one line for everything that was asked, nothing hidden, stable in a pipe."""

import io
import json

import pytest
from sample_results import CONFIG, mode_row, sample_results, star_rows

from parode_core import Status
from stellar.cli.render import render
from stellar.cli.tables import table_text
from stellar.results.results import Results

WIDE, NARROW = 200, 80


class Terminal(io.StringIO):
    def isatty(self):
        return True


def nine_stars(labels=("f", "p1")):
    good = star_rows()[0]
    stars = [good | {"star_id": i, "mass_msun": 1.2 + 0.1 * i} for i in range(9)]
    modes = [
        mode_row(number, number // len(labels), labels[number % len(labels)], 1900.0 + number, 0.2)
        for number in range(9 * len(labels))
    ]
    return Results.from_rows(CONFIG, stars, modes)


def rendered(results, format_):
    stream = io.StringIO()
    render(results, format_, stream)
    return stream.getvalue()


def test_nine_stars_with_two_modes_print_nine_lines_of_at_most_120_columns():
    lines = table_text(nine_stars()).splitlines()
    rows = [line for line in lines if line[:1].isdigit()]
    assert len(rows) == 9
    assert max(map(len, lines)) <= 120
    assert all(line.endswith("ok") for line in rows)


def test_the_header_names_every_quantity_with_its_unit():
    header = table_text(nine_stars()).splitlines()[1]
    for words in ("M [Msun]", "R [km]", "Lambda", "f [Hz]", "tau f [s]", "p1 [Hz]", "error"):
        assert words in header


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_failed_rows_are_shown_with_their_status_and_sentence(width):
    text = table_text(sample_results(), width)
    assert "above maximum mass [1]" in text
    assert "[1] sly4 carries at most 2.0542 solar masses." in text
    assert "mode not found" in text
    assert "Nein." in text


def test_a_narrow_screen_gets_one_line_a_mode_in_little_room():
    results = sample_results()
    text = table_text(results, NARROW)
    modes = text.split("All modes:")[1].split("[1]")[0].splitlines()
    assert len([line for line in modes if line[:1].isdigit()]) == results.row_count("modes")
    assert max(map(len, text.splitlines())) <= 100


def test_structure_drops_columns_that_do_not_fit_and_says_which():
    quantities = {"baryon_mass_msun": 1.5, "compactness": 0.17, "redshift": 0.2, "k2": 0.09}
    row = star_rows()[0] | quantities | {f"{name}_err": 1e-9 for name in quantities}
    text = table_text(Results.from_rows(CONFIG, [row]), NARROW)
    assert max(map(len, text.splitlines())) <= 100
    shown = text.splitlines()[0]
    assert "M_b" in shown or "No room for M_b" in text
    assert ("z" in shown.split()) != ("z" in text.partition("No room for ")[2])


def test_an_unstable_star_and_its_growing_mode_are_told():
    star = star_rows()[0] | {"stable": False}
    grows = mode_row(
        0, 0, "F", 0.0, None, omega_re_per_s=0.0, omega_im_per_s=-2000.0, frequency_err_hz=0.0
    )
    damped = mode_row(1, 0, "f", 2000.0, 0.2)
    text = table_text(Results.from_rows(CONFIG, [star], [grows, damped]))
    assert "unstable" in text
    assert "grows in 0.0005 s" in text


def test_a_spectrum_that_may_have_gaps_is_flagged():
    results = Results.from_rows(
        CONFIG, star_rows()[:1], [mode_row(0, 0, "f", 2000.0, 0.2, complete=False)]
    )
    assert "perhaps incomplete" in table_text(results, WIDE)


def test_the_error_of_a_row_is_its_largest():
    star = star_rows()[0] | {"radius_km_err": 1e-9, "mass_msun_err": 1e-9, "lambda2_err": 1e-9}
    mode = mode_row(0, 0, "f", 2000.0, 0.2, frequency_err_hz=1e-7, damping_time_err_s=6e-4)
    row = table_text(Results.from_rows(CONFIG, [star], [mode]), WIDE).splitlines()[2]
    assert "3e-03" in row


def test_a_pipe_gets_plain_text_and_a_terminal_colour():
    stream = Terminal()
    render(sample_results(), "table", stream)
    assert "\x1b[" in stream.getvalue()
    assert "\x1b[" not in rendered(sample_results(), "table")


def test_other_formats_are_complete_documents():
    assert len(json.loads(rendered(sample_results(), "json"))["modes"]) == 7
    assert rendered(sample_results(), "csv").count("\n") == 8
    assert rendered(sample_results(), "ecsv").startswith("# %ECSV")


def test_a_run_in_which_every_star_failed_still_prints_every_row():
    rows = [
        {
            "star_id": i,
            "eos": "sly4",
            "mass_msun": 3.0 + i,
            "status": Status.ABOVE_MAXIMUM_MASS,
        }
        for i in range(3)
    ]
    text = table_text(Results.from_rows(CONFIG, rows))
    assert text.count("above maximum mass") == 3


def test_a_table_is_shown_by_the_name_of_its_file():
    long_name = "table:/a/very/long/way/to/some/eos_of_mine.dat,format=lal2"
    rows = [row | {"eos": long_name} for row in star_rows()[:1]]
    text = table_text(Results.from_rows(CONFIG, rows), NARROW)
    assert "eos_of_mine.dat" in text
    assert "/a/very" not in text
    assert "R [km]" in text

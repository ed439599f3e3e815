"""Compact notation: what is shown never claims more, nor hides more, than the error allows."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellar.cli.numbers import LARGEST_DIGITS, compact

SHAPE = re.compile(r"(-?)(\d+)(?:\.(\d+))?(?:\((\d+)\))?(?:e([+-]\d+))?")
MAGNITUDES = st.floats(min_value=1e-12, max_value=1e18)


def parsed(text):
    """Value, error (None if there is none) and unit of the last digit of a shown number."""
    sign, whole, decimals, error, exponent = SHAPE.fullmatch(text).groups()
    unit = 10.0 ** (int(exponent or 0) - len(decimals or ""))
    value = int(whole + (decimals or "")) * unit
    return (-value if sign else value), (int(error) * unit if error else None), unit


@given(MAGNITUDES, st.floats(min_value=1e-14, max_value=0.5), st.booleans())
def test_the_value_shown_lies_within_half_a_unit_of_the_value(value, relative, negative):
    value = -value if negative else value
    shown, _, unit = parsed(compact(value, abs(value) * relative))
    assert abs(shown - value) <= 0.5000001 * unit + 1e-15 * abs(value)


@given(MAGNITUDES, st.floats(min_value=1e-14, max_value=0.5))
def test_the_error_shown_is_the_error_or_below_half_the_last_digit(value, relative):
    error = value * relative
    _, shown, unit = parsed(compact(value, error))
    if shown is None:
        assert error <= 0.5000001 * unit
    else:
        assert abs(shown - error) <= 0.5000001 * unit


@given(MAGNITUDES, st.floats(min_value=0.0, max_value=1.0))
def test_never_more_than_the_largest_number_of_digits(value, relative):
    digits = SHAPE.fullmatch(compact(value, value * relative)).group(2, 3)
    assert len("".join(part or "" for part in digits).lstrip("0")) <= LARGEST_DIGITS


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (1934.4412, 0.002, "1934.441(2)"),
        (1934.4412, 0.12, "1934.44(12)"),
        (11.7064321, 1e-12, "11.70643"),
        (9.868448e14, 1e11, "9.8684(10)e+14"),
        (2.95e-5, 3e-7, "2.95(3)e-05"),
        (0.0, 0.0, "0"),
        (9999999.96, 1e-3, "1.000000e+07"),
        (1900.0, 4000.0, "1900(4000)"),
        (-12.5, 0.25, "-12.5(2)"),
        (math.nan, math.nan, "-"),
        (None, None, "-"),
        (1900.0, math.nan, "1900.000"),
    ],
)
def test_numbers_as_a_reader_would_write_them(value, error, text):
    assert compact(value, error) == text


def test_a_number_that_was_asked_for_is_shown_as_it_was_typed():
    assert [compact(mass, 1e-11, strip=True) for mass in (1.4, 2.0, 1.25)] == ["1.4", "2", "1.25"]

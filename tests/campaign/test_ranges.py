"""Ranges mean what the contract says, and what cannot be meant is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellar.campaign.ranges import parse_range
from stellar.errors import UsageError


def masses(text, maximum=None):
    return parse_range(text, "--masses", default_step=0.1, allow_maximum=True).expand(maximum)


def test_forms_of_the_grammar_expand_to_the_values_that_were_typed():
    assert masses("1.4") == (1.4,)
    assert masses("1.2,1.4,1.6") == (1.2, 1.4, 1.6)
    assert masses("1.2:2.0") == (1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0)
    assert masses("1.2:1.3:0.05") == (1.2, 1.25, 1.3)
    assert masses("1.0:2.0/5") == (1.0, 1.25, 1.5, 1.75, 2.0)
    assert masses("1.4, 1.6:1.7") == (1.4, 1.6, 1.7)


def test_interval_that_the_step_does_not_divide_stops_below_its_end():
    assert masses("1.2:1.35") == (1.2, 1.3)


def test_maximum_is_met_exactly_as_value_as_end_and_after_a_step():
    top = 2.0503213
    assert masses("1.4,max", top) == (1.4, top)
    assert masses("1.0:max/3", top) == (1.0, 1.52516065, top)
    assert masses("1.9:max", top) == (1.9, 2.0, top)


def test_interval_that_begins_above_the_maximum_gives_its_beginning():
    assert masses("3:max/5", 2.05) == (3.0,)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("2.0:1.2", "backwards"),
        ("nan", "'nan'"),
        ("NaN:2", "'NaN'"),
        ("inf", "'inf'"),
        ("1e400", "too large"),
        ("-1.4", "not positive"),
        ("0", "not positive"),
        ("0:2", "not positive"),
        ("1.4;1.6", "'1.4;1.6'"),
        ("1.2:2.0:0", "step must be positive"),
        ("1.2:2.0:-0.1", "step must be positive"),
        ("1.2:2.0:0.1:3", "a:b:step"),
        ("1.2:2.0/0", "count '0'"),
        ("1.2:2.0/-3", "count '-3'"),
        ("1.2:2.0/2.5", "count '2.5'"),
        ("1.2:2.0/1", "one point"),
        ("1.2/3", "a:b/count"),
        ("1.2,,1.4", "nothing"),
        ("1.2:", "nothing"),
        (":2.0", "nothing"),
        ("max:2", "begin"),
        ("1:2:1e-9", "1,000,000"),
        ("1:2/1000001", "1,000,000"),
        ("１．４e", "'１．４e'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_was_understood(text, understood):
    with pytest.raises(UsageError, match="--masses") as refusal:
        masses(text)
    assert understood in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_maximum_is_refused_where_no_mass_is_meant():
    with pytest.raises(UsageError, match="mass only"):
        parse_range("max", "--compactness")


def test_interval_without_step_needs_one_outside_masses():
    with pytest.raises(UsageError, match="COUNT"):
        parse_range("1e14:1e15", "--central-densities")


@given(st.floats(0.1, 3.0), st.floats(0.0, 2.0), st.integers(2, 200))
def test_counted_interval_is_ascending_and_keeps_both_ends(start, width, count):
    stop = start + width
    values = masses(f"{start!r}:{stop!r}/{count}")
    assert len(values) == count
    assert values[0] == pytest.approx(start, rel=1e-14)
    assert values[-1] == stop
    assert list(values) == sorted(values)

"""How far modes are from each other."""

import math

import pytest

from stellar.oscillations.mode import distances


def test_the_nearest_neighbour_is_what_counts():
    assert distances([1.0, 4.0, 5.0], alone=7.0) == [3.0, 0.25, 0.2]


def test_modes_that_grow_have_distances_too():
    assert distances([-2.0, 2.0], alone=1.0) == [2.0, 2.0]


@pytest.mark.parametrize(("squares", "known"), [([], []), ([2.0], [1.5]), ([0.0], [math.inf])])
def test_one_mode_is_as_far_as_one_says(squares, known):
    assert distances(squares, alone=3.0) == known

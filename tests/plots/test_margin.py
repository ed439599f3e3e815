"""Labels in the margin keep their order and their distance, and move no further than they must."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellar.plots.margin import spread

heights = st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=12)


@given(heights, st.floats(1e-3, 0.3))
def test_labels_keep_order_and_distance(wanted, gap):
    placed = spread(wanted, gap)
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(placed[order]) >= gap - 1e-12)
    assert np.mean(placed) == pytest.approx(np.mean(wanted), abs=1e-12)


@given(heights)
def test_labels_far_apart_stay(wanted):
    far = np.cumsum(np.abs(wanted) + 0.5)
    np.testing.assert_allclose(spread(far, 0.5), far, rtol=0.0, atol=1e-12)


def test_two_labels_at_one_height_part_evenly():
    np.testing.assert_allclose(spread([0.4, 0.4, 0.9], 0.1), [0.35, 0.45, 0.9])
